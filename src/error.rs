//! What a user reads when something failed: what happened, why, what to do next.
//!
//! Each module has its own enum of failures, derived with `thiserror` and made presentable by [`Failure`];
//! [`Error`] carries any of them up to `main`.

use std::fmt;
use std::process::ExitCode;

/// A failure as a user sees it: `Display` says what happened, `source` why, and this trait the rest.
pub trait Failure: std::error::Error + Send + Sync + 'static {
    /// What to do next; a failure that a user can cause has one.
    fn hint(&self) -> Option<String> {
        None
    }

    /// Lines to show as they are between the message and the hint, such as the faulty place of a file.
    fn details(&self) -> Option<String> {
        None
    }

    /// The messages of the errors behind this one, the nearest first, each once.
    fn causes(&self) -> Vec<String> {
        let mut causes: Vec<String> = Vec::new();
        let mut source = self.source();
        while let Some(error) = source {
            let text = error.to_string();
            if !text.is_empty() && !causes.iter().any(|known| known.contains(&text)) {
                causes.push(text);
            }
            source = error.source();
        }
        causes
    }

    fn status(&self) -> Status {
        Status::Failed
    }
}

/// How the process ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Status {
    Done,
    Failed,
    BadUsage,
    /// `plan --exit-code` found something to change.
    WouldChange,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Done => 0,
            Status::Failed => 1,
            Status::BadUsage => 2,
            Status::WouldChange => 3,
        })
    }
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any module's failure.
pub struct Error(Box<dyn Failure>);

impl Error {
    pub fn status(&self) -> Status {
        self.0.status()
    }

    pub fn hint(&self) -> Option<String> {
        self.0.hint()
    }

    pub fn details(&self) -> Option<String> {
        self.0.details()
    }

    pub fn causes(&self) -> Vec<String> {
        self.0.causes()
    }
}

impl<F: Failure> From<F> for Error {
    fn from(failure: F) -> Self {
        Self(Box::new(failure))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}
