//! What AWS would refuse of an event source.

use std::fmt;

/// One fault. The texts name options as the attributes do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum EventSourceFault {
    /// A queue's name that is a URL, an ARN, or nothing.
    NoQueueName { queue: String },
    /// A stream's name that is an ARN, or nothing.
    NoStreamName { stream: String },
    /// Not an ARN of what the option names.
    NoArn { option: &'static str, of: &'static str, example: &'static str, arn: String },
    /// A number that AWS does not take.
    OutOfRange { option: &'static str, value: u32, least: u32, most: u32 },
    /// More than ten messages, and no time to wait for them.
    LargeBatchWithoutWindow { batch_size: u32 },
    /// A first-in-first-out queue gives ten messages at most, and waits for none.
    FifoQueue { option: &'static str, most: u32 },
}

impl EventSourceFault {
    /// The option of the attribute that is at fault.
    pub fn option(&self) -> &'static str {
        match self {
            Self::NoQueueName { .. } => "queue",
            Self::NoStreamName { .. } => "stream",
            Self::NoArn { option, .. } | Self::OutOfRange { option, .. } | Self::FifoQueue { option, .. } => {
                option
            }
            Self::LargeBatchWithoutWindow { .. } => "batch_size",
        }
    }
}

impl fmt::Display for EventSourceFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoQueueName { queue } => write!(
                formatter,
                "`queue` is the queue's name, not its URL or ARN (which `queue_arn` takes), so `{queue}` cannot be one"
            ),
            Self::NoStreamName { stream } => {
                write!(formatter, "`stream` is the stream's name, not its ARN, so `{stream}` cannot be one")
            }
            Self::NoArn { option, of, example, arn } => {
                write!(formatter, "`{option}` takes the ARN of {of}, as in `{example}`, not `{arn}`")
            }
            Self::OutOfRange { option, value, least, most } => {
                write!(formatter, "`{option}` is a number from {least} to {most}, not {value}")
            }
            Self::LargeBatchWithoutWindow { batch_size } => write!(
                formatter,
                "`batch_size` is {batch_size}: to collect more than 10 messages, SQS needs \
                 `maximum_batching_window_in_seconds` of 1 or more"
            ),
            Self::FifoQueue { option, most } => {
                write!(formatter, "the queue is a FIFO queue, of which `{option}` is at most {most}")
            }
        }
    }
}

impl std::error::Error for EventSourceFault {}
