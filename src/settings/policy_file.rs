//! The files beside config.json that hold policies.

use super::ConfigPlace;
use super::config::{Problem, Source, Value, parse};
use crate::project::{self, Project};
use std::path::PathBuf;

/// A policy in a file of its own.
#[derive(Debug)]
pub struct PolicyFile {
    pub file: PathBuf,
    pub document: serde_json::Value,
}

impl PolicyFile {
    /// `name` is relative to `.chalice`; `named_by` is the place in config.json that asks for it, and
    /// `otherwise` what to do in place of writing the file.
    pub fn read(
        project: &Project,
        name: &str,
        named_by: Option<ConfigPlace>,
        otherwise: &str,
    ) -> Result<Self, Problem> {
        let file = project.chalice_dir().join(name);
        let shown = project.relative(&file).to_owned();
        let asked_for = |message: String| Problem { place: named_by.clone(), ..Problem::nowhere(message) };
        let text = match project::read_if_there(&file) {
            Ok(Some(text)) => text,
            Ok(None) => {
                let problem = asked_for(format!("the policy file `{}` is not there", shown.display()));
                return Err(problem.hint(format!("write the policy into it, {otherwise}")));
            }
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
                return Err(
                    asked_for(format!("{error}: {cause}")).hint("check that it is a readable text file")
                );
            }
        };
        let source = Source::new(&shown, &text);
        let document = document(&source).map_err(|problem| match named_by {
            Some(place) => problem.also(place, "asked for here"),
            None => problem,
        })?;
        Ok(Self { file, document })
    }
}

fn document(source: &Source) -> Result<serde_json::Value, Problem> {
    let root = parse(source)?;
    let file = source.file.display();
    let hint = r#"a policy looks like `{"Version": "2012-10-17", "Statement": [...]}`"#;
    let Some(statement) = root.get("Statement") else {
        let message = match root.members() {
            Some(_) => format!("`{file}` is no policy: it has no `Statement`"),
            None => format!("`{file}` is no policy but {}", root.describe()),
        };
        return Err(Problem::at(source, &(root.span.start..root.span.start + 1), message).hint(hint));
    };
    if !matches!(statement.node.value, Value::List(_) | Value::Object(_)) {
        let message = format!("`Statement` in `{file}` is a list, got {}", statement.node.describe());
        return Err(Problem::at(source, &statement.node.span, message).hint(hint));
    }
    serde_json::from_str(&source.text)
        .map_err(|error| Problem::at(source, &root.span, format!("`{file}` is not JSON: {error}")).hint(hint))
}
