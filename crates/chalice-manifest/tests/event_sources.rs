//! Event sources: how they stand in a record, and what `resolve` refuses of them.

use chalice_manifest::{
    App, CloudwatchEvents, DynamodbStream, EventHandler, EventSource, Handler, KinesisStream, Pattern, Place,
    Polling, Queue, Record, Schedule, SqsQueue, StartingPosition, Target, resolve,
};
use serde_json::{Value, json};

fn place(line: u32) -> Place {
    Place {
        package: "app".to_owned(),
        version: "1.0.0".to_owned(),
        target: Target::Lib,
        module: "app".to_owned(),
        file: "src/lib.rs".to_owned(),
        line,
    }
}

fn app() -> Record {
    let (place, name) = (place(1), "app".to_owned());
    Record::App(App { place, name, cors: None, blueprints: vec![], binary_types: None })
}

fn handler(line: u32, name: &str, source: EventSource) -> Record {
    let handler = Handler { place: place(line), name: name.to_owned(), summary: None, description: None };
    Record::EventHandler(EventHandler { handler, source })
}

fn polling(batch_size: u32, window: u32) -> Polling {
    Polling { batch_size, maximum_batching_window_in_seconds: window, report_batch_item_failures: false }
}

fn queue(queue: Queue, polling: Polling, maximum_concurrency: Option<u32>) -> EventSource {
    EventSource::Sqs(SqsQueue { queue, polling, maximum_concurrency })
}

fn named(name: &str) -> Queue {
    Queue::Name(name.to_owned())
}

fn kinesis(stream: &str, polling: Polling) -> EventSource {
    let starting_position = StartingPosition::Latest;
    EventSource::Kinesis(KinesisStream { stream: stream.to_owned(), polling, starting_position })
}

fn dynamodb(stream_arn: &str) -> EventSource {
    let (polling, starting_position) = (polling(100, 0), StartingPosition::TrimHorizon);
    EventSource::Dynamodb(DynamodbStream { stream_arn: stream_arn.to_owned(), polling, starting_position })
}

fn schedule(expression: &str) -> EventSource {
    EventSource::Schedule(Schedule { expression: expression.to_owned(), description: String::new() })
}

fn cloudwatch(pattern: Value, bus: Option<&str>) -> EventSource {
    let pattern = serde_json::from_value(pattern).unwrap_or(Pattern::Null);
    EventSource::Cloudwatch(CloudwatchEvents { pattern, bus: bus.map(str::to_owned) })
}

