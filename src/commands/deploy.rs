//! `deploy`: build the application and bring AWS in line with it.

use crate::apply::{self, Delivery, Workshop};
use crate::cli::Deploy;
use crate::connection::Context;
use crate::error::{Result, Status};
use crate::prepare::prepare;
use crate::release;
use crate::settings::{Overrides, Settings};

pub async fn run(args: Deploy, context: &Context<'_>) -> Result<Status> {
    let Deploy { target, build, dry_run, api_gateway_stage, bucket, policy } = args;
    let Context { project, environment, report } = context;
    let stage = target.stage.clone();
    let overrides = Overrides { stage, api_gateway_stage, autogen_policy: policy.choice(), bucket };
    let settings = Settings::load(project, &overrides)?;
    let prepared = prepare(settings, &build, environment, report).await?;
    let application = &prepared.application;
    let cloud = context.connect(&target).await?;
    let mut deployed = context.deployed(&target, &application.names, &cloud)?;
    let plan = release::plan(application, &deployed, &cloud).await?;
    if dry_run {
        super::plan::show(&plan, report);
        return Ok(Status::Done);
    }
    super::plan::warn(&plan, report);
    plan.left_as_is.iter().for_each(|left| report.warning(left));
    if target.sandbox {
        context.furnish_sandbox(&cloud, &application.names.app).await?;
    }
    let delivery = Delivery {
        zip: &prepared.artifact.zip,
        code_sha256: &prepared.artifact.code_sha256,
        bucket: prepared.settings.build.bucket.as_deref(),
        app: &application.names.app,
    };
    let mut workshop = Workshop { cloud: &cloud, deployed: &mut deployed, report, deleted: 0 };
    apply::execute(&plan, application, &mut workshop, Some(delivery)).await?;
    if plan.is_empty() {
        report.note("Nothing to change");
    }
    release::print_resources(&deployed, report);
    Ok(Status::Done)
}
