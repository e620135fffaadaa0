//! `.chalice/config.json` as it is written: read, parsed with the place of every key and value, and checked
//! against the table of keys. What it means for one stage is for `resolve`.

mod check;
mod conditions;
pub mod keys;
mod problem;
pub mod schema;
mod statements;
mod tree;
mod values;

pub use check::check;

pub use problem::{ConfigError, Problem};
pub use statements::resource_fault;
pub use tree::{Member, Node, Value, parse};
pub use values::name_fault;

use super::ConfigPlace;
use crate::project::{self, Project};
use crate::words::{list, nearest};
use chalice_manifest::config::{IMPLICIT_STAGE, without_stage};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file of the project, to point into.
#[derive(Clone, Debug)]
pub struct Source {
    /// As a user would type it from the project's folder.
    pub file: PathBuf,
    pub text: Arc<str>,
}

impl Source {
    pub fn new(file: &Path, text: &str) -> Self {
        Self { file: file.to_owned(), text: text.into() }
    }

    pub fn place(&self, span: &Range<usize>) -> ConfigPlace {
        ConfigPlace { file: self.file.clone(), text: Arc::clone(&self.text), span: span.clone() }
    }
}

/// The parsed file.
#[derive(Debug)]
pub struct Config {
    pub source: Source,
    pub root: Node,
}

impl Config {
    /// Fails where the file is missing, is no JSON, or is JSON of another kind than an object.
    pub fn read(project: &Project) -> Result<Self, ConfigError> {
        let path = project.config_file();
        let file = project.relative(&path);
        let text = project::read_if_there(&path).map_err(ConfigError::Unreadable)?;
        let Some(text) = text else {
            let project = project.root().to_owned();
            return Err(ConfigError::Missing { file: file.to_owned(), project });
        };
        Self::parse(Source::new(file, &text))
    }

    pub fn parse(source: Source) -> Result<Self, ConfigError> {
        let root = parse(&source).map_err(|problem| ConfigError::one(&source, problem))?;
        if root.members().is_none() {
            let message = format!("`{}` is an object, got {}", source.file.display(), root.describe());
            let problem =
                Problem::at(&source, &root.span, message).hint("start it with `{`, end it with `}`");
            return Err(ConfigError::one(&source, problem));
        }
        Ok(Self { source, root })
    }

    /// The application's name, whatever else is wrong.
    pub fn app_name(&self) -> Result<String, Problem> {
        let Some(member) = self.root.get("app_name") else {
            return Err(check::no_app_name(&self.source));
        };
        let key = keys::KEYS.iter().find(|key| key.name == "app_name");
        let faults = key.map(|key| values::faults(&self.source, key, member)).unwrap_or_default();
        match (faults.into_iter().next(), member.node.text()) {
            (None, Some(name)) => Ok(name.to_owned()),
            (Some(fault), _) => Err(fault),
            (None, None) => Err(check::no_app_name(&self.source)),
        }
    }

    /// The stage's object; None where the file does not name the stage.
    pub fn stage(&self, stage: &str) -> Option<&Node> {
        self.root.get("stages")?.node.get(stage).map(|member| &member.node)
    }

    /// That the file has no such stage, if so.
    pub fn unknown_stage(&self, stage: &str) -> Option<Problem> {
        let named = without_stage(&self.root, stage)?;
        let names_none =
            self.root.get("stages").and_then(|stages| stages.node.members()).is_none_or(<[_]>::is_empty);
        let span = self.root.get("stages").map_or(0..1, |member| member.name_span.clone());
        let file = self.source.file.display();
        let problem = Problem::at(&self.source, &span, format!("there is no stage `{stage}` in `{file}`"));
        Some(problem.hint(match nearest(stage, &named) {
            _ if names_none => {
                format!("use `{IMPLICIT_STAGE}`, or add `\"stages\": {{\"{stage}\": {{}}}}`")
            }
            Some(near) => format!("did you mean `{near}`? The stages are {}", list(&named, "and")),
            None => format!("add it below `stages`, or use {}", list(&named, "or")),
        }))
    }
}
