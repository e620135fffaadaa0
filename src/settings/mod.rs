//! What is meant: what was typed, `.chalice/config.json` and the environment, resolved once, for one stage.
//! The only reader of the environment and of config.json.

mod config;
mod environment;
mod function;
mod iam;
mod identity;
mod load;
mod policy_file;
mod scopes;
#[cfg(test)]
mod tests;
mod unknown_function;

pub use config::schema::schema;
pub use environment::Environment;
pub use iam::IamSettings;
pub use identity::Identity;
pub use unknown_function::unknown_function;

use crate::project::Project;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The function that serves the REST API, as Chalice calls it.
pub const API_HANDLER: &str = "api_handler";

/// What is to be done with one stage of one application.
#[derive(Clone, Debug)]
pub struct Settings {
    pub project: Project,
    pub app_name: String,
    pub stage: String,
    /// The stage of the REST API, the first part of its URLs.
    pub api_gateway_stage: String,
    pub endpoint: ApiEndpoint,
    /// In bytes; None: API Gateway compresses nothing.
    pub minimum_compression_size: Option<u32>,
    pub architecture: Architecture,
    pub build: BuildSettings,
    pub iam: IamSettings,
    /// What holds for a function that `lambda_functions` does not name.
    pub default_function: FunctionSettings,
    /// The functions that `lambda_functions` names, resolved, each with its place in the file.
    pub functions: BTreeMap<String, NamedFunction>,
}

impl Settings {
    /// What holds for the function `name` (a handler's name, or [`API_HANDLER`]).
    pub fn function(&self, name: &str) -> &FunctionSettings {
        self.functions.get(name).map_or(&self.default_function, |named| &named.settings)
    }

    /// The environment variables of all functions; of one that differs, any value.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let named = self.functions.values().map(|named| &named.settings);
        let functions = named.chain(std::iter::once(&self.default_function));
        functions.flat_map(|function| function.environment.clone()).collect()
    }
}

/// What was typed. It stands above all of config.json but a stage's own `lambda_functions`.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub stage: String,
    pub api_gateway_stage: Option<String>,
    pub autogen_policy: Option<bool>,
    pub bucket: Option<String>,
}

/// Who can reach the REST API, and over which network.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ApiEndpoint {
    pub kind: EndpointType,
    /// The ids of VPC endpoints, for a private API.
    pub vpc_endpoints: Vec<String>,
    /// The API's resource policy, from `api_gateway_policy_file`.
    pub policy: Option<serde_json::Value>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EndpointType {
    Edge,
    Regional,
    Private,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Architecture {
    X86_64,
    Arm64,
}

/// `"build"` in config.json.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct BuildSettings {
    pub package: Option<String>,
    pub bin: Option<String>,
    pub features: Vec<String>,
    /// A Cargo profile; None: `release`.
    pub profile: Option<String>,
    pub builder: Builder,
    /// For deployment packages over 50 MB.
    pub bucket: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Builder {
    #[default]
    Auto,
    Cargo,
    Zigbuild,
    Cross,
}

/// A function's settings and where config.json names it, for an error about a name that no handler has.
#[derive(Clone, Debug)]
pub struct NamedFunction {
    pub settings: FunctionSettings,
    pub place: ConfigPlace,
}

/// What one Lambda function is given.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FunctionSettings {
    /// In MB.
    pub memory_size: u32,
    /// In seconds.
    pub timeout: u32,
    pub environment: BTreeMap<String, String>,
    pub tags: BTreeMap<String, String>,
    pub reserved_concurrency: Option<u32>,
    pub vpc: Option<Vpc>,
    /// ARNs.
    pub layers: Vec<String>,
    /// Active X-Ray tracing; None: as Lambda's default, pass-through.
    pub xray: Option<bool>,
    pub log_retention_in_days: Option<u32>,
    pub role: RoleSettings,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Vpc {
    pub subnet_ids: Vec<String>,
    pub security_group_ids: Vec<String>,
}

/// Whose role a function runs under.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RoleSettings {
    /// `manage_iam_role: false`: this ARN.
    Given { arn: String },
    /// rchalice makes the role; its policy is written by rchalice, with these statements added.
    Generated { statements: Vec<serde_json::Value> },
    /// rchalice makes the role; its policy is this file's document, with these statements added.
    FromFile { file: PathBuf, document: serde_json::Value, statements: Vec<serde_json::Value> },
}

/// A place in config.json.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigPlace {
    pub file: PathBuf,
    /// The file's text, to show the line.
    pub text: std::sync::Arc<str>,
    /// The bytes meant.
    pub span: std::ops::Range<usize>,
}
