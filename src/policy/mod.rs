//! ELF → the least policy under which the program works: its operations, the IAM actions that they need, the resources
//! that config.json names. Bytes and data in, statements, warnings and an explanation out; nothing is read or printed.

mod actions;
mod allowed;
mod beside;
mod binary;
mod call;
mod deployer;
mod explain;
mod guess;
mod keys;
mod misnamed;
mod operations;
mod other_means;
mod own;
mod pattern;
mod queue_url;
mod scope;
mod size;
mod statements;
#[cfg(test)]
mod tests;
mod unlisted;
mod variable;
mod warnings;

pub use actions::{prefix_of, service_names};
pub use call::{Call, Mode, On};
pub use deployer::deployer;
pub use explain::{Row, json, table};

use crate::build::SIGNER;
use crate::model::Tree;
use actions::{Action, Source, needed};
use binary::Binary;
use operations::operations;
use other_means::other_means;
use serde_json::Value as Json;
use statements::{grants, is_refused, scopes};
use std::collections::{BTreeMap, BTreeSet};
use warnings::OfKeys;

/// A program to be read.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    pub elf: &'a [u8],
    /// The SDK's crates that something beside the SDK itself depends on; None where no build tells.
    pub sdk_users: Option<&'a BTreeSet<String>>,
}

/// What config.json says of the policy.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub stage: &'a str,
    /// By service, variables filled.
    pub resources: &'a BTreeMap<String, BTreeSet<String>>,
    /// The environment variables of the stage's functions.
    pub variables: &'a BTreeMap<String, String>,
    /// `iam.statements`.
    pub statements: &'a [Json],
    /// The statements that the role has anyway, those of config.json included.
    pub others: &'a [Tree],
}

/// What the program's role is granted for its calls, and why.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    pub statements: Vec<Tree>,
    pub warnings: Vec<String>,
    /// What matters to who looks at the policy, and not at each deploy.
    pub notes: Vec<String>,
    /// Each operation of the binary with what it needs.
    pub rows: Vec<Row>,
}

/// The same policy for the same program and the same configuration, byte for byte.
pub fn policy(program: &Program<'_>, wanted: &Wanted<'_>) -> Policy {
    of_binary(&Binary::of(program.elf), program.sdk_users, wanted)
}

fn of_binary(binary: &Binary<'_>, sdk_users: Option<&BTreeSet<String>>, wanted: &Wanted<'_>) -> Policy {
    let operations = operations(binary);
    let scopes = scopes(wanted.resources);
    let scoped = scopes.iter().filter(|(_, named)| !named.is_empty()).map(|(prefix, _)| prefix.clone());
    let scoped: BTreeSet<String> = scoped.collect();

    let mut rows = Vec::new();
    for (operation, marks) in &operations.found {
        let dropped = own::reason(operation, &operations, sdk_users, &scoped);
        let mut needed = needed(operation);
        let refused = needed.actions.extract_if(.., |action| is_refused(action, &scopes)).collect();
        rows.push(Row { operation: operation.clone(), marks: marks.clone(), needed, refused, dropped });
    }
    let granted = || rows.iter().filter(|row| row.dropped.is_none());
    let actions: BTreeSet<Action> = granted().flat_map(|row| row.needed.actions.iter().cloned()).collect();
    let unknown = granted().filter(|row| row.needed.source == Source::UnknownService);
    let unknown: BTreeSet<&str> = unknown.map(|row| row.operation.service.as_str()).collect();

    let mut grants = grants(&actions, &scopes);
    let widened = size::fit(&mut grants.grants, wanted.others);
    let mut warnings = Vec::new();
    warnings.extend(warnings::of_marks(&operations));
    warnings.extend(warnings::of_unknown_services(&unknown));
    warnings.extend(warnings::of_names(&actions, &scopes));
    warnings.extend(warnings::of_scopes(&grants.unscoped, wanted));
    warnings.extend(unlisted::warning(&rows, &scopes));
    warnings.extend(warnings::of_passed_roles(&actions, wanted.statements));
    warnings.extend(own::may_assume_roles(&actions, &operations, &scopes));
    let beside = beside::hints(&actions, wanted.statements);
    warnings.extend(beside.warnings);
    let mut notes = beside.notes;
    notes.extend(warnings::of_refused(&rows));
    match warnings::of_keys(&actions, &scopes, wanted) {
        Some(OfKeys::Warning(warning)) => warnings.push(warning),
        Some(OfKeys::Note(note)) => notes.push(note),
        None => {}
    }
    let signs = sdk_users.is_some_and(|users| users.contains(SIGNER));
    let other_means = other_means(binary, operations.has_sdk, signs);
    warnings.extend(other_means.into_iter().map(|means| means.warning(wanted.stage)));
    warnings.extend(warnings::of_size(&widened));
    Policy {
        statements: grants.grants.iter().map(statements::Grant::statement).collect(),
        warnings,
        notes,
        rows,
    }
}
