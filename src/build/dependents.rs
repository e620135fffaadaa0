//! The crates of an application that can hold handlers: its dependencies that depend on `chalice` themselves. A crate
//! that nothing of the application names is not linked, and its handlers are silently missing.

use super::selection::{crate_name, depends_on_chalice, library};
use cargo_metadata::{DependencyKind, Metadata, Node, NodeDep, PackageId};
use std::collections::{BTreeMap, BTreeSet};

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
    let linked: Vec<&PackageId> = Graph::of(metadata).linked_by(application).collect();
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

/// Signs requests: those of the SDK, and those of whoever else depends on it.
pub const SIGNER: &str = "aws-sigv4";

/// The crates of the AWS SDK that the application, or something which it links, depends on: a service's crate by
/// another package than `aws-config`, the signer by one that is no part of the SDK.
pub fn sdk_users(metadata: &Metadata, application: &PackageId) -> BTreeSet<String> {
    let graph = Graph::of(metadata);
    let mut used = BTreeSet::new();
    let mut linked = BTreeSet::from([application]);
    let mut ahead = vec![application];
    while let Some(user) = ahead.pop() {
        for dependency in graph.linked_by(user) {
            let (user, name) = (graph.name(user), graph.name(dependency));
            let is_services = name.starts_with("aws-sdk-") && user != "aws-config";
            if is_services || (name == SIGNER && !is_of_sdk(user)) {
                used.insert(name.to_owned());
            }
            if linked.insert(dependency) {
                ahead.push(dependency);
            }
        }
    }
    used
}

fn is_of_sdk(package: &str) -> bool {
    ["aws-sdk-", "aws-smithy-", "aws-config", "aws-runtime"].iter().any(|name| package.starts_with(name))
}

/// What depends on what.
struct Graph<'a> {
    names: BTreeMap<&'a PackageId, &'a str>,
    nodes: BTreeMap<&'a PackageId, &'a Node>,
}

impl<'a> Graph<'a> {
    fn of(metadata: &'a Metadata) -> Self {
        let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
        Self {
            names: metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect(),
            nodes: nodes.map(|node| (&node.id, node)).collect(),
        }
    }

    fn name(&self, package: &PackageId) -> &'a str {
        self.names.get(package).copied().unwrap_or_default()
    }

    /// What its library or binary is linked with: nothing of its tests and build scripts.
    fn linked_by(&self, package: &PackageId) -> impl Iterator<Item = &'a PackageId> {
        let is_linked = |dependency: &&NodeDep| {
            dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
        };
        let node = self.nodes.get(package).copied();
        node.into_iter().flat_map(|node| &node.deps).filter(is_linked).map(|dependency| &dependency.pkg)
    }
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

    #[test]
    fn a_crate_of_the_sdk_is_used_where_the_application_links_something_else_that_depends_on_it() {
        let workspace = Workspace::new(&[
            "app",
            "aws-config",
            "aws-runtime",
            "aws-sdk-dynamodb",
            "aws-sdk-sso",
            "aws-sdk-sts",
            "aws-sigv4",
            "other",
            "signs",
            "store",
        ]);
        let on = |names: &[&str]| {
            let line = |name: &&str| format!("{name} = {{ path = \"../{name}\" }}\n");
            names.iter().map(line).collect::<String>()
        };
        workspace.package("aws-sigv4", "");
        workspace.package("aws-runtime", &on(&["aws-sigv4"]));
        workspace.package("aws-sdk-sso", &on(&["aws-runtime"]));
        workspace.package("aws-sdk-sts", &on(&["aws-runtime"]));
        workspace.package("aws-sdk-dynamodb", &on(&["aws-runtime"]));
        workspace.package("aws-config", &on(&["aws-sdk-sso", "aws-sdk-sts"]));
        workspace.package("store", &on(&["aws-sdk-dynamodb"]));
        workspace
            .package("app", &(on(&["aws-config", "store"]) + "[dev-dependencies]\n" + &on(&["aws-sdk-sso"])));
        // Another application of the workspace is nothing to this one.
        workspace.package("other", &on(&["aws-sdk-sts", "signs"]));
        workspace.package("signs", &on(&["aws-sigv4"]));
        let metadata = workspace.metadata_with_dependencies();
        let used = |name: &str| {
            let package = metadata.packages.iter().find(|package| package.name.as_str() == name).unwrap();
            sdk_users(&metadata, &package.id).into_iter().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(used("app"), "aws-sdk-dynamodb");
        assert_eq!(used("other"), "aws-sdk-sts aws-sigv4");
    }
}
