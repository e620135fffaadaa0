//! Handlers that EventBridge calls: what the manifest says of them, what they are given, what they answer.
#![allow(clippy::expect_used, clippy::panic)] // a failed expectation fails the test
#![allow(clippy::unused_async, clippy::needless_pass_by_value, clippy::unnecessary_wraps)] // handlers as users write them

use std::sync::Mutex;

use chalice::prelude::*;
use chalice::test::{Client, events};
use serde::Deserialize;
use serde_json::{Value, json};

chalice::app! { name: "rules", main: false }

/// What came, in order.
#[derive(Default)]
struct Seen(Mutex<Vec<String>>);

impl Seen {
    fn note(&self, what: impl Into<String>) {
        self.0.lock().expect("nobody panics with the lock").push(what.into());
    }
}

#[init]
fn seen() -> Seen {
    Seen::default()
}

#[lambda_function]
fn taken(_nothing: Value, seen: State<Seen>) -> Result<Vec<String>> {
    Ok(std::mem::take(&mut *seen.0.lock().expect("nobody panics with the lock")))
}

const HOURLY: &str = "rate(1 hour)";

mod times {
    pub(crate) const OFTEN: &str = "rate(${MINUTES} minutes)";
    pub(crate) const WHY: &str = "Looks for \"new\" ones";
}

#[schedule("cron(0 12 ? * MON,WED *)")]
async fn in_one_text(event: ScheduleEvent, seen: State<Seen>, context: LambdaContext) -> Result<()> {
    assert_eq!(event.lambda_context().aws_request_id(), context.aws_request_id());
    seen.note(event.resources().join(","));
    Ok(())
}

#[schedule(rate(15, minutes), name = "quarterly")]
fn of_a_rate(_event: ScheduleEvent, user: Extension<String>) -> Result<String> {
    Ok(user.0.to_string())
}

#[schedule(cron(0, 9, "?", "*", "MON-FRI", "2026"), description = "At nine")]
async fn of_a_cron(_event: ScheduleEvent) {}

#[schedule(HOURLY)]
async fn of_a_constant(event: of_another_crate::CloudWatchEvent) -> Result<String> {
    Ok(event.detail_type)
}

/// As crates of Lambda's events call it.
mod of_another_crate {
    #[derive(serde::Deserialize)]
    pub(crate) struct CloudWatchEvent {
        #[serde(rename = "detail-type")]
        pub(crate) detail_type: String,
    }
}

#[schedule(times::OFTEN, description = times::WHY)]
async fn of_a_variable(_event: ScheduleEvent) {}

#[derive(Deserialize)]
struct Order {
    item: String,
}

#[on_cw_event(pattern = {
    "source": ["shop.${STAGE}"],
    "detail": {"count": [{"numeric": [">", -1.5, "<=", 10]}], "gift": [true, null], "item": [{"exists": false}]},
    "$or": [{"region": ["eu-west-1"]}, {"account": ["1"]}],
}, bus = "shop")]
async fn orders(event: CloudWatchEvent, seen: State<Seen>) -> Result<String> {
    let order: Order = event.detail()?;
    seen.note(format!("{} from {}", event.detail_type(), event.source()));
    Ok(order.item)
}

#[on_cw_event(pattern = {"source": ["aws.ec2"]}, name = "machines")]
async fn instances(event: CloudWatchEvent) -> Result<Value> {
    event.detail()
}

#[middleware(scheduled)]
async fn around_schedules(
    mut event: ScheduleEvent,
    next: Next<ScheduleEvent>,
    seen: State<Seen>,
) -> Result<ScheduleOutput> {
    seen.note("scheduled");
    event.insert("middleware".to_owned());
    next.run(event).await
}

#[middleware(cloudwatch)]
async fn around_events(
    event: CloudWatchEvent,
    next: Next<CloudWatchEvent>,
    seen: State<Seen>,
) -> Result<CloudWatchOutput> {
    seen.note("cloudwatch");
    next.run(event).await
}

async fn seen_by(client: &Client) -> Value {
    client.invoke("taken", json!(null)).await.expect("it answers")
}

