//! `#[on_dynamodb_record]`.

use chalice_manifest::{DynamodbStream, EventSource};

use super::Kind;
use super::options::Given;
use crate::expand::record::Record;

pub(crate) const KIND: Kind = Kind {
    source: "Dynamodb",
    event: "DynamodbEvent",
    first: None,
    options: &["stream_arn", "batch_size", "starting_position", "maximum_batching_window_in_seconds"],
    declare,
};

/// Chalice's default.
const BATCH_SIZE: u32 = 100;

fn declare(given: &mut Given<'_>, record: &mut Record) -> EventSource {
    record.json("\"dynamodb\":{\"stream_arn\":");
    let stream_arn = given.required_text("stream_arn", "${ORDERS_STREAM_ARN}");
    stream_arn.write(record);
    record.json(",");
    let polling = given.polling(BATCH_SIZE, record);
    let starting_position = given.starting_position(record);
    record.json("}");
    EventSource::Dynamodb(DynamodbStream { stream_arn: stream_arn.known, polling, starting_position })
}
