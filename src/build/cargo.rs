//! One run of `cargo build`, from its arguments to the path of the binary.

use super::progress;
use super::selection::Selection;
use crate::error::Failure;
use crate::project::Project;
use crate::report::Report;
use crate::settings::{BuildSettings, Environment};
use cargo_metadata::{Message, TargetKind};
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use thiserror::Error;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;

/// The profile where `build.profile` names none.
pub const DEFAULT_PROFILE: &str = "release";

/// The arguments of the build: `filled` are settings for `--config`.
pub fn arguments(selection: &Selection<'_>, settings: &BuildSettings, filled: &[String]) -> Vec<String> {
    let profile = settings.profile.as_deref().unwrap_or(DEFAULT_PROFILE);
    let mut arguments: Vec<String> =
        ["build", "--message-format=json-render-diagnostics"].map(String::from).into();
    // The id, as two packages of a workspace's dependencies may share a name.
    arguments.extend(["--package".to_owned(), selection.package.id.to_string()]);
    arguments.extend(["--bin".to_owned(), selection.bin.to_owned()]);
    arguments.extend(["--profile".to_owned(), profile.to_owned()]);
    if !settings.features.is_empty() {
        arguments.extend(["--features".to_owned(), settings.features.join(",")]);
    }
    arguments.extend(filled.iter().flat_map(|setting| ["--config".to_owned(), setting.clone()]));
    arguments
}

/// Runs cargo and gives the binary's path; what cargo and the compiler say is shown as they say it.
pub async fn build(
    project: &Project,
    selection: &Selection<'_>,
    arguments: &[String],
    environment: &Environment,
    report: &Report,
) -> Result<PathBuf, CargoError> {
    report.debug(|| format!("{} {}", environment.cargo.to_string_lossy(), arguments.join(" ")));
    let bar = report.progress("Building");
    let mut command = Command::new(&environment.cargo);
    command.args(arguments).current_dir(project.root()).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // The report takes colours out where they are not wanted.
    command.env("CARGO_TERM_COLOR", "always");
    if bar.is_some() {
        command.envs(progress::COUNTERS);
    }
    let mut cargo = command.spawn().map_err(|source| CargoError::not_run(environment, source))?;
    let (Some(stdout), Some(stderr)) = (cargo.stdout.take(), cargo.stderr.take()) else {
        return Err(CargoError::not_run(environment, io::ErrorKind::BrokenPipe.into()));
    };
    let (messages, ()) = tokio::join!(messages(stdout, selection), progress::follow(stderr, report, bar));
    let status = cargo.wait().await.map_err(|source| CargoError::not_run(environment, source))?;
    match messages {
        Messages { executable: Some(path), .. } if status.success() => Ok(path),
        Messages { finished: true, .. } if !status.success() => Err(CargoError::Compile),
        _ => Err(CargoError::Build { status: status.to_string() }),
    }
}

/// What cargo says on stdout.
#[derive(Default)]
struct Messages {
    executable: Option<PathBuf>,
    /// It came as far as compiling.
    finished: bool,
}

async fn messages(stdout: impl AsyncRead + Unpin, selection: &Selection<'_>) -> Messages {
    let mut messages = Messages::default();
    let mut lines = BufReader::new(stdout).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        // What is no message, or one of a newer cargo, is nothing that we wait for.
        match serde_json::from_str(&line) {
            Ok(Message::CompilerArtifact(artifact))
                if artifact.package_id == selection.package.id
                    && artifact.target.is_kind(TargetKind::Bin)
                    && artifact.target.name == selection.bin =>
            {
                messages.executable = artifact.executable.map(Into::into);
            }
            Ok(Message::BuildFinished(_)) => messages.finished = true,
            _ => {}
        }
    }
    messages
}

/// cargo did not do what it was asked for.
#[derive(Debug, Error)]
pub enum CargoError {
    #[error("there is no Cargo.toml in `{}` or above it", folder.display())]
    NoManifest { folder: PathBuf },
    #[error("cannot run `{}`", cargo.to_string_lossy())]
    NotRun { cargo: OsString, source: io::Error },
    /// After cargo's own words.
    #[error("cargo cannot read the project")]
    Metadata,
    #[error("cannot understand the answer of `cargo metadata`")]
    Answer(#[source] serde_json::Error),
    /// After the compiler's own words.
    #[error("the application does not compile")]
    Compile,
    /// After cargo's own words.
    #[error("`cargo build` ended with {status}")]
    Build { status: String },
}

impl CargoError {
    pub fn not_run(environment: &Environment, source: io::Error) -> Self {
        Self::NotRun { cargo: environment.cargo.clone(), source }
    }
}

impl Failure for CargoError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NoManifest { .. } => Some(
                "name the project's folder with `--project-dir DIR`, or make one with `rchalice new-project`"
                    .to_owned(),
            ),
            Self::NotRun { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                Some("install Rust from https://rustup.rs, or set CARGO to cargo's path".to_owned())
            }
            Self::Answer(_) => Some("update cargo, or rchalice".to_owned()),
            Self::NotRun { .. } | Self::Metadata | Self::Compile | Self::Build { .. } => None,
        }
    }
}
