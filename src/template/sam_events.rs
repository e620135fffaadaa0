//! What invokes a function, as SAM writes it into the function's resource.

use super::logical_id::logical_id;
use crate::model::{EventSourceMapping, PolledService, Render, Rule};
use serde_json::{Value as Json, json};

/// The event's logical id and body, as Chalice packages them.
pub fn of_mapping(mapping: &EventSourceMapping, references: &impl Render) -> (String, Json) {
    let service = mapping.source.service;
    let (kind, source) = match service {
        PolledService::Sqs => ("SQS", "Queue"),
        PolledService::Kinesis => ("Kinesis", "Stream"),
        PolledService::Dynamodb => ("DynamoDB", "Stream"),
    };
    let mut properties = json!({
        source: references.value(&mapping.source.arn),
        "BatchSize": mapping.batch_size,
        "MaximumBatchingWindowInSeconds": mapping.maximum_batching_window_in_seconds,
    });
    if let Some(position) = mapping.starting_position {
        properties["StartingPosition"] = json!(position.name());
    }
    if let Some(limit) = mapping.maximum_concurrency {
        properties["ScalingConfig"] = json!({"MaximumConcurrency": limit});
    }
    if mapping.report_batch_item_failures {
        properties["FunctionResponseTypes"] = json!(["ReportBatchItemFailures"]);
    }
    let id = logical_id(&format!("{}-{}", mapping.function.name, service.resource_suffix()));
    (id, json!({"Type": kind, "Properties": properties}))
}

/// A rule with all that its attribute says. CloudFormation names it, as it names the functions. The bus is there already.
pub fn of_rule(rule: &Rule) -> (String, Json) {
    let id = logical_id(&format!("{}-event", rule.function.name));
    if let Some(schedule) = rule.schedule() {
        let mut properties = json!({"Schedule": schedule});
        if !rule.description.is_empty() {
            properties["Description"] = json!(rule.description);
        }
        return (id, json!({"Type": "Schedule", "Properties": properties}));
    }
    let mut properties = json!({"Pattern": rule.pattern()});
    if let Some(bus) = &rule.bus {
        properties["EventBusName"] = json!(bus);
    }
    (id, json!({"Type": "EventBridgeRule", "Properties": properties}))
}
