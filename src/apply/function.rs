//! Functions: `$LATEST` is changed, published as a version, and `live` is pointed at it, so that code and
//! configuration switch together.

use super::{Work, Workshop, recorded_as, tags};
use crate::aws::{AwsError, Cloud, FunctionConfig, FunctionFound, FunctionInput, Package, State};
use crate::deployed::Recorded;
use crate::error::Result;
use crate::model::{Attribute, Function, LIVE, RUNTIME, Spec, architecture, sorted, tracing};
use crate::plan::{self, Found, Outputs, differences};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Versions that stay beside the one that serves, to go back to.
const KEPT_VERSIONS: usize = 4;
/// Properties that UpdateFunctionCode changes.
pub const IN_CODE: [&str; 2] = ["code", "architecture"];
/// Properties that are the function's as a whole; all others are a version's.
const UNVERSIONED: [&str; 2] = ["tags", "reserved_concurrency"];

/// What `live` serves; `$LATEST` where there is no `live` yet.
pub async fn find(cloud: &Cloud, function: &Function) -> Result<Option<Found>, AwsError> {
    let Some(latest) = cloud.function(&function.name, None).await? else { return Ok(None) };
    let live = cloud.function(&function.name, Some(LIVE)).await?;
    let mut found = Found { unfinished: live.is_none(), ..Found::default() };
    found.attributes.insert(Attribute::Name, function.name.clone());
    found.attributes.insert(Attribute::Arn, latest.config.arn.clone());
    found.attributes.insert(Attribute::InvokeArn, invoke_arn(&latest.config.arn));
    if let Some(live) = &live {
        found.attributes.insert(Attribute::Version, live.config.version.clone());
    }
    let serving = live.as_ref().map_or(&latest.config, |live| &live.config);
    found.properties = properties(serving, &latest);
    if serving.environment.is_none() {
        found.unreadable.push("environment");
    }
    Ok(Some(found))
}

fn invoke_arn(arn: &str) -> String {
    format!("{arn}:{LIVE}")
}

fn properties(config: &FunctionConfig, function: &FunctionFound) -> Map<String, Json> {
    let vpc = (!config.subnet_ids.is_empty()).then(|| {
        json!({
            "subnet_ids": sorted(&config.subnet_ids),
            "security_group_ids": sorted(&config.security_group_ids),
        })
    });
    let properties = json!({
        "code": config.code_sha256,
        "architecture": config.architecture,
        "runtime": config.runtime,
        "handler": config.handler,
        "role": config.role,
        "memory_size": config.memory_size,
        "timeout": config.timeout,
        "environment": config.environment,
        "layers": config.layers,
        "vpc": vpc,
        "tracing": config.tracing,
        "reserved_concurrency": function.reserved_concurrency,
        "tags": function.tags,
    });
    if let Json::Object(properties) = properties { properties } else { Map::new() }
}

pub async fn apply(
    workshop: &mut Workshop<'_>,
    work: &Work<'_>,
    function: &Function,
    package: Option<&Package>,
) -> Result<()> {
    let input = input(function, work.outputs);
    let latest = workshop.cloud.function(&input.name, None).await?;
    match (latest, package) {
        (Some(latest), _) if latest.config.state != State::Failed => {
            update(workshop, work, &Change { function, input: &input, package }, &latest).await?;
        }
        (failed, package) => {
            if failed.is_some() {
                workshop
                    .report
                    .note(format!("Deleting lambda function, which was never ready: {}", input.name));
                workshop.cloud.delete_function(&input.name, None).await?;
            }
            create(workshop, work, &input, required(package, &input.name)?).await?;
        }
    }
    if work.found.is_none() || work.changes("reserved_concurrency") {
        set_concurrency(workshop, work, function).await?;
    }
    let keys = input.tags.keys().cloned().collect();
    workshop.record(work, |recorded| recorded.tags = keys)?;
    Ok(())
}

