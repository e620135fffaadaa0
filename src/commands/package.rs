//! `package`: a SAM template and the deployment package, made without AWS.

use crate::cli::Package;
use crate::connection::Context;
use crate::error::{Result, Status};
use crate::plan::Outputs;
use crate::prepare::prepare;
use crate::project::write_whole;
use crate::release;
use crate::settings::{Overrides, Settings};
use crate::template;

pub async fn run(args: Package, context: &Context<'_>) -> Result<Status> {
    let Package { out, stage, build } = args;
    let Context { project, environment, report } = context;
    let settings = Settings::load(project, &Overrides { stage, ..Overrides::default() })?;
    let prepared = prepare(settings, &build, environment, report).await?;
    let anywhere = Outputs::anywhere(&prepared.application);
    if let Err(too_long) = release::check_policies(&prepared.application, &anywhere) {
        report.warning(too_long.to_string());
    }
    let template = template::sam(&prepared.application)?;
    write_whole(&out.join("deployment.zip"), &prepared.artifact.zip)?;
    write_whole(&out.join("sam.json"), format!("{template:#}\n").as_bytes())?;
    report.note(format!("Wrote sam.json and deployment.zip to {}", out.display()));
    Ok(Status::Done)
}