fn problems(source: EventSource) -> Vec<String> {
    let resolved = resolve(&[app(), handler(7, "work", source)]);
    resolved.err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn each_source_stands_in_its_record_in_these_words() {
    let texts = [
        queue(named("orders"), polling(1, 0), None),
        queue(Queue::Arn("${ARN}".to_owned()), polling(20, 2), Some(4)),
        kinesis("clicks", polling(100, 0)),
        dynamodb("${STREAM}"),
        schedule("rate(1 hour)"),
        cloudwatch(json!({"source": ["aws.ec2"]}), Some("shop")),
    ];
    let expected = [
        json!({"sqs": {
            "queue": {"name": "orders"}, "batch_size": 1, "maximum_batching_window_in_seconds": 0,
            "report_batch_item_failures": false, "maximum_concurrency": null,
        }}),
        json!({"sqs": {
            "queue": {"arn": "${ARN}"}, "batch_size": 20, "maximum_batching_window_in_seconds": 2,
            "report_batch_item_failures": false, "maximum_concurrency": 4,
        }}),
        json!({"kinesis": {
            "stream": "clicks", "batch_size": 100, "maximum_batching_window_in_seconds": 0,
            "report_batch_item_failures": false, "starting_position": "LATEST",
        }}),
        json!({"dynamodb": {
            "stream_arn": "${STREAM}", "batch_size": 100, "maximum_batching_window_in_seconds": 0,
            "report_batch_item_failures": false, "starting_position": "TRIM_HORIZON",
        }}),
        json!({"schedule": {"expression": "rate(1 hour)", "description": ""}}),
        json!({"cloudwatch": {"pattern": {"source": ["aws.ec2"]}, "bus": "shop"}}),
    ];
    for (source, expected) in texts.into_iter().zip(expected) {
        let record = handler(7, "work", source);
        let json = serde_json::to_value(&record).unwrap_or_default();
        assert_eq!(
            (&json["kind"], &json["name"], &json["source"]),
            (&json!("event_handler"), &json!("work"), &expected)
        );
        assert_eq!(serde_json::from_value::<Record>(json).ok(), Some(record));
    }
}

#[test]
fn a_handler_of_events_is_a_function_with_its_source() {
    let source = queue(named("orders"), polling(10, 0), Some(2));
    let resolved = resolve(&[app(), handler(7, "work", source.clone())]);
    let functions = resolved.map(|resolved| resolved.functions).unwrap_or_default();
    let found: Vec<_> =
        functions.iter().map(|function| (&*function.handler.name, &function.source)).collect();
    assert_eq!(found, [("work", &Some(source))]);
}

#[test]
fn handlers_of_events_share_their_names_with_all_functions() {
    let source = || queue(named("orders"), polling(1, 0), None);
    let records = [
        app(),
        handler(7, "work", source()),
        handler(9, "work", source()),
        handler(11, "api_handler", source()),
    ];
    let problems = resolve(&records).err().unwrap_or_default();
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "two Lambda functions are called `work`; give one of them `name = \"…\"` (src/lib.rs:7 and src/lib.rs:9)",
            "the name `api_handler` belongs to the function of the REST API; choose another (src/lib.rs:11)",
        ]
    );
}

#[test]
fn what_aws_would_refuse_is_told_with_its_place() {
    let sqs = "`#[on_sqs_message]` of `work` cannot be served: ";
    let window = "maximum_batching_window_in_seconds";
    let url = "https://sqs.us-east-1.amazonaws.com/1/orders";
    let rows: [(EventSource, Vec<String>); 6] = [
        (
            queue(named(url), polling(0, 301), Some(1)),
            vec![
                format!("{sqs}`queue` is the queue's name, not its URL or ARN (which `queue_arn` takes), so `{url}` cannot be one"),
                format!("{sqs}`batch_size` is a number from 1 to 10000, not 0"),
                format!("{sqs}`{window}` is a number from 0 to 300, not 301"),
                format!("{sqs}`maximum_concurrency` is a number from 2 to 1000, not 1"),
            ],
        ),
        (
            queue(Queue::Arn("orders".to_owned()), polling(11, 0), None),
            vec![
                format!("{sqs}`queue_arn` takes the ARN of a queue, as in `arn:aws:sqs:us-east-1:123456789012:orders`, not `orders`"),
                format!("{sqs}`batch_size` is 11: to collect more than 10 messages, SQS needs `{window}` of 1 or more"),
            ],
        ),
        (
            queue(named("orders.fifo"), polling(11, 1), None),
            vec![
                format!("{sqs}the queue is a FIFO queue, of which `{window}` is at most 0"),
                format!("{sqs}the queue is a FIFO queue, of which `batch_size` is at most 10"),
            ],
        ),
        (
            kinesis("arn:aws:kinesis:us-east-1:1:stream/s", polling(100, 0)),
            vec!["`#[on_kinesis_record]` of `work` cannot be served: `stream` is the stream's name, not its ARN, so `arn:aws:kinesis:us-east-1:1:stream/s` cannot be one".to_owned()],
        ),
        (
            dynamodb("arn:aws:dynamodb:us-east-1:1:table/orders"),
            vec!["`#[on_dynamodb_record]` of `work` cannot be served: `stream_arn` takes the ARN of a table's stream, as in `arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000`, not `arn:aws:dynamodb:us-east-1:1:table/orders`".to_owned()],
        ),
        (dynamodb("arn:aws:dynamodb:us-east-1:1:table/orders/stream/2026-01-01T00:00:00.000"), vec![]),
    ];
    for (source, expected) in rows {
        let expected: Vec<String> =
            expected.iter().map(|problem| format!("{problem} (src/lib.rs:7)")).collect();
        assert_eq!(problems(source), expected);
    }
}

