//! `gen-policy`: the policy of the program's role, why it is so, or the policy of who deploys. Asks nobody.

use crate::aws::CALLS;
use crate::cli::{Format, GenPolicy};
use crate::connection::Context;
use crate::error::{Failure, Result, Status};
use crate::model::{Render, Tree};
use crate::plan::Outputs;
use crate::policy::{self, Mode};
use crate::prepare::{prepare, prepare_without_calls};
use crate::release;
use crate::settings::{Overrides, Settings};
use thiserror::Error;

pub async fn run(args: GenPolicy, context: &Context<'_>) -> Result<Status> {
    let GenPolicy { stage, build, explain, format, deployer, read_only } = args;
    let Context { project, environment, report } = context;
    // What config.json says of it matters to a deploy; who asks for a policy gets one.
    let autogen_policy = (!deployer).then_some(true);
    let overrides = Overrides { stage: stage.clone(), autogen_policy, ..Overrides::default() };
    let settings = Settings::load(project, &overrides)?;
    let prepared = if deployer {
        prepare_without_calls(settings, &build, environment, report).await?
    } else {
        prepare(settings, &build, environment, report).await?
    };
    prepared.notes.iter().for_each(|note| report.note(note));
    if explain {
        let is_json = format.map_or(report.is_json(), |format| format == Format::Json);
        if is_json {
            report.json(&policy::json(&prepared.calls));
        } else {
            report.data(&policy::table(&prepared.calls));
        }
        return Ok(Status::Done);
    }
    let anywhere = Outputs::anywhere(&prepared.application);
    let document = if deployer {
        let mode = if read_only { Mode::Read } else { Mode::Write };
        let bucket = prepared.settings.build.bucket.as_deref();
        policy::deployer(CALLS, &prepared.application, mode, bucket)
    } else {
        if let Err(too_long) = release::check_policies(&prepared.application, &anywhere) {
            report.warning(too_long.to_string());
        }
        let statements = prepared.application.generated_statements().ok_or(NoneGenerated { stage })?;
        [("Version", "2012-10-17".into()), ("Statement", Tree::List(statements.to_vec()))]
            .into_iter()
            .collect()
    };
    report.json(&anywhere.tree(&document).unwrap_or_default());
    report.note("Region and account are `*` here, and the partition is `aws`; a deploy writes its own");
    Ok(Status::Done)
}

#[derive(Debug, Error)]
#[error("no role of stage `{stage}` has a generated policy")]
struct NoneGenerated {
    stage: String,
}

impl Failure for NoneGenerated {
    fn hint(&self) -> Option<String> {
        Some(
            "the stage's functions have roles or policy files of their own in .chalice/config.json: remove \
             `manage_iam_role` or `autogen_policy` of one"
                .to_owned(),
        )
    }
}
