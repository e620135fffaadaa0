//! REST APIs: the API, its document, its deployments and stages. API Gateway's limits are low and per account
//! (one CreateDeployment in 5 s, one CreateRestApi in 3 s or, for EDGE, 30 s): a refusal for that is waited out.

use super::wait::while_refused;
use super::{AwsError, Cloud, Problem};
use aws_config::retry::RetryConfig;
use aws_sdk_apigateway::primitives::Blob;
use aws_sdk_apigateway::types::{EndpointConfiguration, EndpointType, Op, PatchOperation, PutMode, RestApi};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::time::Duration;

const THROTTLE_DEADLINE: Duration = Duration::from_mins(4);

/// An API as it is.
#[derive(Clone, Debug)]
pub struct ApiFound {
    pub id: String,
    pub name: String,
    pub endpoint_type: String,
    pub vpc_endpoints: Vec<String>,
    pub tags: BTreeMap<String, String>,
}

/// An API to make.
#[derive(Clone, Debug)]
pub struct NewApi {
    pub name: String,
    pub endpoint_type: String,
    pub vpc_endpoints: Vec<String>,
    pub tags: BTreeMap<String, String>,
}

/// Who can reach an API, before and after.
#[derive(Clone, Debug)]
pub struct EndpointChange<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub vpc_endpoints_before: Vec<&'a str>,
    pub vpc_endpoints: &'a [String],
}

/// What a stage serves.
#[derive(Clone, Debug)]
pub struct StageFound {
    pub tracing: bool,
    /// Of the deployment that it serves.
    pub description: String,
}

impl Cloud {
    pub async fn rest_api(&self, id: &str) -> Result<Option<ApiFound>, AwsError> {
        match self.api_gateway.get_rest_api().rest_api_id(id).send().await {
            Ok(api) => Ok(Some(ApiFound {
                id: id.to_owned(),
                name: api.name().unwrap_or_default().to_owned(),
                endpoint_type: endpoint_type(api.endpoint_configuration()),
                vpc_endpoints: vpc_endpoints(api.endpoint_configuration()),
                tags: tags(api.tags()),
            })),
            Err(error) => {
                let error = AwsError::call("apigateway", "GetRestApi", error);
                if error.is_not_found() { Ok(None) } else { Err(error) }
            }
        }
    }

    /// All APIs that carry the tag `key` = `value`.
    pub async fn rest_apis_with_tag(&self, key: &str, value: &str) -> Result<Vec<ApiFound>, AwsError> {
        let mut pages = self.api_gateway.get_rest_apis().limit(500).into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(api) = pages.next().await {
            let api = api.map_err(|error| AwsError::call("apigateway", "GetRestApis", error))?;
            if api.tags().and_then(|tags| tags.get(key)).is_some_and(|tag| tag == value) {
                found.push(api_found(&api));
            }
        }
        Ok(found)
    }

    /// Returns the id. Never repeated after an unclear answer: the API is found again by its tag.
    pub async fn create_rest_api(&self, api: &NewApi) -> Result<String, AwsError> {
        let endpoint = EndpointConfiguration::builder()
            .types(EndpointType::from(api.endpoint_type.as_str()))
            .set_vpc_endpoint_ids((!api.vpc_endpoints.is_empty()).then(|| api.vpc_endpoints.clone()));
        let call = self
            .api_gateway
            .create_rest_api()
            .name(&api.name)
            .endpoint_configuration(endpoint.build())
            .set_tags(Some(api.tags.clone().into_iter().collect()));
        let once = aws_sdk_apigateway::config::Config::builder().retry_config(RetryConfig::disabled());
        self.within_the_rate("CreateRestApi", async || {
            let output = call.clone().customize().config_override(once.clone()).send().await;
            let output = output.map_err(|error| AwsError::call("apigateway", "CreateRestApi", error))?;
            Ok(output.id().unwrap_or_default().to_owned())
        })
        .await
    }

    /// Replaces the API's document; nothing of it is served before a deployment.
    pub async fn put_rest_api(&self, id: &str, document: &Json) -> Result<(), AwsError> {
        let body = Blob::new(document.to_string());
        let call = self.api_gateway.put_rest_api().rest_api_id(id).mode(PutMode::Overwrite).body(body);
        self.within_the_rate("PutRestApi", async || {
            let output = call.clone().send().await;
            output.map(drop).map_err(|error| AwsError::call("apigateway", "PutRestApi", error))
        })
        .await
    }

    pub async fn create_deployment(&self, id: &str, stage: &str, description: &str) -> Result<(), AwsError> {
        let call =
            self.api_gateway.create_deployment().rest_api_id(id).stage_name(stage).description(description);
        self.within_the_rate("CreateDeployment", async || {
            let output = call.clone().send().await;
            output.map(drop).map_err(|error| AwsError::call("apigateway", "CreateDeployment", error))
        })
        .await
    }

    /// The stage with the deployment that it serves.
    pub async fn stage(&self, id: &str, stage: &str) -> Result<Option<StageFound>, AwsError> {
        let found = match self.api_gateway.get_stage().rest_api_id(id).stage_name(stage).send().await {
            Ok(found) => found,
            Err(error) => {
                let error = AwsError::call("apigateway", "GetStage", error);
                return if error.is_not_found() { Ok(None) } else { Err(error) };
            }
        };
        let call = self.api_gateway.get_deployment().rest_api_id(id);
        let deployment = call.deployment_id(found.deployment_id().unwrap_or_default()).send().await;
        let deployment = deployment.map_err(|error| AwsError::call("apigateway", "GetDeployment", error))?;
        let description = deployment.description().unwrap_or_default().to_owned();
        Ok(Some(StageFound { tracing: found.tracing_enabled(), description }))
    }

