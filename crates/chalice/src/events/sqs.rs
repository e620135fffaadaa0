//! Messages of SQS queues.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::batch::{Missing, Record, batch_event, member, text_member};
use super::batch_response::BatchRecord;
use super::text::Text;
use crate::{AnyOutput, Result, decode, json};

batch_event! {
    /// Messages of a queue: Chalice's `SQSEvent`, the argument of a [`macro@crate::on_sqs_message`].
    ///
    /// ```
    /// use chalice::prelude::*;
    ///
    /// #[on_sqs_message(queue = "orders", batch_size = 10)]
    /// async fn orders(event: SqsEvent) -> Result<()> {
    ///     for record in &event {
    ///         println!("{}: {}", record.message_id(), record.body());
    ///     }
    ///     Ok(())
    /// }
    ///
    /// # async fn unit_test() -> Result<()> {
    /// // A unit test calls the handler with an event of its own:
    /// let event = r#"{"Records": [{"messageId": "1", "receiptHandle": "r", "body": "tea"}]}"#;
    /// orders(SqsEvent::from_json(event)?).await
    /// # }
    /// ```
    SqsEvent of SqsRecord, "sqs" around Sqs
}

/// What a handler of an [`SqsEvent`] answers, as its middleware sees it.
///
/// ```
/// use chalice::SqsOutput;
/// use chalice::prelude::*;
///
/// #[middleware]
/// async fn count(event: SqsEvent, next: Next<SqsEvent>) -> Result<SqsOutput> {
///     println!("{} records", event.records().len());
///     next.run(event).await
/// }
/// ```
pub type SqsOutput = AnyOutput;

/// One message.
///
/// ```
/// use chalice::prelude::*;
///
/// #[on_sqs_message(queue = "orders")]
/// async fn process(event: SqsEvent) -> Result<()> {
///     for record in &event {
///         println!("{}", record.body());
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct SqsRecord {
    json: Bytes,
    message_id: Text,
    receipt_handle: Text,
    body: Text,
}

impl Record for SqsRecord {
    const SOURCE: &'static str = "SQS";

    fn read(json: &str, event: &Bytes) -> Result<Self, Missing> {
        let (mut message_id, mut receipt_handle, mut body) = (None, None, None);
        for (name, value) in json::members(json).into_iter().flatten().map_while(Result::ok) {
            match &*name {
                "messageId" => message_id = Text::of(value, event),
                "receiptHandle" => receipt_handle = Text::of(value, event),
                "body" => body = Text::of(value, event),
                _ => {}
            }
        }
        Ok(Self {
            json: event.slice_ref(json.as_bytes()),
            message_id: message_id.ok_or(Missing("messageId"))?,
            receipt_handle: receipt_handle.ok_or(Missing("receiptHandle"))?,
            body: body.ok_or(Missing("body"))?,
        })
    }
}

impl SqsRecord {
    /// The message's text.
    pub fn body(&self) -> &str {
        self.body.as_str()
    }

    /// The message's text as a `T`.
    ///
    /// # Errors
    /// Where it is no JSON, or does not fit: which field, and why.
    pub fn json_body<T: DeserializeOwned>(&self) -> Result<T> {
        decode::json_body(self.body().as_bytes())
    }

    /// What deletes this message, or hides it for longer. Lambda deletes the messages of an event that was processed.
    pub fn receipt_handle(&self) -> &str {
        self.receipt_handle.as_str()
    }

    /// What SQS called the message when it was sent.
    pub fn message_id(&self) -> &str {
        self.message_id.as_str()
    }

    /// What SQS says of the message: `ApproximateReceiveCount`, `SentTimestamp`, `MessageGroupId`.
    pub fn attribute(&self, name: &str) -> Option<String> {
        let attributes = std::str::from_utf8(&self.json).ok().and_then(|json| member(json, "attributes"));
        json::text(member(attributes?, name)?).map(Into::into)
    }

    /// What the sender put beside the message: the value under each name, with its `dataType`.
    pub fn message_attributes(&self) -> Value {
        let json = std::str::from_utf8(&self.json).unwrap_or_default();
        let attributes = member(json, "messageAttributes").and_then(json::read);
        attributes.unwrap_or_default()
    }

    /// The queue.
    pub fn event_source_arn(&self) -> String {
        text_member(&self.json, "eventSourceARN").unwrap_or_default()
    }

    /// The record's JSON, as it was delivered.
    pub fn to_json(&self) -> Bytes {
        self.json.clone()
    }
}

impl BatchRecord for SqsRecord {
    fn item_identifier(&self) -> &str {
        self.message_id()
    }
}

impl std::fmt::Debug for SqsRecord {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SqsRecord")
            .field("message_id", &self.message_id())
            .field("body", &self.body())
            .finish()
    }
}
