//! Which package and which binary of the workspace is the application.

use crate::error::Failure;
use crate::settings::BuildSettings;
use crate::words::{list, nearest};
use cargo_metadata::{DependencyKind, Metadata, Package, Target, TargetKind};
use std::path::{Path, PathBuf};
use thiserror::Error;

#[cfg(test)]
mod tests;

/// The framework's package, as users' Cargo.toml name it.
pub const FRAMEWORK: &str = "chalice";

#[derive(Debug)]
pub struct Selection<'a> {
    pub package: &'a Package,
    pub bin: &'a str,
}

/// `build.package` and `build.bin` where they are given; else the one package and binary that can be meant.
/// `root` is the project's folder.
pub fn select<'a>(
    metadata: &'a Metadata,
    root: &Path,
    settings: &BuildSettings,
) -> Result<Selection<'a>, SelectionError> {
    let package = match &settings.package {
        Some(name) => named_package(metadata, name)?,
        None => only_package(metadata, root)?,
    };
    if !depends_on_chalice(package) {
        return Err(SelectionError::NotChalice {
            package: package.name.to_string(),
            manifest: package.manifest_path.clone().into_std_path_buf(),
        });
    }
    Ok(Selection { package, bin: bin(package, settings)? })
}

/// Whether the package itself, not only its tests, uses the framework.
pub fn depends_on_chalice(package: &Package) -> bool {
    package
        .dependencies
        .iter()
        .any(|dependency| dependency.name == FRAMEWORK && dependency.kind == DependencyKind::Normal)
}

fn named_package<'a>(metadata: &'a Metadata, name: &str) -> Result<&'a Package, SelectionError> {
    let packages = metadata.workspace_packages();
    packages.iter().find(|package| package.name.as_str() == name).copied().ok_or_else(|| {
        let known = names(&packages);
        SelectionError::UnknownPackage { name: name.to_owned(), known }
    })
}

/// The package in the project's folder; else the only one of the workspace that can be an application.
fn only_package<'a>(metadata: &'a Metadata, root: &Path) -> Result<&'a Package, SelectionError> {
    let packages = metadata.workspace_packages();
    let here = packages.iter().find(|package| {
        package.manifest_path.parent().is_some_and(|folder| same_folder(folder.as_std_path(), root))
    });
    let applications: Vec<&Package> = packages
        .iter()
        .filter(|package| depends_on_chalice(package) && bins(package).next().is_some())
        .copied()
        .collect();
    let is_workspace_root = same_folder(metadata.workspace_root.as_std_path(), root);
    match (here, applications.as_slice()) {
        (Some(here), _) if depends_on_chalice(here) || !is_workspace_root => Ok(here),
        (_, [application]) => Ok(application),
        (Some(here), []) => Ok(here),
        (None, []) => Err(SelectionError::NoApplication {
            workspace: metadata.workspace_root.clone().into_std_path_buf(),
        }),
        (_, several) => Err(SelectionError::AmbiguousPackage { known: names(several) }),
    }
}

fn bin<'a>(package: &'a Package, settings: &BuildSettings) -> Result<&'a str, SelectionError> {
    let bins: Vec<&str> = bins(package).map(|target| target.name.as_str()).collect();
    let known = || {
        let mut known: Vec<String> = bins.iter().map(ToString::to_string).collect();
        known.sort_unstable();
        known
    };
    let owner = || package.name.to_string();
    let wanted = settings.bin.as_deref().or(package.default_run.as_deref());
    match (bins.as_slice(), wanted) {
        ([], _) => Err(SelectionError::NoBin {
            package: owner(),
            library: library(package).map(|target| crate_name(&target.name)),
        }),
        (_, Some(name)) => bins.iter().find(|bin| **bin == name).copied().ok_or_else(|| {
            SelectionError::UnknownBin { package: owner(), name: name.to_owned(), known: known() }
        }),
        ([only], None) => Ok(only),
        (_, None) => Err(SelectionError::AmbiguousBin { package: owner(), known: known() }),
    }
}

fn bins(package: &Package) -> impl Iterator<Item = &Target> {
    package.targets.iter().filter(|target| target.is_kind(TargetKind::Bin))
}

/// The package's library, if it has one that others can link.
pub fn library(package: &Package) -> Option<&Target> {
    package.targets.iter().find(|target| target.is_kind(TargetKind::Lib) || target.is_kind(TargetKind::RLib))
}

/// A target's name as Rust sees it.
pub fn crate_name(target: &str) -> String {
    target.replace('-', "_")
}

fn names(packages: &[&Package]) -> Vec<String> {
    let mut names: Vec<String> = packages.iter().map(|package| package.name.to_string()).collect();
    names.sort_unstable();
    names
}

/// cargo resolves links in its paths, a user's `--project-dir` may hold some.
fn same_folder(one: &Path, other: &Path) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// The workspace does not say which binary is the application.
#[derive(Debug, Error)]
pub enum SelectionError {
    #[error("the workspace has no package `{name}`")]
    UnknownPackage { name: String, known: Vec<String> },
    #[error("{} can each be the application", list(known, "and"))]
    AmbiguousPackage { known: Vec<String> },
    #[error("no package with a binary depends on `chalice` in the workspace `{}`", workspace.display())]
    NoApplication { workspace: PathBuf },
    #[error("the package `{package}` does not depend on `chalice`")]
    NotChalice { package: String, manifest: PathBuf },
    #[error("the package `{package}` has no binary")]
    NoBin { package: String, library: Option<String> },
    #[error("the package `{package}` has no binary `{name}`")]
    UnknownBin { package: String, name: String, known: Vec<String> },
    #[error("the package `{package}` has the binaries {}", list(known, "and"))]
    AmbiguousBin { package: String, known: Vec<String> },
}

impl Failure for SelectionError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::UnknownPackage { name, known } => known_names(name, "package", known),
            Self::UnknownBin { name, known, .. } => known_names(name, "bin", known),
            Self::AmbiguousPackage { known } => choose("package", known),
            Self::AmbiguousBin { known, .. } => choose("bin", known),
            Self::NoApplication { .. } => {
                format!(
                    "run `cargo add chalice` in the application's package; it then has `{}`",
                    dependency_line()
                )
            }
            Self::NotChalice { manifest, .. } => {
                format!("add `{}` to `[dependencies]` in {}", dependency_line(), manifest.display())
            }
            Self::NoBin { library: Some(library), .. } => {
                format!("write src/main.rs with the line `use {library}::main;`")
            }
            Self::NoBin { library: None, .. } => "write src/main.rs with `chalice::app! {}`".to_owned(),
        })
    }
}

fn known_names(typed: &str, key: &str, known: &[String]) -> String {
    match nearest(typed, known) {
        Some(meant) => format!("did you mean `{meant}`? set {} in .chalice/config.json", config(key, meant)),
        None => {
            format!(
                "there is {}; set \"build\": {{\"{key}\": …}} in .chalice/config.json",
                list(known, "and")
            )
        }
    }
}

fn choose(key: &str, known: &[String]) -> String {
    let first = known.first().map_or("…", String::as_str);
    format!("name one in .chalice/config.json, such as {}", config(key, first))
}

fn config(key: &str, value: &str) -> String {
    format!("\"build\": {{\"{key}\": \"{value}\"}}")
}

/// For `[dependencies]`: the framework is released together with rchalice.
fn dependency_line() -> String {
    const OWN_VERSION: &str = env!("CARGO_PKG_VERSION");
    format!("{FRAMEWORK} = \"{OWN_VERSION}\"")
}
