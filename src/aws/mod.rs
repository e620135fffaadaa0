//! AWS in our words: the only importer of `aws_sdk_*`. One file per service, one method per call or per read that
//! belongs together; no decision about what should exist is made here.

mod api_gateway;
mod calls;
mod cloudformation;
mod error;
mod events;
mod iam;
mod lambda;
mod logs;
mod s3;
mod wait;

pub use api_gateway::{ApiFound, EndpointChange, NewApi};
pub use calls::CALLS;
pub use cloudformation::StackState;
pub use error::{AwsError, Problem};
pub use events::{RuleFound, RuleInput, RuleName};
pub use iam::NewRole;
pub use lambda::{
    FunctionConfig, FunctionFound, FunctionInput, Invocation, MappingFound, MappingInput, Package, State,
    Statement,
};
pub use logs::{LogEvent, LogQuery};

use crate::model::Destination;
use crate::report::Report;
use aws_config::retry::RetryConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_lambda::config::{Credentials, Intercept};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Where AWS is.
#[derive(Clone, Debug)]
pub enum Access {
    /// As every AWS SDK finds it: environment, profiles, instance metadata.
    Account { profile: Option<String> },
    /// The sandbox at this URL; `instance` tells one run of it from another.
    Sandbox { url: String, instance: String },
}

/// A connection to one account in one region.
pub struct Cloud {
    pub destination: Destination,
    report: Report,
    lambda: aws_sdk_lambda::Client,
    api_gateway: aws_sdk_apigateway::Client,
    iam: aws_sdk_iam::Client,
    events: aws_sdk_eventbridge::Client,
    logs: aws_sdk_cloudwatchlogs::Client,
    s3: aws_sdk_s3::Client,
    cloudformation: aws_sdk_cloudformation::Client,
}

impl Cloud {
    /// Finds region and credentials, and asks whose they are.
    pub async fn connect(access: &Access, report: &Report) -> Result<Self, AwsError> {
        let config = config(access).await;
        let region = config.region().ok_or(AwsError::NoRegion)?.to_string();
        let config = config.into_builder().app_name(app_name()).build();
        let sts = aws_sdk_sts::Client::new(&config);
        let caller = sts.get_caller_identity().send().await;
        let caller = caller.map_err(|error| AwsError::call("sts", "GetCallerIdentity", error))?;
        let account = caller.account().unwrap_or_default().to_owned();
        let partition = caller.arn().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws").to_owned();
        let endpoint = config.endpoint_url().map(|url| url.trim_end_matches('/').to_owned());
        let instance = match access {
            Access::Account { .. } => None,
            Access::Sandbox { instance, .. } => Some(instance.clone()),
        };
        report.debug(|| format!("account {account}, region {region}"));
        let tracer = Tracer { report: report.clone() };
        Ok(Self {
            destination: Destination { partition, account, region, endpoint, instance },
            report: report.clone(),
            lambda: aws_sdk_lambda::Client::from_conf(
                aws_sdk_lambda::config::Builder::from(&config).interceptor(tracer.clone()).build(),
            ),
            api_gateway: aws_sdk_apigateway::Client::from_conf(
                aws_sdk_apigateway::config::Builder::from(&config).interceptor(tracer.clone()).build(),
            ),
            iam: aws_sdk_iam::Client::from_conf(
                aws_sdk_iam::config::Builder::from(&config).interceptor(tracer.clone()).build(),
            ),
            events: aws_sdk_eventbridge::Client::from_conf(
                aws_sdk_eventbridge::config::Builder::from(&config).interceptor(tracer.clone()).build(),
            ),
            logs: aws_sdk_cloudwatchlogs::Client::from_conf(
                aws_sdk_cloudwatchlogs::config::Builder::from(&config).interceptor(tracer.clone()).build(),
            ),
            s3: aws_sdk_s3::Client::from_conf(
                aws_sdk_s3::config::Builder::from(&config)
                    .force_path_style(config.endpoint_url().is_some())
                    .interceptor(tracer.clone())
                    .build(),
            ),
            cloudformation: aws_sdk_cloudformation::Client::from_conf(
                aws_sdk_cloudformation::config::Builder::from(&config).interceptor(tracer).build(),
            ),
        })
    }
}

async fn config(access: &Access) -> SdkConfig {
    let loader = aws_config::defaults(BehaviorVersion::latest()).retry_config(RetryConfig::standard());
    match access {
        Access::Account { profile: None } => loader.load().await,
        Access::Account { profile: Some(profile) } => loader.profile_name(profile).load().await,
        Access::Sandbox { url, .. } => {
            let credentials = Credentials::new("test", "test", None, None, "sandbox");
            loader
                .endpoint_url(url)
                .region(Region::new("us-east-1"))
                .credentials_provider(credentials)
                .load()
                .await
        }
    }
}

#[expect(clippy::expect_used, reason = "the characters of a version are allowed in an app name")]
fn app_name() -> AppName {
    AppName::new(concat!("rchalice-", env!("CARGO_PKG_VERSION"))).expect("a valid app name")
}

/// Shows each call under `--debug`.
#[derive(Clone, Debug)]
struct Tracer {
    report: Report,
}

impl Intercept for Tracer {
    fn name(&self) -> &'static str {
        "rchalice"
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(call) = bag.load::<Metadata>() {
            let status = context
                .response()
                .map_or("no answer".to_owned(), |response| response.status().as_u16().to_string());
            self.report.debug(|| format!("{} {}: {status}", call.service(), call.name()));
        }
        Ok(())
    }
}
