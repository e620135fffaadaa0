//! `new-project`: asks for what was not typed, where somebody can answer.

use crate::cli::{NewProject, Template};
use crate::connection::Context;
use crate::error::{Result, Status};
use crate::new_project::{self, Name, NewProjectError};
use crate::report::Report;
use clap::ValueEnum;
use clap::builder::PossibleValue;
use dialoguer::Input;
use serde_json::json;
use std::io::{self, IsTerminal};
use std::path::Path;

pub fn run(args: NewProject, context: &Context<'_>) -> Result<Status> {
    let NewProject { name, template } = args;
    let (name, template) = match name {
        Some(name) => (name.parse()?, template.unwrap_or_default()),
        None if io::stdin().is_terminal() && context.report.is_terminal() => ask(template, context.report)?,
        None => return Err(NewProjectError::NoName.into()),
    };
    let folder = new_project::create(context.project.root(), &name, template)?;
    if context.report.is_json() {
        context.report.json(&json!({ "path": folder }));
    } else {
        context.report.note(next_steps(&folder, &name));
    }
    Ok(Status::Done)
}

/// In lines, not in a menu: a menu hides the cursor, and an interrupt would leave it hidden.
fn ask(template: Option<Template>, report: &Report) -> Result<(Name, Template), NewProjectError> {
    let name = Input::<String>::new()
        .with_prompt("Name of the project")
        .validate_with(|name: &String| name.parse::<Name>().map(drop))
        .interact_text()
        .map_err(|_| NewProjectError::NoName)?;
    let template = match template {
        Some(template) => template,
        None => ask_template(report)?,
    };
    Ok((name.parse()?, template))
}

fn ask_template(report: &Report) -> Result<Template, NewProjectError> {
    let choices: Vec<PossibleValue> =
        Template::value_variants().iter().filter_map(Template::to_possible_value).collect();
    for choice in &choices {
        report.note(format!("  {}: {}", choice.get_name(), choice.get_help().cloned().unwrap_or_default()));
    }
    let first = choices.first().map(|choice| choice.get_name().to_owned()).unwrap_or_default();
    let typed = Input::<String>::new().with_prompt("What it starts with").default(first);
    let typed =
        typed.validate_with(|typed: &String| Template::from_str(typed, true).map(drop)).interact_text();
    let typed = typed.map_err(|_| NewProjectError::NoTemplate)?;
    Template::from_str(&typed, true).map_err(|_| NewProjectError::NoTemplate)
}

fn next_steps(folder: &Path, name: &Name) -> String {
    let here = std::env::current_dir().is_ok_and(|here| folder.parent() == Some(&here));
    let folder = if here { name.as_str().to_owned() } else { quoted(folder) };
    format!(
        "Made the project `{}`. Next:\n\n  cd {folder}\n  cargo test\n  rchalice deploy --sandbox",
        name.as_str()
    )
}

/// As a shell takes it.
fn quoted(folder: &Path) -> String {
    let folder = folder.display().to_string();
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "/._-".contains(character);
    if folder.chars().all(is_plain) { folder } else { format!("'{}'", folder.replace('\'', r"'\''")) }
}
