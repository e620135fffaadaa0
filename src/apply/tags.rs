//! Tags as they are sent, and those of ours that are no longer wanted.

use super::Work;
use crate::deployed::Recorded;
use crate::model::{CHALICE_TAG, Render, Spec, Tree};
use crate::plan::Outputs;
use serde_json::Value as Json;
use std::collections::BTreeMap;

pub fn wanted(tags: &Tree, outputs: &Outputs) -> BTreeMap<String, String> {
    let Some(Json::Object(tags)) = outputs.tree(tags) else { return BTreeMap::new() };
    tags.into_iter().filter_map(|(key, value)| Some((key, value.as_str()?.to_owned()))).collect()
}

/// The keys of the tags that a resource should have.
pub fn keys(spec: &Spec) -> Vec<&String> {
    let tags = match spec {
        Spec::Role(role) => &role.tags,
        Spec::Function(function) => &function.tags,
        Spec::RestApi(api) => &api.tags,
        Spec::Rule(rule) => &rule.tags,
        // Those of a mapping are given to it once, and are none of the user's.
        Spec::LogGroup(_) | Spec::Permission(_) | Spec::RestApiContents(_) | Spec::EventSourceMapping(_) => {
            return Vec::new();
        }
    };
    if let Tree::Map(entries) = tags { entries.iter().map(|(key, _)| key).collect() } else { Vec::new() }
}

/// What to set and which keys to remove.
pub struct TagChanges {
    pub set: BTreeMap<String, String>,
    pub remove: Vec<String>,
}

pub fn changes(
    work: &Work<'_>,
    wanted: &BTreeMap<String, String>,
    recorded: Option<&Recorded>,
) -> TagChanges {
    let before = work.found.and_then(|found| found.properties.get("tags")).and_then(Json::as_object);
    let has = |key: &str| before.and_then(|before| before.get(key)).and_then(Json::as_str);
    let differing = wanted.iter().filter(|(key, value)| {
        has(key) != Some(value.as_str()) && (*key != CHALICE_TAG || work.changes_tag(CHALICE_TAG))
    });
    let set = differing.map(|(key, value)| (key.clone(), value.clone())).collect();
    let ours = recorded.map(|recorded| recorded.tags.as_slice()).unwrap_or_default();
    let remove =
        ours.iter().filter(|key| !wanted.contains_key(*key) && has(key).is_some()).cloned().collect();
    TagChanges { set, remove }
}

impl Work<'_> {
    fn changes_tag(&self, key: &str) -> bool {
        self.changes.iter().any(|change| change.field == format!("tags.{key}"))
    }
}
