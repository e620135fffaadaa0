//! Values that are known now, and values that only a deployed resource has.
//!
//! One [`Application`](super::Application) becomes calls to AWS, where an output is what was recorded, and a template,
//! where it is a reference.

use super::ResourceId;
use serde_json::{Map, Value as Json};

/// A text, some parts of which may not be known before the deploy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    Known(String),
    /// What another resource has once it exists.
    Output(ResourceId, Attribute),
    /// Where the application is deployed to.
    Location(Location),
    Joined(Vec<Value>),
}

/// What a resource has once it exists.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Attribute {
    Arn,
    /// What others invoke a function by: its alias `live`.
    InvokeArn,
    /// The function's log group; a function of its name, so known before the function exists.
    LogGroupArn,
    Id,
    Name,
    /// The version that `live` points to.
    Version,
    Stage,
    Url,
    /// Of a statement in a function's resource policy.
    StatementId,
    /// Of what is polled for a function.
    SourceArn,
    /// That a rule stands on; the default one is not named.
    EventBus,
    /// What rchalice put there: a boundary that others put is not ours to remove.
    PermissionsBoundary,
    /// What rchalice attached, by commas: policies that others attached are not ours to remove.
    ManagedPolicies,
}

impl Attribute {
    /// Its key in the state file.
    pub fn key(self) -> &'static str {
        match self {
            Self::Arn => "arn",
            Self::InvokeArn => "invoke_arn",
            Self::LogGroupArn => "log_group_arn",
            Self::Id => "id",
            Self::Name => "name",
            Self::Version => "version",
            Self::Stage => "stage",
            Self::Url => "url",
            Self::StatementId => "statement_id",
            Self::SourceArn => "source_arn",
            Self::EventBus => "event_bus",
            Self::PermissionsBoundary => "permissions_boundary",
            Self::ManagedPolicies => "managed_policies",
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Location {
    Partition,
    Region,
    Account,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Known(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Known(text)
    }
}

/// `arn:{partition}:{service}:{region}:{account}:{resource}`.
pub fn arn(service: &str, resource: Vec<Value>) -> Value {
    let mut parts = vec![
        "arn:".into(),
        Value::Location(Location::Partition),
        format!(":{service}:").into(),
        Value::Location(Location::Region),
        ":".into(),
        Value::Location(Location::Account),
        ":".into(),
    ];
    parts.extend(resource);
    Value::Joined(parts)
}

/// JSON with values at its leaves.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    Json(Json),
    Value(Value),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

impl From<Json> for Tree {
    fn from(json: Json) -> Self {
        match json {
            Json::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Json::Object(entries) => {
                Self::Map(entries.into_iter().map(|(key, value)| (key, value.into())).collect())
            }
            leaf => Self::Json(leaf),
        }
    }
}

impl From<Value> for Tree {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl From<&str> for Tree {
    fn from(text: &str) -> Self {
        Self::Json(text.into())
    }
}

impl<K: Into<String>> FromIterator<(K, Tree)> for Tree {
    fn from_iter<I: IntoIterator<Item = (K, Tree)>>(entries: I) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }
}

/// Turns values into what a backend writes: text for calls, references for templates.
pub trait Render {
    /// What to do about a value; None: it cannot be known yet.
    fn value(&self, value: &Value) -> Option<Json>;

    /// The tree as JSON; None when a value in it cannot be known yet.
    fn tree(&self, tree: &Tree) -> Option<Json> {
        Some(match tree {
            Tree::Json(json) => json.clone(),
            Tree::Value(value) => self.value(value)?,
            Tree::List(items) => {
                Json::Array(items.iter().map(|item| self.tree(item)).collect::<Option<_>>()?)
            }
            Tree::Map(entries) => {
                let mut map = Map::new();
                for (key, value) in entries {
                    map.insert(key.clone(), self.tree(value)?);
                }
                Json::Object(map)
            }
        })
    }
}
