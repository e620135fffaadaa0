//! Handlers of events: what the manifest says of them, what they are given, what they answer.
#![allow(clippy::expect_used, clippy::panic)] // a failed expectation fails the test
#![allow(clippy::unused_async, clippy::needless_pass_by_value, clippy::unnecessary_wraps)] // handlers as users write them

use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use chalice::prelude::*;
use chalice::test::{Client, events};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

chalice::app! { name: "events", main: false }

/// What came, in order.
#[derive(Default)]
struct Seen(Mutex<Vec<String>>);

impl Seen {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().expect("nobody panics with the lock").push(what.into());
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("nobody panics with the lock"))
    }
}

#[init]
fn seen() -> Seen {
    Seen::default()
}

#[lambda_function]
fn taken(_nothing: Value, seen: State<Seen>) -> Result<Vec<String>> {
    Ok(seen.taken())
}

const BATCH: u32 = 20;

mod queues {
    pub(crate) const RETURNS: &str = "arn:aws:sqs:us-east-1:123456789012:${STAGE}-\"returns\"";
}

/// Takes orders.
#[on_sqs_message(queue = "orders")]
async fn orders(event: SqsEvent, seen: State<Seen>, context: LambdaContext) -> Result<usize> {
    assert_eq!(event.lambda_context().aws_request_id(), context.aws_request_id());
    for record in &event {
        seen.note(record.body());
    }
    Ok(event.records().len())
}

#[on_sqs_message(
    queue_arn = queues::RETURNS,
    batch_size = BATCH,
    maximum_batching_window_in_seconds = 5 * 2,
    maximum_concurrency = 4,
    name = "take_back"
)]
async fn returns(event: SqsEvent, user: Extension<String>) -> Result<BatchResponse, std::io::Error> {
    assert_eq!(*user.0, "middleware");
    Ok(event.iter().filter(|record| record.body() == "broken").collect())
}

mod shop {
    use chalice::prelude::*;
    use serde_json::Value;

    chalice::blueprint! { name_prefix: "shop_" }

    #[on_kinesis_record(stream = "${CLICKS}", starting_position = "TRIM_HORIZON")]
    pub(crate) fn clicks(event: KinesisEvent) -> Result<Vec<Value>> {
        event.iter().map(KinesisRecord::json).collect()
    }
}

#[derive(Deserialize, Serialize)]
struct Order {
    id: String,
    count: Option<u32>,
}

#[on_dynamodb_record(stream_arn = "${ORDERS}", batch_size = 7)]
async fn changes(event: DynamodbEvent, seen: State<Seen>) -> Result<()> {
    for record in &event {
        let image = |item: Option<chalice::Item>| item.map(|item| item.json::<Order>()).transpose();
        let (old, new) = (image(record.old_image())?, image(record.new_image())?);
        let key: Order = record.keys().json()?;
        let counts = [old, new].map(|order| order.and_then(|order| order.count));
        seen.note(format!("{} {} {} {counts:?}", record.event_name(), record.table_name(), key.id));
    }
    Ok(())
}

/// Named like a type of chalice's.
#[derive(Deserialize)]
struct Request {
    #[serde(rename = "Records")]
    records: Vec<Value>,
}

#[on_sqs_message(queue = "any")]
fn with_a_type_of_ones_own(event: Request, env: Env) -> Result<(usize, String)> {
    Ok((event.records.len(), env.get("WHO")?))
}

#[middleware(sqs, order = 1)]
async fn around_messages(mut event: SqsEvent, next: Next<SqsEvent>, seen: State<Seen>) -> Result<SqsOutput> {
    seen.note(format!("sqs {}", event.records().len()));
    event.insert("middleware".to_owned());
    next.run(event).await
}

#[middleware]
async fn around_changes(
    event: DynamodbEvent,
    next: Next<DynamodbEvent>,
    seen: State<Seen>,
) -> Result<DynamodbOutput> {
    seen.note("dynamodb");
    next.run(event).await
}

