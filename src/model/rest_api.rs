//! The REST API: a shell that has its id and tags from the start, and its contents, which name the functions.

use super::{Property, ResourceId, Tree};
use crate::settings::{ApiEndpoint, EndpointType};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

/// The API without its routes.
#[derive(Clone, Debug, PartialEq)]
pub struct RestApi {
    pub name: String,
    pub tags: Tree,
    pub endpoint: ApiEndpoint,
}

impl RestApi {
    pub fn properties(&self) -> Vec<Property> {
        vec![
            Property::exact("name", json!(self.name)),
            Property::exact("endpoint_type", json!(endpoint_type(self.endpoint.kind))),
            Property::exact("vpc_endpoints", super::property::sorted(&self.endpoint.vpc_endpoints)),
            Property::tags(self.tags.clone()),
        ]
    }
}

/// As API Gateway spells it.
pub fn endpoint_type(kind: EndpointType) -> &'static str {
    match kind {
        EndpointType::Edge => "EDGE",
        EndpointType::Regional => "REGIONAL",
        EndpointType::Private => "PRIVATE",
    }
}

/// What the API serves: its document, made live by a deployment to a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct RestApiContents {
    pub api: ResourceId,
    /// The first part of the URLs.
    pub stage: String,
    pub tracing: bool,
    /// The OpenAPI document.
    pub document: Tree,
}

impl RestApiContents {
    pub fn properties(&self) -> Vec<Property> {
        vec![
            Property::exact("stage", json!(self.stage)),
            Property::exact("tracing", json!(self.tracing)),
            Property::document(self.document.clone()),
        ]
    }
}

/// Identifies a document in a deployment's description, which tells what a stage serves.
pub fn document_hash(document: &Json) -> String {
    let digest = Sha256::digest(document.to_string());
    digest.iter().take(16).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
