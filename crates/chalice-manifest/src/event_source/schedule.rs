//! Schedules of EventBridge.

use serde::{Deserialize, Serialize};

use super::fault::EventSourceFault;
use super::is_whole;
use crate::schedule::schedule_fault;

/// `#[schedule]`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Schedule {
    /// `rate(1 hour)`, `cron(0 12 ? * MON-FRI *)`.
    pub expression: String,
    /// What EventBridge shows beside the rule; may be empty.
    pub description: String,
}

/// The most characters of a rule's description.
const LONGEST_DESCRIPTION: usize = 512;

impl Schedule {
    pub(super) fn faults(&self) -> Vec<EventSourceFault> {
        let Self { expression, description } = self;
        let has_fault = is_whole(expression) && schedule_fault(expression).is_some();
        let expression = has_fault.then(|| EventSourceFault::NoSchedule { expression: expression.clone() });
        let length = description.chars().count();
        let too_long = length > LONGEST_DESCRIPTION;
        let description =
            too_long.then_some(EventSourceFault::LongDescription { length, most: LONGEST_DESCRIPTION });
        expression.into_iter().chain(description).collect()
    }
}
