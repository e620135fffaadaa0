//! What deploying and deleting share around `apply`: the plan before, and what is printed after.

use crate::apply;
use crate::aws::Cloud;
use crate::deployed::Deployed;
use crate::error::Result;
use crate::model::{Application, Attribute, Kind};
use crate::plan::{self, Outputs, Plan};
use crate::report::Report;
use serde_json::{Value as Json, json};

/// What would have to be done; reads only.
pub async fn plan(application: &Application, deployed: &Deployed, cloud: &Cloud) -> Result<Plan> {
    let mut outputs = Outputs::of_names(application, &cloud.destination).with_recorded(deployed);
    let observed = apply::observe(application, deployed, cloud, &mut outputs).await?;
    Ok(plan::plan(application, deployed, &observed, &outputs))
}

/// What a user wants to know of a finished deploy, as Chalice prints it.
pub fn print_resources(deployed: &Deployed, report: &Report) {
    let attribute = |kind, attribute| {
        let of_kind = deployed.resources().iter().filter(move |recorded| recorded.id.kind == kind);
        of_kind.filter_map(move |recorded| recorded.attribute(attribute).map(str::to_owned))
    };
    let arns: Vec<String> = attribute(Kind::LambdaFunction, Attribute::Arn).collect();
    let urls: Vec<String> = attribute(Kind::RestApiContents, Attribute::Url).collect();
    if report.is_json() {
        report.json(
            &json!({"lambda_arns": arns, "rest_api_url": urls.last().map_or(Json::Null, |url| json!(url))}),
        );
        return;
    }
    let arns = arns.iter().map(|arn| format!("  - Lambda ARN: {arn}\n"));
    let urls = urls.iter().map(|url| format!("  - Rest API URL: {url}\n"));
    report.data(&format!("Resources deployed:\n{}", arns.chain(urls).collect::<String>()));
}
