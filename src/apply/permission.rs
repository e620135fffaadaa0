//! Permissions to invoke a function through its alias.

use super::{Work, Workshop, recorded_as};
use crate::aws::{AwsError, Cloud, Statement};
use crate::deployed::Recorded;
use crate::error::Result;
use crate::model::{Attribute, LIVE, Permission};
use crate::plan::{Found, Outputs};
use serde_json::json;
use sha2::{Digest, Sha256};

pub async fn find(
    cloud: &Cloud,
    permission: &Permission,
    outputs: &Outputs,
) -> Result<Option<Found>, AwsError> {
    let Some(wanted) = statement(permission, outputs) else { return Ok(None) };
    let statements = cloud.function_policy(&permission.function_name, LIVE).await?;
    let Some(existing) = statements.into_iter().find(|statement| statement.id == wanted.id) else {
        return Ok(None);
    };
    let mut found = Found::default();
    found.attributes.insert(Attribute::Name, permission.function_name.clone());
    found.attributes.insert(Attribute::StatementId, existing.id);
    found.properties.insert("principal".to_owned(), json!(existing.principal));
    found.properties.insert("source_arn".to_owned(), json!(existing.source_arn));
    Ok(Some(found))
}

/// A statement cannot be changed: one that differs has another id, unless somebody else made it.
pub async fn apply(workshop: &mut Workshop<'_>, work: &Work<'_>, permission: &Permission) -> Result<()> {
    let Some(statement) = statement(permission, work.outputs) else { return Ok(()) };
    let name = &permission.function_name;
    let previous = workshop.deployed.attribute(work.id, Attribute::StatementId).map(str::to_owned);
    if work.found.is_some() {
        workshop.cloud.remove_permission(name, LIVE, &statement.id).await?;
    }
    match workshop.cloud.add_permission(name, LIVE, &statement).await {
        Err(error) if !error.says("already exists") => return Err(error.into()),
        _ => (),
    }
    if let Some(previous) = previous.filter(|previous| *previous != statement.id) {
        match workshop.cloud.remove_permission(name, LIVE, &previous).await {
            Err(error) if !error.is_not_found() => return Err(error.into()),
            _ => (),
        }
    }
    workshop.record(work, |recorded| {
        recorded.set(Attribute::Name, name);
        recorded.set(Attribute::StatementId, &statement.id);
    })?;
    Ok(())
}

pub async fn delete(workshop: &mut Workshop<'_>, recorded: &Recorded) -> Result<(), AwsError> {
    let name = recorded_as(recorded, Attribute::Name)?;
    workshop.cloud.remove_permission(name, LIVE, recorded_as(recorded, Attribute::StatementId)?).await
}

/// None while the source is not known.
fn statement(permission: &Permission, outputs: &Outputs) -> Option<Statement> {
    let source_arn = outputs.text(&permission.source_arn)?;
    let digest = Sha256::digest(format!("{} {source_arn}", permission.principal));
    let hash = digest.iter().take(8).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let id = format!("{}-{hash}", permission.prefix);
    Some(Statement { id, principal: permission.principal.to_owned(), source_arn })
}
