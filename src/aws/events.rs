//! EventBridge: rules and what they call. The changes of one rule conflict with each other.

use super::wait::while_refused;
use super::{AwsError, Cloud};
use aws_sdk_eventbridge::types::{RuleState, Tag, Target};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::time::Duration;

const CONFLICT_DEADLINE: Duration = Duration::from_mins(1);

/// A rule as it is.
#[derive(Clone, Debug)]
pub struct RuleFound {
    pub arn: String,
    pub schedule: Option<String>,
    pub pattern: Option<Json>,
    pub description: Option<String>,
    /// As EventBridge names it.
    pub state: String,
    /// The role that EventBridge calls the targets with.
    pub role_arn: Option<String>,
    /// What it calls, by the targets' ids.
    pub targets: BTreeMap<String, String>,
    pub tags: BTreeMap<String, String>,
}

/// Which rule.
#[derive(Clone, Copy, Debug)]
pub struct RuleName<'a> {
    pub name: &'a str,
    /// None: the default one.
    pub bus: Option<&'a str>,
}

/// All that a rule is put with: what is not given is taken from it.
#[derive(Clone, Debug)]
pub struct RuleInput<'a> {
    pub schedule: Option<&'a str>,
    pub pattern: Option<&'a Json>,
    pub description: &'a str,
    pub state: Option<&'a str>,
    pub role_arn: Option<&'a str>,
    /// They count when the rule is made, and never again.
    pub tags: &'a BTreeMap<String, String>,
}

impl RuleFound {
    pub const DISABLED: &str = "DISABLED";
}

