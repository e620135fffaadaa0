//! Rules of EventBridge: `fixtures/apps/rules`, with a bus of its account.

mod interrupted;

use crate::harness::{Hello, Output, bootstrap_of};
use crate::package::check_template;
use expect_test::expect_file;
use serde_json::{Value, json};

/// The fixture, and what its account holds.
struct Shop {
    project: Hello,
}

const ALL: &str = "";
const WITHOUT_ORDERS: &str = "without-orders";
const ONLY_SCHEDULE: &str = "only-schedule";
const CHANGED: &str = "only-schedule changed";
const RENAMED: &str = "only-schedule renamed";

const CODE: [&str; 3] = ["UpdateFunctionCode", "PublishVersion", "UpdateAlias"];

impl Shop {
    fn new() -> Self {
        Self { project: Hello::of("rules") }
    }

    fn with_bus() -> Self {
        let shop = Self::new();
        shop.events("CreateEventBus", &json!({"Name": "returns-dev"}));
        shop
    }

    #[track_caller]
    fn events(&self, operation: &str, body: &Value) -> Value {
        self.project.call("events", &format!("AWSEvents.{operation}"), body)
    }

    fn put_event(&self, bus: &str, source: &str, kind: &str, detail: &Value) {
        let entry = json!({
            "EventBusName": bus, "Source": source, "DetailType": kind, "Detail": detail.to_string(),
        });
        let answer = self.events("PutEvents", &json!({"Entries": [entry]}));
        assert_eq!(answer["FailedEntryCount"], 0);
    }

    fn deploy(&self, features: &str) -> Output {
        self.project.rchalice("deploy --bootstrap").arg(bootstrap_of("rules", features)).run()
    }

    fn plan(&self, features: &str) -> Output {
        self.project.rchalice("plan --bootstrap").arg(bootstrap_of("rules", features)).run()
    }

    #[track_caller]
    fn writes_of_deploy(&self, features: &str) -> Vec<String> {
        self.project.proxy.clear();
        self.deploy(features).ok();
        self.project.proxy.writes()
    }

    /// Of the default bus and of the shop's, as they are, with what they call.
    fn rules(&self) -> Value {
        let of_bus = |bus: &str| -> Vec<Value> {
            let listed = self.events("ListRules", &json!({"EventBusName": bus}));
            listed["Rules"].as_array().unwrap().iter().map(|rule| self.with_targets(bus, rule)).collect()
        };
        [of_bus("default"), of_bus("returns-dev")].concat().into()
    }

    fn with_targets(&self, bus: &str, rule: &Value) -> Value {
        let asked = json!({"Rule": rule["Name"], "EventBusName": bus});
        let targets = self.events("ListTargetsByRule", &asked)["Targets"].clone();
        let targets: Vec<&str> = targets
            .as_array()
            .unwrap()
            .iter()
            .map(|target| target["Arn"].as_str().unwrap().split(":function:").nth(1).unwrap())
            .collect();
        let pattern = rule["EventPattern"].as_str().map(|text| serde_json::from_str::<Value>(text).unwrap());
        let mut shown = json!({"name": rule["Name"], "state": rule["State"], "targets": targets});
        let others = [
            ("schedule", rule["ScheduleExpression"].clone()),
            ("description", rule["Description"].clone()),
            ("pattern", json!(pattern)),
            ("bus", if bus == "default" { Value::Null } else { json!(bus) }),
        ];
        for (name, value) in others.into_iter().filter(|(_, value)| !value.is_null()) {
            shown[name] = value;
        }
        shown
    }

    /// The rules that a function's resource policy lets call it, from the region on.
    fn permitted(&self, function: &str) -> Vec<String> {
        let path = format!("/functions/{function}/policy?Qualifier=live");
        let answer = self.project.aws().rest("lambda", "GET", &path, &Value::Null).json();
        let policy: Value = serde_json::from_str(answer["Policy"].as_str().unwrap()).unwrap();
        let statements = policy["Statement"].as_array().unwrap();
        let source = |statement: &Value| {
            let like = &statement["Condition"]["ArnLike"]["AWS:SourceArn"];
            assert_eq!(statement["Principal"]["Service"], "events.amazonaws.com");
            like.as_str().unwrap().split(':').next_back().unwrap().to_owned()
        };
        statements.iter().map(source).collect()
    }

    fn change_rule(&self, operation: &str) {
        self.events(operation, &json!({"Name": "rules-dev-tidy-event"}));
    }

