//! Settings as a user meets them: a project's files in, settings or a rendered failure out.

mod any_text;
mod errors;
mod errors_of_a_stage;
mod errors_of_policy_files;
mod errors_of_types;
mod errors_of_values;
mod key_table;
mod precedence;
mod schema;
mod statements;

use super::config::ConfigError;
use super::{Overrides, Settings};
use crate::error::{Error, Failure};
use crate::project::{Project, write_whole};
use tempfile::TempDir;

/// A project whose `.chalice` holds these files.
pub(super) fn project(files: &[(&str, &str)]) -> (TempDir, Project) {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write_whole(&dir.path().join(".chalice").join(name), text.as_bytes()).unwrap();
    }
    let project = Project::at(dir.path()).unwrap();
    (dir, project)
}

pub(super) fn overrides(stage: &str) -> Overrides {
    Overrides { stage: stage.to_owned(), ..Overrides::default() }
}

pub(super) fn load(config: &str, stage: &str) -> Result<Settings, ConfigError> {
    let (_dir, project) = project(&[("config.json", config)]);
    Settings::load(&project, &overrides(stage))
}

/// What a user reads where `config` is loaded for `dev`.
pub(super) fn failure(config: &str) -> String {
    rendered(load(config, "dev").unwrap_err())
}

/// As `report` prints it, without colour.
pub(super) fn rendered(failure: impl Failure) -> String {
    let error = Error::from(failure);
    let causes: Vec<String> = error.causes().iter().map(|cause| format!("cause: {cause}\n")).collect();
    let details = error.details().map(|details| format!("\n{}\n", details.trim_end()));
    let hint = error.hint().map(|hint| format!("\nhint: {hint}\n"));
    format!("error: {error}\n{}{}{}", causes.concat(), details.unwrap_or_default(), hint.unwrap_or_default())
}
