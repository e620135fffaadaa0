//! Which records of a batch could not be processed.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use crate::Result;

/// What a handler of a batch returns to say which records it could not process: those alone come again.
///
/// `Result<BatchResponse>` in the signature is all that it takes; it turns on Lambda's `ReportBatchItemFailures` for
/// the event source. An `Err`, as a handler without it returns, gives the whole batch back.
///
/// From a queue, each failed message comes again. From a stream, processing goes on at the first failed record, so
/// stop there. A FIFO queue keeps its order only where you stop at the first failure too, and add that message and all
/// after it.
///
/// ```
/// use chalice::prelude::*;
///
/// # async fn process(_: &str) -> Result<()> { Ok(()) }
/// #[on_sqs_message(queue = "orders", batch_size = 10)]
/// async fn orders(event: SqsEvent) -> Result<BatchResponse> {
///     let mut response = BatchResponse::new();
///     for record in &event {
///         if process(record.body()).await.is_err() {
///             response.add_failure(record);
///         }
///     }
///     Ok(response)
/// }
///
/// #[on_sqs_message(queue = "payments.fifo", batch_size = 10)]
/// async fn payments(event: SqsEvent) -> Result<BatchResponse> {
///     for (index, record) in event.iter().enumerate() {
///         if process(record.body()).await.is_err() {
///             return Ok(event.records()[index..].iter().collect());
///         }
///     }
///     Ok(BatchResponse::new())
/// }
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse {
    batch_item_failures: Vec<Failure>,
}

#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    item_identifier: String,
}

impl BatchResponse {
    /// Every record was processed.
    pub fn new() -> Self {
        Self::default()
    }

    /// This record was not processed.
    pub fn add_failure(&mut self, record: &impl BatchRecord) {
        let item_identifier = record.item_identifier().to_owned();
        self.batch_item_failures.push(Failure { item_identifier });
    }

    /// The identifiers of the records that were not processed, in the order in which they were added.
    pub fn failures(&self) -> impl Iterator<Item = &str> {
        self.batch_item_failures.iter().map(|failure| &*failure.item_identifier)
    }
}

/// The records that were not processed.
impl<'a, R: BatchRecord + 'a> FromIterator<&'a R> for BatchResponse {
    fn from_iter<I: IntoIterator<Item = &'a R>>(records: I) -> Self {
        let mut response = Self::new();
        records.into_iter().for_each(|record| response.add_failure(record));
        response
    }
}

/// A record that a [`BatchResponse`] can name.
///
/// ```
/// use chalice::{BatchRecord, BatchResponse};
///
/// fn refuse<R: BatchRecord>(records: &[R]) -> BatchResponse {
///     records.iter().collect()
/// }
/// ```
pub trait BatchRecord {
    /// What identifies the record in its batch: a message's id, a sequence number.
    fn item_identifier(&self) -> &str;
}

/// Finds out whether a return type holds a [`BatchResponse`]: `Reports::<R>::REPORTS`, where Rust prefers the inherent
/// constant of the types below to that of the trait.
#[doc(hidden)]
#[derive(Debug)]
pub struct Reports<R>(PhantomData<R>);

#[doc(hidden)]
pub trait ReportsFallback {
    const REPORTS: bool = false;
}

impl<R> ReportsFallback for Reports<R> {}

#[doc(hidden)]
impl<E> Reports<Result<BatchResponse, E>> {
    pub const REPORTS: bool = true;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_return_type_alone_says_whether_failures_are_reported() {
        const {
            assert!(Reports::<Result<BatchResponse>>::REPORTS);
            assert!(Reports::<std::result::Result<BatchResponse, std::io::Error>>::REPORTS);
            assert!(!Reports::<Result<()>>::REPORTS);
            assert!(!Reports::<()>::REPORTS);
            assert!(!Reports::<Result<Vec<BatchResponse>>>::REPORTS);
        }
    }
}
