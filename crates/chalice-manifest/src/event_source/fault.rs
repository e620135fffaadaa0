//! What AWS would refuse of an event source.

use std::fmt;

use crate::schedule::schedule_fault;

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
    /// A schedule that EventBridge does not take.
    NoSchedule { expression: String },
    /// A rule's description that is too long, in characters.
    LongDescription { length: usize, most: usize },
    /// `field` is the path of what is at fault; empty: the pattern itself.
    NoPattern { field: String, fault: PatternFault },
    /// An event bus's name that is an ARN, or nothing.
    NoBusName { bus: String },
}

/// What EventBridge would refuse of an event pattern.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PatternFault {
    /// The pattern is not an object, or an empty one.
    NoFields,
    /// A field without a list of the values that it may have.
    NoList,
    ListInList,
    /// A member of `$or` that is no object.
    NoAlternative,
    UnknownMatch {
        name: String,
        known: &'static [&'static str],
    },
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
            Self::NoSchedule { .. } => "expression",
            Self::LongDescription { .. } => "description",
            Self::NoPattern { .. } => "pattern",
            Self::NoBusName { .. } => "bus",
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
            Self::NoSchedule { expression } => {
                write!(formatter, "`{expression}` is no schedule")?;
                schedule_fault(expression).map_or(Ok(()), |fault| write!(formatter, ": {fault}"))
            }
            Self::LongDescription { length, most } => {
                write!(formatter, "`description` has {length} characters, EventBridge takes {most}")
            }
            Self::NoPattern { field, fault } if field.is_empty() => fault.fmt(formatter),
            Self::NoPattern { field, fault } => write!(formatter, "`{field}` of the pattern: {fault}"),
            Self::NoBusName { bus } => {
                write!(formatter, "`bus` is the event bus's name, not its ARN, so `{bus}` cannot be one")
            }
        }
    }
}

impl fmt::Display for PatternFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFields => formatter.write_str(
                "a pattern says which fields an event has, as in `{\"source\": [\"aws.ec2\"]}`; an empty one matches nothing",
            ),
            Self::NoList => formatter.write_str(
                "list the values that it may have, as in `[\"running\"]`, or say which fields it has, as in \
                 `{\"state\": [\"running\"]}`",
            ),
            Self::ListInList => formatter.write_str("there can be no list in the list of its values"),
            Self::NoAlternative => formatter
                .write_str("it lists alternatives, as in `[{\"state\": [\"running\"]}, {\"region\": [\"eu-west-1\"]}]`"),
            Self::UnknownMatch { name, known } => {
                write!(formatter, "EventBridge has no match `{name}`; it has `{}`", known.join("`, `"))
            }
        }
    }
}

impl std::error::Error for EventSourceFault {}
