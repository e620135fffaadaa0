//! The variables that `.chalice/config.json` gives a stage.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::Deserialize;

type Variables = BTreeMap<String, String>;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Config {
    environment_variables: Variables,
    stages: BTreeMap<String, Stage>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Stage {
    environment_variables: Variables,
}

/// Those of the project, then those of the stage. A package without a config.json has none.
pub(super) fn variables(project: &Path, stage: &str) -> Result<Variables, String> {
    let path = project.join(".chalice/config.json");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Variables::new()),
        Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
    };
    let config: Config =
        serde_json::from_str(&text).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let mut variables = config.environment_variables;
    variables.extend(
        config
            .stages
            .into_iter()
            .filter(|(name, _)| name == stage)
            .flat_map(|(_, stage)| stage.environment_variables),
    );
    Ok(variables)
}
