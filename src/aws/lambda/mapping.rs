//! Event source mappings: what Lambda polls, and for which function. Changes take a while, in which no other change
//! is taken.

use crate::aws::wait::{Attempt, until, while_refused};
use crate::aws::{AwsError, Cloud};
use aws_sdk_lambda::types::{
    EventSourceMappingConfiguration, EventSourcePosition, FunctionResponseType, ScalingConfig,
};
use std::collections::BTreeMap;
use std::time::Duration;

const BUSY_DEADLINE: Duration = Duration::from_mins(5);

/// What a mapping is made with. Source and starting position are never changed.
#[derive(Clone, Debug)]
pub struct MappingInput {
    pub source_arn: String,
    pub function_name: String,
    pub qualifier: &'static str,
    pub batch_size: i32,
    pub maximum_batching_window_in_seconds: i32,
    pub maximum_concurrency: Option<i32>,
    /// Of a stream.
    pub starting_position: Option<&'static str>,
    pub report_batch_item_failures: bool,
    pub tags: BTreeMap<String, String>,
}

/// A mapping as it is.
#[derive(Clone, Debug)]
pub struct MappingFound {
    pub id: String,
    pub source_arn: String,
    /// With its alias or version.
    pub function_arn: String,
    pub batch_size: i32,
    pub maximum_batching_window_in_seconds: i32,
    pub maximum_concurrency: Option<i32>,
    pub report_batch_item_failures: bool,
    pub is_being_deleted: bool,
    /// As Lambda names it.
    state: String,
}

impl Cloud {
    pub async fn event_source_mapping(&self, id: &str) -> Result<Option<MappingFound>, AwsError> {
        let output = match self.lambda.get_event_source_mapping().uuid(id).send().await {
            Ok(output) => output,
            Err(error) => {
                let error = AwsError::call("lambda", "GetEventSourceMapping", error);
                return if error.is_not_found() { Ok(None) } else { Err(error) };
            }
        };
        let configuration = EventSourceMappingConfiguration::builder()
            .set_uuid(output.uuid)
            .set_event_source_arn(output.event_source_arn)
            .set_function_arn(output.function_arn)
            .set_batch_size(output.batch_size)
            .set_maximum_batching_window_in_seconds(output.maximum_batching_window_in_seconds)
            .set_scaling_config(output.scaling_config)
            .set_function_response_types(output.function_response_types)
            .set_state(output.state);
        Ok(Some((&configuration.build()).into()))
    }

    /// The mapping from this source to this alias or version of a function, if there is one.
    pub async fn mapping_between(
        &self,
        source_arn: &str,
        function: &str,
        qualifier: &str,
    ) -> Result<Option<MappingFound>, AwsError> {
        let name = format!("{function}:{qualifier}");
        let call = self.lambda.list_event_source_mappings().event_source_arn(source_arn).function_name(&name);
        let mut pages = call.into_paginator().items().send();
        while let Some(mapping) = pages.next().await {
            let mapping = match mapping {
                Ok(mapping) => MappingFound::from(&mapping),
                Err(error) => {
                    let error = AwsError::call("lambda", "ListEventSourceMappings", error);
                    return if error.is_not_found() { Ok(None) } else { Err(error) };
                }
            };
            if mapping.function_arn.ends_with(&format!(":{name}")) {
                return Ok(Some(mapping));
            }
        }
        Ok(None)
    }

    /// Returns the id; of the mapping that is there, where an answer was lost after it was made. Lambda checks that the
    /// function's role may poll the source.
    pub async fn create_event_source_mapping(&self, input: &MappingInput) -> Result<String, AwsError> {
        let call = self
            .lambda
            .create_event_source_mapping()
            .event_source_arn(&input.source_arn)
            .function_name(format!("{}:{}", input.function_name, input.qualifier))
            .batch_size(input.batch_size)
            .maximum_batching_window_in_seconds(input.maximum_batching_window_in_seconds)
            .set_scaling_config(input.maximum_concurrency.map(|limit| scaling(Some(limit))))
            .set_starting_position(input.starting_position.map(EventSourcePosition::from))
            .set_function_response_types(Some(response_types(input)))
            .set_tags(Some(input.tags.clone().into_iter().collect()));
        let mut looked_in_vain = false;
        let id = |id: Option<&str>| id.unwrap_or_default().to_owned();
        let waiting_for = format!("the deletion of another mapping from {}", input.source_arn);
        self.once_the_role_is_usable(async || {
            until(&self.report, &waiting_for, BUSY_DEADLINE, async || {
                let output = call.clone().send().await;
                let error = match output {
                    Ok(output) => return Ok(Attempt::Done(id(output.uuid()))),
                    Err(error) => AwsError::call("lambda", "CreateEventSourceMapping", error),
                };
                if !error.is_conflict() {
                    return Err(error);
                }
                let MappingInput { source_arn, function_name, qualifier, .. } = input;
                match self.mapping_between(source_arn, function_name, qualifier).await? {
                    Some(existing) if existing.is_being_deleted => Ok(Attempt::Again(error)),
                    Some(existing) => Ok(Attempt::Done(existing.id)),
                    // What was in the way is gone since, or leads to the function by another name.
                    None if !std::mem::replace(&mut looked_in_vain, true) => Ok(Attempt::Again(error)),
                    None => Err(error),
                }
            })
            .await
        })
        .await
    }

