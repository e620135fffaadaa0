//! What delivers events to a function: one file for each kind of source, with what its attribute says and what AWS
//! would refuse of it.

mod dynamodb;
mod fault;
mod kinesis;
mod polling;
mod sqs;

use serde::{Deserialize, Serialize};

use crate::record::Handler;

pub use dynamodb::DynamodbStream;
pub use fault::EventSourceFault;
pub use kinesis::KinesisStream;
pub use polling::{Polling, StartingPosition};
pub use sqs::{Queue, SqsQueue};

/// A function that events of one source are delivered to.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct EventHandler {
    #[serde(flatten)]
    pub handler: Handler,
    pub source: EventSource,
}

/// Where the events come from. All texts may hold `${NAME}`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventSource {
    Sqs(SqsQueue),
    Kinesis(KinesisStream),
    Dynamodb(DynamodbStream),
}

impl EventSource {
    /// What AWS would refuse. Of a text that still holds `${NAME}`, nothing is said.
    pub fn faults(&self) -> Vec<EventSourceFault> {
        match self {
            Self::Sqs(queue) => queue.faults(),
            Self::Kinesis(stream) => stream.faults(),
            Self::Dynamodb(stream) => stream.faults(),
        }
    }

    /// What names something outside of the binary.
    pub fn texts_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Sqs(queue) => vec![queue.queue.text_mut()],
            Self::Kinesis(stream) => vec![&mut stream.stream],
            Self::Dynamodb(stream) => vec![&mut stream.stream_arn],
        }
    }

    /// The attribute that declares such a source.
    pub fn attribute(&self) -> &'static str {
        match self {
            Self::Sqs(_) => "on_sqs_message",
            Self::Kinesis(_) => "on_kinesis_record",
            Self::Dynamodb(_) => "on_dynamodb_record",
        }
    }
}

/// Whether a text can be judged: the variables in it are filled when it is deployed.
fn is_whole(text: &str) -> bool {
    !text.contains("${")
}
