//! The harness's proxy, held against the sandbox.

use crate::harness::{Aws, Proxy, Sandbox};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn behind_proxy() -> (Proxy, Aws) {
    let proxy = Proxy::start(Sandbox::shared().url());
    let aws = Aws::new(&proxy.url());
    (proxy, aws)
}

#[test]
fn calls_are_written_down_in_order_and_writes_are_told_from_reads() {
    let (proxy, aws) = behind_proxy();
    assert_eq!(aws.create_role("role").status, 200);
    assert_eq!(aws.form("iam", "Action=GetRole&Version=2010-05-08&RoleName=role").status, 200);
    assert_eq!(aws.rest("lambda", "GET", "/functions/none?Qualifier=live", &Value::Null).status, 404);
    let group = json!({ "logGroupName": "/aws/lambda/a" });
    assert_eq!(aws.target("logs", "Logs_20140328.CreateLogGroup", &group).status, 200);
    assert_eq!(aws.rest("apigateway", "POST", "/restapis", &json!({ "name": "todo" })).status, 201);

    let calls: Vec<String> = proxy.calls().iter().map(ToString::to_string).collect();
    let expected = [
        "iam CreateRole role 200",
        "iam GetRole role 200",
        "lambda GetFunction none:live 404",
        "logs CreateLogGroup /aws/lambda/a 200",
        "apigateway CreateRestApi todo 201",
    ];
    assert_eq!(calls, expected);
    assert_eq!(proxy.writes(), ["CreateRole", "CreateLogGroup", "CreateRestApi"]);
    assert_eq!(proxy.operations().len(), 5);
    proxy.clear();
    assert_eq!(proxy.calls(), []);
}

#[test]
fn an_operation_fails_in_its_service_s_protocol_until_it_is_healed() {
    let (proxy, aws) = behind_proxy();
    proxy.fail("CreateRole", 403, "AccessDenied", "not you");
    proxy.fail("CreateRestApi", 403, "AccessDeniedException", "nor you");
    let refused = aws.create_role("role");
    assert_eq!(refused.status, 403);
    assert!(
        refused.text().contains("<Code>AccessDenied</Code><Message>not you</Message>"),
        "{}",
        refused.text()
    );
    let refused = aws.rest("apigateway", "POST", "/restapis", &json!({ "name": "todo" }));
    assert_eq!((refused.status, refused.header("x-amzn-errortype")), (403, Some("AccessDeniedException")));
    assert_eq!(refused.json()["message"], "nor you");

    proxy.heal();
    assert_eq!(aws.create_role("role").status, 200);
    let statuses: Vec<u16> = proxy.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [403, 403, 200]);
}

#[test]
fn a_throttled_operation_succeeds_after_as_many_refusals_as_asked_for() {
    let (proxy, aws) = behind_proxy();
    proxy.throttle("CreateRestApi", 2);
    let create = || aws.rest("apigateway", "POST", "/restapis", &json!({ "name": "todo" }));
    let first = create();
    assert_eq!((first.status, first.header("retry-after")), (429, Some("1")));
    assert_eq!(first.header("x-amzn-errortype"), Some("TooManyRequestsException"));
    assert_eq!([create().status, create().status], [429, 201]);
}

#[test]
fn a_role_is_refused_to_a_function_until_it_is_old_enough() {
    let (proxy, aws) = behind_proxy();
    let age = Duration::from_millis(500);
    proxy.refuse_roles_younger_than(age);
    let made = Instant::now();
    aws.create_role("young");
    let refused = aws.create_function("young", "a");
    assert_eq!(refused.status, 400);
    assert_eq!(refused.header("x-amzn-errortype"), Some("InvalidParameterValueException"));
    assert_eq!(refused.json()["message"], "The role defined for the function cannot be assumed by Lambda.");
    while aws.create_function("young", "a").status != 201 {
        assert!(made.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(made.elapsed() >= age);
}

#[test]
fn a_cut_connection_leaves_the_last_write_done_and_the_next_undone() {
    let (proxy, aws) = behind_proxy();
    proxy.cut_after_writes(2);
    assert_eq!(aws.create_role("first").status, 200);
    for name in ["second", "third"] {
        let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| aws.create_role(name)));
        assert!(cut.is_err(), "the answer to {name} came through");
    }
    proxy.heal();
    let get =
        |name: &str| aws.form("iam", &format!("Action=GetRole&Version=2010-05-08&RoleName={name}")).status;
    assert_eq!([get("first"), get("second"), get("third")], [200, 200, 404]);
}