#[middleware(all)]
async fn around_all(event: AnyEvent, next: Next<AnyEvent>, seen: State<Seen>) -> Result<AnyOutput> {
    if event.json::<Value>()?["Records"].is_array() {
        seen.note("all");
    }
    next.run(event).await
}

#[middleware(pure_lambda)]
async fn around_functions(event: LambdaFunctionEvent, next: Next<LambdaFunctionEvent>) -> Result<AnyOutput> {
    assert!(event.json::<Value>()?["Records"].is_null(), "events are no function's");
    next.run(event).await
}

async fn seen_by(client: &Client) -> Value {
    client.invoke("taken", json!(null)).await.expect("it answers")
}

#[tokio::test]
async fn messages_come_through_their_middleware_and_that_of_all() {
    let client = Client::new();
    let answer = client.invoke("orders", events::sqs(["tea", "milk \"and\" more"])).await;
    assert_eq!(answer, Ok(json!(2)));
    assert_eq!(seen_by(&client).await, json!(["all", "sqs 2", "tea", "milk \"and\" more"]));
}

#[tokio::test]
async fn a_batch_response_names_what_was_not_processed() {
    let answer = Client::new().invoke("take_back", events::sqs(["good", "broken", "broken"])).await;
    let expected =
        json!({"batchItemFailures": [{"itemIdentifier": "message-1"}, {"itemIdentifier": "message-2"}]});
    assert_eq!(answer, Ok(expected));
    let answer = Client::new().invoke("take_back", events::sqs(["good"])).await;
    assert_eq!(answer, Ok(json!({"batchItemFailures": []})));
}

