//! Events of sources as Lambda delivers them: Chalice's `client.events.generate_…_event`.
//!
//! Each is what [`Client::invoke`](super::Client::invoke) takes, and gives the event itself to the unit test of a handler.
//!
//! ```
//! use chalice::prelude::*;
//! use chalice::test::{Client, events};
//!
//! #[on_sqs_message(queue = "orders", batch_size = 10)]
//! async fn orders(event: SqsEvent) -> Result<usize> {
//!     Ok(event.records().len())
//! }
//!
//! # async fn test() {
//! let client = Client::new();
//! let answer = client.invoke("orders", events::sqs(["tea", "milk"]).queue("orders")).await;
//! assert_eq!(answer, Ok(2.into()));
//!
//! assert_eq!(orders(events::sqs(["tea"]).event()).await.ok(), Some(1));
//! # }
//! ```

mod rules;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::events::attribute_values;
use crate::{DynamodbEvent, KinesisEvent, SqsEvent};

pub use rules::{Cloudwatch, Schedule, cloudwatch, schedule};

/// Where the sources are.
const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";
/// When everything happens: 2023-11-14T22:13:20Z.
const SECONDS: u64 = 1_700_000_000;

/// Messages with these bodies, of the queue `queue-name`; their ids are `message-0`, `message-1` and so on.
///
/// ```
/// use chalice::test::events;
///
/// let event = events::sqs(["tea", "milk"]).queue("orders").event();
/// assert_eq!(event.records().len(), 2);
/// ```
pub fn sqs<B: Into<String>>(bodies: impl IntoIterator<Item = B>) -> Sqs {
    Sqs { bodies: bodies.into_iter().map(Into::into).collect(), queue: "queue-name".to_owned() }
}

/// Records with this data, of the stream `stream-name`; their sequence numbers are `0`, `1` and so on.
///
/// ```
/// use chalice::test::events;
///
/// let event = events::kinesis(["tea", "milk"]).stream("clicks").event();
/// assert_eq!(event.records().len(), 2);
/// ```
pub fn kinesis<D: Into<Vec<u8>>>(data: impl IntoIterator<Item = D>) -> Kinesis {
    Kinesis {
        data: data.into_iter().map(Into::into).collect(),
        stream: "stream-name".to_owned(),
        partition_key: "1".to_owned(),
    }
}

/// Changes of the table `table-name`, none as yet; their sequence numbers are `0`, `1` and so on.
///
/// ```
/// use chalice::test::events;
/// # use serde_json::json;
///
/// let event = events::dynamodb().table("orders").insert(json!({"id": "1"}), json!({"id": "1", "item": "tea"})).event();
/// assert_eq!(event.records().len(), 1);
/// ```
pub fn dynamodb() -> Dynamodb {
    Dynamodb { changes: Vec::new(), table: "table-name".to_owned() }
}

/// Messages of a queue, made by [`sqs`].
///
/// ```
/// use chalice::test::events;
///
/// let event = events::sqs(["tea", "milk"]).queue("orders").event();
/// assert_eq!(event.records().len(), 2);
/// ```
#[derive(Clone, Debug)]
#[must_use = "an event does nothing until a handler is called with it"]
pub struct Sqs {
    bodies: Vec<String>,
    queue: String,
}

impl Sqs {
    /// The queue's name.
    pub fn queue(mut self, name: &str) -> Self {
        name.clone_into(&mut self.queue);
        self
    }

    /// The event, for a call of the handler itself.
    ///
    /// # Panics
    /// Never: it is well formed.
    pub fn event(&self) -> SqsEvent {
        read(SqsEvent::from_json(self.json().to_string()))
    }

    fn json(&self) -> Value {
        let arn = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{}", self.queue);
        let sent = (SECONDS * 1000).to_string();
        let record = |(index, body): (usize, &String)| {
            json!({
                "messageId": format!("message-{index}"),
                "receiptHandle": format!("receipt-{index}"),
                "body": body,
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": sent,
                    "SenderId": ACCOUNT,
                    "ApproximateFirstReceiveTimestamp": sent,
                },
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": arn,
                "awsRegion": REGION,
            })
        };
        json!({"Records": self.bodies.iter().enumerate().map(record).collect::<Vec<_>>()})
    }
}

/// Records of a stream, made by [`kinesis`].
///
/// ```
/// use chalice::test::events;
///
/// let event = events::kinesis(["tea", "milk"]).stream("clicks").partition_key("ada").event();
/// assert!(event.iter().all(|record| record.partition_key() == "ada"));
/// ```
#[derive(Clone, Debug)]
#[must_use = "an event does nothing until a handler is called with it"]
pub struct Kinesis {
    data: Vec<Vec<u8>>,
    stream: String,
    partition_key: String,
}

impl Kinesis {
    /// The stream's name.
    pub fn stream(mut self, name: &str) -> Self {
        name.clone_into(&mut self.stream);
        self
    }

