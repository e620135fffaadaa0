//! What a project may be called: its name becomes a folder, a package, a crate, and the first part of every name
//! on AWS.

use super::NewProjectError;
use std::str::FromStr;

/// AWS allows a function's name 64 characters: `<name>-<stage>-<function>` keeps 24 for the rest.
const MOST_CHARACTERS: usize = 40;

/// What `use` could not tell from the language's own crates.
const STANDARD: &[&str] = &["alloc", "core", "proc_macro", "std", "test"];

/// What the templates depend on: a package cannot depend on one of its own name.
const DEPENDENCIES: &[&str] = &["chalice", "serde", "serde_json", "tokio"];

/// What Cargo keeps for itself in the target folder.
const CARGO: &[&str] = &["build", "deps", "examples", "incremental"];

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// A name that Cargo, Rust and AWS take.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Name(String);

impl Name {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As Rust code says it.
    pub fn krate(&self) -> String {
        self.0.replace('-', "_")
    }
}

impl FromStr for Name {
    type Err = NewProjectError;

    fn from_str(name: &str) -> Result<Self, NewProjectError> {
        match fault(name) {
            None => Ok(Self(name.to_owned())),
            Some((why, hint)) => Err(NewProjectError::BadName { name: name.to_owned(), why, hint }),
        }
    }
}

/// Why not, and what to do.
fn fault(name: &str) -> Option<(String, String)> {
    let letters = || "start with a letter, go on with letters, digits, `-` and `_`".to_owned();
    let fits = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    let Some(first) = name.chars().next() else { return Some(("it is empty".to_owned(), letters())) };
    if let Some(bad) = name.chars().find(|character| !fits(*character)) {
        let bad = if bad.is_whitespace() { "a space".to_owned() } else { format!("`{bad}`") };
        return Some((format!("it has {bad} in it"), letters()));
    }
    if !first.is_ascii_alphabetic() {
        return Some((format!("it starts with `{first}`"), letters()));
    }
    if name.len() > MOST_CHARACTERS {
        let why = format!("it has {} characters", name.len());
        let hint = format!(
            "take at most {MOST_CHARACTERS}: AWS allows 64 for a function's `<name>-<stage>-<function>`"
        );
        return Some((why, hint));
    }
    let krate = name.replace('-', "_").to_lowercase();
    let is_one_of = |names: &[&str]| names.contains(&krate.as_str());
    let why = match () {
        () if is_one_of(KEYWORDS) => "it is a keyword of Rust",
        () if is_one_of(STANDARD) => "it is a crate of Rust's own",
        () if is_one_of(DEPENDENCIES) => "it is a crate that the project depends on",
        () if is_one_of(CARGO) => "Cargo keeps it for a folder of its own",
        () => return None,
    };
    Some((why.to_owned(), format!("add a word, as in `{name}-app`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(name: &str) -> String {
        name.parse::<Name>().expect_err(name).to_string()
    }

    #[test]
    fn letters_digits_dashes_and_underscores_make_a_name() {
        for name in ["a", "todo-api", "todo_api", "Shop2", "testing", "async-api", &"x".repeat(40)] {
            assert_eq!(name.parse::<Name>().unwrap().as_str(), name);
        }
        assert_eq!("todo-api".parse::<Name>().unwrap().krate(), "todo_api");
    }

    #[test]
    fn what_is_no_name_of_a_package_is_refused() {
        assert_eq!(refused(""), "a project cannot be called ``: it is empty");
        assert_eq!(refused("my app"), "a project cannot be called `my app`: it has a space in it");
        assert_eq!(refused("../up"), "a project cannot be called `../up`: it has `.` in it");
        assert_eq!(refused("café"), "a project cannot be called `café`: it has `é` in it");
        assert_eq!(refused("9lives"), "a project cannot be called `9lives`: it starts with `9`");
        assert_eq!(refused("-n"), "a project cannot be called `-n`: it starts with `-`");
    }

    #[test]
    fn a_name_leaves_room_for_the_stage_and_the_function() {
        let name = "x".repeat(41);
        assert_eq!(refused(&name), format!("a project cannot be called `{name}`: it has 41 characters"));
    }

    #[test]
    fn what_means_something_else_already_is_refused() {
        assert_eq!(refused("async"), "a project cannot be called `async`: it is a keyword of Rust");
        assert_eq!(refused("Self"), "a project cannot be called `Self`: it is a keyword of Rust");
        assert_eq!(refused("test"), "a project cannot be called `test`: it is a crate of Rust's own");
        assert_eq!(
            refused("proc-macro"),
            "a project cannot be called `proc-macro`: it is a crate of Rust's own"
        );
        let message = "a project cannot be called `serde-json`: it is a crate that the project depends on";
        assert_eq!(refused("serde-json"), message);
        assert_eq!(
            refused("deps"),
            "a project cannot be called `deps`: Cargo keeps it for a folder of its own"
        );
    }
}
