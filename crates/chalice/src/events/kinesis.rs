//! Records of Kinesis streams.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::batch::{Missing, Record, batch_event, text_member};
use super::batch_response::BatchRecord;
use super::text::Text;
use crate::{AnyOutput, Result, decode, json};

batch_event! {
    /// Records of a stream: Chalice's `KinesisEvent`, the argument of a [`macro@crate::on_kinesis_record`].
    ///
    /// ```
    /// use chalice::prelude::*;
    /// # #[derive(serde::Deserialize)] struct Click { page: String }
    ///
    /// #[on_kinesis_record(stream = "clicks", batch_size = 500)]
    /// async fn count(event: KinesisEvent) -> Result<()> {
    ///     for record in &event {
    ///         let click: Click = record.json()?;
    ///         println!("{}: {}", record.partition_key(), click.page);
    ///     }
    ///     Ok(())
    /// }
    /// ```
    KinesisEvent of KinesisRecord, "kinesis" around Kinesis
}

/// What a handler of a [`KinesisEvent`] answers, as its middleware sees it.
///
/// ```
/// use chalice::KinesisOutput;
/// use chalice::prelude::*;
///
/// #[middleware]
/// async fn count(event: KinesisEvent, next: Next<KinesisEvent>) -> Result<KinesisOutput> {
///     println!("{} records", event.records().len());
///     next.run(event).await
/// }
/// ```
pub type KinesisOutput = AnyOutput;

/// One record.
///
/// ```
/// use chalice::prelude::*;
///
/// #[on_kinesis_record(stream = "clicks")]
/// async fn process(event: KinesisEvent) -> Result<()> {
///     for record in &event {
///         println!("{}", record.partition_key());
///     }
///     Ok(())
/// }
/// ```
///
/// What it holds:
///
/// ```
/// use chalice::prelude::*;
/// use chalice::test::events;
///
/// let event = events::kinesis([r#"{"page": "/"}"#]).stream("clicks").partition_key("ada").event();
/// let record = &event.records()[0];
/// assert_eq!(record.data(), r#"{"page": "/"}"#);
/// assert_eq!(record.json::<serde_json::Value>()?["page"], "/");
/// assert_eq!((record.partition_key(), record.sequence_number()), ("ada", "0"));
/// assert_eq!(record.schema_version(), "1.0");
/// assert_eq!(record.timestamp().duration_since(std::time::UNIX_EPOCH)?.as_secs(), 1_700_000_000);
/// assert_eq!(record.event_source_arn(), "arn:aws:kinesis:us-east-1:123456789012:stream/clicks");
/// assert!(record.to_json().starts_with(b"{")); // the whole record, for what has no method here
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone)]
pub struct KinesisRecord {
    json: Bytes,
    data: Bytes,
    sequence_number: Text,
    partition_key: Text,
    schema_version: Text,
    timestamp: SystemTime,
}

impl Record for KinesisRecord {
    const SOURCE: &'static str = "Kinesis";

    fn read(json: &str, event: &Bytes) -> Result<Self, Missing> {
        let (mut data, mut sequence_number, mut partition_key) = (None, None, None);
        let (mut schema_version, mut timestamp) = (None, None);
        let kinesis = super::batch::member(json, "kinesis").ok_or(Missing("kinesis"))?;
        for (name, value) in json::members(kinesis).into_iter().flatten().map_while(Result::ok) {
            match &*name {
                "data" => data = json::text(value).and_then(|data| STANDARD.decode(&*data).ok()),
                "sequenceNumber" => sequence_number = Text::of(value, event),
                "partitionKey" => partition_key = Text::of(value, event),
                "kinesisSchemaVersion" => schema_version = Text::of(value, event),
                "approximateArrivalTimestamp" => timestamp = time(value),
                _ => {}
            }
        }
        Ok(Self {
            json: event.slice_ref(json.as_bytes()),
            data: data.ok_or(Missing("kinesis.data"))?.into(),
            sequence_number: sequence_number.ok_or(Missing("kinesis.sequenceNumber"))?,
            partition_key: partition_key.ok_or(Missing("kinesis.partitionKey"))?,
            schema_version: schema_version.unwrap_or_default(),
            timestamp: timestamp.unwrap_or(SystemTime::UNIX_EPOCH),
        })
    }
}

/// From seconds since 1970, which may have a fraction.
pub(super) fn time(json: &str) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(json.parse().ok()?).ok()?)
}

impl KinesisRecord {
    /// What the producer sent, base64 decoded.
    pub fn data(&self) -> &Bytes {
        &self.data
    }

    /// What the producer sent as a `T`, from JSON.
    ///
    /// # Errors
    /// Where it is no JSON, or does not fit: which field, and why.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        decode::json_body(&self.data)
    }

    /// The record's place in its shard.
    pub fn sequence_number(&self) -> &str {
        self.sequence_number.as_str()
    }

    /// What the producer chose the shard by.
    pub fn partition_key(&self) -> &str {
        self.partition_key.as_str()
    }

    /// Kinesis's: `1.0`.
    pub fn schema_version(&self) -> &str {
        self.schema_version.as_str()
    }

    /// About when the record came to the stream.
    pub fn timestamp(&self) -> SystemTime {
        self.timestamp
    }

    /// The stream.
    pub fn event_source_arn(&self) -> String {
        text_member(&self.json, "eventSourceARN").unwrap_or_default()
    }

    /// The record's JSON, as it was delivered.
    pub fn to_json(&self) -> Bytes {
        self.json.clone()
    }
}

impl BatchRecord for KinesisRecord {
    fn item_identifier(&self) -> &str {
        self.sequence_number()
    }
}

impl std::fmt::Debug for KinesisRecord {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("KinesisRecord")
            .field("sequence_number", &self.sequence_number())
            .field("partition_key", &self.partition_key())
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}
