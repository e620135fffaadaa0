//! Changes of DynamoDB tables.

use std::time::SystemTime;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::attribute_value::plain;
use super::batch::{Missing, Record, batch_event, member, text_member};
use super::batch_response::BatchRecord;
use super::kinesis::time;
use super::text::Text;
use crate::{AnyOutput, Result, decode};

batch_event! {
    /// Changes of a table's items: Chalice's `DynamoDBEvent`, the argument of a [`macro@crate::on_dynamodb_record`].
    ///
    /// ```
    /// use chalice::prelude::*;
    /// # #[derive(serde::Deserialize)] struct Order { id: String, count: u32 }
    ///
    /// #[on_dynamodb_record(stream_arn = "${ORDERS_STREAM_ARN}", starting_position = "TRIM_HORIZON")]
    /// async fn orders(event: DynamodbEvent) -> Result<()> {
    ///     for record in &event {
    ///         let Some(item) = record.new_image() else { continue };
    ///         let order: Order = item.json()?;
    ///         println!("{} {} of {}", record.event_name(), order.id, record.table_name());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    DynamodbEvent of DynamodbRecord, "dynamodb" around Dynamodb
}

/// What a handler of a [`DynamodbEvent`] answers, as its middleware sees it.
///
/// ```
/// use chalice::DynamodbOutput;
/// use chalice::prelude::*;
///
/// #[middleware]
/// async fn count(event: DynamodbEvent, next: Next<DynamodbEvent>) -> Result<DynamodbOutput> {
///     println!("{} records", event.records().len());
///     next.run(event).await
/// }
/// ```
pub type DynamodbOutput = AnyOutput;

/// One change of one item.
///
/// ```
/// use chalice::prelude::*;
///
/// #[on_dynamodb_record(stream_arn = "${STREAM_ARN}")]
/// async fn process(event: DynamodbEvent) -> Result<()> {
///     for record in &event {
///         println!("{}", record.table_name());
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct DynamodbRecord {
    json: Bytes,
    event_name: Text,
    event_source_arn: Text,
    sequence_number: Text,
    keys: Bytes,
    new_image: Option<Bytes>,
    old_image: Option<Bytes>,
    size_bytes: u64,
    stream_view_type: Text,
    timestamp: SystemTime,
}

impl Record for DynamodbRecord {
    const SOURCE: &'static str = "DynamoDB";

    fn read(json: &str, event: &Bytes) -> Result<Self, Missing> {
        let share = |json: &str| event.slice_ref(json.as_bytes());
        let change = member(json, "dynamodb").ok_or(Missing("dynamodb"))?;
        let text = |name| member(json, name).and_then(|value| Text::of(value, event));
        let of_change = |name| member(change, name);
        let text_of_change = |name| of_change(name).and_then(|value| Text::of(value, event));
        Ok(Self {
            json: share(json),
            event_name: text("eventName").ok_or(Missing("eventName"))?,
            event_source_arn: text("eventSourceARN").unwrap_or_default(),
            sequence_number: text_of_change("SequenceNumber").ok_or(Missing("dynamodb.SequenceNumber"))?,
            keys: of_change("Keys").map(share).ok_or(Missing("dynamodb.Keys"))?,
            new_image: of_change("NewImage").map(share),
            old_image: of_change("OldImage").map(share),
            size_bytes: of_change("SizeBytes").and_then(|value| value.parse().ok()).unwrap_or_default(),
            stream_view_type: text_of_change("StreamViewType").unwrap_or_default(),
            timestamp: of_change("ApproximateCreationDateTime")
                .and_then(time)
                .unwrap_or(SystemTime::UNIX_EPOCH),
        })
    }
}

impl DynamodbRecord {
    /// What happened: `INSERT`, `MODIFY` or `REMOVE`.
    pub fn event_name(&self) -> &str {
        self.event_name.as_str()
    }

    /// The item's key.
    pub fn keys(&self) -> Item {
        Item::of(&self.keys)
    }

    /// The item as it is now; None where it was removed, or the stream does not hold it.
    pub fn new_image(&self) -> Option<Item> {
        self.new_image.as_ref().map(Item::of)
    }

    /// The item as it was before; None where there was none, or the stream does not hold it.
    pub fn old_image(&self) -> Option<Item> {
        self.old_image.as_ref().map(Item::of)
    }

    /// The table, as the stream's ARN names it.
    pub fn table_name(&self) -> &str {
        self.event_source_arn().split('/').nth(1).unwrap_or_default()
    }

    /// About when it happened.
    pub fn timestamp(&self) -> SystemTime {
        self.timestamp
    }

    /// The record's place in its shard.
    pub fn sequence_number(&self) -> &str {
        self.sequence_number.as_str()
    }

    /// How large the record is.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// What the stream holds of items: `KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE` or `NEW_AND_OLD_IMAGES`.
    pub fn stream_view_type(&self) -> &str {
        self.stream_view_type.as_str()
    }

    /// The region of the table.
    pub fn aws_region(&self) -> String {
        text_member(&self.json, "awsRegion").unwrap_or_default()
    }

    /// What DynamoDB calls the record.
    pub fn event_id(&self) -> String {
        text_member(&self.json, "eventID").unwrap_or_default()
    }

    /// The table's stream.
    pub fn event_source_arn(&self) -> &str {
        self.event_source_arn.as_str()
    }

    /// The record's JSON, as it was delivered.
    pub fn to_json(&self) -> Bytes {
        self.json.clone()
    }
}

impl BatchRecord for DynamodbRecord {
    fn item_identifier(&self) -> &str {
        self.sequence_number()
    }
}

impl std::fmt::Debug for DynamodbRecord {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("DynamodbRecord")
            .field("event_name", &self.event_name())
            .field("table_name", &self.table_name())
            .field("keys", &self.keys())
            .finish()
    }
}

/// An item, or the key of one: its attributes with their types.
///
/// ```
/// use chalice::prelude::*;
///
/// #[derive(serde::Deserialize)]
/// struct Order { item: String }
///
/// #[on_dynamodb_record(stream_arn = "${STREAM_ARN}")]
/// async fn orders(event: DynamodbEvent) -> Result<()> {
///     for image in event.records().iter().filter_map(|record| record.new_image()) {
///         println!("{}", image.json::<Order>()?.item);
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    attributes: Map<String, Value>,
}

impl Item {
    fn of(json: &Bytes) -> Self {
        Self { attributes: serde_json::from_slice(json).unwrap_or_default() }
    }

    /// As DynamoDB writes them, which is what Chalice gives: `{"id": {"S": "tea"}, "count": {"N": "2"}}`.
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.attributes
    }

    /// The item as a `T`, its attributes as plain values: binary values are their base64 text, sets are lists. A whole
    /// number is exact where an `i64` or a `u64` holds it. Any other number is read as an `f64`: it keeps about 16 digits,
    /// and fits no integer, however wide. [`attributes`](Self::attributes) has every digit.
    ///
    /// # Errors
    /// Where it does not fit: which field, and why.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        decode::value("The item", &plain(&self.attributes))
    }
}
