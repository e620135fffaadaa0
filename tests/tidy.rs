//! What this repository promises of its own code and no lint holds. Each fault is shown as file:line and the rule.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should be"
)]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const MOST_LINES: usize = 500;

#[test]
fn the_pure_folders_import_nothing_that_acts() {
    let impure = ["crate::aws", "crate::report", "std::fs", "std::env", "tokio"];
    let files = ["src/model", "src/plan", "src/policy", "src/template"].into_iter().flat_map(rust_files);
    assert_tidy(files, "`model`, `plan`, `policy` and `template` are pure: they import no", |line| {
        impure.into_iter().find(|path| line.names(path))
    });
}

#[test]
fn aws_alone_names_the_sdk() {
    let sdk = ["aws_sdk_", "aws_config", "aws_credential_types", "aws_smithy_"];
    // It looks for the names of the SDK's functions in binaries.
    let reader = Path::new("src/policy/operations.rs");
    let files = cli_without("src/aws").filter(|file| file != reader);
    assert_tidy(files, "`src/aws` alone names", |line| {
        sdk.into_iter().find(|krate| line.has_word_from(krate))
    });
}

#[test]
fn report_alone_prints() {
    let printers = [
        "print!",
        "println!",
        "eprint!",
        "eprintln!",
        "dbg!",
        "io::stdout",
        "io::stderr",
        "stdout()",
        "stderr()",
    ];
    assert_tidy(
        cli_without("src/report.rs"),
        "`src/report.rs` alone prints, so nothing else calls",
        |line| printers.into_iter().find(|printer| line.has_word_from(printer)),
    );
}

#[test]
fn settings_alone_reads_the_environment() {
    assert_tidy(
        cli_without("src/settings"),
        "`src/settings` alone reads the environment, so nothing else calls",
        |line| ["env::var", "env::vars", "env::var_os"].into_iter().find(|reader| line.names(reader)),
    );
}

#[test]
fn nothing_is_imported_by_the_armful() {
    let files = rust_files("src").into_iter().chain(rust_files("crates"));
    assert_tidy(files, "an import names what it takes: outside tests there is no", |line| {
        ["use super::*", "use crate::*"].into_iter().find(|import| line.has_word_from(import))
    });
}

