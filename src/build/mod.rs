//! From a user's crate to what Lambda runs: a bootstrap that was checked, and its deterministic zip.
//!
//! Today cargo builds it, for the machine's own architecture; `--bootstrap FILE` takes a binary that was built
//! elsewhere. What the binary says is read in `manifest`.

mod cache;
mod cargo;
mod dependents;
pub mod elf;
#[cfg(test)]
mod fixture;
mod hash;
mod host;
mod metadata;
mod profile;
mod progress;
mod selection;
#[cfg(test)]
mod tests;
mod zip;

pub use dependents::{Dependent, SIGNER};

use crate::error::Result;
use crate::project::{self, Project};
use crate::report::Report;
use crate::settings::{Architecture, BuildSettings, Environment};
use cargo_metadata::Metadata;
use host::{Host, machine_name};
use profile::Profiles;
use std::collections::BTreeSet;
use std::path::Path;

/// A program that Lambda can start.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    pub bytes: Vec<u8>,
    /// The crates that may hold handlers; none are known of a given binary.
    pub dependents: Vec<Dependent>,
    /// The crates of the AWS SDK that something beside the SDK itself depends on; None: not known.
    pub sdk_users: Option<BTreeSet<String>>,
}

/// What is sent to Lambda.
#[derive(Clone, Debug)]
pub struct Artifact {
    pub zip: Vec<u8>,
    /// As Lambda gives it: the zip's SHA-256 in base64.
    pub code_sha256: String,
}

/// Builds the application with cargo and checks the result.
pub async fn bootstrap(
    project: &Project,
    settings: &BuildSettings,
    architecture: Architecture,
    environment: &Environment,
    report: &Report,
) -> Result<Bootstrap> {
    Host::this().ensure_builds(architecture, settings.builder)?;
    let metadata = metadata::workspace(project, environment, report).await?;
    let selection = selection::select(&metadata, project.root(), settings)?;
    let profiles = Profiles::read(project, metadata.workspace_root.as_std_path(), environment);
    let filled = filled(&profiles, settings, report);
    let arguments = cargo::arguments(&selection, settings, &filled);
    let path = cargo::build(project, &selection, &arguments, environment, report).await?;
    let mut bootstrap = given(project, &path, architecture)?;
    if let Some(metadata) = dependencies(project, architecture, environment, report).await {
        bootstrap.dependents = dependents::dependents(&metadata, &selection.package.id);
        bootstrap.sdk_users = Some(dependents::sdk_users(&metadata, &selection.package.id));
    }
    Ok(bootstrap)
}

/// A binary that was built elsewhere, checked.
pub fn given(project: &Project, path: &Path, architecture: Architecture) -> Result<Bootstrap> {
    let bytes = project::read_bytes(path)?;
    elf::check(&bytes, project.relative(path), architecture)?;
    Ok(Bootstrap { bytes, dependents: Vec::new(), sdk_users: None })
}

/// The deployment package of a bootstrap.
pub fn artifact(project: &Project, bootstrap: &Bootstrap) -> Result<Artifact> {
    let zip = cache::zipped(project, &bootstrap.bytes)?;
    let code_sha256 = hash::base64_sha256(&zip);
    Ok(Artifact { zip, code_sha256 })
}

fn filled(profiles: &Profiles, settings: &BuildSettings, report: &Report) -> Vec<String> {
    let profile = settings.profile.as_deref().unwrap_or(cargo::DEFAULT_PROFILE);
    if profiles.aborts(profile) {
        report.warning(format!(
            "the profile `{profile}` has `panic = \"abort\"`: a panic then ends the function's sandbox in place of \
             answering 500; remove it or write `panic = \"unwind\"`"
        ));
    }
    profiles.filled(profile)
}

/// They serve warnings and a finer policy: that cargo cannot tell them is no failure.
async fn dependencies(
    project: &Project,
    architecture: Architecture,
    environment: &Environment,
    report: &Report,
) -> Option<Metadata> {
    let metadata = metadata::with_dependencies(project, environment, machine_name(architecture)).await;
    metadata.map_err(|error| report.debug(|| format!("the dependencies are not known: {error}"))).ok()
}
