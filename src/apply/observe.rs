//! What is there of an application: reads only.

use super::{event_source_mapping, function, log_group, permission, rest_api, role, rule};
use crate::aws::Cloud;
use crate::deployed::Deployed;
use crate::error::{Failure, Result};
use crate::model::{Application, Attribute, CHALICE_TAG, Kind, Names, OWNER_TAG, Resource, Spec};
use crate::plan::{Found, Observed, Outputs, label};
use serde_json::Value as Json;
use thiserror::Error;

/// Looks each resource of the application up, and adds what it finds to the known outputs.
pub async fn observe(
    application: &Application,
    deployed: &Deployed,
    cloud: &Cloud,
    outputs: &mut Outputs,
) -> Result<Observed> {
    let mut observed = Observed::default();
    for resource in &application.resources {
        let Some(found) = find(resource, application, deployed, cloud, outputs).await? else {
            outputs.forget(&resource.id);
            continue;
        };
        check_owner(resource, &found, application, deployed, outputs)?;
        for (attribute, value) in &found.attributes {
            outputs.set(&resource.id, *attribute, value.clone());
        }
        observed.0.insert(resource.id.clone(), found);
    }
    Ok(observed)
}

async fn find(
    resource: &Resource,
    application: &Application,
    deployed: &Deployed,
    cloud: &Cloud,
    outputs: &Outputs,
) -> Result<Option<Found>> {
    Ok(match &resource.spec {
        Spec::LogGroup(log_group) => log_group::find(cloud, log_group).await?,
        Spec::Role(role) => role::find(cloud, role, deployed.get(&resource.id)).await?,
        Spec::RestApi(_) => {
            rest_api::find_shell(cloud, &application.names, deployed.get(&resource.id), outputs).await?
        }
        Spec::Function(function) => function::find(cloud, function).await?,
        Spec::Permission(permission) => permission::find(cloud, permission, outputs).await?,
        Spec::RestApiContents(contents) => match outputs.known(&contents.api, Attribute::Id) {
            Some(id) => rest_api::find_contents(cloud, contents, id).await?,
            None => None,
        },
        Spec::EventSourceMapping(mapping) => {
            event_source_mapping::find(cloud, mapping, deployed.get(&resource.id), outputs).await?
        }
        Spec::Rule(rule) => rule::find(cloud, rule).await?,
    })
}

/// What is neither recorded nor tagged as ours stays untouched.
fn check_owner(
    resource: &Resource,
    found: &Found,
    application: &Application,
    deployed: &Deployed,
    outputs: &Outputs,
) -> Result<(), NotOurs> {
    // Without its ARN, a record only says that the making was begun.
    let is_recorded = deployed.attribute(&resource.id, Attribute::Arn).is_some();
    if !is_tagged(resource.id.kind) || is_recorded {
        return Ok(());
    }
    let tags = found.properties.get("tags");
    let tag = |key: &str| tags.and_then(|tags| tags.get(key)).and_then(Json::as_str).unwrap_or_default();
    let owner = outputs.text(&application.names.owner()).unwrap_or_default();
    if tag(OWNER_TAG) == owner {
        return Ok(());
    }
    Err(NotOurs {
        what: label(&resource.spec),
        chalices: is_chalices(tag(CHALICE_TAG), &application.names),
        arn: found.attributes.get(&Attribute::Arn).cloned().unwrap_or_default(),
        kind: resource.id.kind,
        owner,
    })
}

/// Kinds that are looked up by name and carry tags; others belong to one that does.
fn is_tagged(kind: Kind) -> bool {
    match kind {
        Kind::IamRole | Kind::LambdaFunction | Kind::Rule => true,
        // The API is looked up by our tag, a log group holds nothing of ours but its retention.
        // A mapping is looked up by the function that it leads to.
        Kind::RestApi
        | Kind::LogGroup
        | Kind::Permission
        | Kind::RestApiContents
        | Kind::EventSourceMapping => false,
    }
}

/// Python Chalice tags its functions with version, stage and application.
fn is_chalices(tag: &str, names: &Names) -> bool {
    tag.split_once(':').is_some_and(|(_, rest)| rest == format!("stage={}:app={}", names.stage, names.app))
}

/// Something of that name exists, and nothing says that it is this application's.
#[derive(Debug, Error)]
#[error("the {what} exists already and is not this application's")]
pub struct NotOurs {
    what: String,
    /// Python Chalice made it, for this application and stage.
    chalices: bool,
    arn: String,
    kind: Kind,
    owner: String,
}

impl Failure for NotOurs {
    fn hint(&self) -> Option<String> {
        let Self { arn, owner, .. } = self;
        if self.chalices {
            return Some(
                "Python Chalice deployed it, and taking its stage over is not possible yet: choose another stage"
                    .to_owned(),
            );
        }
        let tag = match self.kind {
            Kind::IamRole => {
                let name = arn.rsplit('/').next().unwrap_or_default();
                format!("aws iam tag-role --role-name {name} --tags Key={OWNER_TAG},Value={owner}")
            }
            Kind::Rule => {
                format!("aws events tag-resource --resource-arn {arn} --tags Key={OWNER_TAG},Value={owner}")
            }
            Kind::LambdaFunction
            | Kind::RestApi
            | Kind::LogGroup
            | Kind::Permission
            | Kind::RestApiContents
            | Kind::EventSourceMapping => {
                format!("aws lambda tag-resource --resource {arn} --tags {OWNER_TAG}={owner}")
            }
        };
        Some(format!("choose another \"app_name\" or stage, or hand it over to this application: `{tag}`"))
    }
}
