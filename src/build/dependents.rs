//! The crates of an application that can hold handlers: its dependencies that depend on `chalice` themselves. A crate
//! that nothing of the application names is not linked, and its handlers are silently missing.

use super::selection::{crate_name, depends_on_chalice, library};
use cargo_metadata::{DependencyKind, Metadata, PackageId};
use std::collections::BTreeSet;

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

/// The crates of the AWS SDK that a package other than `aws-config` depends on.
pub fn sdk_users(metadata: &Metadata) -> BTreeSet<String> {
    let named = |id: &PackageId| metadata.packages.iter().find(|package| package.id == *id);
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let users = nodes.filter(|node| named(&node.id).is_some_and(|user| user.name.as_str() != "aws-config"));
    let used = users.flat_map(|node| &node.deps).filter_map(|dependency| named(&dependency.pkg));
    used.map(|package| package.name.to_string()).filter(|name| name.starts_with("aws-sdk-")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::fixture::Workspace;

    #[test]
    fn only_linkable_dependencies_that_use_the_framework_can_hold_handlers() {
        let workspace = Workspace::new(&["app", "chalice", "in-tests", "orders", "plain"]);
        workspace.package("chalice", "");
        workspace.package("orders", "chalice = { path = \"../chalice\" }\n[lib]\nname = \"shop_orders\"");
        workspace.package("in-tests", "chalice = { path = \"../chalice\" }");
        workspace.package("plain", "[dev-dependencies]\nchalice = { path = \"../chalice\" }");
        workspace.package(
            "app",
            "chalice = { path = \"../chalice\" }\nplain = { path = \"../plain\" }\n\
             sales = { path = \"../orders\", package = \"orders\" }\n\
             [dev-dependencies]\nin-tests = { path = \"../in-tests\" }",
        );
        let metadata = workspace.metadata_with_dependencies();
        let app = metadata.packages.iter().find(|package| package.name.as_str() == "app").unwrap();
        let orders = Dependent {
            package: "orders".to_owned(),
            version: "0.1.0".to_owned(),
            krate: "shop_orders".to_owned(),
        };
        assert_eq!(dependents(&metadata, &app.id), [orders]);
    }
}