async fn create(
    workshop: &mut Workshop<'_>,
    work: &Work<'_>,
    input: &FunctionInput,
    package: &Package,
) -> Result<()> {
    workshop.report.note(format!("Creating lambda function: {}", input.name));
    workshop.record(work, |recorded| recorded.set(Attribute::Name, &input.name))?;
    let version = workshop.cloud.create_function(input, package).await?;
    let destination = &workshop.cloud.destination;
    let arn = format!(
        "arn:{}:lambda:{}:{}:function:{}",
        destination.partition, destination.region, destination.account, input.name
    );
    workshop.record(work, |recorded| {
        recorded.set(Attribute::InvokeArn, invoke_arn(&arn));
        recorded.set(Attribute::Arn, arn);
        recorded.tags = input.tags.keys().cloned().collect();
    })?;
    workshop.cloud.wait_until_ready(&input.name, None).await?;
    workshop.cloud.wait_until_ready(&input.name, Some(&version)).await?;
    workshop.cloud.create_alias(&input.name, LIVE, &version).await?;
    workshop.record(work, |recorded| recorded.set(Attribute::Version, version))?;
    Ok(())
}

/// What a function is to become.
struct Change<'a> {
    function: &'a Function,
    input: &'a FunctionInput,
    package: Option<&'a Package>,
}

async fn update(
    workshop: &mut Workshop<'_>,
    work: &Work<'_>,
    change: &Change<'_>,
    latest: &FunctionFound,
) -> Result<()> {
    let input = change.input;
    workshop.report.note(format!("Updating lambda function: {}", input.name));
    let unfinished = work.found.is_none_or(|found| found.unfinished);
    let versioned = |change: &plan::Change| !UNVERSIONED.contains(&change.property());
    if unfinished || work.changes.iter().any(versioned) {
        update_latest(workshop, work, change, latest).await?;
        publish(workshop, work, change, unfinished).await?;
    }
    if work.changes("tags") {
        let changes = tags::changes(work, &input.tags, workshop.deployed.get(work.id));
        if !changes.set.is_empty() {
            workshop.cloud.tag_function(&latest.config.arn, &changes.set).await?;
        }
        if !changes.remove.is_empty() {
            workshop.cloud.untag_function(&latest.config.arn, changes.remove).await?;
        }
    }
    Ok(())
}

/// Sends only what `$LATEST` does not have yet: an interrupted deploy may have sent a part.
async fn update_latest(
    workshop: &Workshop<'_>,
    work: &Work<'_>,
    change: &Change<'_>,
    latest: &FunctionFound,
) -> Result<()> {
    let input = change.input;
    if latest.config.state == State::Busy {
        workshop.cloud.wait_until_ready(&input.name, None).await?;
    }
    let missing = missing(work, change.function, latest);
    if missing.iter().any(|change| IN_CODE.contains(&change.property())) {
        let package = required(change.package, &input.name)?;
        workshop.cloud.update_function_code(&input.name, &input.architecture, package).await?;
        workshop.cloud.wait_until_ready(&input.name, None).await?;
    }
    let role_is_new =
        work.changes.iter().any(|change| change.property() == "role" && change.is_known_afterwards());
    if role_is_new && !input.environment.is_empty() {
        // The variables are encrypted for the role that is gone: only what is set anew is readable by this one.
        let without = FunctionInput { environment: BTreeMap::new(), ..input.clone() };
        workshop.cloud.update_function_configuration(&without).await?;
        workshop.cloud.wait_until_ready(&input.name, None).await?;
    }
    let is_configuration = |change: &plan::Change| {
        !IN_CODE.contains(&change.property()) && !UNVERSIONED.contains(&change.property())
    };
    if role_is_new || missing.iter().any(is_configuration) {
        workshop.cloud.update_function_configuration(input).await?;
        workshop.cloud.wait_until_ready(&input.name, None).await?;
    }
    Ok(())
}

