//! The templates: real projects in `templates`, compiled into the CLI.

use super::Name;
use crate::cli::Template;
use std::path::Path;

/// What the templates call themselves.
const PACKAGE: &str = "my-app";
const KRATE: &str = "my_app";
const ARCHITECTURE: &str = r#""lambda_architecture": "x86_64""#;
const FRAMEWORK: &str = r#"path = "../../crates/chalice""#;

/// A file of a template.
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// Relative to the project's folder.
    pub path: &'static str,
    text: &'static str,
}

macro_rules! files {
    ($template:literal: $($path:literal),+ $(,)?) => {
        &[$(File {
            path: $path,
            text: include_str!(concat!("../../templates/", $template, "/", $path)),
        }),+]
    };
}

const REST_API: &[File] = files! {
    "rest-api":
    ".chalice/config.json", ".gitignore", "Cargo.toml", "README.md", "src/lib.rs", "src/main.rs", "tests/api.rs",
};

const LAMBDA_ONLY: &[File] = files! {
    "lambda-only":
    ".chalice/config.json", ".gitignore", "Cargo.toml", "README.md", "src/lib.rs", "src/main.rs",
    "tests/functions.rs",
};

const EVENT_HANDLERS: &[File] = files! {
    "event-handlers":
    ".chalice/config.json", ".chalice/sandbox.json", ".gitignore", "Cargo.toml", "README.md", "src/lib.rs",
    "src/main.rs", "tests/handlers.rs",
};

pub fn files(template: Template) -> &'static [File] {
    match template {
        Template::RestApi => REST_API,
        Template::LambdaOnly => LAMBDA_ONLY,
        Template::EventHandlers => EVENT_HANDLERS,
    }
}

/// Where a new project gets `chalice` from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Dependency(String);

impl Dependency {
    /// The checkout that built this CLI, if it is still there: the crate is not published yet.
    pub fn of_this_build() -> Self {
        Self::of_checkout(Path::new(env!("CARGO_MANIFEST_DIR")))
    }

    fn of_checkout(checkout: &Path) -> Self {
        let krate = checkout.join("crates/chalice");
        match krate.to_str().filter(|_| krate.is_dir()) {
            // A string of JSON is one of TOML.
            Some(path) => Self(format!("path = {}", serde_json::Value::from(path))),
            None => Self(format!("version = \"{}\"", env!("CARGO_PKG_VERSION"))),
        }
    }
}

/// The file's text in a project of this name. A test fails where a template no longer says what is replaced here.
pub fn fill(file: &File, name: &Name, dependency: &Dependency, host: &str) -> String {
    let architecture = if host == "aarch64" { "arm64" } else { "x86_64" };
    file.text
        .replace(FRAMEWORK, &dependency.0)
        .replace(ARCHITECTURE, &format!(r#""lambda_architecture": "{architecture}""#))
        .replace(PACKAGE, name.as_str())
        .replace(KRATE, &name.krate())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;
    use std::collections::BTreeSet;

    fn filled(template: Template, path: &str, dependency: &Dependency, host: &str) -> String {
        let file = files(template).iter().find(|file| file.path == path).unwrap();
        fill(file, &"corner-shop".parse().unwrap(), dependency, host)
    }

    #[test]
    fn every_file_of_a_template_becomes_a_file_of_the_project() {
        for template in Template::value_variants() {
            let name = template.to_possible_value().unwrap().get_name().to_owned();
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(name);
            let mut found = BTreeSet::new();
            let mut folders = vec![folder.clone()];
            while let Some(next) = folders.pop() {
                for entry in std::fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
                    let path = entry.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
                    if matches!(path.as_str(), "target" | "Cargo.lock") {
                        continue; // what building in the template's own folder leaves
                    }
                    if entry.is_dir() {
                        folders.push(entry);
                    } else {
                        found.insert(path);
                    }
                }
            }
            let listed: BTreeSet<String> = files(*template).iter().map(|file| file.path.to_owned()).collect();
            assert_eq!(listed, found);
        }
    }

    #[test]
    fn nothing_of_the_template_s_own_name_is_left() {
        let dependency = Dependency("version = \"9\"".to_owned());
        for template in Template::value_variants() {
            for file in files(*template) {
                let text = fill(file, &"corner-shop".parse().unwrap(), &dependency, "x86_64");
                for own in [PACKAGE, KRATE, "../.."] {
                    assert!(!text.contains(own), "{} still says `{own}`", file.path);
                }
            }
            let manifest = filled(*template, "Cargo.toml", &dependency, "x86_64");
            assert!(manifest.contains("name = \"corner-shop\""), "{manifest}");
            assert!(manifest.contains("chalice = { version = \"9\", features = [\"test\"] }"), "{manifest}");
            let main = filled(*template, "src/main.rs", &dependency, "x86_64");
            assert!(main.contains("use corner_shop::main;"), "{main}");
        }
    }

    #[test]
    fn a_project_is_for_the_processor_of_the_host() {
        let dependency = Dependency::of_this_build();
        for template in Template::value_variants() {
            let config = |host| filled(*template, ".chalice/config.json", &dependency, host);
            assert!(config("aarch64").contains(r#""lambda_architecture": "arm64""#));
            assert!(config("x86_64").contains(r#""lambda_architecture": "x86_64""#));
        }
    }

    #[test]
    fn chalice_comes_from_the_checkout_while_that_is_there_and_else_from_the_registry() {
        let checkout = tempfile::Builder::new().prefix("a \"b").tempdir().unwrap();
        let version = format!("version = \"{}\"", env!("CARGO_PKG_VERSION"));
        assert_eq!(Dependency::of_checkout(checkout.path()), Dependency(version));
        std::fs::create_dir_all(checkout.path().join("crates/chalice")).unwrap();
        let Dependency(line) = Dependency::of_checkout(checkout.path());
        let table: toml::Table = line.parse().unwrap();
        assert_eq!(table["path"].as_str(), checkout.path().join("crates/chalice").to_str());
    }
}