    pub async fn update_event_source_mapping(&self, id: &str, input: &MappingInput) -> Result<(), AwsError> {
        let is_queue = input.starting_position.is_none();
        let call = self
            .lambda
            .update_event_source_mapping()
            .uuid(id)
            .function_name(format!("{}:{}", input.function_name, input.qualifier))
            .batch_size(input.batch_size)
            .maximum_batching_window_in_seconds(input.maximum_batching_window_in_seconds)
            // An empty one takes the limit away; streams know none.
            .set_scaling_config(is_queue.then(|| scaling(input.maximum_concurrency)))
            .set_function_response_types(Some(response_types(input)));
        self.once_no_mapping_changes(id, async || {
            let output = call.clone().send().await;
            output.map(drop).map_err(|error| AwsError::call("lambda", "UpdateEventSourceMapping", error))
        })
        .await
    }

    pub async fn delete_event_source_mapping(&self, id: &str) -> Result<(), AwsError> {
        self.once_no_mapping_changes(id, async || {
            let output = self.lambda.delete_event_source_mapping().uuid(id).send().await;
            output.map(drop).map_err(|error| AwsError::call("lambda", "DeleteEventSourceMapping", error))
        })
        .await
    }

    /// Waits until Lambda polls the source.
    pub async fn wait_until_mapped(&self, id: &str, source: &str) -> Result<(), AwsError> {
        let waiting_for = format!("Lambda to poll the {source}");
        until(&self.report, &waiting_for, BUSY_DEADLINE, async || {
            let state = self.event_source_mapping(id).await?.map(|mapping| mapping.state);
            Ok(match state.as_deref() {
                Some(state @ ("Creating" | "Enabling" | "Updating")) => {
                    Attempt::Again(AwsError::NotYet(format!("the event source mapping is {state}")))
                }
                _ => Attempt::Done(()),
            })
        })
        .await
    }

    async fn once_no_mapping_changes(
        &self,
        id: &str,
        call: impl AsyncFnMut() -> Result<(), AwsError>,
    ) -> Result<(), AwsError> {
        let waiting_for = format!("another change of the event source mapping {id}");
        while_refused(&self.report, &waiting_for, BUSY_DEADLINE, AwsError::is_conflict, call).await
    }
}

fn scaling(maximum_concurrency: Option<i32>) -> ScalingConfig {
    ScalingConfig::builder().set_maximum_concurrency(maximum_concurrency).build()
}

fn response_types(input: &MappingInput) -> Vec<FunctionResponseType> {
    let reports = input.report_batch_item_failures;
    reports.then_some(FunctionResponseType::ReportBatchItemFailures).into_iter().collect()
}

impl From<&EventSourceMappingConfiguration> for MappingFound {
    fn from(mapping: &EventSourceMappingConfiguration) -> Self {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let state = text(mapping.state());
        Self {
            id: text(mapping.uuid()),
            source_arn: text(mapping.event_source_arn()),
            function_arn: text(mapping.function_arn()),
            batch_size: mapping.batch_size().unwrap_or_default(),
            maximum_batching_window_in_seconds: mapping
                .maximum_batching_window_in_seconds()
                .unwrap_or_default(),
            maximum_concurrency: mapping.scaling_config().and_then(ScalingConfig::maximum_concurrency),
            report_batch_item_failures: mapping
                .function_response_types()
                .contains(&FunctionResponseType::ReportBatchItemFailures),
            is_being_deleted: state == "Deleting",
            state,
        }
    }
}