#[tokio::test]
async fn a_schedule_comes_through_its_middleware_alone() {
    let client = Client::new().env("MINUTES", "5").env("STAGE", "dev");
    let event = events::schedule().rule("rules-dev-in_one_text-event");
    assert_eq!(client.invoke("in_one_text", &event).await, Ok(json!(null)));
    let rule = "arn:aws:events:us-east-1:123456789012:rule/rules-dev-in_one_text-event";
    assert_eq!(seen_by(&client).await, json!(["scheduled", rule]));
    assert_eq!(client.invoke("quarterly", events::schedule()).await, Ok(json!("middleware")));
    assert_eq!(client.invoke("of_a_constant", events::schedule()).await, Ok(json!("Scheduled Event")));
}

#[tokio::test]
async fn an_event_of_a_bus_comes_with_what_it_says() {
    let client = Client::new().env("MINUTES", "5").env("STAGE", "dev");
    let event = events::cloudwatch("shop.dev", "order placed", json!({"item": "tea"}));
    assert_eq!(client.invoke("orders", &event).await, Ok(json!("tea")));
    assert_eq!(seen_by(&client).await, json!(["cloudwatch", "order placed from shop.dev"]));
    let wrong = events::cloudwatch("shop.dev", "order placed", json!({"item": 3}));
    let error = client.invoke("orders", &wrong).await.expect_err("no order");
    let expected = "The detail does not fit at `item`: invalid type: integer `3`, expected a string";
    assert_eq!((&*error.error_type, &*error.error_message), ("BadRequestError", expected));
}

#[test]
fn an_event_is_kept_byte_for_byte() {
    let json = r#" {"version":"0","id":"i\u0064","detail-type":"t","source":"s","account":"1","time":"now",
        "region":"r","resources":["a", "b"],"detail":{"n": 1.50},"later":[] } "#;
    let event = CloudWatchEvent::from_json(json).expect("an event");
    assert_eq!(event.to_json(), json);
    assert_eq!((event.version(), event.event_id(), event.detail_type()), ("0", "id", "t"));
    assert_eq!((event.source(), event.account(), event.time()), ("s", "1", "now"));
    assert_eq!((event.region(), event.resources()), ("r", vec!["a", "b"]));
    assert_eq!(event.detail::<Value>().expect("JSON"), json!({"n": 1.5}));
    let shown =
        r#"CloudWatchEvent { event_id: "id", source: "s", detail_type: "t", detail: b"{\"n\": 1.50}", .. }"#;
    assert_eq!(format!("{event:?}"), shown);
}

#[tokio::test]
async fn what_is_no_event_of_eventbridge_says_what_it_lacks() {
    for (event, expected) in [
        (json!({}), "not an event of EventBridge: it has no `version`"),
        (json!({"version": "0", "id": 3}), "not an event of EventBridge: it has no `id`"),
    ] {
        let error = Client::new().invoke("in_one_text", event).await.expect_err("no such event");
        assert_eq!((&*error.error_type, &*error.error_message), ("BadRequestError", expected));
    }
}

#[test]
fn the_manifest_says_when_and_for_what_they_are_called() {
    let records = chalice::__private::ENTRIES_0_1_0.iter().map(|entry| {
        let json = &entry.frame[chalice_manifest::HEADER_LEN..];
        serde_json::from_slice::<Value>(json).expect("a record")
    });
    let of_events = records.filter(|record| record["kind"] == "event_handler");
    let mut sources: Vec<Value> =
        of_events.map(|record| json!({"name": record["name"], "source": record["source"]})).collect();
    sources.sort_by_key(|source| source["name"].to_string());
    let schedule = |name: &str, expression: &str, description: &str| json!({"name": name, "source": {"schedule": {"expression": expression, "description": description}}});
    let expected = json!([
        schedule("in_one_text", "cron(0 12 ? * MON,WED *)", ""),
        {"name": "machines", "source": {"cloudwatch": {"pattern": {"source": ["aws.ec2"]}, "bus": null}}},
        schedule("of_a_constant", "rate(1 hour)", ""),
        schedule("of_a_cron", "cron(0 9 ? * MON-FRI 2026)", "At nine"),
        schedule("of_a_variable", "rate(${MINUTES} minutes)", "Looks for \"new\" ones"),
        {"name": "orders", "source": {"cloudwatch": {
            "pattern": {
                "source": ["shop.${STAGE}"],
                "detail": {
                    "count": [{"numeric": [">", -1.5, "<=", 10]}],
                    "gift": [true, null],
                    "item": [{"exists": false}],
                },
                "$or": [{"region": ["eu-west-1"]}, {"account": ["1"]}],
            },
            "bus": "shop",
        }}},
        schedule("quarterly", "rate(15 minutes)", ""),
    ]);
    assert_eq!(Value::from(sources), expected);
}
