//! What Lambda is told where there is nothing to invoke.

use serde_json::json;

use crate::only;
use crate::runtime_api::Lambda;

#[test]
fn a_panic_in_an_init_is_told_to_lambda_and_ends_the_process_with_1() {
    let variables = [("ORIGIN", "*"), ("GREETING", "panic")];
    let (report, status) = Lambda::start("api_handler", &variables).fails_to_start();
    assert_eq!((&*report.path, status), ("/2018-06-01/runtime/init/error", Some(1)));
    let message = report.json()["errorMessage"].to_string();
    assert!(message.starts_with("\"#[init] `greeting` failed: panicked at crates/"), "{message}");
}

#[test]
fn an_error_of_an_init_that_panics_when_it_is_shown_is_told_as_that_panic() {
    let lambda = Lambda::start_example("unruly", "speaks", &[("LOGGING", "fails")]);
    let (report, status) = lambda.fails_to_start();
    assert_eq!((&*report.path, status), ("/2018-06-01/runtime/init/error", Some(1)));
    assert_eq!(report.json()["errorType"], "Panic");
    let message = report.json()["errorMessage"].to_string();
    assert!(message.starts_with("\"#[init] `logging` failed: panicked at crates/"), "{message}");
    assert!(message.ends_with(": shown\""), "{message}");
}

#[test]
fn a_failed_init_is_told_to_lambda_and_ends_the_process_with_1() {
    let (report, status) = Lambda::start("api_handler", &[("ORIGIN", "*")]).fails_to_start();
    assert_eq!(report.path, "/2018-06-01/runtime/init/error");
    assert_eq!(status, Some(1));
    assert_eq!(
        report.json()["errorMessage"],
        "#[init] `greeting` failed: the variable `GREETING` is not set (add it to environment_variables in \
         .chalice/config.json)"
    );
}

#[test]
fn states_that_cannot_be_made_are_told_to_lambda_all_at_once_with_their_places() {
    let lambda = Lambda::start_example("miswired", "api_handler", &[]);
    let report = lambda.answer();
    let why = "the application is not wired correctly:
  - two `#[init]` functions make `miswired::Table`: `table` (crates/chalice/examples/miswired.rs:13) and \
        `table_again` (crates/chalice/examples/miswired.rs:18)
  - no `#[init]` function makes `alloc::string::String`, which `index` (crates/chalice/examples/miswired.rs:33) takes
  - these `#[init]` functions wait for each other: `pool` (crates/chalice/examples/miswired.rs:23), `cache` \
        (crates/chalice/examples/miswired.rs:28)";
    assert_eq!(report.path, "/2018-06-01/runtime/init/error");
    assert_eq!(report.header("lambda-runtime-function-error-type"), Some("Configuration"));
    assert_eq!(report.json(), json!({"errorType": "Configuration", "errorMessage": why, "stackTrace": []}));
    let (code, lines) = lambda.ends();
    assert_eq!(code, Some(1));
    assert_eq!(only(&lines), json!({"level": "ERROR", "message": "the function stops", "error": why}));
}

#[test]
fn an_unset_variable_of_a_cors_origin_is_an_init_error_with_its_place() {
    let (report, _) = Lambda::start("api_handler", &[("GREETING", "hi")]).fails_to_start();
    let message = report.json()["errorMessage"].to_string();
    assert!(message.contains("the variable `ORIGIN` is not set"), "{message}");
    assert!(message.contains("examples/bootstrap.rs:"), "{message}");
}

#[test]
fn an_unknown_handler_is_an_init_error_that_lists_the_known_ones() {
    let (report, status) = Lambda::start("wrok", &[]).fails_to_start();
    assert_eq!(
        report.json()["errorMessage"],
        "this binary has no handler `wrok`; it has `api_handler`, `awaits_its_task`, `blocks`, \
         `blocks_at_once`, `logs`, `meet`, `repeats`, `spawns`, `traces`, `waits`, `waits_for_another`, `work`"
    );
    assert_eq!(status, Some(1));
}
