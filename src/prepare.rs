//! From what was typed to the Application: settings, bootstrap, manifest, model. No AWS.

use crate::build::{self, Artifact};
use crate::cli;
use crate::error::Result;
use crate::manifest;
use crate::model::{self, Application, Code};
use crate::project::Project;
use crate::report::Report;
use crate::settings::{Environment, Settings};

/// What a command needs before it turns to AWS or to a template.
pub struct Prepared {
    pub settings: Settings,
    pub artifact: Artifact,
    pub application: Application,
}

pub async fn prepare(
    settings: Settings,
    build: &cli::Build,
    environment: &Environment,
    report: &Report,
) -> Result<Prepared> {
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
    Ok(Prepared { settings, artifact, application })
}

/// The project that a command is about.
pub fn project(global: &cli::Global) -> Result<Project> {
    let folder = global.project_dir.clone().unwrap_or_else(|| ".".into());
    Ok(Project::at(&folder)?)
}
