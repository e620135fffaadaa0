//! `#[on_sqs_message]`.

use chalice_manifest::{EventSource, Queue, SqsQueue};
use proc_macro2::Span;

use super::Kind;
use super::options::{Given, UNKNOWN};
use crate::expand::record::Record;

pub(crate) const KIND: Kind = Kind {
    source: "Sqs",
    event: "SqsEvent",
    first: None,
    options: &[
        "queue",
        "queue_arn",
        "batch_size",
        "maximum_batching_window_in_seconds",
        "maximum_concurrency",
    ],
    declare,
};

/// Chalice's default.
const BATCH_SIZE: u32 = 1;
/// Any that SQS takes.
const CONCURRENCY: u32 = 2;

fn declare(given: &mut Given<'_>, record: &mut Record) -> EventSource {
    let (name, arn) = (given.text("queue"), given.text("queue_arn"));
    record.json("\"sqs\":{\"queue\":{");
    let queue = match (name, arn) {
        (Some(name), None) => {
            record.json("\"name\":");
            name.write(record);
            Queue::Name(name.known)
        }
        (None, Some(arn)) => {
            record.json("\"arn\":");
            arn.write(record);
            Queue::Arn(arn.known)
        }
        (Some(_), Some(_)) => {
            given.mistakes.add(given.span("queue_arn"), "give `queue` or `queue_arn`, not both");
            Queue::Name(UNKNOWN.to_owned())
        }
        (None, None) => {
            let message = "name the queue: `queue = \"orders\"`, or `queue_arn = \"arn:aws:sqs:…\"`";
            given.mistakes.add(Span::call_site(), message);
            Queue::Name(UNKNOWN.to_owned())
        }
    };
    record.json("},");
    let polling = given.polling(BATCH_SIZE, record);
    let maximum_concurrency = given.number("maximum_concurrency", CONCURRENCY);
    record.json(",\"maximum_concurrency\":");
    match &maximum_concurrency {
        Some(limit) => limit.write(record),
        None => record.json("null"),
    }
    record.json("}");
    let maximum_concurrency = maximum_concurrency.map(|limit| limit.known);
    EventSource::Sqs(SqsQueue { queue, polling, maximum_concurrency })
}
