//! EventBridge's rules, each with the one target that is ours.

use super::{Work, Workshop, recorded_as, tags};
use crate::aws::{AwsError, Cloud, RuleFound, RuleInput, RuleName};
use crate::deployed::Recorded;
use crate::error::Result;
use crate::model::{Attribute, Rule};
use crate::plan::Found;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Chalice's.
const TARGET: &str = "1";
/// What EventBridge would take from a rule that is put without it, and what is no business of ours.
const STATE: &str = "state";
const ROLE: &str = "role";

pub async fn find(cloud: &Cloud, rule: &Rule) -> Result<Option<Found>, AwsError> {
    let Some(existing) = cloud.rule(name_of(rule)).await? else { return Ok(None) };
    let mut found = Found::default();
    found.attributes.insert(Attribute::Name, rule.name.clone());
    found.attributes.insert(Attribute::Arn, existing.arn);
    if let Some(bus) = &rule.bus {
        found.attributes.insert(Attribute::EventBus, bus.clone());
    }
    found.left_as_is = (existing.state == RuleFound::DISABLED).then_some("disabled");
    let properties = [
        ("schedule", json!(existing.schedule)),
        ("pattern", json!(existing.pattern)),
        ("description", json!(existing.description)),
        ("target", json!(existing.targets.get(TARGET))),
        ("tags", json!(existing.tags)),
        (STATE, json!(existing.state)),
        (ROLE, json!(existing.role_arn)),
    ];
    found.properties.extend(properties.map(|(name, value)| (name.to_owned(), value)));
    Ok(Some(found))
}

pub async fn apply(workshop: &mut Workshop<'_>, work: &Work<'_>, rule: &Rule) -> Result<()> {
    let (name, tags) = (name_of(rule), tags::wanted(&rule.tags, work.outputs));
    let keys: Vec<String> = tags.keys().cloned().collect();
    match work.found {
        None => {
            workshop.report.note(format!("Creating rule: {}", rule.name));
            workshop.record(work, |recorded| {
                recorded.set(Attribute::Name, &rule.name);
                recorded.replace(Attribute::EventBus, rule.bus.clone());
                recorded.replace(Attribute::Arn, None);
            })?;
            let arn = workshop.cloud.put_rule(name, &input(rule, None, &tags)).await?;
            workshop.record(work, |recorded| {
                recorded.set(Attribute::Arn, arn);
                recorded.tags = keys;
            })?;
            put_target(workshop, work, rule).await?;
        }
        Some(found) => {
            workshop.report.note(format!("Updating rule: {}", rule.name));
            if ["schedule", "pattern", "description"].iter().any(|property| work.changes(property)) {
                workshop.cloud.put_rule(name, &input(rule, Some(found), &BTreeMap::new())).await?;
            }
            if work.changes("target") {
                put_target(workshop, work, rule).await?;
            }
            if work.changes("tags") {
                let arn = found.attributes.get(&Attribute::Arn).map(String::as_str).unwrap_or_default();
                let changes = tags::changes(work, &tags, workshop.deployed.get(work.id));
                if !changes.set.is_empty() {
                    workshop.cloud.tag_rule(arn, &changes.set).await?;
                }
                if !changes.remove.is_empty() {
                    workshop.cloud.untag_rule(arn, changes.remove).await?;
                }
            }
            workshop.record(work, |recorded| recorded.tags = keys)?;
        }
    }
    Ok(())
}

async fn put_target(workshop: &Workshop<'_>, work: &Work<'_>, rule: &Rule) -> Result<(), AwsError> {
    let target = work.outputs.text(&rule.target()).unwrap_or_default();
    workshop.cloud.put_target(name_of(rule), TARGET, &target).await
}

fn name_of(rule: &Rule) -> RuleName<'_> {
    RuleName { name: &rule.name, bus: rule.bus.as_deref() }
}

/// A rule that somebody disabled stays so, and keeps its role.
fn input<'a>(rule: &'a Rule, found: Option<&'a Found>, tags: &'a BTreeMap<String, String>) -> RuleInput<'a> {
    let kept = |property: &str| found?.properties.get(property).and_then(Json::as_str);
    RuleInput {
        schedule: rule.schedule(),
        pattern: rule.pattern(),
        description: &rule.description,
        state: kept(STATE),
        role_arn: kept(ROLE),
        tags,
    }
}

pub async fn delete(workshop: &mut Workshop<'_>, recorded: &Recorded) -> Result<(), AwsError> {
    let bus = recorded.attribute(Attribute::EventBus);
    let rule = RuleName { name: recorded_as(recorded, Attribute::Name)?, bus };
    if recorded.attribute(Attribute::Arn).is_none() {
        // Its making was begun, and whether it was made is not known.
        let existing = workshop.cloud.rule(rule).await?;
        if !workshop.owns(existing.as_ref().map(|existing| &existing.tags)) {
            return Ok(());
        }
    }
    workshop.report.note(format!("Deleting rule: {}", rule.name));
    workshop.cloud.delete_rule(rule).await
}
