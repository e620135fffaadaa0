//! Deploys and deletes of rules that stop on their way, and records that are lost.

use super::{ALL, ONLY_SCHEDULE, Shop};
use serde_json::json;

#[test]
fn a_deploy_that_loses_its_connection_at_any_write_leaves_one_rule_in_the_end() {
    for writes in 0.. {
        let shop = Shop::new();
        shop.project.proxy.cut_after_writes(writes);
        let stopped = shop.deploy(ONLY_SCHEDULE);
        shop.project.proxy.heal();
        if stopped.status == 0 {
            assert_eq!(writes, 8, "how many writes there are");
            break;
        }
        let output = shop.deploy(ONLY_SCHEDULE);
        assert_eq!(output.status, 0, "cut after {writes} writes\n{}\n{}", stopped.stderr, output.stderr);
        assert_eq!(shop.rules(), Shop::only_rule("rate(1 hour)"), "cut after {writes} writes");
        assert_eq!(shop.permitted("rules-dev-tidy"), ["rule/rules-dev-tidy-event"], "after {writes} writes");
        assert_eq!(shop.writes_of_deploy(ONLY_SCHEDULE), Vec::<String>::new(), "after {writes} writes");
    }
}

#[test]
fn a_deploy_that_loses_its_connection_at_any_write_is_undone_by_a_delete() {
    for writes in 4.. {
        let shop = Shop::new();
        shop.project.proxy.cut_after_writes(writes);
        let stopped = shop.deploy(ONLY_SCHEDULE);
        shop.project.proxy.heal();
        shop.project.rchalice("delete").run().ok();
        assert_eq!(shop.rules(), json!([]), "cut after {writes} writes");
        if stopped.status == 0 {
            break;
        }
    }
}

#[test]
fn a_delete_that_loses_its_connection_at_any_write_is_done_by_the_next() {
    for writes in 0.. {
        let shop = Shop::new();
        shop.deploy(ONLY_SCHEDULE).ok();
        shop.project.proxy.cut_after_writes(writes);
        let stopped = shop.project.rchalice("delete").run();
        shop.project.proxy.heal();
        shop.project.rchalice("delete").run().ok();
        assert_eq!(shop.rules(), json!([]), "cut after {writes} writes");
        assert_eq!(shop.project.holdings(), json!({"functions": [], "roles": [], "rest_apis": []}));
        if stopped.status == 0 {
            assert_eq!(writes, 6, "how many writes there are");
            break;
        }
    }
}

#[test]
fn a_rule_whose_record_is_lost_is_adopted_by_its_name_and_tag() {
    let shop = Shop::with_bus();
    shop.deploy(ALL).ok();
    let recorded = shop.project.recorded_attributes("dev");
    std::fs::remove_file(shop.project.file(".chalice/deployed/dev.json")).unwrap();
    assert_eq!(shop.writes_of_deploy(ALL), Vec::<String>::new());
    assert_eq!(shop.project.recorded_attributes("dev"), recorded);
}

#[test]
fn a_target_that_fails_inside_a_call_that_does_not_fail_is_no_success() {
    let shop = Shop::new();
    let message = "The target is not there.";
    shop.project.proxy.fail_entry("PutTargets", "ResourceNotFoundException", message);
    let output = shop.deploy(ONLY_SCHEDULE);
    assert_eq!(output.status, 1);
    let expected =
        "error: AWS refused `events:PutTargets`: ResourceNotFoundException: The target is not there.

3 of 4 steps are done and recorded

hint: run the command again once this is put right: it goes on from there
";
    assert!(output.stderr.ends_with(expected), "{}", output.stderr);
    shop.project.proxy.fail_entry("PutTargets", "ConcurrentModificationException", "too early");
    assert_eq!(shop.writes_of_deploy(ONLY_SCHEDULE), ["PutTargets"; 2]);
    assert_eq!(shop.rules(), Shop::only_rule("rate(1 hour)"));
}
