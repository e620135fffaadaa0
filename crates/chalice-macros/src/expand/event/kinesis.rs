//! `#[on_kinesis_record]`.

use chalice_manifest::{EventSource, KinesisStream};

use super::Kind;
use super::options::Given;
use crate::expand::record::Record;

pub(crate) const KIND: Kind = Kind {
    source: "Kinesis",
    event: "KinesisEvent",
    first: None,
    options: &["stream", "batch_size", "starting_position", "maximum_batching_window_in_seconds"],
    declare,
};

/// Chalice's default.
const BATCH_SIZE: u32 = 100;

fn declare(given: &mut Given<'_>, record: &mut Record) -> EventSource {
    record.json("\"kinesis\":{\"stream\":");
    let stream = given.required_text("stream", "clicks");
    stream.write(record);
    record.json(",");
    let polling = given.polling(BATCH_SIZE, record);
    let starting_position = given.starting_position(record);
    record.json("}");
    EventSource::Kinesis(KinesisStream { stream: stream.known, polling, starting_position })
}
