//! `test`: `cargo test` with a stage's environment variables.

use crate::cli::Test;
use crate::connection::Context;
use crate::error::{Failure, Result, Status};
use crate::settings::{API_HANDLER, Overrides, Settings};
use thiserror::Error;
use tokio::process::Command;

pub async fn run(args: Test, context: &Context<'_>) -> Result<Status> {
    let Test { stage, cargo_args } = args;
    let settings = Settings::load(context.project, &Overrides { stage, ..Overrides::default() })?;
    let variables = &settings.function(API_HANDLER).environment;
    let mut command = Command::new(&context.environment.cargo);
    command.arg("test").args(cargo_args).current_dir(context.project.root()).envs(variables);
    let status = command.status().await.map_err(|source| NoCargo { source })?;
    Ok(if status.success() { Status::Done } else { Status::Failed })
}

#[derive(Debug, Error)]
#[error("cannot run cargo")]
struct NoCargo {
    source: std::io::Error,
}

impl Failure for NoCargo {
    fn hint(&self) -> Option<String> {
        Some("install Rust from https://rustup.rs, or set CARGO to cargo's path".to_owned())
    }
}
