//! `delete`: a plan whose target is empty. Needs neither a build nor a valid crate.

use crate::apply::{self, Workshop};
use crate::cli::Delete;
use crate::connection::Context;
use crate::error::{Failure, Result, Status};
use crate::model::Application;
use crate::plan::display;
use crate::release;
use crate::words::count;
use std::io::{self, IsTerminal};
use thiserror::Error;

pub async fn run(args: Delete, context: &Context<'_>) -> Result<Status> {
    let Delete { target, yes } = args;
    let report = context.report;
    let Some(mut deployed) = context.find_existing(&target).await? else {
        report.note(format!("Nothing is deployed to stage `{}`", target.stage));
        return Ok(Status::Done);
    };
    let cloud = context.connect(&target).await?;
    let application = Application { names: deployed.names(), resources: Vec::new() };
    deployed.check(&application.names, &cloud.destination)?;
    let plan = release::plan(&application, &deployed, &cloud).await?;
    if !yes && io::stdin().is_terminal() && report.is_terminal() {
        report.note(display(&plan));
        confirm(&target.stage)?;
    }
    let mut workshop = Workshop { cloud: &cloud, deployed: &mut deployed, report, deleted: 0 };
    apply::execute(&plan, &application, &mut workshop, None).await?;
    report.note(format!("Deleted {}", count(workshop.deleted, "resource")));
    Ok(Status::Done)
}

fn confirm(stage: &str) -> Result<(), NotConfirmed> {
    let question = dialoguer::Confirm::new().with_prompt(format!("Delete stage `{stage}`?")).default(false);
    match question.interact() {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(NotConfirmed),
    }
}

#[derive(Debug, Error)]
#[error("nothing was deleted")]
struct NotConfirmed;

impl Failure for NotConfirmed {
    fn hint(&self) -> Option<String> {
        Some("answer `y`, or use `--yes`".to_owned())
    }
}
