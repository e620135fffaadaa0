//! The little that commands need that only look at, or take away, what was deployed. They work where the rest
//! of config.json is faulty.

use super::config::{Config, ConfigError, Problem, name_fault};
use crate::project::Project;

/// Which stage of which application.
#[derive(Debug)]
pub struct Identity {
    pub app_name: String,
    pub stage: String,
    config: Config,
}

impl Identity {
    /// Needs nothing of config.json but `app_name`; the stage may be one that the file does not name.
    pub fn load(project: &Project, stage: &str) -> Result<Self, ConfigError> {
        let config = Config::read(project)?;
        let fail = |problem| ConfigError::one(&config.source, problem);
        if let Some((message, hint)) = name_fault("`--stage`", stage) {
            return Err(fail(Problem::nowhere(message).hint(hint)));
        }
        let app_name = config.app_name().map_err(fail)?;
        Ok(Self { app_name, stage: stage.to_owned(), config })
    }

    /// Fails where config.json does not name the stage: for a stage of which nothing is deployed, either.
    pub fn in_config(self) -> Result<Self, ConfigError> {
        match self.config.unknown_stage(&self.stage) {
            Some(problem) => Err(ConfigError::one(&self.config.source, problem)),
            None => Ok(self),
        }
    }
}