#[test]
fn no_test_is_left_out() {
    let mut faults = String::new();
    for file in ["src", "crates", "tests", "fixtures/apps", "templates"].into_iter().flat_map(rust_files) {
        for (number, text) in read(&file).lines().enumerate() {
            if text.trim_start().starts_with("#[ignore") {
                writeln!(faults, "{}:{}: a test runs, or goes: no `#[ignore]`", file.display(), number + 1)
                    .unwrap();
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn a_file_can_be_read_in_one_sitting() {
    let folders = ["src", "crates", "tests", "fixtures/apps", "templates"];
    let mut files: Vec<PathBuf> = folders.into_iter().flat_map(files).collect();
    files.push("README.md".into());
    let mut faults = String::new();
    for file in files.iter().filter(|file| has_extension(file, &["rs", "py", "md", "toml"])) {
        let lines = read(file).lines().count();
        if lines > MOST_LINES {
            let file = file.display();
            writeln!(faults, "{file}:{MOST_LINES}: a file has at most {MOST_LINES} lines, not {lines}")
                .unwrap();
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn every_application_of_the_fixtures_has_its_lock_file() {
    for entry in fs::read_dir(root().join("fixtures/apps")).unwrap() {
        let lock = entry.unwrap().path().join("Cargo.lock");
        let text = fs::read_to_string(&lock).unwrap_or_default();
        assert!(
            text.contains("name = \"chalice\""),
            "{}:1: a fixture builds from the versions that it was tested with: build it and commit its lock file",
            lock.display()
        );
    }
}

#[test]
fn what_the_framework_offers_is_shown_by_an_example() {
    let front = read(Path::new("crates/chalice/src/lib.rs"));
    let offered: Vec<&str> = front
        .split("\npub use ")
        .skip(1)
        .filter(|item| !item.starts_with("bytes::"))
        .flat_map(|item| {
            item.split(';').next().unwrap_or_default().split(|character| !is_of_a_word(character))
        })
        .filter(|word| !word.is_empty())
        .collect();
    let mut faults = String::new();
    let mut looked_at = 0;
    for file in rust_files("crates/chalice/src").into_iter().filter(|file| !is_of_tests(file)) {
        let text = read(&file);
        let mut documentation = String::new();
        for (number, line) in text.lines().enumerate() {
            let name = offered_by(line)
                .filter(|name| offered.contains(name) || file.starts_with("crates/chalice/src/test"));
            if let Some(name) = name.filter(|_| !documentation.contains("doc(hidden)")) {
                looked_at += 1;
                if !documentation.contains("```") {
                    writeln!(faults, "{}:{}: `{name}` has no example", file.display(), number + 1).unwrap();
                }
            }
            let goes_on =
                line.starts_with("///") || line.starts_with("#[") || line.starts_with("    ") || line == ")]";
            if goes_on { documentation.push_str(line) } else { documentation.clear() }
        }
    }
    assert!(looked_at > 50, "this looks at {looked_at} items alone");
    assert!(faults.is_empty(), "\n{faults}");
}

/// The name of what a line of a module's own makes public.
fn offered_by(line: &str) -> Option<&str> {
    let item = line.strip_prefix("pub ")?.trim_start_matches("const ").trim_start_matches("async ");
    let item = ["struct ", "enum ", "trait ", "fn ", "type ", "use chalice_macros::"]
        .iter()
        .find_map(|kind| item.strip_prefix(kind))?;
    item.split(|character| !is_of_a_word(character)).next()
}

/// A line of the program proper: no comment, no test.
struct Line<'a>(&'a str);

impl Line<'_> {
    /// Whether `word` stands there, not as the end of a longer word.
    fn has_word_from(&self, word: &str) -> bool {
        self.0.match_indices(word).any(|(at, _)| !self.0[..at].ends_with(is_of_a_word))
    }

    /// Whether the path `path` stands there, whole, or with a part of it within braces: `std::{env, fs}`.
    fn names(&self, path: &str) -> bool {
        let whole = self.0.match_indices(path).any(|(at, _)| {
            !self.0[..at].ends_with(is_of_a_word) && !self.0[at + path.len()..].starts_with(is_of_a_word)
        });
        let Some((parent, name)) = path.rsplit_once("::") else { return whole };
        let Some((_, grouped)) = self.0.split_once(&format!("{parent}::{{")) else { return whole };
        whole || grouped.split(|character| !is_of_a_word(character)).any(|word| word == name)
    }
}

fn is_of_a_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Fails with every line in which `found` finds something.
#[track_caller]
fn assert_tidy<'a>(
    files: impl IntoIterator<Item = PathBuf>,
    rule: &str,
    found: impl Fn(&Line<'_>) -> Option<&'a str>,
) {
    let mut faults = String::new();
    let mut looked_at = 0;
    for file in files.into_iter().filter(|file| !is_of_tests(file)) {
        looked_at += 1;
        for (number, text) in program(&read(&file)).enumerate() {
            if let Some(what) = found(&Line(text)) {
                writeln!(faults, "{}:{}: {rule} `{what}`", file.display(), number + 1).unwrap();
            }
        }
    }
    assert!(looked_at > 0, "the rule \"{rule}\" looks at no file: has a folder been renamed?");
    assert!(faults.is_empty(), "\n{faults}");
}

/// The lines up to the tests within the file; comments are empty lines.
fn program(text: &str) -> impl Iterator<Item = &str> {
    let tests = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..tests].lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line })
}

fn is_of_tests(file: &Path) -> bool {
    file.components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        part == "tests" || part == "tests.rs" || part == "fixture.rs"
    })
}

fn cli_without(path: &str) -> impl Iterator<Item = PathBuf> {
    rust_files("src").into_iter().filter(move |file| !file.starts_with(path))
}

fn rust_files(folder: &str) -> Vec<PathBuf> {
    files(folder).into_iter().filter(|file| has_extension(file, &["rs"])).collect()
}

fn has_extension(file: &Path, extensions: &[&str]) -> bool {
    file.extension().is_some_and(|own| extensions.iter().any(|extension| own == *extension))
}

/// The files in `folder` and below it, as paths from the repository's root.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.is_file() {
                files.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    files.sort();
    files
}

fn read(file: &Path) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_line_is_looked_at_word_by_word() {
    assert!(Line("use std::fs;").names("std::fs"));
    assert!(Line("use std::{env, fs};").names("std::fs"));
    assert!(Line("    std::fs::read(path)").names("std::fs"));
    assert!(!Line("use std::fsync;").names("std::fs"));
    assert!(!Line("use std::{fmt, iter};").names("std::fs"));
    assert!(Line("use crate::{aws, words};").names("crate::aws"));
    assert!(Line("#[tokio::test]").names("tokio"));
    assert!(Line("print!(\"a\")").has_word_from("print!"));
    assert!(!Line("chalice::blueprint! {}").has_word_from("print!"));
}

#[test]
fn comments_and_tests_are_no_program() {
    let text = "//! std::fs\nfn a() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
    assert_eq!(program(text).collect::<Vec<_>>(), ["", "fn a() {}"]);
}
