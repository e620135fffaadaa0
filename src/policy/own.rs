//! What the SDK does for itself: looking for credentials, which Lambda hands out in the environment, and sessions with
//! S3's directory buckets. Its operations are in every binary and need no permission.

use super::actions::Action;
use super::operations::{Operation, Operations};
use super::statements::Scopes;
use std::collections::BTreeSet;

/// Why the program's role does not need what `operation` needs; None: it does.
///
/// `users`: the SDK's crates that a package of the application other than `aws-config` depends on; None where no build
/// tells. `scoped`: the IAM prefixes that config.json names resources of.
pub fn reason(
    operation: &Operation,
    operations: &Operations,
    users: Option<&BTreeSet<String>>,
    scoped: &BTreeSet<String>,
) -> Option<&'static str> {
    let used = |service: &str| users.is_some_and(|users| users.contains(&format!("aws-sdk-{service}")));
    match (operation.service.as_str(), operation.module.as_str()) {
        (service @ ("sso" | "ssooidc" | "signin"), _) if !used(service) => {
            Some("aws-config looks for credentials this way outside of Lambda")
        }
        ("sts", "assume_role_with_web_identity") if !used("sts") => {
            Some("aws-config looks for credentials this way outside of Lambda")
        }
        ("sts", "assume_role") if !used("sts") && !assumes_role(operations, users) => {
            Some("aws-config looks for credentials this way outside of Lambda")
        }
        ("s3", "create_session") if !scoped.contains("s3express") => Some(
            "the SDK opens sessions with directory buckets by itself; name yours under `s3express` if you use one",
        ),
        _ => None,
    }
}

/// Whether the program assumes roles: it asks `aws-config` to, or, where no build tells who uses the crate, other
/// operations of STS are there, which nothing but the program can call.
fn assumes_role(operations: &Operations, users: Option<&BTreeSet<String>>) -> bool {
    operations.assumes_role || (users.is_none() && calls_sts(operations))
}

/// Whether operations of STS are there which `aws-config` never calls.
fn calls_sts(operations: &Operations) -> bool {
    let of_program =
        |operation: &Operation| operation.service == "sts" && !operation.module.starts_with("assume_role");
    operations.found.keys().any(of_program)
}

/// That a program which calls STS for something else is granted `sts:AssumeRole`: both marks of the operation are in the
/// SDK's crate, which `aws-config` and the program share, so they do not tell which of the two calls it.
pub fn may_assume_roles(
    actions: &BTreeSet<Action>,
    operations: &Operations,
    scopes: &Scopes,
) -> Option<String> {
    let is_granted = actions.iter().any(|action| action.prefix == "sts" && action.name == "AssumeRole");
    let is_open = !operations.assumes_role && !scopes.contains_key("sts") && calls_sts(operations);
    (is_granted && is_open).then(|| {
        "aws-config links `sts:AssumeRole` into every program; as this one calls STS, it may assume roles itself too: \
         if it does not, add `\"sts\": []` to `iam.resources` in .chalice/config.json"
            .to_owned()
    })
}
