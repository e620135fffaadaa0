//! The AWS resources that should exist: pure data, built from what is meant, what the binary says and its bytes.

mod build;
mod destination;
mod event_source_mapping;
mod function;
mod log_group;
mod naming;
mod openapi;
mod permission;
mod policy;
mod property;
mod rest_api;
mod role;
mod rule;
mod value;

pub use build::build;
pub use destination::Destination;
pub use event_source_mapping::{EventSourceMapping, PolledService};
pub use function::{Code, Function, LIVE, RUNTIME, architecture, tracing};
pub use log_group::LogGroup;
pub use naming::{CHALICE_TAG, Names, OWNER_TAG};
pub use permission::Permission;
pub use policy::{ALLOWED, DENIAL, DENIED, IF, LONGEST_POLICY, by_grant};
pub use property::{Comparison, Property, sorted};
pub use rest_api::{RestApi, RestApiContents, document_hash, endpoint_type};
pub use role::{NO_PATH, Role, path, trust_policy};
pub use rule::Rule;
pub use value::{Attribute, Location, Render, Tree, Value, arn};

use serde::{Deserialize, Serialize};
use std::fmt;

/// Everything that a stage should have, each resource after those that it needs.
#[derive(Clone, Debug)]
pub struct Application {
    pub names: Names,
    pub resources: Vec<Resource>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    pub id: ResourceId,
    pub spec: Spec,
}

/// What kind of thing, and which one of them.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct ResourceId {
    pub kind: Kind,
    pub name: String,
}

impl ResourceId {
    pub fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} `{}`", self.kind.words(), self.name)
    }
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    LogGroup,
    IamRole,
    RestApi,
    LambdaFunction,
    Permission,
    RestApiContents,
    EventSourceMapping,
    Rule,
}

impl Kind {
    pub fn words(self) -> &'static str {
        match self {
            Self::LogGroup => "log group",
            Self::IamRole => "IAM role",
            Self::RestApi => "REST API",
            Self::LambdaFunction => "Lambda function",
            Self::Permission => "permission",
            Self::RestApiContents => "REST API stage",
            Self::EventSourceMapping => "event source mapping",
            Self::Rule => "EventBridge rule",
        }
    }

    /// Whether it brings something to functions: it comes once they are as they should be, and goes while they still have
    /// what they need.
    pub fn leads_to_functions(self) -> bool {
        match self {
            Self::LogGroup | Self::IamRole | Self::RestApi | Self::LambdaFunction => false,
            Self::Permission | Self::RestApiContents | Self::EventSourceMapping | Self::Rule => true,
        }
    }
}

/// What one resource should be like.
#[derive(Clone, Debug, PartialEq)]
pub enum Spec {
    LogGroup(LogGroup),
    Role(Role),
    RestApi(RestApi),
    Function(Box<Function>),
    Permission(Permission),
    RestApiContents(RestApiContents),
    EventSourceMapping(EventSourceMapping),
    Rule(Rule),
}

impl Spec {
    /// What a plan compares and shows.
    pub fn properties(&self) -> Vec<Property> {
        match self {
            Self::LogGroup(log_group) => log_group.properties(),
            Self::Role(role) => role.properties(),
            Self::RestApi(api) => api.properties(),
            Self::Function(function) => function.properties(),
            Self::Permission(permission) => permission.properties(),
            Self::RestApiContents(contents) => contents.properties(),
            Self::EventSourceMapping(mapping) => mapping.properties(),
            Self::Rule(rule) => rule.properties(),
        }
    }

    /// The resource that this one is a part of: it goes when that one goes.
    pub fn within(&self) -> Option<ResourceId> {
        match self {
            Self::LogGroup(_)
            | Self::Role(_)
            | Self::RestApi(_)
            | Self::Function(_)
            // They outlive their function.
            | Self::EventSourceMapping(_)
            | Self::Rule(_) => None,
            Self::Permission(permission) => Some(permission.function.clone()),
            Self::RestApiContents(contents) => Some(contents.api.clone()),
        }
    }

    /// What has to hold while old and new code serve side by side: the union of `observed` and this, for what
    /// both of them live on. None: it changes at once.
    pub fn grown(
        &self,
        observed: &serde_json::Map<String, serde_json::Value>,
        render: &dyn Render,
    ) -> Option<Self> {
        match self {
            Self::Role(role) => Some(Self::Role(role.grown(observed, render))),
            Self::EventSourceMapping(mapping) => mapping.grown(observed).map(Self::EventSourceMapping),
            Self::LogGroup(_)
            | Self::RestApi(_)
            | Self::Function(_)
            | Self::Permission(_)
            | Self::RestApiContents(_)
            | Self::Rule(_) => None,
        }
    }
}
