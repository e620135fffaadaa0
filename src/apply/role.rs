//! Roles.

use super::{Work, Workshop, recorded_as, tags};
use crate::aws::{AwsError, Cloud};
use crate::deployed::Recorded;
use crate::error::Result;
use crate::model::{Attribute, Render, Role, trust_policy};
use crate::plan::Found;
use serde_json::json;

pub async fn find(cloud: &Cloud, role: &Role) -> Result<Option<Found>, AwsError> {
    let Some(existing) = cloud.role(&role.name, &role.name).await? else { return Ok(None) };
    let mut found = Found::default();
    found.attributes.insert(Attribute::Name, role.name.clone());
    found.attributes.insert(Attribute::Arn, existing.arn);
    found.properties.insert("trust_policy".to_owned(), existing.trust_policy);
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
        let arn = workshop.cloud.create_role(&role.name, &trust_policy(), &tags).await?;
        workshop.record(work, |recorded| {
            recorded.set(Attribute::Name, &role.name);
            recorded.set(Attribute::Arn, arn);
            recorded.tags = keys;
        })?;
        workshop.cloud.put_role_policy(&role.name, &role.name, &policy).await?;
        return Ok(());
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

pub async fn delete(workshop: &mut Workshop<'_>, recorded: &Recorded) -> Result<(), AwsError> {
    let name = recorded_as(recorded, Attribute::Name)?;
    workshop.report.note(format!("Deleting IAM role: {name}"));
    workshop.cloud.delete_role(name).await
}