    /// The only rule, as the fixture has it.
    fn only_rule(schedule: &str) -> Value {
        json!([{
            "name": "rules-dev-tidy-event", "state": "ENABLED", "targets": ["rules-dev-tidy:live"],
            "schedule": schedule, "description": "Forget what is done",
        }])
    }
}

#[test]
fn schedules_and_events_come_to_their_functions() {
    let shop = Shop::with_bus();
    let output = shop.deploy(ALL).ok();
    assert_eq!(
        output.stderr,
        "Creating IAM role: rules-dev
Creating lambda function: rules-dev-report
Creating lambda function: rules-dev-take_back
Creating lambda function: rules-dev-tidy
Creating lambda function: rules-dev-watch_orders
Creating rule: rules-dev-report-event
Creating rule: rules-dev-take_back-event
Creating rule: rules-dev-tidy-event
Creating rule: rules-dev-watch_orders-event
"
    );
    let functions = ["CreateFunction", "CreateAlias"].repeat(4);
    let rules = ["AddPermission", "PutRule", "PutTargets"].repeat(4);
    let expected = [&["CreateRole", "PutRolePolicy"][..], &functions, &rules].concat();
    assert_eq!(shop.project.proxy.writes(), expected);
    let rule = |handler: &str, more: Value| {
        let mut rule = json!({
            "name": format!("rules-dev-{handler}-event"), "state": "ENABLED",
            "targets": [format!("rules-dev-{handler}:live")],
        });
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    let pattern = json!({"source": ["shop.dev"], "detail": {"count": [{"numeric": [">=", 10]}]}});
    assert_eq!(
        shop.rules(),
        json!([
            rule("report", json!({"schedule": "cron(0 9 ? * MON-FRI *)"})),
            rule("tidy", json!({"schedule": "rate(1 hour)", "description": "Forget what is done"})),
            rule("watch_orders", json!({ "pattern": pattern })),
            rule("take_back", json!({"pattern": {"detail-type": ["returned"]}, "bus": "returns-dev"})),
        ])
    );
    assert_eq!(shop.permitted("rules-dev-tidy"), ["rule/rules-dev-tidy-event"]);
    assert_eq!(shop.permitted("rules-dev-take_back"), ["rule/returns-dev/rules-dev-take_back-event"]);

    shop.put_event("default", "shop.dev", "ordered", &json!({"item": "milk", "count": 9}));
    shop.put_event("default", "shop.dev", "ordered", &json!({"item": "tea", "count": 10}));
    shop.put_event("returns-dev", "door", "returned", &json!({}));
    shop.project.sees("watch_orders", "ordered: 10 of tea");
    shop.project.sees("take_back", "returned from door");
    let logs = shop.project.rchalice("logs -n watch_orders").run().ok().stdout;
    assert!(!logs.contains("milk"), "the pattern does not match nine\n{logs}");
    let event = json!({
        "version": "0", "id": "i", "detail-type": "Scheduled Event", "source": "aws.events", "account": "1",
        "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "resources": [], "detail": {},
    });
    let answer = shop.project.rchalice("invoke -n tidy").stdin(event.to_string()).run().ok();
    assert_eq!(answer.stdout, "\"2026-01-01T00:00:00Z\"\n");

    shop.project.proxy.clear();
    assert_eq!(shop.deploy(ALL).ok().stderr, "Nothing to change\n");
    let function = ["GetFunction", "GetFunction"].repeat(4);
    let rules = ["GetPolicy", "DescribeRule", "ListTagsForResource", "ListTargetsByRule"].repeat(4);
    let reads = [&["GetCallerIdentity", "GetRole", "GetRolePolicy"][..], &function, &rules].concat();
    assert_eq!(shop.project.proxy.operations(), reads);

    shop.project.proxy.clear();
    shop.project.rchalice("delete").run().ok();
    let rules = ["RemoveTargets", "DeleteRule"].repeat(4);
    let rest = ["DeleteFunction", "DeleteFunction", "DeleteFunction", "DeleteFunction"];
    let role = ["DeleteRolePolicy", "DeleteRole"];
    assert_eq!(shop.project.proxy.writes(), [&rules[..], &rest, &role].concat());
    assert_eq!(shop.rules(), json!([]));
    assert_eq!(shop.project.holdings(), json!({"functions": [], "roles": [], "rest_apis": []}));
}

#[test]
fn the_deployer_may_change_exactly_the_rules() {
    let project = Hello::of("rules");
    let policy =
        project.rchalice("gen-policy --deployer --bootstrap").arg(bootstrap_of("rules", ALL)).run().ok();
    let policy: Value = serde_json::from_str(&policy.stdout).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    let of_rules: Vec<&Value> =
        statements.iter().filter(|statement| statement.to_string().contains("events:")).collect();
    assert_eq!(
        json!(of_rules),
        json!([{
            "Effect": "Allow",
            "Action": [
                "events:DeleteRule",
                "events:DescribeRule",
                "events:ListTagsForResource",
                "events:ListTargetsByRule",
                "events:PutRule",
                "events:PutTargets",
                "events:RemoveTargets",
                "events:TagResource",
                "events:UntagResource",
            ],
            "Resource": [
                "arn:aws:events:*:*:rule/rules-dev-report-event",
                "arn:aws:events:*:*:rule/returns-dev/rules-dev-take_back-event",
                "arn:aws:events:*:*:rule/rules-dev-tidy-event",
                "arn:aws:events:*:*:rule/rules-dev-watch_orders-event",
            ],
        }])
    );
}

#[test]
fn a_changed_schedule_takes_one_call_beside_those_of_the_code() {
    let shop = Shop::new();
    shop.deploy(ONLY_SCHEDULE).ok();
    assert_eq!(shop.rules(), Shop::only_rule("rate(1 hour)"));
    assert_eq!(
        shop.plan(CHANGED).ok().stdout,
        "~ Lambda function rules-dev-tidy
      code: changes
~ EventBridge rule rules-dev-tidy-event
      schedule: \"rate(1 hour)\" → \"rate(30 minutes)\"

2 resources: 0 to create, 2 to change, 0 to delete
"
    );
    let busy = "Rule is being modified by another operation.";
    shop.project.proxy.fail_times(1, "PutRule", "ConcurrentModificationException", busy);
    assert_eq!(shop.writes_of_deploy(CHANGED), [&CODE[..], &["PutRule"; 2]].concat());
    assert_eq!(shop.rules(), Shop::only_rule("rate(30 minutes)"));
    assert_eq!(shop.writes_of_deploy(CHANGED), Vec::<String>::new());
}

#[test]
fn a_renamed_handler_lets_the_old_rule_go_before_its_function() {
    let shop = Shop::new();
    shop.deploy(ONLY_SCHEDULE).ok();
    let writes = shop.writes_of_deploy(RENAMED);
    let expected = [
        "PutRolePolicy",
        "CreateFunction",
        "CreateAlias",
        "AddPermission",
        "PutRule",
        "PutTargets",
        "RemoveTargets",
        "DeleteRule",
        "PutRolePolicy",
        "DeleteFunction",
    ];
    assert_eq!(writes, expected);
    let rules = shop.rules();
    assert_eq!((&rules[0]["name"], rules.as_array().unwrap().len()), (&json!("rules-dev-forget-event"), 1));
}

#[test]
fn a_removed_handler_takes_its_rule_with_it() {
    let shop = Shop::with_bus();
    shop.deploy(ALL).ok();
    let writes = shop.writes_of_deploy(WITHOUT_ORDERS);
    let gone = ["RemoveTargets", "DeleteRule", "RemoveTargets", "DeleteRule"];
    let rest = ["PutRolePolicy", "DeleteFunction", "DeleteFunction"];
    assert_eq!(writes, [&CODE.repeat(2)[..], &gone, &rest].concat());
    let names: Vec<Value> =
        shop.rules().as_array().unwrap().iter().map(|rule| rule["name"].clone()).collect();
    assert_eq!(names, ["rules-dev-report-event", "rules-dev-tidy-event"]);
}

#[test]
fn a_rule_on_another_bus_is_made_before_the_old_one_goes() {
    let shop = Shop::with_bus();
    shop.events("CreateEventBus", &json!({"Name": "returns-new"}));
    shop.deploy(ALL).ok();
    shop.project.configure(
        "/stages/dev/lambda_functions",
        json!({"take_back": {"environment_variables": {"RETURNS_BUS": "returns-new"}}}),
    );
    let expected = [
        "UpdateFunctionConfiguration",
        "PublishVersion",
        "UpdateAlias",
        "AddPermission",
        "PutRule",
        "PutTargets",
        "RemoveTargets",
        "DeleteRule",
        "RemovePermission",
    ];
    assert_eq!(shop.writes_of_deploy(ALL), expected);
    assert_eq!(shop.permitted("rules-dev-take_back"), ["rule/returns-new/rules-dev-take_back-event"]);
    shop.put_event("returns-new", "door", "returned", &json!({}));
    shop.project.sees("take_back", "returned from door");
    let left = shop.events("ListRules", &json!({"EventBusName": "returns-dev"}));
    assert_eq!(left["Rules"], json!([]));
}

#[test]
fn the_default_bus_may_be_named() {
    let shop = Shop::new();
    shop.project.configure("/stages/dev/environment_variables/RETURNS_BUS", json!("default"));
    shop.deploy(ALL).ok();
    assert_eq!(shop.permitted("rules-dev-take_back"), ["rule/rules-dev-take_back-event"]);
    shop.put_event("default", "door", "returned", &json!({}));
    shop.project.sees("take_back", "returned from door");
}

#[test]
fn a_rule_that_somebody_disabled_stays_so_and_that_is_said() {
    let shop = Shop::new();
    shop.deploy(ONLY_SCHEDULE).ok();
    shop.change_rule("DisableRule");
    let left = "the EventBridge rule rules-dev-tidy-event is disabled by somebody else, and stays so";
    assert_eq!(shop.plan(ONLY_SCHEDULE).ok().stdout, format!("= {left}\nNothing to change\n"));
    let plan = shop.project.rchalice("--json plan --exit-code --bootstrap");
    let plan = plan.arg(bootstrap_of("rules", ONLY_SCHEDULE)).run().ok();
    assert_eq!(plan.json(), json!({"steps": [], "left_as_is": [left]}));
    let output = shop.deploy(ONLY_SCHEDULE).ok();
    assert_eq!(output.stderr, format!("warning: {left}\nNothing to change\n"));
    assert_eq!(shop.writes_of_deploy(CHANGED), [&CODE[..], &["PutRule"]].concat());
    let mut expected = Shop::only_rule("rate(30 minutes)");
    expected[0]["state"] = json!("DISABLED");
    assert_eq!(shop.rules(), expected);
    shop.change_rule("EnableRule");
    assert_eq!(shop.deploy(CHANGED).ok().stderr, "Nothing to change\n");
}

#[test]
fn a_rule_of_somebody_else_is_not_touched() {
    let shop = Shop::new();
    let theirs = json!({"Name": "rules-dev-tidy-event", "ScheduleExpression": "rate(5 days)"});
    let arn = shop.events("PutRule", &theirs)["RuleArn"].as_str().unwrap().to_owned();
    let output = shop.deploy(ONLY_SCHEDULE);
    let expected = format!(
        "error: the EventBridge rule rules-dev-tidy-event exists already and is not this application's

hint: choose another \"app_name\" or stage, or hand it over to this application: `aws events tag-resource --resource-arn {arn} --tags Key=rchalice,Value=rules/dev/us-east-1`
"
    );
    assert_eq!((output.status, output.stderr), (1, expected));
    assert_eq!(shop.project.proxy.writes(), Vec::<String>::new());
    let tag = json!({"ResourceARN": arn, "Tags": [{"Key": "rchalice", "Value": "rules/dev/us-east-1"}]});
    shop.events("TagResource", &tag);
    let writes = shop.writes_of_deploy(ONLY_SCHEDULE);
    assert_eq!(writes[writes.len() - 4..], ["AddPermission", "PutRule", "PutTargets", "TagResource"]);
    assert_eq!(shop.rules(), Shop::only_rule("rate(1 hour)"));
}

#[test]
fn what_was_changed_by_hand_is_put_right_and_what_was_added_goes_with_the_rule() {
    let shop = Shop::new();
    shop.deploy(ONLY_SCHEDULE).ok();
    shop.events("RemoveTargets", &json!({"Rule": "rules-dev-tidy-event", "Ids": ["1"]}));
    assert_eq!(
        shop.plan(ONLY_SCHEDULE).ok().stdout.lines().next().unwrap(),
        "~ EventBridge rule rules-dev-tidy-event (changed by somebody else)"
    );
    assert_eq!(shop.writes_of_deploy(ONLY_SCHEDULE), ["PutTargets"]);
    let role = shop.project.aws().role_arn("theirs");
    let pattern = json!({"source": ["theirs"]}).to_string();
    let put = json!({"Name": "rules-dev-tidy-event", "EventPattern": pattern, "RoleArn": role});
    let arn = shop.events("PutRule", &put)["RuleArn"].clone();
    assert_eq!(shop.writes_of_deploy(ONLY_SCHEDULE), ["PutRule"]);
    assert_eq!(shop.rules(), Shop::only_rule("rate(1 hour)"));
    let kept = shop.events("DescribeRule", &json!({"Name": "rules-dev-tidy-event"}))["RoleArn"].clone();
    assert_eq!(kept, json!(role));
    shop.events("UntagResource", &json!({"ResourceARN": arn, "TagKeys": ["rchalice"]}));
    assert_eq!(shop.writes_of_deploy(ONLY_SCHEDULE), ["TagResource"]);
    let path = "/functions/rules-dev-tidy/policy?Qualifier=live";
    let policy = shop.project.aws().rest("lambda", "GET", path, &Value::Null).json();
    let policy: Value = serde_json::from_str(policy["Policy"].as_str().unwrap()).unwrap();
    let id = policy["Statement"][0]["Sid"].as_str().unwrap().to_owned();
    let path = format!("/functions/rules-dev-tidy/policy/{id}?Qualifier=live");
    assert_eq!(shop.project.aws().rest("lambda", "DELETE", &path, &Value::Null).status, 204);
    assert_eq!(shop.writes_of_deploy(ONLY_SCHEDULE), ["AddPermission"]);

    let queue = json!({"Id": "theirs", "Arn": "arn:aws:sqs:us-east-1:1:audit"});
    shop.events("PutTargets", &json!({"Rule": "rules-dev-tidy-event", "Targets": [queue]}));
    assert_eq!(shop.writes_of_deploy(ONLY_SCHEDULE), Vec::<String>::new());
    shop.project.rchalice("delete").run().ok();
    assert_eq!(shop.rules(), json!([]));
}

#[test]
fn a_variable_that_makes_no_schedule_is_told_with_its_place() {
    let shop = Shop::with_bus();
    shop.project.variable("REPORT_HOUR", "25");
    let output = shop.deploy(ALL);
    assert_eq!(
        (output.status, output.stderr.as_str()),
        (
            1,
            "error: `#[schedule]` of `report` cannot be deployed to stage `dev`: `cron(0 25 ? * MON-FRI *)` is no schedule: `25` cannot be the hours of a cron expression: 0 to 23 (src/schedules.rs:22)

hint: change the attribute, or the variables that it names, in .chalice/config.json
"
        )
    );
    shop.project.configure("/stages/dev/environment_variables", json!({"REPORT_HOUR": "9", "SHOP": "s"}));
    let output = shop.deploy(ALL);
    assert_eq!(
        (output.status, output.stderr.as_str()),
        (
            1,
            "error: the variable `RETURNS_BUS` of an event source is not set in stage `dev` (src/orders.rs:21)

hint: add \"RETURNS_BUS\" to \"environment_variables\" of stage \"dev\" in .chalice/config.json
"
        )
    );
}

#[test]
fn a_bus_that_is_not_there_is_told_with_what_to_do() {
    let shop = Shop::new();
    let output = shop.deploy(ALL);
    assert_eq!(output.status, 1);
    let expected = "error: AWS refused `events:PutRule`: ResourceNotFoundException: Event bus returns-dev does not exist.

8 of 13 steps are done and recorded

hint: make the event bus (`aws events create-event-bus --name NAME`), or name another one in `bus`
";
    assert!(output.stderr.ends_with(expected), "{}", output.stderr);
    shop.events("CreateEventBus", &json!({"Name": "returns-dev"}));
    shop.deploy(ALL).ok();
    assert_eq!(shop.rules().as_array().unwrap().len(), 4);
}

#[test]
fn a_name_that_is_too_long_for_a_rule_is_told_before_anything_is_made() {
    let shop = Shop::new();
    shop.project.configure("/app_name", json!("a".repeat(51)));
    let output = shop.deploy(ONLY_SCHEDULE);
    let name = format!("{}-dev-tidy-event", "a".repeat(51));
    let expected = format!(
        "error: the rule name `{name}` has 66 characters, AWS allows 64

hint: shorten the name of the handler `tidy`, the stage or \"app_name\"
"
    );
    assert_eq!((output.status, output.stderr), (1, expected));
}

#[test]
fn the_template_holds_the_rule_of_each_function() {
    let project = Hello::of("rules");
    project.rchalice("package out --bootstrap").arg(bootstrap_of("rules", ALL)).run().ok();
    check_template(&project.file("out/sam.json"));
    let template = std::fs::read_to_string(project.file("out/sam.json")).unwrap();
    let template: Value = serde_json::from_str(&template).unwrap();
    expect_file!["../../../fixtures/golden/rules/sam.json"].assert_eq(&format!("{template:#}\n"));
}
