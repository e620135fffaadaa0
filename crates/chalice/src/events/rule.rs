//! Events of EventBridge's rules: schedules, and what a bus carries.

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::batch::member;
use super::source_event::source_event;
use super::text::Text;
use crate::{AnyEvent, AnyOutput, Error, Result, decode, json};

/// What EventBridge delivers, whatever the rule.
#[derive(Clone)]
pub(crate) struct Delivered {
    any: AnyEvent,
    version: Text,
    event_id: Text,
    detail_type: Text,
    source: Text,
    account: Text,
    time: Text,
    region: Text,
    resources: Vec<Text>,
    detail: Bytes,
}

impl Delivered {
    fn of(any: AnyEvent) -> Result<Self> {
        let event = any.to_original_event();
        let object = std::str::from_utf8(&event).unwrap_or_default();
        let missing =
            |name: &str| Error::bad_request(format!("not an event of EventBridge: it has no `{name}`"));
        let text = |name| {
            member(object, name).and_then(|value| Text::of(value, &event)).ok_or_else(|| missing(name))
        };
        let resources = member(object, "resources").and_then(json::elements);
        let resources = resources.into_iter().flatten().map_while(Result::ok);
        Ok(Self {
            version: text("version")?,
            event_id: text("id")?,
            detail_type: text("detail-type")?,
            source: text("source")?,
            account: text("account")?,
            time: text("time")?,
            region: text("region")?,
            resources: resources.filter_map(|(_, value)| Text::of(value, &event)).collect(),
            detail: event.slice_ref(member(object, "detail").ok_or_else(|| missing("detail"))?.as_bytes()),
            any,
        })
    }
}

macro_rules! rule_event {
    ($(#[$doc:meta])* $event:ident, $kind:literal around $around:ident) => {
        source_event! { $(#[$doc])* $event holds Delivered, $kind around $around }

        impl $event {
            /// The version of the event's form: `0`.
            pub fn version(&self) -> &str {
                self.content.version.as_str()
            }

            /// What identifies the event: its `id`.
            pub fn event_id(&self) -> &str {
                self.content.event_id.as_str()
            }

            /// What kind of event it is: `Scheduled Event`, `EC2 Instance State-change Notification`.
            pub fn detail_type(&self) -> &str {
                self.content.detail_type.as_str()
            }

            /// What it comes from: `aws.events`, `aws.ec2`, an application of your own.
            pub fn source(&self) -> &str {
                self.content.source.as_str()
            }

            /// The AWS account that it comes from.
            pub fn account(&self) -> &str {
                self.content.account.as_str()
            }

            /// When it happened, in UTC: `2023-11-14T22:13:20Z`.
            pub fn time(&self) -> &str {
                self.content.time.as_str()
            }

            /// The AWS region that it comes from.
            pub fn region(&self) -> &str {
                self.content.region.as_str()
            }

            /// The ARNs of what it is about.
            pub fn resources(&self) -> Vec<&str> {
                self.content.resources.iter().map(Text::as_str).collect()
            }

            /// What it says, as a `T`.
            ///
            /// # Errors
            /// Where it does not fit: which field, and why.
            pub fn detail<T: DeserializeOwned>(&self) -> Result<T> {
                decode::part("The detail", &self.content.detail)
            }
        }

        impl std::fmt::Debug for $event {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter
                    .debug_struct(stringify!($event))
                    .field("event_id", &self.event_id())
                    .field("source", &self.source())
                    .field("detail_type", &self.detail_type())
                    .field("detail", &self.content.detail)
                    .finish_non_exhaustive()
            }
        }
    };
}

rule_event! {
    /// The time has come: Chalice's `CloudWatchEvent`, the argument of a [`macro@crate::schedule`].
    ///
    /// ```
    /// use chalice::prelude::*;
    /// use chalice::test::events;
    ///
    /// #[schedule("rate(1 hour)")]
    /// async fn hourly(event: ScheduleEvent) -> Result<()> {
    ///     println!("it is {}", event.time());
    ///     Ok(())
    /// }
    ///
    /// let event = events::schedule().rule("todo-api-dev-hourly-event").event();
    /// assert_eq!((event.source(), event.detail_type()), ("aws.events", "Scheduled Event"));
    /// assert_eq!((event.version(), event.time()), ("0", "2023-11-14T22:13:20Z"));
    /// assert_eq!(event.resources(), ["arn:aws:events:us-east-1:123456789012:rule/todo-api-dev-hourly-event"]);
    /// ```
    ScheduleEvent, "scheduled" around Schedule
}

rule_event! {
    /// What a bus of EventBridge carried: Chalice's `CloudWatchEvent`, the argument of a [`macro@crate::on_cw_event`].
    ///
    /// ```
    /// use chalice::prelude::*;
    /// use chalice::test::events;
    /// use serde::Deserialize;
    /// use serde_json::{Value, json};
    ///
    /// #[derive(Deserialize)]
    /// struct StateChange {
    ///     #[serde(rename = "instance-id")]
    ///     instance: String,
    ///     state: String,
    /// }
    ///
    /// #[on_cw_event(pattern = {"source": ["aws.ec2"]})]
    /// async fn instances(event: CloudWatchEvent) -> Result<String> {
    ///     let change: StateChange = event.detail()?;
    ///     Ok(format!("{} is {}", change.instance, change.state))
    /// }
    ///
    /// let detail = json!({"instance-id": "i-1", "state": "running"});
    /// let event = events::cloudwatch("aws.ec2", "EC2 Instance State-change Notification", detail.clone()).event();
    /// assert_eq!((event.source(), event.detail_type()), ("aws.ec2", "EC2 Instance State-change Notification"));
    /// assert_eq!((event.account(), event.region(), event.event_id()), ("123456789012", "us-east-1", "event-0"));
    /// assert_eq!(event.detail::<Value>()?, detail);
    /// assert!(event.to_json().starts_with(b"{")); // the whole event, for what has no method here
    /// # Ok::<(), Error>(())
    /// ```
    CloudWatchEvent, "cloudwatch" around Cloudwatch
}

/// What a handler of a [`ScheduleEvent`] answers, as its middleware sees it.
///
/// ```
/// use chalice::ScheduleOutput;
/// use chalice::prelude::*;
///
/// #[middleware(scheduled)]
/// async fn told(event: ScheduleEvent, next: Next<ScheduleEvent>) -> Result<ScheduleOutput> {
///     println!("{:?}", event.resources());
///     next.run(event).await
/// }
/// ```
pub type ScheduleOutput = AnyOutput;

/// What a handler of a [`CloudWatchEvent`] answers, as its middleware sees it.
///
/// ```
/// use chalice::CloudWatchOutput;
/// use chalice::prelude::*;
///
/// #[middleware(cloudwatch)]
/// async fn told(event: CloudWatchEvent, next: Next<CloudWatchEvent>) -> Result<CloudWatchOutput> {
///     println!("{} of {}", event.detail_type(), event.source());
///     next.run(event).await
/// }
/// ```
pub type CloudWatchOutput = AnyOutput;
