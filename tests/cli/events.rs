//! Event sources: `fixtures/apps/event_sources` with a queue, a stream and a table of its account.

use crate::harness::{Hello, Output, bootstrap_of};
use crate::package::check_template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use expect_test::expect_file;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The fixture, and what its account holds.
struct Shop {
    project: Hello,
}

const ALL: &str = "";
const CHANGED: &str = "changed";
const WITHOUT_ORDERS: &str = "without-orders";
const ONLY_ORDERS: &str = "only-orders";

impl Shop {
    /// With the queue alone.
    fn with_queue() -> Self {
        let shop = Self { project: Hello::of("event_sources") };
        shop.queue("orders-dev");
        shop
    }

    fn with_everything() -> Self {
        let shop = Self::with_queue();
        shop.project.call(
            "kinesis",
            "Kinesis_20131202.CreateStream",
            &json!({"StreamName": "clicks-dev", "ShardCount": 1}),
        );
        let table = json!({
            "TableName": "stock-dev", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "item", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "item", "KeyType": "HASH"}],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        });
        let made = shop.project.call("dynamodb", "DynamoDB_20120810.CreateTable", &table);
        let stream = made["TableDescription"]["LatestStreamArn"].as_str().unwrap();
        shop.project.variable("STOCK_STREAM_ARN", stream);
        shop
    }

    fn queue(&self, name: &str) -> String {
        let attributes = json!({"VisibilityTimeout": "30"});
        let queue = json!({"QueueName": name, "Attributes": attributes});
        self.project.call("sqs", "AmazonSQS.CreateQueue", &queue)["QueueUrl"].as_str().unwrap().to_owned()
    }

    fn deploy(&self, features: &str) -> Output {
        self.project.rchalice("deploy --bootstrap").arg(bootstrap_of("event_sources", features)).run()
    }

    #[track_caller]
    fn writes_of_deploy(&self, features: &str) -> Vec<String> {
        self.project.proxy.clear();
        self.deploy(features).ok();
        self.project.proxy.writes()
    }

    /// Of the only mapping, as one deploy or another would have left it.
    fn change_recorded_mapping(&self, change: impl FnOnce(&mut Value)) {
        let mut record = self.project.record("dev");
        let resources = record["resources"].as_array_mut().unwrap();
        let mapping =
            resources.iter_mut().find(|resource| resource["kind"] == "event_source_mapping").unwrap();
        change(&mut mapping["attributes"]);
        std::fs::write(self.project.file(".chalice/deployed/dev.json"), record.to_string()).unwrap();
    }

    /// Of all functions, what identifies each and what a deploy sets.
    fn mappings(&self) -> Value {
        let listed = self.project.aws().rest("lambda", "GET", "/event-source-mappings/", &Value::Null).json();
        let of = |mapping: &Value| {
            let field = |name: &str| mapping[name].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
            let function = mapping["FunctionArn"].as_str().unwrap();
            json!({
                "source": field("EventSourceArn"),
                "function": function.split(":function:").nth(1).unwrap(),
                "batch_size": mapping["BatchSize"],
                "concurrency": mapping["ScalingConfig"]["MaximumConcurrency"],
                "responses": mapping["FunctionResponseTypes"],
            })
        };
        let mut mappings: Vec<Value> =
            listed["EventSourceMappings"].as_array().unwrap().iter().map(of).collect();
        mappings.sort_by_key(ToString::to_string);
        mappings.into()
    }

    /// The orders' mapping, as the fixture has it.
    fn only_mapping(batch_size: u32) -> Value {
        json!([{
            "source": "orders-dev", "function": "event-sources-dev-take_orders:live", "batch_size": batch_size,
            "concurrency": 2, "responses": ["ReportBatchItemFailures"],
        }])
    }

    /// Makes a mapping to the fixture's function of orders by hand, and waits until Lambda takes changes of it.
    fn map_by_hand(&self, source_arn: &str) -> String {
        let mapping =
            json!({"EventSourceArn": source_arn, "FunctionName": "event-sources-dev-take_orders:live"});
        let made = self.project.aws().rest("lambda", "POST", "/event-source-mappings/", &mapping).json();
        let id = made["UUID"].as_str().unwrap();
        let path = format!("/event-source-mappings/{id}");
        let deadline = Instant::now() + Duration::from_secs(30);
        while self.project.aws().rest("lambda", "GET", &path, &Value::Null).json()["State"] != "Enabled" {
            assert!(Instant::now() < deadline, "{id} is still not enabled");
            std::thread::sleep(Duration::from_millis(50));
        }
        id.to_owned()
    }

    fn waiting_messages(&self, queue: &str) -> u32 {
        let names = json!(["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]);
        let asked = json!({"QueueUrl": queue, "AttributeNames": names});
        let told = self.project.call("sqs", "AmazonSQS.GetQueueAttributes", &asked);
        let counts = told["Attributes"].as_object().unwrap().values();
        counts.map(|count| count.as_str().unwrap().parse::<u32>().unwrap()).sum()
    }
}

#[test]
fn events_of_a_queue_a_stream_and_a_table_come_to_their_functions() {
    let shop = Shop::with_everything();
    let output = shop.deploy(ALL).ok();
    let stream = shop.project.record("dev")["resources"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|resource| {
            resource["attributes"]["source_arn"].as_str().filter(|arn| arn.contains("dynamodb"))
        })
        .unwrap()
        .to_owned();
    assert_eq!(
        output.stderr,
        format!(
            "Creating IAM role: event-sources-dev
Creating lambda function: event-sources-dev-count_clicks
Creating lambda function: event-sources-dev-take_orders
Creating lambda function: event-sources-dev-watch_stock
Subscribing event-sources-dev-count_clicks to Kinesis stream clicks-dev
Subscribing event-sources-dev-take_orders to SQS queue orders-dev
Subscribing event-sources-dev-watch_stock to DynamoDB stream {stream}
"
        )
    );
    let functions = ["CreateFunction", "CreateAlias"].repeat(3);
    let expected =
        [&["CreateRole", "PutRolePolicy"][..], &functions, &["CreateEventSourceMapping"; 3]].concat();
    assert_eq!(shop.project.proxy.writes(), expected);

    let queue = shop.queue("orders-dev");
    for body in [r#"{"item": "tea", "count": 2}"#, "no order"] {
        shop.project.call("sqs", "AmazonSQS.SendMessage", &json!({"QueueUrl": queue, "MessageBody": body}));
    }
    let record = json!({"StreamName": "clicks-dev", "PartitionKey": "ada", "Data": STANDARD.encode("/tea")});
    shop.project.call("kinesis", "Kinesis_20131202.PutRecord", &record);
    let item = json!({"TableName": "stock-dev", "Item": {"item": {"S": "tea"}, "left": {"N": "3"}}});
    shop.project.call("dynamodb", "DynamoDB_20120810.PutItem", &item);
    shop.project.sees("take_orders", "ordered 2 of tea");
    shop.project.sees("count_clicks", "clicked /tea by ada");
    shop.project.sees("watch_stock", "INSERT: 3 of tea left");
    assert_eq!(shop.waiting_messages(&queue), 1, "what is no order comes again, what is one does not");

    let event = json!({"Records": [{"messageId": "m", "receiptHandle": "r", "body": "?"}]}).to_string();
    let answer = shop.project.rchalice("invoke -n take_orders").stdin(&event).run().ok();
    assert_eq!(answer.stdout, "{\"batchItemFailures\": [{\"itemIdentifier\": \"m\"}]}\n");

    shop.project.proxy.clear();
    assert_eq!(shop.deploy(ALL).ok().stderr, "Nothing to change\n");
    let function = ["GetFunction", "GetFunction"];
    let reads = [
        &["GetCallerIdentity", "GetRole", "GetRolePolicy"][..],
        &function.repeat(3),
        &["GetEventSourceMapping"; 3],
    ];
    assert_eq!(shop.project.proxy.operations(), reads.concat());

    shop.project.rchalice("delete").run().ok();
    assert_eq!(shop.mappings(), json!([]));
    assert_eq!(shop.project.holdings(), json!({"functions": [], "roles": [], "rest_apis": []}));
}

#[test]
fn the_role_may_poll_exactly_the_sources() {
    let project = Hello::of("event_sources");
    let policy =
        project.rchalice("gen-policy --bootstrap").arg(bootstrap_of("event_sources", ALL)).run().ok();
    expect_file!["../../fixtures/golden/event_sources/policy.json"].assert_eq(&policy.stdout);
}

#[test]
fn the_deployer_may_map_sources_to_functions() {
    let project = Hello::of("event_sources");
    let bootstrap = bootstrap_of("event_sources", ONLY_ORDERS);
    let policy = project.rchalice("gen-policy --deployer --bootstrap").arg(bootstrap).run().ok();
    let policy: Value = serde_json::from_str(&policy.stdout).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    let of_mappings: Vec<&Value> =
        statements.iter().filter(|statement| statement.to_string().contains("EventSourceMapping")).collect();
    assert_eq!(
        json!(of_mappings),
        json!([
            {
                "Effect": "Allow",
                "Action": [
                    "lambda:DeleteEventSourceMapping",
                    "lambda:GetEventSourceMapping",
                    "lambda:TagResource",
                    "lambda:UpdateEventSourceMapping",
                ],
                "Resource": ["arn:aws:lambda:*:*:event-source-mapping:*"],
            },
            {
                "Effect": "Allow",
                "Action": ["lambda:CreateEventSourceMapping", "lambda:ListEventSourceMappings"],
                "Resource": ["*"],
            },
        ])
    );
}

#[test]
fn a_changed_batch_size_takes_one_call_beside_those_of_the_code() {
    let shop = Shop::with_queue();
    shop.deploy(ONLY_ORDERS).ok();
    assert_eq!(shop.mappings(), Shop::only_mapping(5));
    let code = ["UpdateFunctionCode", "PublishVersion", "UpdateAlias"];
    let changed = format!("{ONLY_ORDERS} {CHANGED}");
    let plan =
        shop.project.rchalice("plan --bootstrap").arg(bootstrap_of("event_sources", &changed)).run().ok();
    assert_eq!(
        plan.stdout,
        "~ Lambda function event-sources-dev-take_orders
      code: changes
~ event source mapping from SQS queue orders-dev to event-sources-dev-take_orders
      batch_size: 5 → 10

2 resources: 0 to create, 2 to change, 0 to delete
"
    );
    shop.project.proxy.fail_times(
        1,
        "UpdateEventSourceMapping",
        "ResourceInUseException",
        "Cannot update the event source mapping because it is in use.",
    );
    let busy = ["UpdateEventSourceMapping"; 2]; // once refused, as another change was not over
    assert_eq!(shop.writes_of_deploy(&changed), [&code[..], &busy].concat());
    assert_eq!(shop.mappings(), Shop::only_mapping(10));
    assert_eq!(shop.writes_of_deploy(&changed), Vec::<String>::new());
}

#[test]
fn a_removed_handler_takes_its_mapping_with_it() {
    let shop = Shop::with_everything();
    shop.deploy(ALL).ok();
    let writes = shop.writes_of_deploy(WITHOUT_ORDERS);
    let code = ["UpdateFunctionCode", "PublishVersion", "UpdateAlias"];
    let expected =
        [&code.repeat(2)[..], &["DeleteEventSourceMapping", "PutRolePolicy", "DeleteFunction"]].concat();
    assert_eq!(writes, expected);
    let sources: Vec<Value> =
        shop.mappings().as_array().unwrap().iter().map(|mapping| mapping["function"].clone()).collect();
    assert_eq!(sources, ["event-sources-dev-watch_stock:live", "event-sources-dev-count_clicks:live"]);
}

#[test]
fn another_queue_is_mapped_before_the_old_one_is_let_go() {
    let shop = Shop::with_queue();
    shop.deploy(ONLY_ORDERS).ok();
    shop.queue("orders-new");
    shop.project.variable("ORDERS_QUEUE", "orders-new");
    let writes = shop.writes_of_deploy(ONLY_ORDERS);
    let expected = [
        "PutRolePolicy",
        "UpdateFunctionConfiguration",
        "PublishVersion",
        "UpdateAlias",
        "CreateEventSourceMapping",
        "DeleteEventSourceMapping",
        "PutRolePolicy",
    ];
    assert_eq!(writes, expected);
    let mut expected = Shop::only_mapping(5);
    expected[0]["source"] = json!("orders-new");
    assert_eq!(shop.mappings(), expected);
}

#[test]
fn a_role_that_may_not_poll_yet_is_waited_for() {
    let shop = Shop::with_queue();
    let message = "The provided execution role does not have permissions to call ReceiveMessage on SQS";
    shop.project.proxy.fail_times(2, "CreateEventSourceMapping", "InvalidParameterValueException", message);
    shop.deploy(ONLY_ORDERS).ok();
    assert_eq!(shop.mappings(), Shop::only_mapping(5));
}

#[test]
fn a_deploy_that_loses_its_connection_at_any_write_leaves_one_mapping_in_the_end() {
    for writes in 0.. {
        let shop = Shop::with_queue();
        shop.project.proxy.cut_after_writes(writes);
        let stopped = shop.deploy(ONLY_ORDERS);
        shop.project.proxy.heal();
        if stopped.status == 0 {
            assert_eq!(writes, 6, "how many writes there are");
            break;
        }
        let output = shop.deploy(ONLY_ORDERS);
        assert_eq!(output.status, 0, "cut after {writes} writes\n{}\n{}", stopped.stderr, output.stderr);
        assert_eq!(shop.mappings(), Shop::only_mapping(5), "cut after {writes} writes");
        assert_eq!(shop.writes_of_deploy(ONLY_ORDERS), Vec::<String>::new(), "after {writes} writes");
    }
}

#[test]
fn a_deploy_that_loses_its_connection_at_any_write_is_undone_by_a_delete() {
    for writes in 4.. {
        let shop = Shop::with_queue();
        shop.project.proxy.cut_after_writes(writes);
        let stopped = shop.deploy(ONLY_ORDERS);
        shop.project.proxy.heal();
        shop.project.rchalice("delete").run().ok();
        assert_eq!(shop.mappings(), json!([]), "cut after {writes} writes");
        if stopped.status == 0 {
            break;
        }
    }
}

#[test]
fn a_mapping_whose_record_is_lost_is_adopted_by_its_function() {
    let shop = Shop::with_queue();
    shop.deploy(ONLY_ORDERS).ok();
    let recorded = shop.project.recorded_attributes("dev");
    std::fs::remove_file(shop.project.file(".chalice/deployed/dev.json")).unwrap();
    assert_eq!(shop.writes_of_deploy(ONLY_ORDERS), Vec::<String>::new());
    assert_eq!(shop.project.recorded_attributes("dev"), recorded);
}

#[test]
fn a_mapping_that_was_deleted_by_hand_is_made_again() {
    let shop = Shop::with_queue();
    shop.deploy(ONLY_ORDERS).ok();
    let resources = shop.project.record("dev")["resources"].clone();
    let is_mapping = |resource: &&Value| resource["kind"] == "event_source_mapping";
    let id = resources.as_array().unwrap().iter().find(is_mapping).unwrap()["attributes"]["id"].clone();
    let path = format!("/event-source-mappings/{}", id.as_str().unwrap());
    assert_eq!(shop.project.aws().rest("lambda", "DELETE", &path, &Value::Null).status, 202);
    assert_eq!(shop.writes_of_deploy(ONLY_ORDERS), ["CreateEventSourceMapping"]);
    assert_eq!(shop.mappings(), Shop::only_mapping(5));
}

#[test]
fn a_mapping_that_was_made_though_the_answer_was_lost_is_taken_for_made() {
    let shop = Shop::with_queue();
    shop.deploy(ONLY_ORDERS).ok();
    shop.change_recorded_mapping(|attributes| *attributes = json!({}));
    // It is found only once the call says that it is there already, as the retry of a call is told.
    shop.project.proxy.fail_times(1, "ListEventSourceMappings", "ResourceNotFoundException", "not seen yet");
    assert_eq!(shop.writes_of_deploy(ONLY_ORDERS), ["CreateEventSourceMapping"]);
    assert_eq!(shop.mappings(), Shop::only_mapping(5));
    assert_eq!(shop.writes_of_deploy(ONLY_ORDERS), Vec::<String>::new());
}

#[test]
fn a_queue_of_the_same_name_elsewhere_is_let_go_for_the_one_that_is_meant() {
    let shop = Shop::with_queue();
    shop.deploy(ONLY_ORDERS).ok();
    shop.queue("orders-elsewhere");
    let elsewhere = format!("arn:aws:sqs:us-east-1:{}:orders-elsewhere", shop.project.account.id());
    let by_hand = shop.map_by_hand(&elsewhere);
    shop.change_recorded_mapping(|attributes| {
        let path = format!("/event-source-mappings/{}", attributes["id"].as_str().unwrap());
        assert_eq!(shop.project.aws().rest("lambda", "DELETE", &path, &Value::Null).status, 202);
        attributes["id"] = json!(by_hand);
        attributes["source_arn"] = json!(elsewhere);
    });
    let writes = ["DeleteEventSourceMapping", "CreateEventSourceMapping"];
    assert_eq!(shop.writes_of_deploy(ONLY_ORDERS), writes);
    assert_eq!(shop.mappings(), Shop::only_mapping(5));
}

#[test]
fn failures_of_single_messages_are_looked_for_before_there_is_code_that_reports_them() {
    let shop = Shop::with_queue();
    shop.deploy(ONLY_ORDERS).ok();
    shop.change_recorded_mapping(|attributes| {
        let path = format!("/event-source-mappings/{}", attributes["id"].as_str().unwrap());
        let as_before = json!({"FunctionResponseTypes": []});
        assert_eq!(shop.project.aws().rest("lambda", "PUT", &path, &as_before).status, 200);
    });
    let writes = shop.writes_of_deploy(&format!("{ONLY_ORDERS} {CHANGED}"));
    let expected = ["UpdateEventSourceMapping", "UpdateFunctionCode", "PublishVersion", "UpdateAlias"];
    assert_eq!(writes, expected);
    assert_eq!(shop.mappings(), Shop::only_mapping(10));
}

#[test]
fn a_queue_that_is_too_impatient_for_its_function_is_refused_with_what_to_do() {
    let shop = Shop::with_queue();
    shop.project.configure("/lambda_timeout", json!(31));
    let output = shop.deploy(ONLY_ORDERS);
    assert_eq!(output.status, 1);
    let expected = "error: AWS refused `lambda:CreateEventSourceMapping`: InvalidParameterValueException: Queue visibility \
        timeout: 30 seconds is less than Function timeout: 31 seconds

2 of 3 steps are done and recorded

hint: give the queue a visibility timeout of six times the function's timeout, or shorten \"lambda_timeout\" of the \
        function in .chalice/config.json
";
    assert!(output.stderr.ends_with(expected), "{}", output.stderr);
    shop.project.configure("/lambda_timeout", json!(30));
    shop.deploy(ONLY_ORDERS).ok();
    assert_eq!(shop.mappings(), Shop::only_mapping(5));
}

#[test]
fn a_variable_that_names_no_queue_is_told_with_its_place() {
    let shop = Shop::with_queue();
    shop.project.configure("/stages/dev/environment_variables", json!({}));
    let output = shop.deploy(ONLY_ORDERS);
    assert_eq!(
        (output.status, output.stderr.as_str()),
        (
            1,
            "error: the variable `ORDERS_QUEUE` of an event source is not set in stage `dev` (src/orders.rs:15)

hint: add \"ORDERS_QUEUE\" to \"environment_variables\" of stage \"dev\" in .chalice/config.json
"
        )
    );
    let url = "https://sqs.us-east-1.amazonaws.com/1/orders";
    shop.project.variable("ORDERS_QUEUE", url);
    let output = shop.deploy(ONLY_ORDERS);
    assert_eq!(
        (output.status, output.stderr),
        (
            1,
            format!(
                "error: `#[on_sqs_message]` of `take_orders` cannot be deployed to stage `dev`: `queue` is the queue's name, not its URL or ARN (which `queue_arn` takes), so `{url}` cannot be one (src/orders.rs:15)

hint: change the attribute, or the variables that it names, in .chalice/config.json
"
            )
        )
    );
}

#[test]
fn the_template_holds_the_events_of_each_function() {
    let project = Hello::of("event_sources");
    project.rchalice("package out --bootstrap").arg(bootstrap_of("event_sources", ALL)).run().ok();
    check_template(&project.file("out/sam.json"));
    let template = std::fs::read_to_string(project.file("out/sam.json")).unwrap();
    let template: Value = serde_json::from_str(&template).unwrap();
    expect_file!["../../fixtures/golden/event_sources/sam.json"].assert_eq(&format!("{template:#}\n"));
}
