//! What differs between a resource as it should be and as it is, and how a person is shown it.

use super::{Found, Outputs};
use crate::deployed::Recorded;
use crate::model::{CHALICE_TAG, Comparison, Property, Render, Spec, by_grant, document_hash};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// One field that changes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change {
    /// The property, and what follows it within: `environment.TABLE_NAME`.
    pub field: String,
    pub before: Shown,
    pub after: Shown,
}

/// A value as a plan shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Shown {
    Nothing,
    Text(String),
    /// It looks like a secret.
    Masked,
    /// It says nothing to a person.
    Opaque,
    /// Another step brings it about.
    KnownAfterwards,
}

impl Change {
    /// Whether the value is what another step brings about.
    pub fn is_known_afterwards(&self) -> bool {
        self.after == Shown::KnownAfterwards
    }

    /// The property's name.
    pub fn property(&self) -> &str {
        self.field.split('.').next().unwrap_or(&self.field)
    }
}

/// All fields of `spec` that `found` does not have as they should be.
pub fn differences(
    spec: &Spec,
    found: &Found,
    recorded: Option<&Recorded>,
    outputs: &Outputs,
) -> Vec<Change> {
    let changes = |property: &Property| {
        let before = found.properties.get(property.name).unwrap_or(&Json::Null);
        match (property.comparison, outputs.tree(&property.value)) {
            (_, None) => vec![Change {
                field: property.name.to_owned(),
                before: shown(property, "", before),
                after: Shown::KnownAfterwards,
            }],
            (Comparison::Tags, Some(after)) => tag_changes(property, before, &after, recorded),
            (Comparison::Policy, Some(after)) => policy_changes(property, before, &after),
            (Comparison::Opaque, Some(after)) => opaque_change(property, before, &after),
            (Comparison::Hashed, Some(after)) => {
                opaque_change(property, before, &document_hash(&after).into())
            }
            (Comparison::Exact | Comparison::Secret, Some(after)) => leaf_changes(property, before, &after),
        }
    };
    spec.properties().iter().flat_map(changes).collect()
}

fn opaque_change(property: &Property, before: &Json, after: &Json) -> Vec<Change> {
    if before == after {
        return Vec::new();
    }
    let before = if before.is_null() { Shown::Nothing } else { Shown::Opaque };
    vec![Change { field: property.name.to_owned(), before, after: Shown::Opaque }]
}

fn leaf_changes(property: &Property, before: &Json, after: &Json) -> Vec<Change> {
    let before = leaves(property.name, before);
    let after = leaves(property.name, after);
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |field: &String| {
        let (before, after) = (before.get(field), after.get(field));
        (before != after).then(|| Change {
            field: field.clone(),
            before: before.map_or(Shown::Nothing, |value| shown(property, field, value)),
            after: after.map_or(Shown::Nothing, |value| shown(property, field, value)),
        })
    };
    fields.into_iter().filter_map(change).collect()
}

/// Documents that grant the same but read differently are still a change.
fn policy_changes(property: &Property, before: &Json, after: &Json) -> Vec<Change> {
    if before == after {
        return Vec::new();
    }
    let changes = leaf_changes(property, &by_grant(before), &by_grant(after));
    if changes.is_empty() { opaque_change(property, before, after) } else { changes }
}

fn tag_changes(property: &Property, before: &Json, after: &Json, recorded: Option<&Recorded>) -> Vec<Change> {
    let empty = Map::new();
    let before = before.as_object().unwrap_or(&empty);
    let after = after.as_object().unwrap_or(&empty);
    let ours = |key: &String| recorded.is_some_and(|recorded| recorded.tags.contains(key));
    let removed = before.keys().filter(|key| ours(key) && !after.contains_key(*key));
    let change = |key: &String| {
        let (before, after) = (before.get(key), after.get(key));
        (!same_tag(key, before, after)).then(|| Change {
            field: format!("{}.{key}", property.name),
            before: before.map_or(Shown::Nothing, |value| shown(property, key, value)),
            after: after.map_or(Shown::Nothing, |value| shown(property, key, value)),
        })
    };
    after.keys().chain(removed).filter_map(change).collect()
}

/// A new version of rchalice is no reason to change a tag.
fn same_tag(key: &str, before: Option<&Json>, after: Option<&Json>) -> bool {
    let without_version = |value: Option<&Json>| {
        let (version, rest) = value?.as_str()?.split_once(':')?;
        version.starts_with("version=").then(|| rest.to_owned())
    };
    before == after
        || (key == CHALICE_TAG && before.is_some() && without_version(before) == without_version(after))
}

/// The parts of an object by their paths; anything else is its own one leaf. Null and empty are nothing.
fn leaves(path: &str, value: &Json) -> BTreeMap<String, Json> {
    match value {
        Json::Null => BTreeMap::new(),
        Json::Object(entries) => {
            entries.iter().flat_map(|(key, value)| leaves(&format!("{path}.{key}"), value)).collect()
        }
        Json::Array(items) if items.is_empty() => BTreeMap::new(),
        leaf => BTreeMap::from([(path.to_owned(), leaf.clone())]),
    }
}

fn shown(property: &Property, field: &str, value: &Json) -> Shown {
    match value {
        Json::Null => Shown::Nothing,
        _ if property.comparison == Comparison::Secret && looks_secret(field, value) => Shown::Masked,
        Json::String(text) if property.comparison == Comparison::Policy => Shown::Text(text.clone()),
        value => Shown::Text(value.to_string()),
    }
}

/// Words in a variable's name that tell a secret.
const SECRET_WORDS: [&str; 12] = [
    "SECRET",
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "TOKEN",
    "KEY",
    "CREDENTIAL",
    "PRIVATE",
    "AUTH",
    "SIGNATURE",
    "COOKIE",
    "DSN",
];

fn looks_secret(field: &str, value: &Json) -> bool {
    let name = field.to_uppercase();
    let text = value.as_str().unwrap_or_default();
    let has_password = text
        .split_once("://")
        .is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|authority| authority.contains('@')));
    let mixed = text.chars().any(|c| c.is_ascii_digit()) && text.chars().any(|c| c.is_ascii_alphabetic());
    let random =
        text.len() >= 32 && mixed && text.chars().all(|c| c.is_ascii_alphanumeric() || "+/=_-".contains(c));
    SECRET_WORDS.iter().any(|word| name.contains(word)) || has_password || random
}
