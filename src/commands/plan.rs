//! `plan`: what a deploy would change.

use crate::cli::Plan;
use crate::connection::Context;
use crate::error::{Result, Status};
use crate::plan::{self, Widened};
use crate::prepare::prepare;
use crate::release;
use crate::report::Report;
use crate::settings::{Overrides, Settings};
use crate::words::list;

pub async fn run(args: Plan, context: &Context<'_>) -> Result<Status> {
    let Plan { target, build, api_gateway_stage, policy, exit_code } = args;
    let Context { project, environment, report } = context;
    let stage = target.stage.clone();
    let overrides = Overrides { stage, api_gateway_stage, autogen_policy: policy.choice(), bucket: None };
    let settings = Settings::load(project, &overrides)?;
    let prepared = prepare(settings, &build, environment, report).await?;
    let cloud = context.connect(&target).await?;
    let deployed = context.deployed(&target, &prepared.application.names, &cloud)?;
    let plan = release::plan(&prepared.application, &deployed, &cloud).await?;
    show(&plan, report);
    Ok(if exit_code && !plan.is_empty() { Status::WouldChange } else { Status::Done })
}

/// The plan, and what it lets functions do.
pub fn show(plan: &plan::Plan, report: &Report) {
    warn(plan, report);
    if report.is_json() {
        report.json(&plan::json(plan));
    } else {
        report.data(&plan::display(plan));
    }
}

/// Says what functions may do once the plan is carried out, and may not do yet.
pub fn warn(plan: &plan::Plan, report: &Report) {
    for Widened { role, grants } in plan::widened(plan) {
        report.warning(format!("the role {role} may do more than before: {}", list(&grants, "and")));
    }
}
