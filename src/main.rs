//! rchalice: parse, dispatch, render the error, exit.

mod cli;
mod commands;
mod error;
mod project;
mod report;
mod sandbox;
mod settings;

use clap::Parser;
use cli::{Cli, Command};
use error::Status;
use report::Report;
use settings::Environment;
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let report = Report::new(&cli.global);
    let environment = Environment::read();
    let result = match cli.command {
        Command::Sandbox(args) => commands::sandbox::run(args, &environment, &report).await,
        _ => {
            report.note("nothing yet");
            Ok(())
        }
    };
    match result {
        Ok(()) => Status::Done.into(),
        Err(error) => {
            report.error(&error);
            error.status().into()
        }
    }
}
