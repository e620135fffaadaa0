//! rchalice: parse, dispatch, render the error, exit.
//!
//! Data flows one way. What is pure is so by its folder; what has an effect has one door.
//!
//! ```text
//! argv ─▶ cli ─────┐
//! config.json, env ┴▶ settings ────────────┐
//! crate ─▶ build ─▶ bootstrap ─▶ zip ──────┤  model::build   PURE
//!                       └─ELF─▶ manifest ──┴▶ Application ─┬▶ template ─▶ sam.json           `package`
//!                                                          │
//! deployed/<stage>.json ─▶ deployed ─┐                     │
//! AWS, reads only ─▶ apply::observe ─┴──────────▶ plan::plan  PURE ─▶ Plan ─┬▶ display       `plan`
//!                                                                           └▶ apply::execute `deploy`, `delete`
//!                                                                     call ─▶ record ─▶ report, step by step
//! ```
//!
//! What always holds, and what holds it:
//!
//! - `model`, `plan` and `template` name no `aws`, `std::fs`, `std::env`, `tokio` or `report` (`tests/tidy.rs`).
//! - `aws` alone names an SDK type (`tests/tidy.rs`); `report` alone prints, `settings` alone reads the
//!   environment, `project` alone writes files (clippy).
//! - After each call that changes something, the record is on disk before the next call (`tests/cli/deploy.rs`
//!   cuts the connection at every write).
//! - Names on AWS are a function of (app, stage, handler): a deploy after any failure converges.
//! - `delete`, and taking a handler away, are a plan whose target lacks the resource.
//! - `package` and `deploy` start from the same Application; a dry run is the same plan, not executed.
//! - No `_` arm over kinds of resources: the compiler lists what a new kind must touch.
//! - The user's binary is never run to learn about it, and the user's toolchain is never changed.

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
#[cfg(test)]
#[path = "../fixtures/vectors/rows.rs"]
#[allow(clippy::expect_used, clippy::panic)] // a vector that is not what it should be fails its test
mod vectors;
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
