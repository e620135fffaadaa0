//! What AWS says exists, in the words of the model.

use crate::model::{Attribute, ResourceId};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Found resources; one that is missing here does not exist.
#[derive(Clone, Debug, Default)]
pub struct Observed(pub BTreeMap<ResourceId, Found>);

/// One resource as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    pub attributes: BTreeMap<Attribute, String>,
    /// By the names of the model's properties.
    pub properties: Map<String, Json>,
    /// Properties that AWS could not read: they are taken to be as they were sent last.
    pub unreadable: Vec<&'static str>,
    /// It exists but does not yet do its work, as when a deploy was interrupted.
    pub unfinished: bool,
    /// What somebody else chose and no deploy changes, as in "the rule is disabled".
    pub left_as_is: Option<&'static str>,
}
