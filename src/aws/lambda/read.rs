//! Reads.

use super::{FunctionConfig, FunctionFound, State, sorted};
use crate::aws::wait::{Attempt, until};
use crate::aws::{AwsError, Cloud};
use aws_sdk_lambda::types::Concurrency;
use serde_json::Value as Json;
use std::time::Duration;

const BUSY_DEADLINE: Duration = Duration::from_mins(5);

/// One statement of a function's resource policy.
#[derive(Clone, Debug)]
pub struct Statement {
    pub id: String,
    /// A service; empty for any other principal.
    pub principal: String,
    pub source_arn: String,
}

impl Cloud {
    /// `qualifier` is an alias or a version; None is `$LATEST`.
    pub async fn function(
        &self,
        name: &str,
        qualifier: Option<&str>,
    ) -> Result<Option<FunctionFound>, AwsError> {
        let call = self.lambda.get_function().function_name(name);
        let output = match call.set_qualifier(qualifier.map(str::to_owned)).send().await {
            Ok(output) => output,
            Err(error) => {
                let error = AwsError::call("lambda", "GetFunction", error);
                return if error.is_not_found() { Ok(None) } else { Err(error) };
            }
        };
        let Some(config) = output.configuration() else { return Ok(None) };
        Ok(Some(FunctionFound {
            config: config.into(),
            tags: output.tags().map(sorted).unwrap_or_default(),
            reserved_concurrency: output.concurrency().and_then(Concurrency::reserved_concurrent_executions),
        }))
    }

    /// Waits until the function (or one version of it) can be changed and invoked.
    pub async fn wait_until_ready(
        &self,
        name: &str,
        qualifier: Option<&str>,
    ) -> Result<FunctionConfig, AwsError> {
        let waiting_for = format!("Lambda to prepare {name}");
        until(&self.report, &waiting_for, BUSY_DEADLINE, async || {
            let found = self.function(name, qualifier).await?;
            let config = found.map(|found| found.config).ok_or_else(|| AwsError::Unusable {
                what: format!("the function `{name}` is gone"),
                hint: "somebody deleted it meanwhile: run the command again".to_owned(),
            })?;
            match config.state {
                State::Ready => Ok(Attempt::Done(config)),
                State::Busy => Ok(Attempt::Again(AwsError::NotYet(format!(
                    "the function `{name}` is still being prepared"
                )))),
                State::Failed | State::UpdateFailed => Err(failed(name, &config)),
            }
        })
        .await
    }

    /// The statements of the resource policy of the function's `qualifier`.
    pub async fn function_policy(&self, name: &str, qualifier: &str) -> Result<Vec<Statement>, AwsError> {
        let output = match self.lambda.get_policy().function_name(name).qualifier(qualifier).send().await {
            Ok(output) => output,
            Err(error) => {
                let error = AwsError::call("lambda", "GetPolicy", error);
                return if error.is_not_found() { Ok(Vec::new()) } else { Err(error) };
            }
        };
        let document: Json = serde_json::from_str(output.policy().unwrap_or("{}")).unwrap_or_default();
        let statements = document.get("Statement").and_then(Json::as_array);
        Ok(statements.into_iter().flatten().map(statement).collect())
    }
}

fn statement(statement: &Json) -> Statement {
    let text =
        |pointer: &str| statement.pointer(pointer).and_then(Json::as_str).unwrap_or_default().to_owned();
    let source_arn = ["/Condition/ArnLike/AWS:SourceArn", "/Condition/ArnLike/aws:SourceArn"];
    Statement {
        id: text("/Sid"),
        principal: text("/Principal/Service"),
        source_arn: source_arn.map(text).into_iter().find(|arn| !arn.is_empty()).unwrap_or_default(),
    }
}

fn failed(name: &str, config: &FunctionConfig) -> AwsError {
    let reason = config.reason.as_deref().unwrap_or("Lambda gives no reason");
    AwsError::Unusable {
        what: format!("Lambda could not prepare the function `{name}`: {reason}"),
        hint: "put right what Lambda names and run the command again".to_owned(),
    }
}
