//! rchalice: parse, dispatch, render the error, exit.

mod build;
mod cli;
mod error;
mod manifest;
mod project;
mod report;
mod settings;

use clap::Parser;
use cli::Cli;
use report::Report;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let report = Report::new(&cli.global);
    report.note("nothing yet");
    ExitCode::SUCCESS
}
