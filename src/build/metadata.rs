//! What cargo says about the user's workspace.

use super::cargo::CargoError;
use crate::project::Project;
use crate::report::Report;
use crate::settings::Environment;
use cargo_metadata::{Metadata, MetadataCommand};
use tokio::process::Command;

/// The workspace's own packages.
pub async fn workspace(
    project: &Project,
    environment: &Environment,
    report: &Report,
) -> Result<Metadata, CargoError> {
    if !project.root().ancestors().any(|folder| folder.join("Cargo.toml").is_file()) {
        return Err(CargoError::NoManifest { folder: project.root().to_owned() });
    }
    let mut command = metadata_command(project, environment);
    let (stdout, stderr, success) = output(command.no_deps().cargo_command(), environment).await?;
    // With `--color always` a terminal sees cargo's colours; the report takes them out elsewhere.
    if !stderr.is_empty() {
        report.verbatim(&stderr);
    }
    if !success {
        return Err(CargoError::Metadata);
    }
    parse(&stdout)
}

/// The workspace and everything that it is built from on Linux.
pub async fn with_dependencies(
    project: &Project,
    environment: &Environment,
    machine: &str,
) -> Result<Metadata, CargoError> {
    let mut command = metadata_command(project, environment);
    // Without a platform, cargo would fetch what only other platforms need.
    let platform = ["--filter-platform".to_owned(), format!("{machine}-unknown-linux-gnu")];
    let (stdout, _, success) = output(command.other_options(platform).cargo_command(), environment).await?;
    if success { parse(&stdout) } else { Err(CargoError::Metadata) }
}

fn metadata_command(project: &Project, environment: &Environment) -> MetadataCommand {
    let mut command = MetadataCommand::new();
    command.cargo_path(&environment.cargo).current_dir(project.root()).env("CARGO_TERM_COLOR", "always");
    command
}

async fn output(
    command: std::process::Command,
    environment: &Environment,
) -> Result<(String, String, bool), CargoError> {
    let output = Command::from(command)
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|source| CargoError::not_run(environment, source))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((text(&output.stdout), text(&output.stderr), output.status.success()))
}

fn parse(stdout: &str) -> Result<Metadata, CargoError> {
    let json = stdout.lines().find(|line| line.starts_with('{')).unwrap_or_default();
    serde_json::from_str(json).map_err(CargoError::Answer)
}
