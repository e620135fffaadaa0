//! Lambda functions, their versions, aliases and resource policies.

mod change;
mod invoke;
mod mapping;
mod read;

pub use change::{FunctionInput, Package};
pub use invoke::Invocation;
pub use mapping::{MappingFound, MappingInput};
pub use read::Statement;

use aws_sdk_lambda::types;
use std::collections::{BTreeMap, HashMap};

/// A function as it is.
#[derive(Clone, Debug)]
pub struct FunctionFound {
    pub config: FunctionConfig,
    pub tags: BTreeMap<String, String>,
    pub reserved_concurrency: Option<i32>,
}

/// One version of a function, or `$LATEST`.
#[derive(Clone, Debug)]
pub struct FunctionConfig {
    pub arn: String,
    pub version: String,
    pub code_sha256: String,
    pub architecture: String,
    pub runtime: String,
    pub handler: String,
    pub role: String,
    pub memory_size: i32,
    pub timeout: i32,
    /// None: Lambda could not decrypt it.
    pub environment: Option<BTreeMap<String, String>>,
    pub layers: Vec<String>,
    pub subnet_ids: Vec<String>,
    pub security_group_ids: Vec<String>,
    pub tracing: String,
    pub state: State,
    /// Why the function is in this state, as Lambda words it.
    pub reason: Option<String>,
}

/// Whether a function can be changed and invoked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    Ready,
    /// Being created or updated.
    Busy,
    /// Its creation failed: it can only be deleted.
    Failed,
    /// Its last update failed: it serves what it served before.
    UpdateFailed,
}

impl From<&types::FunctionConfiguration> for FunctionConfig {
    fn from(config: &types::FunctionConfiguration) -> Self {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let vpc = config.vpc_config();
        Self {
            arn: text(config.function_arn()),
            version: text(config.version()),
            code_sha256: text(config.code_sha256()),
            architecture: text(config.architectures().first().map(types::Architecture::as_str)),
            runtime: text(config.runtime().map(types::Runtime::as_str)),
            handler: text(config.handler()),
            role: text(config.role()),
            memory_size: config.memory_size().unwrap_or_default(),
            timeout: config.timeout().unwrap_or_default(),
            environment: environment(config.environment()),
            layers: config.layers().iter().filter_map(|layer| layer.arn().map(str::to_owned)).collect(),
            subnet_ids: vpc.map(|vpc| vpc.subnet_ids().to_vec()).unwrap_or_default(),
            security_group_ids: vpc.map(|vpc| vpc.security_group_ids().to_vec()).unwrap_or_default(),
            tracing: config
                .tracing_config()
                .and_then(types::TracingConfigResponse::mode)
                .map_or("PassThrough", types::TracingMode::as_str)
                .to_owned(),
            state: state(config),
            reason: config.last_update_status_reason().or(config.state_reason()).map(str::to_owned),
        }
    }
}

fn environment(response: Option<&types::EnvironmentResponse>) -> Option<BTreeMap<String, String>> {
    let Some(response) = response else { return Some(BTreeMap::new()) };
    if response.error().is_some() {
        return None;
    }
    Some(response.variables().map(sorted).unwrap_or_default())
}

fn sorted(map: &HashMap<String, String>) -> BTreeMap<String, String> {
    map.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn state(config: &types::FunctionConfiguration) -> State {
    match (config.state(), config.last_update_status()) {
        (Some(types::State::Pending), _) | (_, Some(types::LastUpdateStatus::InProgress)) => State::Busy,
        (Some(types::State::Failed), _) => State::Failed,
        (_, Some(types::LastUpdateStatus::Failed)) => State::UpdateFailed,
        _ => State::Ready,
    }
}
