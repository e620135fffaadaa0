//! Roles.

use super::{Work, Workshop, recorded_as, tags};
use crate::aws::{AwsError, Cloud, NewRole};
use crate::deployed::Recorded;
use crate::error::Result;
use crate::model::{Attribute, Render, Role, path, trust_policy};
use crate::plan::Found;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// `recorded` tells which boundary and which attached policies are rchalice's; others' are neither shown nor removed.
pub async fn find(
    cloud: &Cloud,
    role: &Role,
    recorded: Option<&Recorded>,
) -> Result<Option<Found>, AwsError> {
    let Some(existing) = cloud.role(&role.name, &role.name).await? else { return Ok(None) };
    let mut found = Found::default();
    found.attributes.insert(Attribute::Name, role.name.clone());
    found.attributes.insert(Attribute::Arn, existing.arn);
    found.properties.insert("trust_policy".to_owned(), existing.trust_policy);
    found.properties.insert("path".to_owned(), path(&existing.path));
    let boundary = existing.permissions_boundary.filter(|_| {
        role.permissions_boundary.is_some()
            || recorded.is_some_and(|recorded| recorded.attribute(Attribute::PermissionsBoundary).is_some())
    });
    found.properties.insert("permissions_boundary".to_owned(), json!(boundary));
    let ours = recorded.map(attached).unwrap_or_default();
    let ours: BTreeSet<String> = ours.union(&role.managed_policies).cloned().collect();
    let attached = if ours.is_empty() { Vec::new() } else { cloud.attached_policies(&role.name).await? };
    let policies: BTreeSet<String> = attached.into_iter().filter(|arn| ours.contains(arn)).collect();
    found.properties.insert("managed_policies".to_owned(), json!(policies));
    found.properties.insert("policy".to_owned(), json!(existing.policy));
    found.properties.insert("tags".to_owned(), json!(existing.tags));
    Ok(Some(found))
}

pub async fn apply(workshop: &mut Workshop<'_>, work: &Work<'_>, role: &Role) -> Result<()> {
    let tags = tags::wanted(&role.tags, work.outputs);
    let keys: Vec<String> = tags.keys().cloned().collect();
    let policy = work.outputs.tree(&role.policy()).unwrap_or_default();
    if work.found.is_none() {
        workshop.report.note(format!("Creating IAM role: {}", role.name));
        let new = NewRole {
            name: &role.name,
            path: &role.path,
            permissions_boundary: role.permissions_boundary.as_deref(),
            trust_policy: &trust_policy(),
            tags: &tags,
        };
        workshop.record(work, |recorded| recorded.set(Attribute::Name, &role.name))?;
        let arn = workshop.cloud.create_role(&new).await?;
        workshop.record(work, |recorded| {
            recorded.set(Attribute::Name, &role.name);
            recorded.set(Attribute::Arn, arn);
            record_boundary(recorded, role);
            recorded.tags = keys;
        })?;
        attach(workshop, work, role).await?;
        workshop.cloud.put_role_policy(&role.name, &role.name, &policy).await?;
        return Ok(());
    }
    if work.changes("path") {
        return Err(cannot_move(role).into());
    }
    if work.changes("permissions_boundary") {
        workshop.report.note(format!("Updating permissions boundary of IAM role: {}", role.name));
        workshop.cloud.set_permissions_boundary(&role.name, role.permissions_boundary.as_deref()).await?;
        workshop.record(work, |recorded| record_boundary(recorded, role))?;
    }
    if work.changes("managed_policies") {
        workshop.report.note(format!("Updating attached policies of IAM role: {}", role.name));
        attach(workshop, work, role).await?;
    }
    if work.changes("trust_policy") {
        workshop.report.note(format!("Updating trust policy for IAM role: {}", role.name));
        workshop.cloud.update_trust_policy(&role.name, &trust_policy()).await?;
    }
    if work.changes("policy") {
        workshop.report.note(format!("Updating policy for IAM role: {}", role.name));
        workshop.cloud.put_role_policy(&role.name, &role.name, &policy).await?;
    }
    if work.changes("tags") {
        workshop.report.note(format!("Updating tags of IAM role: {}", role.name));
        let changes = tags::changes(work, &tags, workshop.deployed.get(work.id));
        if !changes.set.is_empty() {
            workshop.cloud.tag_role(&role.name, &changes.set).await?;
        }
        if !changes.remove.is_empty() {
            workshop.cloud.untag_role(&role.name, changes.remove).await?;
        }
    }
    workshop.record(work, |recorded| recorded.tags = keys)?;
    Ok(())
}

/// Attaches what is wanted, recorded before it is there so that a stop leaves nothing unknown, and detaches what was
/// ours and no longer is.
async fn attach(workshop: &mut Workshop<'_>, work: &Work<'_>, role: &Role) -> Result<()> {
    let wanted = &role.managed_policies;
    let recorded = workshop.deployed.get(work.id).map(attached).unwrap_or_default();
    let existing = work.found.and_then(|found| found.properties.get("managed_policies")?.as_array());
    let existing: BTreeSet<&str> = existing.into_iter().flatten().filter_map(Json::as_str).collect();
    if wanted.is_empty() && recorded.is_empty() {
        return Ok(());
    }
    let both: BTreeSet<String> = wanted.union(&recorded).cloned().collect();
    workshop.record(work, |recorded| record_attached(recorded, &both))?;
    for arn in wanted.iter().filter(|arn| !existing.contains(arn.as_str())) {
        workshop.cloud.attach_role_policy(&role.name, arn).await?;
    }
    for arn in existing.into_iter().filter(|arn| !wanted.contains(*arn)) {
        workshop.cloud.detach_role_policy(&role.name, arn).await?;
    }
    workshop.record(work, |recorded| record_attached(recorded, wanted))?;
    Ok(())
}

fn attached(recorded: &Recorded) -> BTreeSet<String> {
    let arns = recorded.attribute(Attribute::ManagedPolicies).unwrap_or_default();
    arns.split(',').filter(|arn| !arn.is_empty()).map(str::to_owned).collect()
}

fn record_attached(recorded: &mut Recorded, arns: &BTreeSet<String>) {
    let arns: Vec<&str> = arns.iter().map(String::as_str).collect();
    recorded.replace(Attribute::ManagedPolicies, (!arns.is_empty()).then(|| arns.join(",")));
}

fn record_boundary(recorded: &mut Recorded, role: &Role) {
    recorded.replace(Attribute::PermissionsBoundary, role.permissions_boundary.clone());
}

fn cannot_move(role: &Role) -> AwsError {
    AwsError::Unusable {
        what: format!(
            "the IAM role `{}` cannot move to the path `{}`: AWS keeps a role where it was made",
            role.name, role.path
        ),
        hint: "set `iam.path` in .chalice/config.json back, or run `rchalice delete` before the deploy"
            .to_owned(),
    }
}

pub async fn delete(workshop: &mut Workshop<'_>, recorded: &Recorded) -> Result<(), AwsError> {
    let name = recorded_as(recorded, Attribute::Name)?;
    if recorded.attribute(Attribute::Arn).is_none() {
        let existing = workshop.cloud.role(name, name).await?;
        if !workshop.owns(existing.as_ref().map(|role| &role.tags)) {
            return Ok(());
        }
    }
    workshop.report.note(format!("Deleting IAM role: {name}"));
    workshop.cloud.delete_role(name).await
}
