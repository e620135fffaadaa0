//! REST APIs: the shell, then what it serves.

use super::{Work, Workshop, recorded_as, tags};
use crate::aws::{ApiFound, AwsError, Cloud, NewApi};
use crate::deployed::{Deployed, Recorded};
use crate::error::{Failure, Result};
use crate::model::{
    Attribute, Names, OWNER_TAG, Render, ResourceId, RestApi, RestApiContents, document_hash, endpoint_type,
};
use crate::plan::{Found, Outputs};
use crate::words::list;
use serde_json::{Value as Json, json};
use thiserror::Error;

/// Marks the deployments that rchalice made; the document's hash follows.
const DESCRIPTION: &str = "rchalice ";

/// The recorded API, or the one that carries our tag: a deploy may have died before it could record.
pub async fn find_shell(
    cloud: &Cloud,
    names: &Names,
    recorded: Option<&Recorded>,
    outputs: &Outputs,
) -> Result<Option<Found>> {
    let id = recorded.and_then(|recorded| recorded.attribute(Attribute::Id));
    let known = match id {
        Some(id) => cloud.rest_api(id).await?,
        None => None,
    };
    let api = match known {
        Some(api) => api,
        None => match with_our_tag(cloud, names, outputs).await? {
            Some(api) => api,
            None => return Ok(None),
        },
    };
    let mut found = Found::default();
    found.attributes.insert(Attribute::Id, api.id);
    found.properties.insert("name".to_owned(), json!(api.name));
    found.properties.insert("endpoint_type".to_owned(), json!(api.endpoint_type));
    let mut vpc_endpoints = api.vpc_endpoints;
    vpc_endpoints.sort();
    found.properties.insert("vpc_endpoints".to_owned(), json!(vpc_endpoints));
    found.properties.insert("tags".to_owned(), json!(api.tags));
    Ok(Some(found))
}

async fn with_our_tag(cloud: &Cloud, names: &Names, outputs: &Outputs) -> Result<Option<ApiFound>> {
    let owner = outputs.text(&names.owner()).unwrap_or_default();
    let mut apis = cloud.rest_apis_with_tag(OWNER_TAG, &owner).await?;
    if apis.len() > 1 {
        let ids = apis.into_iter().map(|api| api.id).collect();
        return Err(SeveralApis { names: names.clone(), ids }.into());
    }
    Ok(apis.pop())
}

pub async fn find_contents(
    cloud: &Cloud,
    contents: &RestApiContents,
    api_id: &str,
) -> Result<Option<Found>, AwsError> {
    let Some(stage) = cloud.stage(api_id, &contents.stage).await? else { return Ok(None) };
    let mut found = Found::default();
    found.attributes.insert(Attribute::Id, api_id.to_owned());
    found.attributes.insert(Attribute::Stage, contents.stage.clone());
    found.attributes.insert(Attribute::Url, cloud.destination.rest_api_url(api_id, &contents.stage));
    found.properties.insert("stage".to_owned(), json!(contents.stage));
    found.properties.insert("tracing".to_owned(), json!(stage.tracing));
    let document = stage.description.strip_prefix(DESCRIPTION);
    found.properties.insert("document".to_owned(), json!(document));
    Ok(Some(found))
}

pub async fn apply_shell(workshop: &mut Workshop<'_>, work: &Work<'_>, api: &RestApi) -> Result<()> {
    let tags = tags::wanted(&api.tags, work.outputs);
    let keys: Vec<String> = tags.keys().cloned().collect();
    let Some(found) = work.found else {
        workshop.report.note("Creating Rest API");
        let new = NewApi {
            name: api.name.clone(),
            endpoint_type: endpoint_type(api.endpoint.kind).to_owned(),
            vpc_endpoints: api.endpoint.vpc_endpoints.clone(),
            tags,
        };
        let id = workshop.cloud.create_rest_api(&new).await?;
        workshop.record(work, |recorded| {
            recorded.set(Attribute::Id, id);
            recorded.tags = keys;
        })?;
        return Ok(());
    };
    workshop.report.note("Updating Rest API settings");
    let id = found.attributes.get(&Attribute::Id).map(String::as_str).unwrap_or_default();
    let before = |property: &str| found.properties.get(property).cloned().unwrap_or_default();
    if work.changes("name") {
        workshop.cloud.rename_rest_api(id, &api.name).await?;
    }
    if work.changes("endpoint_type") {
        let from = before("endpoint_type");
        let to = endpoint_type(api.endpoint.kind);
        workshop.cloud.set_endpoint_type(id, from.as_str().unwrap_or_default(), to).await?;
    }
    if work.changes("vpc_endpoints") {
        change_vpc_endpoints(workshop.cloud, id, &before("vpc_endpoints"), &api.endpoint.vpc_endpoints)
            .await?;
    }
    if work.changes("tags") {
        let changes = tags::changes(work, &tags, workshop.deployed.get(work.id));
        if !changes.set.is_empty() {
            workshop.cloud.tag_rest_api(id, &changes.set).await?;
        }
        if !changes.remove.is_empty() {
            workshop.cloud.untag_rest_api(id, changes.remove).await?;
        }
    }
    workshop.record(work, |recorded| recorded.tags = keys)?;
    Ok(())
}