#[test]
fn a_text_with_a_variable_is_judged_once_it_is_filled() {
    for source in [
        queue(Queue::Arn("${ARN}".to_owned()), polling(1, 0), None),
        kinesis("${S}", polling(1, 0)),
        dynamodb("${S}"),
        schedule("rate(${N} minutes)"),
        cloudwatch(json!({"source": ["${S}"]}), Some("${BUS}")),
    ] {
        assert_eq!(problems(source), Vec::<String>::new());
    }
}

#[test]
fn what_eventbridge_would_refuse_is_told_with_its_place() {
    let list = "list the values that it may have, as in `[\"running\"]`, or say which fields it has, as in `{\"state\": [\"running\"]}`";
    let none = "a pattern says which fields an event has, as in `{\"source\": [\"aws.ec2\"]}`; an empty one matches nothing";
    let alternatives =
        "it lists alternatives, as in `[{\"state\": [\"running\"]}, {\"region\": [\"eu-west-1\"]}]`";
    let arn = "arn:aws:events:us-east-1:1:event-bus/b";
    let pattern = |pattern: Value| cloudwatch(pattern, None);
    let rows = [
        (schedule("rate(1 hours)"), vec!["`rate(1 hours)` is no schedule: write `rate(1 hour)`".to_owned()]),
        (pattern(json!({})), vec![none.to_owned()]),
        (pattern(json!(["source"])), vec![none.to_owned()]),
        (
            pattern(json!({"source": "s", "detail": {"a": [], "b": {}, "c": null}})),
            ["detail.a", "detail.b", "detail.c", "source"]
                .map(|field| format!("`{field}` of the pattern: {list}"))
                .to_vec(),
        ),
        (
            pattern(json!({"detail": {"a": [["x"]], "$or": ["y", {"b": 1}]}})),
            vec![
                format!("`detail.$or` of the pattern: {alternatives}"),
                format!("`detail.b` of the pattern: {list}"),
                "`detail.a` of the pattern: there can be no list in the list of its values".to_owned(),
            ],
        ),
        (
            cloudwatch(json!({"source": [{"begins": "s"}]}), Some(arn)),
            vec![
                "`source` of the pattern: EventBridge has no match `begins`; it has `anything-but`, `cidr`, \
                 `equals-ignore-case`, `exists`, `numeric`, `prefix`, `suffix`, `wildcard`"
                    .to_owned(),
                format!("`bus` is the event bus's name, not its ARN, so `{arn}` cannot be one"),
            ],
        ),
        (
            cloudwatch(
                json!({"source": ["s", null, 1, {"anything-but": ["t"]}], "$or": [{"a": [true]}, {"b": [{"exists": false}]}]}),
                Some("aws.partner/shop.com/1"),
            ),
            vec![],
        ),
    ];
    for (source, expected) in rows {
        let start = format!("`#[{}]` of `work` cannot be served: ", source.attribute());
        let expected: Vec<String> =
            expected.iter().map(|problem| format!("{start}{problem} (src/lib.rs:7)")).collect();
        assert_eq!(problems(source), expected);
    }
}

#[test]
fn a_description_that_is_too_long_is_told() {
    let description = "é".repeat(513);
    let source = Schedule { expression: "rate(1 hour)".to_owned(), description };
    let expected = "`#[schedule]` of `work` cannot be served: `description` has 513 characters, EventBridge takes 512 (src/lib.rs:7)";
    assert_eq!(problems(EventSource::Schedule(source)), [expected]);
}

#[test]
fn variables_are_filled_in_every_text_of_a_pattern() {
    let mut source =
        cloudwatch(json!({"source": ["${A}"], "detail": {"${B}": [{"prefix": "${C}"}, 1]}}), Some("${D}"));
    let texts: Vec<String> = source.texts_mut().into_iter().map(|text| text.clone()).collect();
    assert_eq!(texts, ["${C}", "${A}", "${D}"]);
}