    pub async fn set_stage_tracing(&self, id: &str, stage: &str, tracing: bool) -> Result<(), AwsError> {
        let change = replace("/tracingEnabled", &tracing.to_string());
        let call = self.api_gateway.update_stage().rest_api_id(id).stage_name(stage).patch_operations(change);
        call.send().await.map(drop).map_err(|error| AwsError::call("apigateway", "UpdateStage", error))
    }

    pub async fn delete_stage(&self, id: &str, stage: &str) -> Result<(), AwsError> {
        let output = self.api_gateway.delete_stage().rest_api_id(id).stage_name(stage).send().await;
        output.map(drop).map_err(|error| AwsError::call("apigateway", "DeleteStage", error))
    }

    pub async fn rename_rest_api(&self, id: &str, name: &str) -> Result<(), AwsError> {
        self.update_rest_api(id, vec![replace("/name", name)]).await
    }

    /// Only a private API has VPC endpoints, so they go before it opens and come after it closed; all in one call.
    pub async fn change_endpoint(&self, id: &str, change: &EndpointChange<'_>) -> Result<(), AwsError> {
        let EndpointChange { from, to, vpc_endpoints_before: before, vpc_endpoints: after } = change;
        let gone = before.iter().filter(|endpoint| !after.iter().any(|kept| kept == *endpoint));
        let new = after.iter().filter(|endpoint| !before.contains(&endpoint.as_str()));
        let changes = gone
            .map(|endpoint| vpc_endpoint(Op::Remove, endpoint))
            .chain((from != to).then(|| replace(&format!("/endpointConfiguration/types/{from}"), to)))
            .chain(new.map(|endpoint| vpc_endpoint(Op::Add, endpoint)));
        self.update_rest_api(id, changes.collect()).await
    }

    pub async fn delete_rest_api(&self, id: &str) -> Result<(), AwsError> {
        self.within_the_rate("DeleteRestApi", async || {
            let output = self.api_gateway.delete_rest_api().rest_api_id(id).send().await;
            output.map(drop).map_err(|error| AwsError::call("apigateway", "DeleteRestApi", error))
        })
        .await
    }

    pub async fn tag_rest_api(&self, id: &str, tags: &BTreeMap<String, String>) -> Result<(), AwsError> {
        let tags = tags.clone().into_iter().collect();
        let call = self.api_gateway.tag_resource().resource_arn(self.rest_api_arn(id)).set_tags(Some(tags));
        call.send().await.map(drop).map_err(|error| AwsError::call("apigateway", "TagResource", error))
    }

    pub async fn untag_rest_api(&self, id: &str, keys: Vec<String>) -> Result<(), AwsError> {
        let call =
            self.api_gateway.untag_resource().resource_arn(self.rest_api_arn(id)).set_tag_keys(Some(keys));
        call.send().await.map(drop).map_err(|error| AwsError::call("apigateway", "UntagResource", error))
    }

    fn rest_api_arn(&self, id: &str) -> String {
        format!("arn:{}:apigateway:{}::/restapis/{id}", self.destination.partition, self.destination.region)
    }

    async fn update_rest_api(&self, id: &str, changes: Vec<PatchOperation>) -> Result<(), AwsError> {
        let output = self
            .api_gateway
            .update_rest_api()
            .rest_api_id(id)
            .set_patch_operations(Some(changes))
            .send()
            .await;
        output.map(drop).map_err(|error| AwsError::call("apigateway", "UpdateRestApi", error))
    }

    async fn within_the_rate<T>(
        &self,
        operation: &str,
        call: impl AsyncFnMut() -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        let throttled = |error: &AwsError| error.problem() == Some(Problem::Throttled);
        let waiting_for = format!("API Gateway, which limits how often {operation} may be called");
        while_refused(&self.report, &waiting_for, THROTTLE_DEADLINE, throttled, call).await
    }
}

fn api_found(api: &RestApi) -> ApiFound {
    ApiFound {
        id: api.id().unwrap_or_default().to_owned(),
        name: api.name().unwrap_or_default().to_owned(),
        endpoint_type: endpoint_type(api.endpoint_configuration()),
        vpc_endpoints: vpc_endpoints(api.endpoint_configuration()),
        tags: tags(api.tags()),
    }
}

fn endpoint_type(configuration: Option<&EndpointConfiguration>) -> String {
    let first = configuration.and_then(|configuration| configuration.types().first());
    first.map_or("EDGE", EndpointType::as_str).to_owned()
}

fn vpc_endpoints(configuration: Option<&EndpointConfiguration>) -> Vec<String> {
    configuration.map(|configuration| configuration.vpc_endpoint_ids().to_vec()).unwrap_or_default()
}

fn tags(tags: Option<&std::collections::HashMap<String, String>>) -> BTreeMap<String, String> {
    tags.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn replace(path: &str, value: &str) -> PatchOperation {
    PatchOperation::builder().op(Op::Replace).path(path).value(value).build()
}

fn vpc_endpoint(op: Op, endpoint: &str) -> PatchOperation {
    PatchOperation::builder().op(op).path("/endpointConfiguration/vpcEndpointIds").value(endpoint).build()
}
