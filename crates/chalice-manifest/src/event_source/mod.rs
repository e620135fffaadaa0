//! What delivers events to a function: one file for each kind of source, with what its attribute says and what AWS
//! would refuse of it.

mod cloudwatch;
mod dynamodb;
mod fault;
mod kinesis;
mod polling;
mod schedule;
mod sqs;

use serde::{Deserialize, Serialize};

use crate::record::Handler;

pub use cloudwatch::{CloudwatchEvents, Pattern};
pub use dynamodb::DynamodbStream;
pub use fault::{EventSourceFault, PatternFault};
pub use kinesis::KinesisStream;
pub use polling::{Polling, StartingPosition};
pub use schedule::Schedule;
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
    Schedule(Schedule),
    Cloudwatch(CloudwatchEvents),
}

impl EventSource {
    /// What AWS would refuse. Of a text that still holds `${NAME}`, nothing is said.
    pub fn faults(&self) -> Vec<EventSourceFault> {
        match self {
            Self::Sqs(queue) => queue.faults(),
            Self::Kinesis(stream) => stream.faults(),
            Self::Dynamodb(stream) => stream.faults(),
            Self::Schedule(schedule) => schedule.faults(),
            Self::Cloudwatch(events) => events.faults(),
        }
    }

    /// What names something outside of the binary.
    pub fn texts_mut(&mut self) -> Vec<&mut String> {
        match self {
            Self::Sqs(queue) => vec![queue.queue.text_mut()],
            Self::Kinesis(stream) => vec![&mut stream.stream],
            Self::Dynamodb(stream) => vec![&mut stream.stream_arn],
            Self::Schedule(schedule) => vec![&mut schedule.expression],
            Self::Cloudwatch(events) => events.texts_mut(),
        }
    }

    /// The attribute that declares such a source.
    pub fn attribute(&self) -> &'static str {
        match self {
            Self::Sqs(_) => "on_sqs_message",
            Self::Kinesis(_) => "on_kinesis_record",
            Self::Dynamodb(_) => "on_dynamodb_record",
            Self::Schedule(_) => "schedule",
            Self::Cloudwatch(_) => "on_cw_event",
        }
    }
}

/// Whether a text can be judged: the variables in it are filled when it is deployed.
pub const fn is_whole(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        if let (b'$', [b'{', ..]) = (first, others) {
            return false;
        }
        rest = others;
    }
    true
}
