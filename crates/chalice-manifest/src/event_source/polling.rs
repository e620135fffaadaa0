//! What all sources have in common that Lambda polls.

use serde::{Deserialize, Serialize};

use super::fault::EventSourceFault;

/// The most records that Lambda hands over at once.
const MOST_RECORDS: u32 = 10_000;
/// How long Lambda waits for a batch to fill, in seconds.
const LONGEST_WINDOW: u32 = 300;

/// How many records a function is given, and when.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Polling {
    /// The most records of one event.
    pub batch_size: u32,
    /// How long to wait until there are as many.
    pub maximum_batching_window_in_seconds: u32,
    /// Whether the function says which records it could not process: those alone come again.
    pub report_batch_item_failures: bool,
}

impl Polling {
    pub(super) fn faults(&self) -> Vec<EventSourceFault> {
        let Self { batch_size, maximum_batching_window_in_seconds: window, .. } = *self;
        let batch_size = within("batch_size", batch_size, 1, MOST_RECORDS);
        let window = within("maximum_batching_window_in_seconds", window, 0, LONGEST_WINDOW);
        batch_size.into_iter().chain(window).collect()
    }
}

pub(super) fn within(option: &'static str, value: u32, least: u32, most: u32) -> Option<EventSourceFault> {
    let is_within = (least..=most).contains(&value);
    (!is_within).then_some(EventSourceFault::OutOfRange { option, value, least, most })
}

/// Where in a stream a function begins.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StartingPosition {
    /// With what comes after it was deployed.
    Latest,
    /// With the oldest record that there is.
    TrimHorizon,
}

impl StartingPosition {
    /// As the attributes and Lambda spell them.
    pub const NAMES: [&'static str; 2] = ["LATEST", "TRIM_HORIZON"];

    /// As Lambda spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Latest => "LATEST",
            Self::TrimHorizon => "TRIM_HORIZON",
        }
    }
}
