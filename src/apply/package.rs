//! Getting the deployment package to Lambda: with the call itself, or through S3 where it is too large for that.

use super::function::IN_CODE;
use crate::aws::{Cloud, Package};
use crate::error::{Failure, Result};
use crate::model::Kind;
use crate::plan::{Action, Plan, Step};
use thiserror::Error;

/// What Lambda takes in a call.
const DIRECT_LIMIT: usize = 50 * 1024 * 1024;

/// The deployment package and where it may be put.
pub struct Delivery<'a> {
    pub zip: &'a [u8],
    pub code_sha256: &'a str,
    pub bucket: Option<&'a str>,
    /// The application, for the object's key.
    pub app: &'a str,
}

/// The package as the plan's functions take it; None if no step sends code.
pub async fn deliver(plan: &Plan, delivery: Option<Delivery<'_>>, cloud: &Cloud) -> Result<Option<Package>> {
    let Some(delivery) = delivery.filter(|_| plan.steps.iter().any(sends_code)) else { return Ok(None) };
    if delivery.zip.len() <= DIRECT_LIMIT {
        return Ok(Some(Package::Zip(delivery.zip.to_vec())));
    }
    let bucket = delivery.bucket.ok_or(PackageError::TooLarge { bytes: delivery.zip.len() })?.to_owned();
    let name: String = delivery.code_sha256.chars().filter(char::is_ascii_alphanumeric).collect();
    let key = format!("{}/{name}.zip", delivery.app);
    cloud.upload(&bucket, &key, delivery.zip.to_vec()).await?;
    Ok(Some(Package::S3 { bucket, key }))
}

/// A function that is made needs its code, and one whose code changes.
fn sends_code(step: &Step) -> bool {
    let is_new = match &step.action {
        Action::Create { .. } => true,
        Action::Update { found, .. } => found.unfinished,
        Action::Delete(_) => false,
    };
    let changes_code = || step.changes().iter().any(|change| IN_CODE.contains(&change.property()));
    step.resource.kind == Kind::LambdaFunction && (is_new || changes_code())
}

#[derive(Debug, Error)]
pub enum PackageError {
    #[error("the deployment package has {} MB, Lambda takes at most 50 MB directly", bytes / (1024 * 1024))]
    TooLarge { bytes: usize },
}

impl Failure for PackageError {
    fn hint(&self) -> Option<String> {
        Some(
            "name an S3 bucket in the same region to send it through: `--bucket NAME`, or \
             \"build\": {\"bucket\": \"NAME\"} in .chalice/config.json"
                .to_owned(),
        )
    }
}
