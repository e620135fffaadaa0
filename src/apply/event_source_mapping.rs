//! Event source mappings. A function has at most one for each source, so that one whose making was not recorded is
//! found again by the two.

use super::{Work, Workshop, recorded_as};
use crate::aws::{AwsError, Cloud, MappingFound, MappingInput};
use crate::deployed::Recorded;
use crate::error::Result;
use crate::model::{Attribute, EventSourceMapping, LIVE};
use crate::plan::{Found, Outputs};
use serde_json::json;

pub async fn find(
    cloud: &Cloud,
    mapping: &EventSourceMapping,
    recorded: Option<&Recorded>,
    outputs: &Outputs,
) -> Result<Option<Found>, AwsError> {
    let Some(source) = outputs.text(&mapping.source.arn) else { return Ok(None) };
    let existing = match recorded.and_then(|recorded| recorded.attribute(Attribute::Id)) {
        Some(id) => cloud.event_source_mapping(id).await?,
        None => None,
    };
    // A mapping keeps its source: one of a queue of the same name, in another account, is another mapping.
    let existing = existing.filter(|existing| existing.source_arn == source);
    // Where there is no function, no mapping leads to it.
    let has_function = outputs.known(&mapping.function, Attribute::InvokeArn).is_some();
    let existing = match existing {
        None if has_function => cloud.mapping_between(&source, &mapping.function_name, LIVE).await?,
        existing => existing,
    };
    Ok(existing.filter(|existing| !existing.is_being_deleted).map(|existing| found(existing, mapping)))
}

fn found(existing: MappingFound, mapping: &EventSourceMapping) -> Found {
    let mut found = Found::default();
    found.attributes.insert(Attribute::Id, existing.id);
    found.attributes.insert(Attribute::Name, mapping.function_name.clone());
    found.attributes.insert(Attribute::SourceArn, existing.source_arn.clone());
    let properties = [
        ("source", json!(existing.source_arn)),
        ("function", json!(existing.function_arn)),
        ("batch_size", json!(existing.batch_size)),
        ("maximum_batching_window_in_seconds", json!(existing.maximum_batching_window_in_seconds)),
        ("maximum_concurrency", json!(existing.maximum_concurrency)),
        ("report_batch_item_failures", json!(existing.report_batch_item_failures)),
    ];
    found.properties.extend(properties.map(|(name, value)| (name.to_owned(), value)));
    found
}

pub async fn apply(workshop: &mut Workshop<'_>, work: &Work<'_>, mapping: &EventSourceMapping) -> Result<()> {
    let source_arn = work.outputs.text(&mapping.source.arn).unwrap_or_default();
    let input = input(mapping, &source_arn, work.outputs);
    let (function, source) = (&mapping.function_name, mapping.source.words());
    let id = work.found.and_then(|found| found.attributes.get(&Attribute::Id));
    if let Some(id) = id {
        workshop.report.note(format!("Updating subscription of {function} to {source}"));
        workshop.cloud.update_event_source_mapping(id, &input).await?;
        if work.changes("report_batch_item_failures") {
            workshop.cloud.wait_until_mapped(id, &source).await?;
        }
        return Ok(());
    }
    if let Some(id) = of_another_source(workshop, work, &source_arn) {
        match delete_by_id(workshop, &id).await {
            Err(error) if error.is_not_found() => {}
            result => result?,
        }
    }
    workshop.report.note(format!("Subscribing {function} to {source}"));
    workshop.record(work, |recorded| {
        recorded.set(Attribute::Name, function);
        recorded.set(Attribute::SourceArn, &source_arn);
        recorded.replace(Attribute::Id, None);
    })?;
    let id = workshop.cloud.create_event_source_mapping(&input).await?;
    workshop.record(work, |recorded| recorded.set(Attribute::Id, &id))?;
    workshop.cloud.wait_until_mapped(&id, &source).await?;
    Ok(())
}

/// The mapping that is recorded, where it leads from something else.
fn of_another_source(workshop: &Workshop<'_>, work: &Work<'_>, source_arn: &str) -> Option<String> {
    let recorded = workshop.deployed.get(work.id)?;
    let leads_from = recorded.attribute(Attribute::SourceArn)?;
    let id = recorded.attribute(Attribute::Id).filter(|_| leads_from != source_arn)?;
    Some(id.to_owned())
}

fn input(mapping: &EventSourceMapping, source_arn: &str, outputs: &Outputs) -> MappingInput {
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    MappingInput {
        source_arn: source_arn.to_owned(),
        function_name: mapping.function_name.clone(),
        qualifier: LIVE,
        batch_size: number(mapping.batch_size),
        maximum_batching_window_in_seconds: number(mapping.maximum_batching_window_in_seconds),
        maximum_concurrency: mapping.maximum_concurrency.map(number),
        starting_position: mapping.starting_position.map(chalice_manifest::StartingPosition::name),
        report_batch_item_failures: mapping.report_batch_item_failures,
        tags: super::tags::wanted(&mapping.tags, outputs),
    }
}

pub async fn delete(workshop: &mut Workshop<'_>, recorded: &Recorded) -> Result<(), AwsError> {
    let id = if let Some(id) = recorded.attribute(Attribute::Id) {
        id.to_owned()
    } else {
        // Its making was begun, and whether it was made is not known.
        let source = recorded_as(recorded, Attribute::SourceArn)?;
        let function = recorded_as(recorded, Attribute::Name)?;
        let Some(existing) = workshop.cloud.mapping_between(source, function, LIVE).await? else {
            return Ok(());
        };
        existing.id
    };
    delete_by_id(workshop, &id).await
}

async fn delete_by_id(workshop: &Workshop<'_>, id: &str) -> Result<(), AwsError> {
    workshop.report.note(format!("Deleting event source mapping: {id}"));
    workshop.cloud.delete_event_source_mapping(id).await
}
