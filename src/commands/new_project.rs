//! `new-project`: asks for what was not typed, where somebody can answer.

use crate::cli::{NewProject, Template};
use crate::connection::Context;
use crate::error::{Result, Status};
use crate::new_project::{self, Name, NewProjectError};
use clap::ValueEnum;
use dialoguer::{Input, Select};
use serde_json::json;
use std::io::{self, IsTerminal};
use std::path::Path;

pub fn run(args: NewProject, context: &Context<'_>) -> Result<Status> {
    let NewProject { name, template } = args;
    let (name, template) = match name {
        Some(name) => (name.parse()?, template.unwrap_or_default()),
        None if io::stdin().is_terminal() && context.report.is_terminal() => ask(template)?,
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

fn ask(template: Option<Template>) -> Result<(Name, Template), NewProjectError> {
    let name = Input::<String>::new()
        .with_prompt("Name of the project")
        .validate_with(|name: &String| name.parse::<Name>().map(drop))
        .interact_text()
        .map_err(|_| NewProjectError::NoName)?;
    let template = match template {
        Some(template) => template,
        None => ask_template()?,
    };
    Ok((name.parse()?, template))
}

fn ask_template() -> Result<Template, NewProjectError> {
    let templates = Template::value_variants();
    let shown: Vec<String> = templates.iter().copied().filter_map(described).collect();
    let chosen = Select::new().with_prompt("What it starts with").items(&shown).default(0).interact();
    let chosen = chosen.map_err(|_| NewProjectError::NoTemplate)?;
    Ok(templates.get(chosen).copied().unwrap_or_default())
}

/// As `--help` shows it.
fn described(template: Template) -> Option<String> {
    let value = template.to_possible_value()?;
    Some(format!("{}: {}", value.get_name(), value.get_help()?))
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
