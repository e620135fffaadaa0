//! A Lambda function behind its alias `live`.

use super::property::sorted;
use super::{Comparison, Property, Tree, Value};
use crate::settings::{Architecture, FunctionSettings};
use serde_json::{Value as Json, json};

/// The alias that everything invokes.
pub const LIVE: &str = "live";
/// The Lambda runtime.
pub const RUNTIME: &str = "provided.al2023";

#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// The name on AWS.
    pub name: String,
    /// What the runtime dispatches on, and what users call the function.
    pub handler: String,
    pub role: Value,
    pub tags: Tree,
    pub architecture: Architecture,
    pub code: Code,
    pub settings: FunctionSettings,
}

/// What identifies a deployment package.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Code {
    /// Base64, as Lambda gives it.
    pub sha256: String,
}

impl Function {
    pub fn properties(&self) -> Vec<Property> {
        let settings = &self.settings;
        let vpc = settings.vpc.as_ref().map_or(Json::Null, |vpc| {
            json!({
                "subnet_ids": sorted(&vpc.subnet_ids),
                "security_group_ids": sorted(&vpc.security_group_ids),
            })
        });
        vec![
            Property::opaque("code", json!(self.code.sha256)),
            Property::exact("architecture", json!(architecture(self.architecture))),
            Property::exact("runtime", json!(RUNTIME)),
            Property::exact("handler", json!(self.handler)),
            Property { name: "role", value: Tree::Value(self.role.clone()), comparison: Comparison::Exact },
            Property::exact("memory_size", json!(settings.memory_size)),
            Property::exact("timeout", json!(settings.timeout)),
            Property::secret("environment", json!(settings.environment)),
            Property::exact("layers", json!(settings.layers)),
            Property::exact("vpc", vpc),
            Property::exact("tracing", json!(tracing(settings))),
            Property::exact("reserved_concurrency", json!(settings.reserved_concurrency)),
            Property::tags(self.tags.clone()),
        ]
    }
}

/// As Lambda spells it.
pub fn architecture(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "arm64",
    }
}

/// As Lambda spells it.
pub fn tracing(settings: &FunctionSettings) -> &'static str {
    if settings.xray == Some(true) { "Active" } else { "PassThrough" }
}
