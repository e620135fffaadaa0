//! The README says what is so. Its table of config.json's keys is held to the source by the tests of `settings`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should be"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_readme_names_every_command_and_none_that_is_not_there() {
    let readme = readme();
    let mut rows: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `rchalice "))
        .map(|row| {
            row.split(|character: char| character == ' ' || character == '`').next().unwrap_or_default()
        })
        .collect();
    let help = help(&[]);
    let mut commands = names_below(&help, "Commands:");
    commands.retain(|command| *command != "help");
    rows.sort_unstable();
    commands.sort_unstable();
    assert_eq!(rows, commands, "README.md: the table of commands against `rchalice --help`");
}

#[test]
fn the_readme_names_every_command_of_the_sandbox() {
    let readme = readme();
    let row = readme.lines().find(|line| line.starts_with("| `rchalice sandbox")).unwrap_or_default();
    let help = help(&["sandbox"]);
    for command in names_below(&help, "Commands:").into_iter().filter(|command| *command != "help") {
        assert!(row.contains(command), "README.md: the row of `rchalice sandbox` does not name `{command}`");
    }
}

#[test]
fn the_readme_names_every_option_that_any_command_takes() {
    let readme = readme();
    for option in names_below(&help(&[]), "Options:").into_iter().filter(|name| name.starts_with("--")) {
        let is_everywhere = matches!(option, "--help" | "--version");
        assert!(is_everywhere || readme.contains(option), "README.md does not name `{option}`");
    }
}

#[test]
fn the_options_that_the_readme_names_are_there() {
    let readme = readme();
    for row in readme.lines().filter(|line| line.starts_with("| `rchalice ")) {
        let command = row.trim_start_matches("| `rchalice ").split([' ', '`']).next().unwrap();
        let help = help(&[command]);
        let options = row.split([' ', '`', ';', ',']).filter(|word| word.starts_with("--"));
        for option in options {
            assert!(help.contains(option), "README.md: `rchalice {command}` has no `{option}`");
        }
    }
}

#[test]
fn the_first_code_in_the_readme_stands_in_the_application_that_it_names() {
    let readme = readme();
    let code = readme.split("```rust\n").nth(1).unwrap().split("```").next().unwrap();
    let sources =
        ["lib.rs", "routes.rs"].map(|file| read(&format!("fixtures/apps/todo/src/{file}"))).concat();
    for item in code.split("\n\n") {
        assert!(sources.contains(item.trim()), "README.md: this is not in fixtures/apps/todo:\n{item}");
    }
}

#[test]
fn the_files_that_the_readme_links_to_are_there() {
    for target in readme().split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        let is_there = target.starts_with("https://") || root().join(target).exists();
        assert!(is_there, "README.md: there is no `{target}`");
    }
}

/// The first words of the lines below `heading`; of an option, its long name.
fn names_below<'a>(help: &'a str, heading: &str) -> Vec<&'a str> {
    let lines = help.lines().skip_while(|line| *line != heading).skip(1);
    let lines = lines.take_while(|line| line.is_empty() || line.starts_with(' '));
    lines
        .filter_map(|line| {
            let mut words = line.split([' ', ',']).filter(|word| !word.is_empty());
            let first = words.next()?;
            let is_short = first.len() == 2 && first.starts_with('-');
            let is_indented_once = line.len() - line.trim_start().len() <= 6;
            let name = if is_short { words.next()? } else { first };
            is_indented_once.then_some(name)
        })
        .collect()
}

fn help(command: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_rchalice")).args(command).arg("--help").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn readme() -> String {
    read("README.md")
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
