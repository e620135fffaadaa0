//! The run file: which process is the sandbox, and where it listens. That process keeps the file locked for as
//! long as it lives, so a run that is gone is never mistaken for one that is there, nor another process with its
//! id for the sandbox.

use super::{Result, SandboxError};
use serde::Deserialize;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Run {
    pub(super) pid: i32,
    pub(super) port: u16,
}

impl Run {
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// The run that is alive now.
pub(super) fn current(run_file: &Path) -> Result<Option<Run>> {
    let fail = |source| SandboxError::Folder { path: run_file.to_owned(), source };
    let file = match File::open(run_file) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fail(error)),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::Error(error)) => Err(fail(error)),
        // Half a line stands there for a moment after the start: no run yet.
        Err(TryLockError::WouldBlock) => Ok(serde_json::from_reader(file).ok()),
    }
}