impl Cloud {
    pub async fn rule(&self, rule: RuleName<'_>) -> Result<Option<RuleFound>, AwsError> {
        let call = self.events.describe_rule().name(rule.name);
        let found = match call.set_event_bus_name(rule.bus.map(str::to_owned)).send().await {
            Ok(found) => found,
            Err(error) => {
                let error = AwsError::call("events", "DescribeRule", error);
                return if error.is_not_found() { Ok(None) } else { Err(error) };
            }
        };
        let arn = found.arn().unwrap_or_default().to_owned();
        let tags = self.events.list_tags_for_resource().resource_arn(&arn).send().await;
        let tags = tags.map_err(|error| AwsError::call("events", "ListTagsForResource", error))?;
        let tags = tags.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned()));
        Ok(Some(RuleFound {
            arn,
            schedule: found.schedule_expression.filter(|text| !text.is_empty()),
            pattern: found.event_pattern.and_then(|text| serde_json::from_str(&text).ok()),
            description: found.description.filter(|text| !text.is_empty()),
            state: found.state.map(|state| state.as_str().to_owned()).unwrap_or_default(),
            role_arn: found.role_arn.filter(|text| !text.is_empty()),
            targets: self.targets(rule).await?,
            tags: tags.collect(),
        }))
    }

    /// A rule has five at most, so there is no second page.
    async fn targets(&self, rule: RuleName<'_>) -> Result<BTreeMap<String, String>, AwsError> {
        let call = self.events.list_targets_by_rule().rule(rule.name);
        let found = call.set_event_bus_name(rule.bus.map(str::to_owned)).send().await;
        let found = found.map_err(|error| AwsError::call("events", "ListTargetsByRule", error))?;
        let targets = found.targets().iter().map(|target| (target.id().to_owned(), target.arn().to_owned()));
        Ok(targets.collect())
    }

    /// Makes the rule, or puts this in its place. Returns the ARN.
    pub async fn put_rule(&self, rule: RuleName<'_>, input: &RuleInput<'_>) -> Result<String, AwsError> {
        let description = Some(input.description).filter(|text| !text.is_empty());
        let call = self
            .events
            .put_rule()
            .name(rule.name)
            .set_event_bus_name(rule.bus.map(str::to_owned))
            .set_schedule_expression(input.schedule.map(str::to_owned))
            .set_event_pattern(input.pattern.map(Json::to_string))
            .set_description(description.map(str::to_owned))
            .set_state(input.state.map(RuleState::from))
            .set_role_arn(input.role_arn.map(str::to_owned))
            .set_tags((!input.tags.is_empty()).then(|| sdk_tags(input.tags)).transpose()?);
        self.once_the_rule_rests(rule, async || {
            let output = call.clone().send().await;
            let output = output.map_err(|error| AwsError::call("events", "PutRule", error))?;
            Ok(output.rule_arn().unwrap_or_default().to_owned())
        })
        .await
    }

    /// Makes the target, or puts this in its place.
    pub async fn put_target(&self, rule: RuleName<'_>, id: &str, arn: &str) -> Result<(), AwsError> {
        let target = Target::builder().id(id).arn(arn).build();
        let target = target.map_err(|error| AwsError::Unusable {
            what: error.to_string(),
            hint: "run the command again".to_owned(),
        })?;
        let call = self.events.put_targets().rule(rule.name).targets(target);
        let call = call.set_event_bus_name(rule.bus.map(str::to_owned));
        self.once_the_rule_rests(rule, async || {
            let output = call.clone().send().await;
            let output = output.map_err(|error| AwsError::call("events", "PutTargets", error))?;
            let failed = output.failed_entries().iter();
            let failed = failed.map(|entry| (entry.error_code(), entry.error_message()));
            entries("PutTargets", output.failed_entry_count(), failed)
        })
        .await
    }

    /// With all that it calls: a rule that has targets is not deleted.
    pub async fn delete_rule(&self, rule: RuleName<'_>) -> Result<(), AwsError> {
        let ids: Vec<String> = self.targets(rule).await?.into_keys().collect();
        if !ids.is_empty() {
            self.remove_targets(rule, ids).await?;
        }
        let call = self.events.delete_rule().name(rule.name).set_event_bus_name(rule.bus.map(str::to_owned));
        self.once_the_rule_rests(rule, async || {
            let output = call.clone().send().await;
            output.map(drop).map_err(|error| AwsError::call("events", "DeleteRule", error))
        })
        .await
    }

    async fn remove_targets(&self, rule: RuleName<'_>, ids: Vec<String>) -> Result<(), AwsError> {
        let call = self.events.remove_targets().rule(rule.name).set_ids(Some(ids));
        let call = call.set_event_bus_name(rule.bus.map(str::to_owned));
        self.once_the_rule_rests(rule, async || {
            let output = call.clone().send().await;
            let output = output.map_err(|error| AwsError::call("events", "RemoveTargets", error))?;
            let failed = output.failed_entries().iter();
            let failed = failed.map(|entry| (entry.error_code(), entry.error_message()));
            entries("RemoveTargets", output.failed_entry_count(), failed)
        })
        .await
    }

    pub async fn tag_rule(&self, arn: &str, tags: &BTreeMap<String, String>) -> Result<(), AwsError> {
        let call = self.events.tag_resource().resource_arn(arn).set_tags(Some(sdk_tags(tags)?));
        call.send().await.map(drop).map_err(|error| AwsError::call("events", "TagResource", error))
    }

    pub async fn untag_rule(&self, arn: &str, keys: Vec<String>) -> Result<(), AwsError> {
        let call = self.events.untag_resource().resource_arn(arn).set_tag_keys(Some(keys));
        call.send().await.map(drop).map_err(|error| AwsError::call("events", "UntagResource", error))
    }

    async fn once_the_rule_rests<T>(
        &self,
        rule: RuleName<'_>,
        call: impl AsyncFnMut() -> Result<T, AwsError>,
    ) -> Result<T, AwsError> {
        let waiting_for = format!("another change of the rule {}", rule.name);
        while_refused(&self.report, &waiting_for, CONFLICT_DEADLINE, AwsError::is_conflict, call).await
    }
}

/// Of several changes in one call, some may fail though the call does not.
fn entries<'a>(
    operation: &'static str,
    failed: i32,
    mut entries: impl Iterator<Item = (Option<&'a str>, Option<&'a str>)>,
) -> Result<(), AwsError> {
    if failed == 0 {
        return Ok(());
    }
    let (code, message) = entries.next().unwrap_or_default();
    Err(AwsError::entry("events", operation, code, message))
}

fn sdk_tags(tags: &BTreeMap<String, String>) -> Result<Vec<Tag>, AwsError> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect::<Result<_, _>>().map_err(|error| AwsError::Unusable {
        what: error.to_string(),
        hint: "check \"tags\" in .chalice/config.json".to_owned(),
    })
}
