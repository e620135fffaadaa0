//! The crates of an application that can hold handlers: its dependencies that depend on `chalice` themselves. A crate
//! that nothing of the application names is not linked, and its handlers are silently missing.

use super::selection::{crate_name, depends_on_chalice, library};
use cargo_metadata::{DependencyKind, Metadata, PackageId};

/// A dependency of the application's package that depends on `chalice`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Dependent {
    pub package: String,
    pub version: String,
    /// The crate's name as Rust sees it.
    pub krate: String,
}

/// `metadata` with its dependencies resolved; sorted by name.
pub fn dependents(metadata: &Metadata, application: &PackageId) -> Vec<Dependent> {
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let linked: Vec<&PackageId> = nodes
        .filter(|node| node.id == *application)
        .flat_map(|node| &node.deps)
        .filter(|dependency| dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal))
        .map(|dependency| &dependency.pkg)
        .collect();
    let mut dependents: Vec<Dependent> = metadata
        .packages
        .iter()
        .filter(|package| linked.contains(&&package.id) && depends_on_chalice(package))
        .filter_map(|package| {
            let krate = crate_name(&library(package)?.name);
            Some(Dependent { package: package.name.to_string(), version: package.version.to_string(), krate })
        })
        .collect();
    dependents.sort_by(|one, other| one.krate.cmp(&other.krate));
    dependents
}
