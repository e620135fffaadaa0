//! From what was typed to the Application: settings, bootstrap, manifest, model. No AWS.

use crate::build::{self, Artifact, Bootstrap};
use crate::cli;
use crate::error::Result;
use crate::manifest;
use crate::model::{self, Application, Code, Tree};
use crate::policy::{self, Policy, Program, Wanted};
use crate::project::Project;
use crate::report::Report;
use crate::settings::{Environment, Settings};

/// What a command needs before it turns to AWS or to a template.
pub struct Prepared {
    pub settings: Settings,
    pub artifact: Artifact,
    pub application: Application,
    /// The program's own calls to AWS, with why the policy has them; none where no role has a generated policy.
    pub calls: Vec<policy::Row>,
    /// What to know of them.
    pub notes: Vec<String>,
}

pub async fn prepare(
    settings: Settings,
    build: &cli::Build,
    environment: &Environment,
    report: &Report,
) -> Result<Prepared> {
    let (mut prepared, bootstrap) = linked(settings, build, environment, report).await?;
    let others = prepared.application.generated_statements();
    let policy = others.map(|others| policy_of(&bootstrap, &prepared.settings, others)).unwrap_or_default();
    for warning in policy.warnings {
        report.warning(warning);
    }
    prepared.application.grant(policy.statements);
    Ok(Prepared { calls: policy.rows, notes: policy.notes, ..prepared })
}

/// The same for who asks nothing of the program's own calls: no role is granted any, and nothing is said of them.
pub async fn prepare_without_calls(
    settings: Settings,
    build: &cli::Build,
    environment: &Environment,
    report: &Report,
) -> Result<Prepared> {
    Ok(linked(settings, build, environment, report).await?.0)
}

async fn linked(
    settings: Settings,
    build: &cli::Build,
    environment: &Environment,
    report: &Report,
) -> Result<(Prepared, Bootstrap)> {
    let Settings { project, architecture, .. } = &settings;
    let bootstrap = match &build.bootstrap {
        Some(file) => build::given(project, file, *architecture)?,
        None => build::bootstrap(project, &settings.build, *architecture, environment, report).await?,
    };
    let manifest = manifest::read(&bootstrap.bytes)?;
    for warning in manifest.unlinked(&bootstrap.dependents) {
        report.warning(warning);
    }
    let artifact = build::artifact(project, &bootstrap)?;
    let code = Code { sha256: artifact.code_sha256.clone() };
    let application = model::build(&settings, &manifest.application, &code)?;
    Ok((Prepared { settings, artifact, application, calls: Vec::new(), notes: Vec::new() }, bootstrap))
}

/// What the role's policy grants beside `others`.
fn policy_of(bootstrap: &Bootstrap, settings: &Settings, others: &[Tree]) -> Policy {
    let program = Program { elf: &bootstrap.bytes, sdk_users: bootstrap.sdk_users.as_ref() };
    let wanted = Wanted {
        stage: &settings.stage,
        resources: &settings.iam.resources,
        variables: &settings.variables(),
        statements: &settings.iam.statements,
        others,
    };
    policy::policy(&program, &wanted)
}

/// The project that a command is about.
pub fn project(global: &cli::Global) -> Result<Project> {
    let folder = global.project_dir.clone().unwrap_or_else(|| ".".into());
    Ok(Project::at(&folder)?)
}