    /// The partition key of every record; `1` unless given.
    pub fn partition_key(mut self, key: &str) -> Self {
        key.clone_into(&mut self.partition_key);
        self
    }

    /// The event, for a call of the handler itself.
    ///
    /// # Panics
    /// Never: it is well formed.
    pub fn event(&self) -> KinesisEvent {
        read(KinesisEvent::from_json(self.json().to_string()))
    }

    fn json(&self) -> Value {
        let arn = format!("arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{}", self.stream);
        let record = |(index, data): (usize, &Vec<u8>)| {
            json!({
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": self.partition_key,
                    "sequenceNumber": index.to_string(),
                    "data": STANDARD.encode(data),
                    "approximateArrivalTimestamp": SECONDS,
                },
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": format!("shardId-000000000000:{index}"),
                "eventName": "aws:kinesis:record",
                "invokeIdentityArn": format!("arn:aws:iam::{ACCOUNT}:role/test"),
                "awsRegion": REGION,
                "eventSourceARN": arn,
            })
        };
        json!({"Records": self.data.iter().enumerate().map(record).collect::<Vec<_>>()})
    }
}

/// Changes of a table, made by [`dynamodb`]. Keys and items are given as plain JSON: `json!({"id": "tea"})`.
///
/// ```
/// use chalice::test::events;
/// # use serde_json::json;
///
/// let (key, tea, milk) = (json!({"id": "1"}), json!({"id": "1", "item": "tea"}), json!({"id": "1", "item": "milk"}));
/// let changes = events::dynamodb().table("orders").insert(key.clone(), tea.clone());
/// let event = changes.modify(key.clone(), tea, milk.clone()).remove(key, milk).event();
/// let names: Vec<&str> = event.iter().map(|record| record.event_name()).collect();
/// assert_eq!(names, ["INSERT", "MODIFY", "REMOVE"]);
/// ```
#[derive(Clone, Debug)]
#[must_use = "an event does nothing until a handler is called with it"]
pub struct Dynamodb {
    changes: Vec<Change>,
    table: String,
}

#[derive(Clone, Debug)]
struct Change {
    event_name: &'static str,
    keys: Value,
    old_image: Option<Value>,
    new_image: Option<Value>,
}

impl Dynamodb {
    /// The table's name.
    pub fn table(mut self, name: &str) -> Self {
        name.clone_into(&mut self.table);
        self
    }

    /// Adds that an item was made.
    pub fn insert(self, keys: Value, new_image: Value) -> Self {
        self.with(Change { event_name: "INSERT", keys, old_image: None, new_image: Some(new_image) })
    }

    /// Adds that an item was changed.
    pub fn modify(self, keys: Value, old_image: Value, new_image: Value) -> Self {
        let (old_image, new_image) = (Some(old_image), Some(new_image));
        self.with(Change { event_name: "MODIFY", keys, old_image, new_image })
    }

    /// Adds that an item was removed.
    pub fn remove(self, keys: Value, old_image: Value) -> Self {
        self.with(Change { event_name: "REMOVE", keys, old_image: Some(old_image), new_image: None })
    }

    fn with(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// The event, for a call of the handler itself.
    ///
    /// # Panics
    /// Never: it is well formed.
    pub fn event(&self) -> DynamodbEvent {
        read(DynamodbEvent::from_json(self.json().to_string()))
    }

    fn json(&self) -> Value {
        let table = format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{}", self.table);
        let arn = format!("{table}/stream/2023-11-14T22:13:20.000");
        let record = |(index, change): (usize, &Change)| {
            let Change { event_name, keys, old_image, new_image } = change;
            let keys = attribute_values(keys);
            let images = [("OldImage", old_image), ("NewImage", new_image)];
            let images = images.into_iter().filter_map(|(name, image)| Some((name, image.as_ref()?)));
            let mut dynamodb: Map<String, Value> =
                images.map(|(name, image)| (name.to_owned(), attribute_values(image))).collect();
            dynamodb.extend([
                ("ApproximateCreationDateTime".to_owned(), json!(SECONDS)),
                ("SequenceNumber".to_owned(), json!(index.to_string())),
                ("SizeBytes".to_owned(), json!(keys.to_string().len())),
                ("StreamViewType".to_owned(), json!("NEW_AND_OLD_IMAGES")),
                ("Keys".to_owned(), keys),
            ]);
            json!({
                "eventID": format!("event-{index}"),
                "eventName": event_name,
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": REGION,
                "dynamodb": dynamodb,
                "eventSourceARN": arn,
            })
        };
        json!({"Records": self.changes.iter().enumerate().map(record).collect::<Vec<_>>()})
    }
}

#[expect(clippy::panic, reason = "a test fails by a panic")]
fn read<T>(event: crate::Result<T>) -> T {
    match event {
        Ok(event) => event,
        Err(error) => panic!("{error}"),
    }
}

impl Serialize for Sqs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}

impl Serialize for Kinesis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}

impl Serialize for Dynamodb {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}
