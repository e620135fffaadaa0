//! SQS queues.

use serde::{Deserialize, Serialize};

use super::fault::EventSourceFault;
use super::is_whole;
use super::polling::{Polling, within};

/// The least and most functions that may run at the same time for one queue, where that is limited.
const LEAST_CONCURRENCY: u32 = 2;
const MOST_CONCURRENCY: u32 = 1000;
/// What SQS gives at once.
const MOST_OF_SQS: u32 = 10;

/// `#[on_sqs_message]`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SqsQueue {
    pub queue: Queue,
    #[serde(flatten)]
    pub polling: Polling,
    pub maximum_concurrency: Option<u32>,
}

/// Which queue.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// In the account and region of the function.
    Name(String),
    Arn(String),
}

impl SqsQueue {
    pub(super) fn faults(&self) -> Vec<EventSourceFault> {
        let Self { queue, polling, maximum_concurrency } = self;
        let mut faults: Vec<EventSourceFault> = queue.fault().into_iter().collect();
        faults.extend(polling.faults());
        faults.extend(
            maximum_concurrency
                .and_then(|limit| within("maximum_concurrency", limit, LEAST_CONCURRENCY, MOST_CONCURRENCY)),
        );
        let (batch_size, window) = (polling.batch_size, polling.maximum_batching_window_in_seconds);
        if queue.is_fifo() {
            let option = "maximum_batching_window_in_seconds";
            faults.extend((window > 0).then_some(EventSourceFault::FifoQueue { option, most: 0 }));
            let (option, most) = ("batch_size", MOST_OF_SQS);
            faults.extend((batch_size > most).then_some(EventSourceFault::FifoQueue { option, most }));
        } else if batch_size > MOST_OF_SQS && window == 0 {
            faults.push(EventSourceFault::LargeBatchWithoutWindow { batch_size });
        }
        faults
    }
}

impl Queue {
    pub(super) fn text_mut(&mut self) -> &mut String {
        let (Self::Name(text) | Self::Arn(text)) = self;
        text
    }

    /// The queue's name, which ends its ARN.
    pub fn name(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Arn(arn) => arn.rsplit(':').next().unwrap_or(arn),
        }
    }

    fn is_fifo(&self) -> bool {
        self.name().rsplit_once('.').is_some_and(|(_, end)| end == "fifo")
    }

    fn fault(&self) -> Option<EventSourceFault> {
        match self {
            Self::Name(name) => queue_name_fault(name),
            Self::Arn(arn) => queue_arn_fault(arn),
        }
    }
}

/// Why `queue` cannot be a queue's name.
fn queue_name_fault(queue: &str) -> Option<EventSourceFault> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let is_name = !queue.is_empty() && queue.chars().all(allowed);
    (is_whole(queue) && !is_name).then(|| EventSourceFault::NoQueueName { queue: queue.to_owned() })
}

/// Why `arn` cannot be a queue's ARN.
fn queue_arn_fault(arn: &str) -> Option<EventSourceFault> {
    let is_arn = match arn.split(':').collect::<Vec<_>>()[..] {
        ["arn", partition, "sqs", region, account, name] => {
            [partition, region, account, name].iter().all(|part| !part.is_empty())
        }
        _ => false,
    };
    (is_whole(arn) && !is_arn).then(|| EventSourceFault::NoArn {
        option: "queue_arn",
        of: "a queue",
        example: "arn:aws:sqs:us-east-1:123456789012:orders",
        arn: arn.to_owned(),
    })
}
