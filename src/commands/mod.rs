//! One file per command: translate what was typed, call, print.

mod delete;
mod deploy;
mod invoke;
mod logs;
mod new_project;
mod package;
mod plan;
mod sandbox;
mod test;
mod url;

use crate::cli::{Cli, Command};
use crate::connection::Context;
use crate::error::{Result, Status};
use crate::prepare;
use crate::report::Report;
use crate::settings::Environment;

pub async fn run(cli: Cli, report: &Report) -> Result<Status> {
    let Cli { global, command } = cli;
    let environment = &Environment::read();
    let project = &prepare::project(&global)?;
    let context = &Context { project, environment, report };
    match command {
        Command::NewProject(args) => new_project::run(args, context),
        Command::Deploy(args) => deploy::run(args, context).await,
        Command::Plan(args) => plan::run(args, context).await,
        Command::Delete(args) => delete::run(args, context).await,
        Command::Url(args) => url::run(args, context).await,
        Command::Logs(args) => logs::run(args, context).await,
        Command::Invoke(args) => invoke::run(args, context).await,
        Command::Package(args) => package::run(args, context).await,
        Command::Test(args) => test::run(args, context).await,
        Command::Sandbox(args) => sandbox::run(args, environment, report).await,
    }
}
