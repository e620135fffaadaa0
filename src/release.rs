//! What deploying and deleting share around `apply`: the plan before, and what is printed after.

use crate::apply;
use crate::aws::Cloud;
use crate::deployed::Deployed;
use crate::error::{Failure, Result};
use crate::model::{Application, Attribute, Kind, LONGEST_POLICY, Spec};
use crate::plan::{self, Outputs, Plan};
use crate::report::Report;
use serde_json::{Value as Json, json};
use thiserror::Error;

/// What would have to be done; reads only.
pub async fn plan(application: &Application, deployed: &Deployed, cloud: &Cloud) -> Result<Plan> {
    let mut outputs = Outputs::of_names(application, &cloud.destination).with_recorded(deployed);
    check_policies(application, &outputs)?;
    let observed = apply::observe(application, deployed, cloud, &mut outputs).await?;
    Ok(plan::plan(application, deployed, &observed, &outputs))
}

/// IAM would refuse a policy that is too long when half of the deploy is done.
pub fn check_policies(application: &Application, outputs: &Outputs) -> Result<(), PolicyTooLong> {
    let mut roles = application.resources.iter().filter_map(|resource| {
        let Spec::Role(role) = &resource.spec else { return None };
        Some((role, role.policy_length(outputs)?))
    });
    let too_long = roles.find(|(_, length)| *length > LONGEST_POLICY);
    too_long.map_or(Ok(()), |(role, length)| Err(PolicyTooLong { role: role.name.clone(), length }))
}

#[derive(Debug, Error)]
#[error("the policy of the IAM role `{role}` has {length} characters, IAM allows 10240")]
pub struct PolicyTooLong {
    role: String,
    length: usize,
}

impl Failure for PolicyTooLong {
    fn hint(&self) -> Option<String> {
        Some(
            "move a part of its statements to a policy of your own and attach that with `iam.managed_policies`; of a \
             policy that rchalice writes (`rchalice gen-policy` shows it), fewer names under `iam.resources` in \
             .chalice/config.json do too, where one with `*` stands for many"
                .to_owned(),
        )
    }
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