async fn change_vpc_endpoints(
    cloud: &Cloud,
    id: &str,
    before: &Json,
    after: &[String],
) -> Result<(), AwsError> {
    let before: Vec<&str> = before.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    for endpoint in after.iter().filter(|endpoint| !before.contains(&endpoint.as_str())) {
        cloud.add_vpc_endpoint(id, endpoint).await?;
    }
    for endpoint in before.iter().filter(|endpoint| !after.iter().any(|kept| kept == *endpoint)) {
        cloud.remove_vpc_endpoint(id, endpoint).await?;
    }
    Ok(())
}

pub async fn apply_contents(
    workshop: &mut Workshop<'_>,
    work: &Work<'_>,
    contents: &RestApiContents,
) -> Result<()> {
    let id = api_id(workshop.deployed, &contents.api)?;
    let document = work.outputs.tree(&contents.document).unwrap_or_default();
    let previous = workshop.deployed.attribute(work.id, Attribute::Stage).map(str::to_owned);
    if work.found.is_none() || work.changes("document") {
        workshop.report.note(if work.found.is_none() { "Deploying Rest API" } else { "Updating Rest API" });
        workshop.cloud.put_rest_api(&id, &document).await?;
        let description = format!("{DESCRIPTION}{}", document_hash(&document));
        workshop.cloud.create_deployment(&id, &contents.stage, &description).await?;
    }
    let url = workshop.cloud.destination.rest_api_url(&id, &contents.stage);
    workshop.record(work, |recorded| {
        recorded.set(Attribute::Id, &id);
        recorded.set(Attribute::Stage, &contents.stage);
        recorded.set(Attribute::Url, url);
    })?;
    if contents.tracing || work.found.is_some() && work.changes("tracing") {
        workshop.cloud.set_stage_tracing(&id, &contents.stage, contents.tracing).await?;
    }
    if let Some(previous) = previous.filter(|previous| *previous != contents.stage) {
        workshop.report.note(format!("Deleting Rest API stage: {previous}"));
        match workshop.cloud.delete_stage(&id, &previous).await {
            Err(error) if !error.is_not_found() => return Err(error.into()),
            _ => (),
        }
    }
    Ok(())
}

pub async fn delete_shell(workshop: &mut Workshop<'_>, recorded: &Recorded) -> Result<(), AwsError> {
    let id = recorded_as(recorded, Attribute::Id)?;
    workshop.report.note(format!("Deleting Rest API: {id}"));
    workshop.cloud.delete_rest_api(id).await
}

pub async fn delete_contents(workshop: &mut Workshop<'_>, recorded: &Recorded) -> Result<(), AwsError> {
    let stage = recorded_as(recorded, Attribute::Stage)?;
    workshop.report.note(format!("Deleting Rest API stage: {stage}"));
    workshop.cloud.delete_stage(recorded_as(recorded, Attribute::Id)?, stage).await
}

fn api_id(deployed: &Deployed, api: &ResourceId) -> Result<String, AwsError> {
    let id = deployed.attribute(api, Attribute::Id).map(str::to_owned);
    id.ok_or_else(|| AwsError::Unusable {
        what: "the REST API has no recorded id".to_owned(),
        hint: "run the command again".to_owned(),
    })
}

/// Several APIs carry the tag of one stage.
#[derive(Debug, Error)]
#[error("the REST APIs {} all belong to stage `{}` of `{}`", list(ids, "and"), names.stage, names.app)]
pub struct SeveralApis {
    names: Names,
    ids: Vec<String>,
}

impl Failure for SeveralApis {
    fn hint(&self) -> Option<String> {
        Some(format!(
            "delete those that nobody calls (`aws apigateway delete-rest-api --rest-api-id ID`) or take the tag \
             `{OWNER_TAG}` off them, then run the command again"
        ))
    }
}
