//! Log groups and what is in them.

use super::{AwsError, Cloud};
use aws_sdk_cloudwatchlogs::types::FilteredLogEvent;

/// One message.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct LogEvent {
    pub id: String,
    pub stream: String,
    /// In milliseconds since 1970.
    pub timestamp: i64,
    pub message: String,
}

/// Which messages of a log group.
#[derive(Clone, Debug)]
pub struct LogQuery {
    pub group: String,
    /// In milliseconds since 1970.
    pub since: Option<i64>,
}

impl Cloud {
    /// Hands over the messages in the order of their times, page by page; none if there is no such group.
    pub async fn log_events(
        &self,
        query: &LogQuery,
        mut page: impl FnMut(Vec<LogEvent>),
    ) -> Result<(), AwsError> {
        let call = self.logs.filter_log_events().log_group_name(&query.group).set_start_time(query.since);
        let mut pages = call.into_paginator().send();
        while let Some(output) = pages.next().await {
            let output = match output {
                Ok(output) => output,
                Err(error) => {
                    let error = AwsError::call("logs", "FilterLogEvents", error);
                    return if error.is_not_found() { Ok(()) } else { Err(error) };
                }
            };
            let mut events: Vec<LogEvent> = output.events().iter().map(log_event).collect();
            events.sort_by_key(|event| event.timestamp);
            page(events);
        }
        Ok(())
    }

    /// The retention of the group of exactly this name, in days; `Some(None)`: messages never expire.
    pub async fn log_group(&self, name: &str) -> Result<Option<Option<i32>>, AwsError> {
        let call = self.logs.describe_log_groups().log_group_name_prefix(name);
        let mut pages = call.into_paginator().items().send();
        while let Some(group) = pages.next().await {
            let group = group.map_err(|error| AwsError::call("logs", "DescribeLogGroups", error))?;
            if group.log_group_name() == Some(name) {
                return Ok(Some(group.retention_in_days()));
            }
        }
        Ok(None)
    }

    /// That it exists already is fine: Lambda makes it too.
    pub async fn create_log_group(&self, name: &str) -> Result<(), AwsError> {
        let output = self.logs.create_log_group().log_group_name(name).send().await;
        match output.map_err(|error| AwsError::call("logs", "CreateLogGroup", error)) {
            Err(error) if !error.is_conflict() => Err(error),
            _ => Ok(()),
        }
    }

    pub async fn put_log_retention(&self, name: &str, days: i32) -> Result<(), AwsError> {
        let output =
            self.logs.put_retention_policy().log_group_name(name).retention_in_days(days).send().await;
        output.map(drop).map_err(|error| AwsError::call("logs", "PutRetentionPolicy", error))
    }

    pub async fn delete_log_retention(&self, name: &str) -> Result<(), AwsError> {
        let output = self.logs.delete_retention_policy().log_group_name(name).send().await;
        output.map(drop).map_err(|error| AwsError::call("logs", "DeleteRetentionPolicy", error))
    }
}

fn log_event(event: &FilteredLogEvent) -> LogEvent {
    LogEvent {
        id: event.event_id().unwrap_or_default().to_owned(),
        stream: event.log_stream_name().unwrap_or_default().to_owned(),
        timestamp: event.timestamp().unwrap_or_default(),
        message: event.message().unwrap_or_default().to_owned(),
    }
}
