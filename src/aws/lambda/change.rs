//! Changes. A role made a moment ago is refused for a while; those calls are repeated on exactly these messages.

use crate::aws::wait::while_refused;
use crate::aws::{AwsError, Cloud};
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{
    Architecture, Environment, FunctionCode, Runtime, TracingConfig, TracingMode, VpcConfig,
};
use std::collections::BTreeMap;
use std::time::Duration;

const ROLE_DEADLINE: Duration = Duration::from_mins(2);
const CONFLICT_DEADLINE: Duration = Duration::from_mins(2);

/// What a function is given apart from its code.
#[derive(Clone, Debug)]
pub struct FunctionInput {
    pub name: String,
    pub runtime: String,
    pub handler: String,
    pub role: String,
    pub memory_size: i32,
    pub timeout: i32,
    pub environment: BTreeMap<String, String>,
    pub layers: Vec<String>,
    pub subnet_ids: Vec<String>,
    pub security_group_ids: Vec<String>,
    pub tracing: String,
    pub tags: BTreeMap<String, String>,
    pub architecture: String,
}

/// Where Lambda takes the code from.
#[derive(Clone, Debug)]
pub enum Package {
    Zip(Vec<u8>),
    S3 { bucket: String, key: String },
}

impl Cloud {
    /// Creates the function with its first version, whose number it returns. It is not ready at once.
    pub async fn create_function(
        &self,
        input: &FunctionInput,
        package: &Package,
    ) -> Result<String, AwsError> {
        let code = FunctionCode::builder();
        let code = match package {
            Package::Zip(zip) => code.zip_file(Blob::new(zip.clone())),
            Package::S3 { bucket, key } => code.s3_bucket(bucket).s3_key(key),
        };
        let call = self
            .lambda
            .create_function()
            .function_name(&input.name)
            .runtime(Runtime::from(input.runtime.as_str()))
            .handler(&input.handler)
            .role(&input.role)
            .memory_size(input.memory_size)
            .timeout(input.timeout)
            .environment(environment(input))
            .set_layers(some_if_any(&input.layers))
            .set_vpc_config(vpc(input))
            .tracing_config(tracing(input))
            .set_tags(Some(input.tags.clone().into_iter().collect()))
            .architectures(Architecture::from(input.architecture.as_str()))
            .code(code.build())
            .publish(true);
        let created = self
            .once_the_role_is_usable(async || {
                let output = call.clone().send().await;
                output.map_err(|error| AwsError::call("lambda", "CreateFunction", error))
            })
            .await?;
        Ok(created.version().unwrap_or_default().to_owned())
    }

    pub async fn update_function_code(
        &self,
        name: &str,
        architecture: &str,
        package: &Package,
    ) -> Result<(), AwsError> {
        let call = self
            .lambda
            .update_function_code()
            .function_name(name)
            .architectures(Architecture::from(architecture));
        let call = match package {
            Package::Zip(zip) => call.zip_file(Blob::new(zip.clone())),
            Package::S3 { bucket, key } => call.s3_bucket(bucket).s3_key(key),
        };
        self.once_no_other_change_runs(name, async || {
            let output = call.clone().send().await;
            output.map(drop).map_err(|error| AwsError::call("lambda", "UpdateFunctionCode", error))
        })
        .await
    }

    pub async fn update_function_configuration(&self, input: &FunctionInput) -> Result<(), AwsError> {
        let call = self
            .lambda
            .update_function_configuration()
            .function_name(&input.name)
            .runtime(Runtime::from(input.runtime.as_str()))
            .handler(&input.handler)
            .role(&input.role)
            .memory_size(input.memory_size)
            .timeout(input.timeout)
            .environment(environment(input))
            .set_layers(Some(input.layers.clone()))
            .vpc_config(vpc(input).unwrap_or_else(no_vpc))
            .tracing_config(tracing(input));
        self.once_the_role_is_usable(async || {
            self.once_no_other_change_runs(&input.name, async || {
                let output = call.clone().send().await;
                output
                    .map(drop)
                    .map_err(|error| AwsError::call("lambda", "UpdateFunctionConfiguration", error))
            })
            .await
        })
        .await
    }

    /// Publishes `$LATEST`, or returns the version that is equal to it already.
    pub async fn publish_version(&self, name: &str, code_sha256: &str) -> Result<String, AwsError> {
        let call = self.lambda.publish_version().function_name(name).code_sha256(code_sha256);
        let output = self
            .once_no_other_change_runs(name, async || {
                let output = call.clone().send().await;
                output.map_err(|error| AwsError::call("lambda", "PublishVersion", error))
            })
            .await?;
        Ok(output.version().unwrap_or_default().to_owned())
    }

    /// The numbered versions, the oldest first.
    pub async fn versions(&self, name: &str) -> Result<Vec<u64>, AwsError> {
        let mut pages =
            self.lambda.list_versions_by_function().function_name(name).into_paginator().items().send();
        let mut versions = Vec::new();
        while let Some(version) = pages.next().await {
            let version =
                version.map_err(|error| AwsError::call("lambda", "ListVersionsByFunction", error))?;
            versions.extend(version.version().and_then(|version| version.parse::<u64>().ok()));
        }
        versions.sort_unstable();
        Ok(versions)
    }

