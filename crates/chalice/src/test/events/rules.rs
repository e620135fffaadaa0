//! Events of EventBridge's rules.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{ACCOUNT, REGION, read};
use crate::{CloudWatchEvent, ScheduleEvent};

/// When everything happens.
const TIME: &str = "2023-11-14T22:13:20Z";

/// The time has come, of the rule `rule-name`.
///
/// ```
/// use chalice::prelude::*;
/// use chalice::test::{Client, events};
/// use serde_json::json;
///
/// #[schedule("rate(1 hour)")]
/// async fn hourly(event: ScheduleEvent) -> Result<String> {
///     Ok(event.time().to_owned())
/// }
///
/// # async fn test() {
/// let answer = Client::new().invoke("hourly", events::schedule()).await;
/// assert_eq!(answer, Ok(json!("2023-11-14T22:13:20Z")));
/// # }
/// ```
pub fn schedule() -> Schedule {
    Schedule { rule: "rule-name".to_owned() }
}

/// What a bus carried: where it comes from, of what kind it is, and what it says. Chalice's `generate_cw_event`.
///
/// ```
/// use chalice::test::events;
/// use serde_json::json;
///
/// let event = events::cloudwatch("shop", "order placed", json!({"item": "tea"})).event();
/// assert_eq!(event.detail::<serde_json::Value>()?["item"], "tea");
/// # Ok::<(), chalice::Error>(())
/// ```
pub fn cloudwatch(source: &str, detail_type: &str, detail: Value) -> Cloudwatch {
    Cloudwatch {
        source: source.to_owned(),
        detail_type: detail_type.to_owned(),
        detail,
        resources: Vec::new(),
        region: REGION.to_owned(),
    }
}

/// An event of a schedule, made by [`schedule`].
///
/// ```
/// use chalice::test::events;
///
/// let event = events::schedule().rule("todo-api-dev-hourly-event").event();
/// assert_eq!(event.resources(), ["arn:aws:events:us-east-1:123456789012:rule/todo-api-dev-hourly-event"]);
/// ```
#[derive(Clone, Debug)]
#[must_use = "an event does nothing until a handler is called with it"]
pub struct Schedule {
    rule: String,
}

impl Schedule {
    /// The rule's name.
    pub fn rule(mut self, name: &str) -> Self {
        name.clone_into(&mut self.rule);
        self
    }

    /// The event, for a call of the handler itself.
    ///
    /// # Panics
    /// Never: it is well formed.
    pub fn event(&self) -> ScheduleEvent {
        read(ScheduleEvent::from_json(self.json().to_string()))
    }

    fn json(&self) -> Value {
        let rule = format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{}", self.rule);
        cloudwatch("aws.events", "Scheduled Event", json!({})).resources([rule]).json()
    }
}

/// An event of a bus, made by [`cloudwatch`].
///
/// ```
/// use chalice::test::events;
/// use serde_json::json;
///
/// let event = events::cloudwatch("aws.ec2", "EC2 Instance State-change Notification", json!({"state": "running"}));
/// let event = event.resources(["arn:aws:ec2:eu-west-1:123456789012:instance/i-1"]).region("eu-west-1").event();
/// assert_eq!((event.region(), event.resources().len()), ("eu-west-1", 1));
/// ```
#[derive(Clone, Debug)]
#[must_use = "an event does nothing until a handler is called with it"]
pub struct Cloudwatch {
    source: String,
    detail_type: String,
    detail: Value,
    resources: Vec<String>,
    region: String,
}

impl Cloudwatch {
    /// The ARNs of what it is about; none unless given.
    pub fn resources<R: Into<String>>(mut self, arns: impl IntoIterator<Item = R>) -> Self {
        self.resources = arns.into_iter().map(Into::into).collect();
        self
    }

    /// The region that it comes from; `us-east-1` unless given.
    pub fn region(mut self, region: &str) -> Self {
        region.clone_into(&mut self.region);
        self
    }

    /// The event, for a call of the handler itself.
    ///
    /// # Panics
    /// Never: it is well formed.
    pub fn event(&self) -> CloudWatchEvent {
        read(CloudWatchEvent::from_json(self.json().to_string()))
    }

    fn json(&self) -> Value {
        json!({
            "version": "0",
            "id": "event-0",
            "detail-type": self.detail_type,
            "source": self.source,
            "account": ACCOUNT,
            "time": TIME,
            "region": self.region,
            "resources": self.resources,
            "detail": self.detail,
        })
    }
}

impl Serialize for Schedule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}

impl Serialize for Cloudwatch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}
