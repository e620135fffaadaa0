//! `.chalice/config.json`, as far as tests need it: the variables of each function of a stage, and the API's stage.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use chalice_manifest::config::{ConfigScopes, without_stage};
use serde_json::{Value, json};

/// The file, and which of its stages is meant.
pub(super) struct Config {
    file: Value,
    stage: String,
}

impl Config {
    /// A package without a config.json has no variables, and every stage.
    pub(super) fn read(project: &Path, stage: &str) -> Result<Self, String> {
        let stage = stage.to_owned();
        let path = project.join(".chalice/config.json");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { file: json!({}), stage });
            }
            Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
        };
        let file: Value = serde_json::from_str(&text)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        if let Some(known) = without_stage(&file, &stage) {
            let known = known.join("`, `");
            return Err(format!("there is no stage `{stage}` in {}; it has `{known}`", path.display()));
        }
        Ok(Self { file, stage })
    }

    /// What stands in the URL of the deployed API and in its requests.
    pub(super) fn api_gateway_stage(&self) -> String {
        ConfigScopes::of_stage(&self.file, &self.stage).api_gateway_stage().to_owned()
    }

    /// As the function has them when it is deployed.
    pub(super) fn variables(&self, function: &str) -> BTreeMap<String, String> {
        ConfigScopes::of_function(&self.file, &self.stage, function).environment()
    }
}
