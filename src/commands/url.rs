//! `url`: where the REST API answers. Asks nobody: it is recorded.

use crate::cli::Url;
use crate::connection::Context;
use crate::deployed::Deployed;
use crate::error::{Failure, Result, Status};
use crate::model::{Attribute, Kind};
use serde_json::json;
use thiserror::Error;

pub async fn run(args: Url, context: &Context<'_>) -> Result<Status> {
    let Url { target } = args;
    let deployed = context.existing(&target).await?;
    let url = url(&deployed).ok_or(NoRestApi { stage: target.stage })?;
    if context.report.is_json() {
        context.report.json(&json!({"rest_api_url": url}));
    } else {
        context.report.data(url);
    }
    Ok(Status::Done)
}

fn url(deployed: &Deployed) -> Option<&str> {
    // A stage that was renamed may stand before the one that it became.
    let contents = deployed.resources().iter().rfind(|recorded| recorded.id.kind == Kind::RestApiContents);
    contents?.attribute(Attribute::Url)
}

#[derive(Debug, Error)]
#[error("stage `{stage}` has no REST API")]
struct NoRestApi {
    stage: String,
}

impl Failure for NoRestApi {
    fn hint(&self) -> Option<String> {
        Some(
            "add a `#[route]` to the application and deploy it; `rchalice invoke` calls a function"
                .to_owned(),
        )
    }
}
