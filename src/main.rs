//! rchalice: parse, dispatch, render the error, exit.

mod apply;
mod aws;
mod build;
mod cli;
mod commands;
mod connection;
mod deployed;
mod error;
mod manifest;
mod model;
mod new_project;
mod plan;
mod policy;
mod prepare;
mod project;
mod release;
mod report;
mod sandbox;
mod settings;
mod template;
mod words;

use clap::Parser;
use cli::Cli;
use error::Status;
use report::Report;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let report = Report::new(&cli.global);
    let status = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(commands::run(cli, &report)).unwrap_or_else(|error| {
            report.error(&error);
            error.status()
        }),
        Err(error) => {
            report.warning(format!("the system gives no event loop: {error}"));
            Status::Failed
        }
    };
    status.into()
}
