//! What AWS refuses of EventBridge's rules, the sandbox refuses: each test holds one of the launcher's corrections.

use crate::harness::{Aws, REGION, Sandbox};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn aws() -> Aws {
    Aws::new(Sandbox::shared().url())
}

fn call(aws: &Aws, operation: &str, body: &Value) -> Value {
    let response = aws.target("events", &format!("AWSEvents.{operation}"), body);
    assert_eq!(response.status, 200, "{}", response.text());
    response.json()
}

/// The code and message of a refusal.
fn refusal(aws: &Aws, operation: &str, body: &Value) -> String {
    let response = aws.target("events", &format!("AWSEvents.{operation}"), body);
    assert_eq!(response.status, 400, "{}", response.text());
    let body = response.json();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    format!("{}: {}", text("__type"), text("message"))
}

#[test]
fn a_schedule_is_judged_and_stands_on_the_default_bus_alone() {
    let aws = aws();
    let put = |schedule: &str| json!({"Name": "r", "ScheduleExpression": schedule});
    for schedule in
        ["rate(0 minutes)", "rate(1 hours)", "rate(2 hour)", "cron(0 12 ? * ? *)", "cron(0 12 * * MON *)"]
    {
        let expected = "ValidationException: Parameter ScheduleExpression is not valid.";
        assert_eq!(refusal(&aws, "PutRule", &put(schedule)), expected, "{schedule}");
    }
    for schedule in ["rate(1 minute)", "rate(2 days)", "cron(0 12 ? * MON *)"] {
        call(&aws, "PutRule", &put(schedule));
    }
    call(&aws, "CreateEventBus", &json!({"Name": "b"}));
    let elsewhere = json!({"Name": "r", "ScheduleExpression": "rate(1 hour)", "EventBusName": "b"});
    let expected = "ValidationException: ScheduleExpression is supported only on the default event bus.";
    assert_eq!(refusal(&aws, "PutRule", &elsewhere), expected);
    let expected = "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified.";
    assert_eq!(refusal(&aws, "PutRule", &json!({"Name": "r"})), expected);
}

#[test]
fn a_rule_loses_what_it_is_not_given_and_keeps_its_tags() {
    let aws = aws();
    let tags = |value: &str| json!([{"Key": "owner", "Value": value}]);
    let first = json!({
        "Name": "r", "ScheduleExpression": "rate(1 hour)", "State": "DISABLED", "Description": "d", "Tags": tags("me"),
    });
    let arn = call(&aws, "PutRule", &first)["RuleArn"].clone();
    call(&aws, "PutRule", &json!({"Name": "r", "EventPattern": "{\"source\":[\"s\"]}", "Tags": tags("you")}));
    let rule = call(&aws, "DescribeRule", &json!({"Name": "r"}));
    let fields =
        ["State", "EventPattern", "ScheduleExpression", "Description"].map(|name| rule[name].clone());
    assert_eq!(fields, [json!("ENABLED"), json!("{\"source\":[\"s\"]}"), Value::Null, Value::Null]);
    assert_eq!(call(&aws, "ListTagsForResource", &json!({"ResourceARN": arn}))["Tags"], tags("me"));
}

#[test]
fn a_rule_with_targets_stays_and_one_that_is_not_there_has_none() {
    let aws = aws();
    let rule = json!({"Rule": "r"});
    let unknown = "ResourceNotFoundException: Rule r does not exist on EventBus default.";
    assert_eq!(refusal(&aws, "ListTargetsByRule", &rule), unknown);
    assert_eq!(refusal(&aws, "RemoveTargets", &json!({"Rule": "r", "Ids": ["1"]})), unknown);
    call(&aws, "PutRule", &json!({"Name": "r", "ScheduleExpression": "rate(1 hour)"}));
    let target = json!({"Id": "1", "Arn": "arn:aws:sqs:us-east-1:1:q"});
    call(&aws, "PutTargets", &json!({"Rule": "r", "Targets": [target]}));
    let expected = "ValidationException: Rule can't be deleted since it has targets.";
    assert_eq!(refusal(&aws, "DeleteRule", &json!({"Name": "r"})), expected);
    call(&aws, "RemoveTargets", &json!({"Rule": "r", "Ids": ["1"]}));
    call(&aws, "DeleteRule", &json!({"Name": "r"}));
}

#[test]
fn a_function_is_called_by_the_rules_that_its_policy_names() {
    let aws = aws();
    for name in ["refused", "permitted"] {
        assert_eq!(aws.create_role(name).status, 200);
        assert_eq!(aws.create_function(name, name).status, 201);
        aws.wait_until_settled(name);
        let alias = json!({ "Name": "live", "FunctionVersion": "1" });
        assert_eq!(aws.rest("lambda", "POST", &format!("/functions/{name}/aliases"), &alias).status, 201);
        call(&aws, "PutRule", &json!({"Name": name, "EventPattern": json!({"source": [name]}).to_string()}));
        let target = json!({"Id": "1", "Arn": aws.function_arn(name) + ":live"});
        call(&aws, "PutTargets", &json!({"Rule": name, "Targets": [target]}));
        let statement = json!({
            "StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com",
            "SourceArn": format!("arn:aws:events:{REGION}:{}:rule/permitted", aws.account.id()),
        });
        let policy = format!("/functions/{name}/policy?Qualifier=live");
        assert_eq!(aws.rest("lambda", "POST", &policy, &statement).status, 201);
    }
    let put = |source: &str| {
        let entry = json!({"Source": source, "DetailType": "t", "Detail": "{}"});
        call(&aws, "PutEvents", &json!({"Entries": [entry]}));
    };
    let calls = |name: &str| {
        let asked = json!({"logGroupName": format!("/aws/lambda/{name}")});
        let logs = aws.target("logs", "Logs_20140328.FilterLogEvents", &asked).text();
        logs.matches(&format!("log of {name}")).count()
    };
    put("refused");
    // A call that is made after all would come before the second of two that are made one after the other.
    for call in 1..=2 {
        put("permitted");
        let deadline = Instant::now() + Duration::from_secs(30);
        while calls("permitted") < call {
            assert!(Instant::now() < deadline, "the function is not called");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    assert_eq!((calls("permitted"), calls("refused")), (2, 0));
}
