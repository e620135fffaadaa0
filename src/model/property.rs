//! What a plan compares: the parts of a resource that AWS gives back as they were sent.

use super::Tree;
use serde_json::Value as Json;

#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    pub name: &'static str,
    pub value: Tree,
    pub comparison: Comparison,
}

/// How a wanted value and an observed one are held against each other, and shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Comparison {
    Exact,
    /// Exact; what looks like a secret is masked when it is shown.
    Secret,
    /// Tags: others may have added theirs, and the version in Chalice's tag is no difference.
    Tags,
    /// An IAM policy: shown grant by grant.
    Policy,
    /// Exact; only the fact of a change is shown, as the value says nothing to a person.
    Opaque,
    /// A document of which AWS gives back the hash that was put beside it.
    Hashed,
}

impl Property {
    pub fn exact(name: &'static str, value: impl Into<Tree>) -> Self {
        Self { name, value: value.into(), comparison: Comparison::Exact }
    }

    pub fn secret(name: &'static str, value: impl Into<Tree>) -> Self {
        Self { name, value: value.into(), comparison: Comparison::Secret }
    }

    pub fn policy(document: Tree) -> Self {
        Self { name: "policy", value: document, comparison: Comparison::Policy }
    }

    pub fn tags(value: impl Into<Tree>) -> Self {
        Self { name: "tags", value: value.into(), comparison: Comparison::Tags }
    }

    pub fn document(document: Tree) -> Self {
        Self { name: "document", value: document, comparison: Comparison::Hashed }
    }

    pub fn opaque(name: &'static str, value: impl Into<Tree>) -> Self {
        Self { name, value: value.into(), comparison: Comparison::Opaque }
    }
}

/// Lists whose order means nothing are compared and sent in one order.
pub fn sorted(items: &[String]) -> Json {
    let mut items = items.to_vec();
    items.sort();
    items.into()
}