/// What `$LATEST` has other than it should be.
fn missing(work: &Work<'_>, function: &Function, latest: &FunctionFound) -> Vec<plan::Change> {
    let found = Found { properties: properties(&latest.config, latest), ..Found::default() };
    let spec = Spec::Function(Box::new(function.clone()));
    let mut missing = differences(&spec, &found, None, work.outputs);
    if latest.config.environment.is_none() && !work.changes("environment") {
        missing.retain(|change| change.property() != "environment");
    }
    missing
}

async fn publish(
    workshop: &mut Workshop<'_>,
    work: &Work<'_>,
    change: &Change<'_>,
    unfinished: bool,
) -> Result<()> {
    let name = &change.input.name;
    let version = workshop.cloud.publish_version(name, &change.function.code.sha256).await?;
    workshop.cloud.wait_until_ready(name, Some(&version)).await?;
    if unfinished {
        workshop.cloud.create_alias(name, LIVE, &version).await?;
    } else {
        workshop.cloud.update_alias(name, LIVE, &version).await?;
    }
    workshop.record(work, |recorded| recorded.set(Attribute::Version, &version))?;
    let versions = workshop.cloud.versions(name).await?;
    let others: Vec<u64> = versions.into_iter().filter(|other| other.to_string() != version).collect();
    for old in others.iter().take(others.len().saturating_sub(KEPT_VERSIONS)) {
        // One that somebody's alias names stays; none is worth a failed deploy.
        if let Err(error) = workshop.cloud.delete_function(name, Some(&old.to_string())).await {
            workshop.report.debug(|| format!("version {old} of {name} stays: {error}"));
        }
    }
    Ok(())
}

async fn set_concurrency(workshop: &Workshop<'_>, work: &Work<'_>, function: &Function) -> Result<()> {
    let limit = function.settings.reserved_concurrency;
    if work.found.is_none() && limit.is_none() {
        return Ok(());
    }
    workshop.report.note(format!("Updating lambda function concurrency limit: {}", function.name));
    let limit = limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX));
    workshop.cloud.set_reserved_concurrency(&function.name, limit).await?;
    Ok(())
}

pub async fn delete(workshop: &mut Workshop<'_>, recorded: &Recorded) -> Result<(), AwsError> {
    let name = recorded_as(recorded, Attribute::Name)?;
    if recorded.attribute(Attribute::Arn).is_none() {
        let existing = workshop.cloud.function(name, None).await?;
        if !workshop.owns(existing.as_ref().map(|function| &function.tags)) {
            return Ok(());
        }
    }
    workshop
        .report
        .note(format!("Deleting function: {}", recorded.attribute(Attribute::Arn).unwrap_or(name)));
    workshop.cloud.delete_function(name, None).await
}

fn input(function: &Function, outputs: &Outputs) -> FunctionInput {
    let settings = &function.settings;
    let (subnet_ids, security_group_ids) = match &settings.vpc {
        Some(vpc) => (vpc.subnet_ids.clone(), vpc.security_group_ids.clone()),
        None => (Vec::new(), Vec::new()),
    };
    FunctionInput {
        name: function.name.clone(),
        runtime: RUNTIME.to_owned(),
        handler: function.handler.clone(),
        role: outputs.text(&function.role).unwrap_or_default(),
        memory_size: i32::try_from(settings.memory_size).unwrap_or(i32::MAX),
        timeout: i32::try_from(settings.timeout).unwrap_or(i32::MAX),
        environment: settings.environment.clone(),
        layers: settings.layers.clone(),
        subnet_ids,
        security_group_ids,
        tracing: tracing(settings).to_owned(),
        tags: tags::wanted(&function.tags, outputs),
        architecture: architecture(function.architecture).to_owned(),
    }
}

fn required<'a>(package: Option<&'a Package>, function: &str) -> Result<&'a Package, AwsError> {
    package.ok_or_else(|| AwsError::Unusable {
        what: format!("the function `{function}` needs its code sent, which the plan did not foresee"),
        hint: "somebody changed the function meanwhile: run the command again".to_owned(),
    })
}
