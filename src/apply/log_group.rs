//! Log groups. Deleting one takes back its retention only: logs outlive what wrote them.

use super::{Work, Workshop, recorded_as};
use crate::aws::{AwsError, Cloud};
use crate::deployed::Recorded;
use crate::error::Result;
use crate::model::{Attribute, LogGroup};
use crate::plan::Found;
use serde_json::json;

pub async fn find(cloud: &Cloud, log_group: &LogGroup) -> Result<Option<Found>, AwsError> {
    let Some(retention) = cloud.log_group(&log_group.name).await? else { return Ok(None) };
    let mut found = Found::default();
    found.attributes.insert(Attribute::Name, log_group.name.clone());
    found.properties.insert("retention_in_days".to_owned(), json!(retention));
    Ok(Some(found))
}

pub async fn apply(workshop: &mut Workshop<'_>, work: &Work<'_>, log_group: &LogGroup) -> Result<()> {
    let days = log_group.retention_in_days;
    workshop.report.note(format!("Keeping the logs in {} for {days} days", log_group.name));
    if work.found.is_none() {
        workshop.record(work, |recorded| recorded.set(Attribute::Name, &log_group.name))?;
        workshop.cloud.create_log_group(&log_group.name).await?;
    }
    workshop.cloud.put_log_retention(&log_group.name, i32::try_from(days).unwrap_or(i32::MAX)).await?;
    Ok(())
}

pub async fn delete(workshop: &mut Workshop<'_>, recorded: &Recorded) -> Result<(), AwsError> {
    let name = recorded_as(recorded, Attribute::Name)?;
    workshop.report.note(format!("Deleting retention policy for log group: {name}"));
    workshop.cloud.delete_log_retention(name).await
}