#[tokio::test]
async fn the_data_of_kinesis_is_decoded() {
    let event = events::kinesis([r#"{"page": "é"}"#, "7"]).stream("clicks").partition_key("user");
    let answer = Client::new().env("CLICKS", "clicks").invoke("shop_clicks", &event).await;
    assert_eq!(answer, Ok(json!([{"page": "é"}, 7])));
    let event = event.event();
    let record = &event.records()[1];
    assert_eq!(
        (&record.data()[..], record.sequence_number(), record.partition_key()),
        (&b"7"[..], "1", "user")
    );
    assert_eq!(record.schema_version(), "1.0");
    assert_eq!(record.timestamp(), SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    assert_eq!(record.event_source_arn(), "arn:aws:kinesis:us-east-1:123456789012:stream/clicks");
}

#[tokio::test]
async fn changes_come_with_their_keys_and_images() {
    let client = Client::new();
    let key = json!({"id": "tea"});
    let one = json!({"id": "tea", "count": 1});
    let two = json!({"id": "tea", "count": 2});
    let event = events::dynamodb()
        .table("orders")
        .insert(key.clone(), one.clone())
        .modify(key.clone(), one, two.clone())
        .remove(key, two);
    client.invoke("changes", &event).await.expect("it answers");
    let expected = json!([
        "all",
        "dynamodb",
        "INSERT orders tea [None, Some(1)]",
        "MODIFY orders tea [Some(1), Some(2)]",
        "REMOVE orders tea [Some(2), None]",
    ]);
    assert_eq!(seen_by(&client).await, expected);
    let event = event.event();
    let record = &event.records()[2];
    assert_eq!(
        (record.sequence_number(), &*record.event_id(), &*record.aws_region()),
        ("2", "event-2", "us-east-1")
    );
    assert_eq!((record.size_bytes(), record.stream_view_type()), (18, "NEW_AND_OLD_IMAGES"));
    assert_eq!(Value::from(record.keys().attributes().clone()), json!({"id": {"S": "tea"}}));
    assert_eq!(
        record.event_source_arn(),
        "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2023-11-14T22:13:20.000"
    );
}

#[tokio::test]
async fn what_deserializes_is_the_event_too() {
    let answer = Client::new().env("WHO", "me").invoke("with_a_type_of_ones_own", events::sqs(["a"])).await;
    assert_eq!(answer, Ok(json!([1, "me"])));
}

#[tokio::test]
async fn an_event_of_another_kind_says_what_it_lacks() {
    let rows = [
        (json!({}), "not an event of SQS: it has no `Records`"),
        (
            json!({"Records": [{"messageId": "1", "body": "b"}]}),
            "not an event of SQS: `Records[0]` has no `receiptHandle`",
        ),
    ];
    for (event, expected) in rows {
        let error = Client::new().invoke("orders", event).await.expect_err("no such event");
        assert_eq!((&*error.error_type, &*error.error_message), ("BadRequestError", expected));
    }
    let error = KinesisEvent::from_json(json!({"Records": [{"kinesis": {"data": "?"}}]}).to_string());
    let error = error.expect_err("no base64");
    assert_eq!(error.message(), "not an event of Kinesis: `Records[0]` has no `kinesis.data`");
}

#[test]
fn an_event_is_kept_byte_for_byte() {
    let record = r#"{"body":"a\u0062","receiptHandle":"r","messageId":"1", "attributes":{"SentTimestamp":"5"},
        "messageAttributes":{"k":{"stringValue":"v","dataType":"String"}}, "new": 1.50}"#;
    let json = format!(" {{\"Records\": [ {record} ], \"later\": {{}}}} ");
    let event = SqsEvent::from_json(json.clone()).expect("an event");
    assert_eq!((event.to_json(), event.records()[0].to_json()), (json.into(), record.into()));
    let record = &event.records()[0];
    assert_eq!((record.body(), record.message_id(), record.receipt_handle()), ("ab", "1", "r"));
    assert_eq!(record.attribute("SentTimestamp").as_deref(), Some("5"));
    assert_eq!(record.attribute("SenderId"), None);
    assert_eq!(record.message_attributes(), json!({"k": {"stringValue": "v", "dataType": "String"}}));
    assert_eq!(record.json_body::<u8>().expect_err("no number").message(), "Error Parsing JSON");
}

#[test]
fn the_manifest_says_where_events_come_from() {
    let sources: Vec<Value> = chalice_dump();
    let expected = json!([
        {"name": "changes", "source": {"dynamodb": {
            "stream_arn": "${ORDERS}", "batch_size": 7, "maximum_batching_window_in_seconds": 0,
            "report_batch_item_failures": false, "starting_position": "LATEST",
        }}},
        {"name": "clicks", "source": {"kinesis": {
            "stream": "${CLICKS}", "batch_size": 100, "maximum_batching_window_in_seconds": 0,
            "report_batch_item_failures": false, "starting_position": "TRIM_HORIZON",
        }}},
        {"name": "orders", "source": {"sqs": {
            "queue": {"name": "orders"}, "batch_size": 1, "maximum_batching_window_in_seconds": 0,
            "report_batch_item_failures": false, "maximum_concurrency": null,
        }}},
        {"name": "take_back", "source": {"sqs": {
            "queue": {"arn": "arn:aws:sqs:us-east-1:123456789012:${STAGE}-\"returns\""},
            "batch_size": 20, "maximum_batching_window_in_seconds": 10,
            "report_batch_item_failures": true, "maximum_concurrency": 4,
        }}},
        {"name": "with_a_type_of_ones_own", "source": {"sqs": {
            "queue": {"name": "any"}, "batch_size": 1, "maximum_batching_window_in_seconds": 0,
            "report_batch_item_failures": false, "maximum_concurrency": null,
        }}},
    ]);
    assert_eq!(Value::from(sources), expected);
}

/// The records of event handlers, by name, with only what this file is about.
fn chalice_dump() -> Vec<Value> {
    let records = chalice::__private::ENTRIES_0_1_0.iter().map(|entry| {
        let json = &entry.frame[chalice_manifest::HEADER_LEN..];
        serde_json::from_slice::<Value>(json).expect("a record")
    });
    let of_events = records.filter(|record| record["kind"] == "event_handler");
    let mut sources: Vec<Value> =
        of_events.map(|record| json!({"name": record["name"], "source": record["source"]})).collect();
    sources.sort_by_key(|source| source["name"].to_string());
    sources
}
