//! Events of sources, one file for each kind. Those that Lambda polls come in batches.

mod attribute_value;
mod batch;
mod batch_response;
mod dynamodb;
mod kinesis;
mod middleware;
mod rule;
mod source_event;
mod sqs;
mod text;

#[cfg(feature = "test")]
pub(crate) use attribute_value::attribute_values;
pub use middleware::AroundSource;
pub(crate) use middleware::{AroundEvents, around_source};

pub use batch_response::{BatchRecord, BatchResponse, Reports, ReportsFallback};
pub use dynamodb::{DynamodbEvent, DynamodbOutput, DynamodbRecord, Item};
pub use kinesis::{KinesisEvent, KinesisOutput, KinesisRecord};
pub use rule::{CloudWatchEvent, CloudWatchOutput, ScheduleEvent, ScheduleOutput};
pub use sqs::{SqsEvent, SqsOutput, SqsRecord};

/// What a handler of events takes them from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[doc(hidden)]
#[allow(missing_docs)] // public for the expansions of the attributes alone
pub enum Source {
    Sqs,
    Kinesis,
    Dynamodb,
    Schedule,
    Cloudwatch,
}
