//! `rchalice plan` and `deploy --dry-run`: the plan in words, without a write.

use crate::harness::{Hello, Version};
use expect_test::expect_file;
use serde_json::json;

#[test]
fn a_first_plan_shows_all_that_would_be_made() {
    let hello = Hello::new();
    let output = hello.with_version("plan", Version::FunctionsOnly).run().ok();
    expect_file!["../../fixtures/golden/first_plan/plan.txt"]
        .assert_eq(&in_any_account(&hello, &output.stdout));
    assert_eq!(output.stderr, "");
    assert_eq!(hello.proxy.writes(), Vec::<String>::new());
    assert!(!hello.file(".chalice/deployed").exists());
}

#[test]
fn a_plan_shows_each_field_before_and_after_and_masks_secrets() {
    let hello = Hello::new();
    hello
        .configure("/stages/dev/environment_variables", json!({"GREETING": "hello", "API_TOKEN": "hunter2"}));
    hello.deploy(Version::First).ok();
    hello.configure(
        "/stages/dev/environment_variables",
        json!({"GREETING": "good day", "API_TOKEN": "hunter3"}),
    );
    hello.configure("/stages/dev/tags", json!({"team": "a"}));
    hello.configure("/stages/dev/lambda_memory_size", json!(256));
    hello.proxy.clear();
    let output = hello.with_version("deploy --dry-run", Version::Smaller).run().ok();
    expect_file!["../../fixtures/golden/changes/plan.txt"].assert_eq(&in_any_account(&hello, &output.stdout));
    assert!(!format!("{output:?}").contains("hunter"), "{output:?}");
    assert_eq!(hello.proxy.writes(), Vec::<String>::new());
}

#[test]
fn an_exit_code_tells_whether_something_would_change() {
    let hello = Hello::new();
    assert_eq!(hello.with_version("plan --exit-code", Version::First).run().status, 3);
    hello.deploy(Version::First).ok();
    let output = hello.with_version("plan --exit-code", Version::First).run();
    assert_eq!((output.status, output.stdout.as_str()), (0, "Nothing to change\n"));
}

#[test]
fn what_somebody_else_changed_is_said_to_be() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let aws = crate::harness::Aws { endpoint: hello.proxy.url(), account: hello.account.clone() };
    let body = "Action=DeleteRolePolicy&Version=2010-05-08&RoleName=hello-dev&PolicyName=hello-dev";
    assert_eq!(aws.form("iam", body).status, 200);
    let plan = hello.with_version("plan", Version::First).run().ok().stdout;
    assert!(plan.starts_with("~ IAM role hello-dev (changed by somebody else)\n"), "{plan}");
}

#[test]
fn a_plan_is_json_where_that_is_asked_for() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    hello.configure("/stages/dev/api_gateway_stage", json!("v2"));
    let plan = hello.with_version("plan --json", Version::First).run().ok().json();
    let expected = json!({"steps": [
        {
            "action": "create",
            "kind": "rest_api_contents",
            "name": "v2",
            "resource": "REST API stage v2",
            "phase": "switch",
            "changes": [
                {"field": "stage", "before": "(none)", "after": "\"v2\""},
                {"field": "tracing", "before": "(none)", "after": "false"},
                {"field": "document", "before": "(none)", "after": "(new)"},
            ],
        },
        {
            "action": "delete",
            "kind": "rest_api_contents",
            "name": "api",
            "resource": "REST API stage api",
            "phase": "shrink",
            "changes": [],
        },
    ], "left_as_is": []});
    assert_eq!(plan, expected);
}

fn in_any_account(hello: &Hello, plan: &str) -> String {
    plan.replace(hello.account.id(), "111111111111")
}
