//! Kinesis streams.

use serde::{Deserialize, Serialize};

use super::fault::EventSourceFault;
use super::is_whole;
use super::polling::{Polling, StartingPosition};

/// `#[on_kinesis_record]`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct KinesisStream {
    /// The stream's name, in the account and region of the function.
    pub stream: String,
    #[serde(flatten)]
    pub polling: Polling,
    pub starting_position: StartingPosition,
}

impl KinesisStream {
    pub(super) fn faults(&self) -> Vec<EventSourceFault> {
        let stream = stream_name_fault(&self.stream);
        stream.into_iter().chain(self.polling.faults()).collect()
    }
}

fn stream_name_fault(stream: &str) -> Option<EventSourceFault> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let is_name = !stream.is_empty() && stream.chars().all(allowed);
    (is_whole(stream) && !is_name).then(|| EventSourceFault::NoStreamName { stream: stream.to_owned() })
}