    /// Deletes the function, or one of its versions.
    pub async fn delete_function(&self, name: &str, version: Option<&str>) -> Result<(), AwsError> {
        let call = self.lambda.delete_function().function_name(name);
        let output = call.set_qualifier(version.map(str::to_owned)).send().await;
        output.map(drop).map_err(|error| AwsError::call("lambda", "DeleteFunction", error))
    }

    pub async fn create_alias(&self, name: &str, alias: &str, version: &str) -> Result<(), AwsError> {
        let call = self.lambda.create_alias().function_name(name).name(alias).function_version(version);
        call.send().await.map(drop).map_err(|error| AwsError::call("lambda", "CreateAlias", error))
    }

    pub async fn update_alias(&self, name: &str, alias: &str, version: &str) -> Result<(), AwsError> {
        let call = self.lambda.update_alias().function_name(name).name(alias).function_version(version);
        call.send().await.map(drop).map_err(|error| AwsError::call("lambda", "UpdateAlias", error))
    }

    pub async fn set_reserved_concurrency(&self, name: &str, limit: Option<i32>) -> Result<(), AwsError> {
        let Some(limit) = limit else {
            let output = self.lambda.delete_function_concurrency().function_name(name).send().await;
            return output
                .map(drop)
                .map_err(|error| AwsError::call("lambda", "DeleteFunctionConcurrency", error));
        };
        let call = self.lambda.put_function_concurrency().function_name(name);
        let output = call.reserved_concurrent_executions(limit).send().await;
        output.map(drop).map_err(|error| AwsError::call("lambda", "PutFunctionConcurrency", error))
    }

    pub async fn tag_function(&self, arn: &str, tags: &BTreeMap<String, String>) -> Result<(), AwsError> {
        let tags = tags.clone().into_iter().collect();
        let output = self.lambda.tag_resource().resource(arn).set_tags(Some(tags)).send().await;
        output.map(drop).map_err(|error| AwsError::call("lambda", "TagResource", error))
    }

    pub async fn untag_function(&self, arn: &str, keys: Vec<String>) -> Result<(), AwsError> {
        let output = self.lambda.untag_resource().resource(arn).set_tag_keys(Some(keys)).send().await;
        output.map(drop).map_err(|error| AwsError::call("lambda", "UntagResource", error))
    }

    pub async fn add_permission(
        &self,
        name: &str,
        qualifier: &str,
        statement: &super::Statement,
    ) -> Result<(), AwsError> {
        let call = self
            .lambda
            .add_permission()
            .function_name(name)
            .qualifier(qualifier)
            .statement_id(&statement.id)
            .action("lambda:InvokeFunction")
            .principal(&statement.principal)
            .source_arn(&statement.source_arn);
        // Concurrent changes of one function's policy conflict too, but not by the statement's id.
        let is_busy = |error: &AwsError| error.is_conflict() && !error.says("already exists");
        let waiting_for = format!("another change of {name}");
        while_refused(&self.report, &waiting_for, CONFLICT_DEADLINE, is_busy, async || {
            let output = call.clone().send().await;
            output.map(drop).map_err(|error| AwsError::call("lambda", "AddPermission", error))
        })
        .await
    }

    pub async fn remove_permission(
        &self,
        name: &str,
        qualifier: &str,
        statement_id: &str,
    ) -> Result<(), AwsError> {
        let call = self.lambda.remove_permission().function_name(name).qualifier(qualifier);
        let output = call.statement_id(statement_id).send().await;
        output.map(drop).map_err(|error| AwsError::call("lambda", "RemovePermission", error))
    }

    pub(super) async fn once_the_role_is_usable<T>(
        &self,
        call: impl AsyncFnMut() -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        while_refused(&self.report, "AWS to know the new role", ROLE_DEADLINE, role_is_not_usable_yet, call)
            .await
    }

    async fn once_no_other_change_runs<T>(
        &self,
        name: &str,
        call: impl AsyncFnMut() -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        let waiting_for = format!("another change of {name}");
        while_refused(&self.report, &waiting_for, CONFLICT_DEADLINE, another_change_runs, call).await
    }
}

/// What Lambda, and KMS through it, say of a role that IAM has made but not yet spread.
fn role_is_not_usable_yet(error: &AwsError) -> bool {
    error.says("cannot be assumed by Lambda")
        || error.says("does not have permissions")
        || error.says("ensure the role can perform")
        || error.says("does not refer to a valid principal")
}

fn another_change_runs(error: &AwsError) -> bool {
    error.is_conflict() && (error.says("in progress") || error.says("following state: Pending"))
}

fn environment(input: &FunctionInput) -> Environment {
    Environment::builder().set_variables(Some(input.environment.clone().into_iter().collect())).build()
}

fn vpc(input: &FunctionInput) -> Option<VpcConfig> {
    (!input.subnet_ids.is_empty()).then(|| {
        VpcConfig::builder()
            .set_subnet_ids(Some(input.subnet_ids.clone()))
            .set_security_group_ids(Some(input.security_group_ids.clone()))
            .build()
    })
}

/// Takes a function out of its VPC.
fn no_vpc() -> VpcConfig {
    VpcConfig::builder().set_subnet_ids(Some(Vec::new())).set_security_group_ids(Some(Vec::new())).build()
}

fn tracing(input: &FunctionInput) -> TracingConfig {
    TracingConfig::builder().mode(TracingMode::from(input.tracing.as_str())).build()
}

fn some_if_any(items: &[String]) -> Option<Vec<String>> {
    (!items.is_empty()).then(|| items.to_vec())
}
