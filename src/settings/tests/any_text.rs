//! Whatever stands in config.json, a user gets settings or a failure that can be read.

use super::super::Settings;
use super::super::config::{Config, Source};
use super::{failure, overrides, rendered};
use crate::project::Project;
use std::path::Path;

const CONFIG: &str = r#"{
	"version": "2.0", "app_name": "todo", "tags": {"größe": "🦀"}, "lambda_timeout": 1e2,
  "stages": {"dev": {"lambda_functions": {"f": {"environment_variables": {"A": "\u00e9\n"}}}}, "x": null},
  "build": {"features": ["a", 1]}, "iam": {"statements": [{"Effect": "Allow"}]}, "xray": 1
}"#;

#[test]
fn every_beginning_of_a_file_is_settings_or_a_rendered_failure() {
    for end in (0..=CONFIG.len()).filter(|end| CONFIG.is_char_boundary(*end)) {
        outcome(&CONFIG[..end]);
    }
}

#[test]
fn every_slip_of_one_character_is_settings_or_a_rendered_failure() {
    for (start, character) in CONFIG.char_indices() {
        let (before, after) = (&CONFIG[..start], &CONFIG[start + character.len_utf8()..]);
        for slip in ["", "\"", "{", "}", "[", ",", ":", "\n", "\r", "\0", "é", "0", "null", "//", "\\"] {
            outcome(&format!("{before}{slip}{after}"));
            outcome(&format!("{before}{slip}{character}{after}"));
        }
    }
}

#[test]
fn a_deep_file_is_refused() {
    assert!(failure(&"[".repeat(100_000)).starts_with("error: `.chalice/config.json` is not JSON: "));
}

#[test]
fn a_file_in_one_long_line_shows_the_part_that_is_meant() {
    let tags: Vec<String> = (0..100).map(|number| format!("\"tag{number}\": \"value\"")).collect();
    let config = format!("{{\"app_name\": \"todo\", \"tags\": {{{}}}, \"xray\": 1}}", tags.join(", "));
    let shown = failure(&config);
    assert!(shown.lines().all(|line| line.chars().count() <= 160), "{shown}");
    assert!(shown.contains("\"xray\": 1"), "{shown}");
}

/// Without a file, for there are thousands.
fn outcome(text: &str) {
    let source = Source::new(Path::new(".chalice/config.json"), text);
    let project = Project::at(Path::new("nowhere")).unwrap();
    let loaded =
        Config::parse(source).and_then(|config| Settings::of_config(&project, &config, &overrides("dev")));
    if let Err(error) = loaded {
        assert!(rendered(error).starts_with("error: "), "{text}");
    }
}
