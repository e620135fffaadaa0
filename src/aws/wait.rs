//! Waiting for AWS: the same call again with growing pauses, up to a deadline, for a reason that is named.

use super::AwsError;
use crate::report::Report;
use backon::{BackoffBuilder, ExponentialBuilder};
use std::time::{Duration, Instant};

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What one attempt came to.
pub enum Attempt<T> {
    Done(T),
    /// Not yet; what is waited for.
    Again(AwsError),
}

/// Attempts until done, or until `deadline` has passed. Where AWS says how long to wait, that is heeded.
pub async fn until<T>(
    report: &Report,
    waiting_for: &str,
    deadline: Duration,
    mut attempt: impl AsyncFnMut() -> Result<Attempt<T>, AwsError>,
) -> Result<T, AwsError> {
    let started = Instant::now();
    let mut pauses = ExponentialBuilder::default()
        .with_min_delay(FIRST_PAUSE)
        .with_max_delay(LONGEST_PAUSE)
        .with_factor(1.5)
        .with_jitter()
        .without_max_times()
        .build();
    let mut said = false;
    loop {
        let reason = match attempt().await? {
            Attempt::Done(value) => return Ok(value),
            Attempt::Again(reason) => reason,
        };
        if started.elapsed() >= deadline {
            let seconds = started.elapsed().as_secs();
            return Err(AwsError::GaveUp {
                waiting_for: waiting_for.to_owned(),
                seconds,
                source: Box::new(reason),
            });
        }
        // A short wait is nobody's business; a long one is.
        if !said && started.elapsed() > Duration::from_secs(2) {
            report.note(format!("Waiting for {waiting_for}"));
            said = true;
        }
        let pause = pauses.next().unwrap_or(LONGEST_PAUSE);
        tokio::time::sleep(pause.max(reason.retry_after().unwrap_or_default())).await;
    }
}

/// Repeats `call` while `again` says so of its error.
pub async fn while_refused<T>(
    report: &Report,
    waiting_for: &str,
    deadline: Duration,
    again: impl Fn(&AwsError) -> bool,
    mut call: impl AsyncFnMut() -> Result<T, AwsError>,
) -> Result<T, AwsError> {
    until(report, waiting_for, deadline, async || match call().await {
        Ok(value) => Ok(Attempt::Done(value)),
        Err(error) if again(&error) => Ok(Attempt::Again(error)),
        Err(error) => Err(error),
    })
    .await
}
