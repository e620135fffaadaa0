//! What can go wrong with the sandbox, and what to do about it.

use crate::error::Failure;
use crate::project::FileError;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum SandboxError {
    #[error("there is no folder to keep the sandbox in")]
    NoCacheFolder,
    #[error("cannot use `{}`", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error(transparent)]
    File(#[from] FileError),
    #[error("cannot run `{}`, which the sandbox needs", program.display())]
    NoPython { program: PathBuf, source: io::Error },
    #[error("`{}` is not a Python 3 that works", program.display())]
    NotPython { program: PathBuf, output: String },
    #[error("`{}` is Python {version}, and the sandbox needs 3.10 or newer", program.display())]
    OldPython { program: PathBuf, version: String },
    #[error("`{} -m venv` failed, which makes the sandbox's private Python environment", program.display())]
    NoVenv { program: PathBuf, version: String, output: String },
    #[error("pip could not install `{what}`")]
    Install { what: String, output: String },
    #[error("RCHALICE_SANDBOX_PORT is `{text}`, which is no port")]
    NoPort { text: String },
    #[error("port {port}, which RCHALICE_SANDBOX_PORT names, is in use")]
    PortInUse { port: u16 },
    #[error("no port is free")]
    NoFreePort { source: io::Error },
    #[error("the sandbox runs on port {running}, and RCHALICE_SANDBOX_PORT says {wanted}")]
    OtherPort { running: u16, wanted: u16 },
    #[error("cannot run `{}`", path.display())]
    Spawn { path: PathBuf, source: io::Error },
    #[error("the sandbox ended while it started ({status})")]
    Ended { status: ExitStatus, log: String, path: PathBuf },
    #[error("the sandbox did not answer within {} seconds", waited.as_secs())]
    NeverReady { waited: Duration, log: String, path: PathBuf },
    #[error("the sandbox does not run")]
    NotRunning,
    #[error("cannot empty the sandbox at {url}")]
    Reset { url: String, source: io::Error },
    #[error("the sandbox, process {pid}, does not end")]
    WillNotEnd { pid: i32 },
}

impl Failure for SandboxError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoCacheFolder => {
                "set HOME, or set RCHALICE_CACHE_DIR to a folder that may be written to".into()
            }
            Self::Folder { path, .. } => format!(
                "check the permissions of `{}`, or set RCHALICE_CACHE_DIR to another folder",
                path.display()
            ),
            Self::File(error) => return error.hint(),
            Self::NoPython { .. } => {
                "install Python 3.10 or newer (Debian, Ubuntu: `apt-get install python3 \
                 python3-venv`), or set PYTHON to where it is"
                    .into()
            }
            Self::NotPython { .. } | Self::OldPython { .. } => {
                "install Python 3.10 or newer and set PYTHON to where it is".into()
            }
            Self::NoVenv { version, output, .. } if output.contains("ensurepip") => {
                format!(
                    "install it (Debian, Ubuntu: `apt-get install python3-venv` or `python{version}-venv`)"
                )
            }
            Self::NoVenv { .. } => {
                "see above; on Debian and Ubuntu, venv comes with `apt-get install python3-venv`".into()
            }
            Self::Install { .. } => "check that PyPI can be reached; pip's own settings are used, such as \
                 HTTPS_PROXY and PIP_INDEX_URL"
                .into(),
            Self::NoPort { .. } => {
                "set it to a number from 1 to 65535, or unset it to have one chosen".into()
            }
            Self::PortInUse { .. } => {
                "set RCHALICE_SANDBOX_PORT to a free port, or unset it to have one chosen".into()
            }
            Self::OtherPort { .. } => {
                "stop it first with `rchalice sandbox stop`, or unset RCHALICE_SANDBOX_PORT".into()
            }
            Self::Ended { path, .. } | Self::NeverReady { path, .. } => {
                format!("the whole log is `{}`", path.display())
            }
            Self::Spawn { path, .. } => format!(
                "delete `{}` and run the command again to install it anew",
                path.ancestors().nth(2).unwrap_or(path).display()
            ),
            Self::NotRunning => "start it with `rchalice sandbox start`".into(),
            Self::Reset { .. } => "stop it with `rchalice sandbox stop`: a new one is empty".into(),
            Self::WillNotEnd { pid } => format!("end it with `kill -9 {pid}`"),
            Self::NoFreePort { .. } => return None,
        })
    }

    fn details(&self) -> Option<String> {
        let text = match self {
            Self::NotPython { output, .. } | Self::NoVenv { output, .. } | Self::Install { output, .. } => {
                output
            }
            Self::Ended { log, .. } | Self::NeverReady { log, .. } => log,
            _ => return None,
        };
        (!text.is_empty()).then(|| text.clone())
    }
}
