//! Applications of `fixtures/apps` as a user's projects.

use super::app::fixture;
use super::cli::{Cli, temporary_folder};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// What a copy is made without: what was built or deployed, and tests.
const LEFT_OUT: [&str; 4] = ["target", "tests", "deployed", "deployments"];

/// A copy, because a deploy leaves its record in the project. It depends on the same crates.
pub fn copy_of(name: &str) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&fixture(name), copy.path());
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (name, to) = (entry.file_name(), to.join(entry.file_name()));
        if LEFT_OUT.iter().any(|left_out| name == *left_out) {
            continue;
        }
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else if name == "Cargo.toml" {
            let manifest = fs::read_to_string(entry.path()).unwrap();
            fs::write(to, with_absolute_paths(&manifest)).unwrap();
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// `../../../crates/chalice`, from wherever the copy is.
fn with_absolute_paths(manifest: &str) -> String {
    let crates = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/");
    let up = manifest.split("\"../").map(|part| part.trim_start_matches("../"));
    up.collect::<Vec<_>>().join("\"").replace("\"crates/", &format!("\"{crates}"))
}

/// `rchalice` for the project in `folder`. Its program is not optimized: here it is to be built quickly.
pub fn quick(folder: &Path) -> Cli {
    let quick = [("LTO", "off"), ("OPT_LEVEL", "0"), ("CODEGEN_UNITS", "16")];
    let cli = quick
        .into_iter()
        .fold(Cli::new("/"), |cli, (key, value)| cli.env(&format!("CARGO_PROFILE_RELEASE_{key}"), value));
    cli.arg("--project-dir").arg(folder)
}

/// The application's binary, as its profile `quick` builds it.
pub fn quick_build(name: &str) -> PathBuf {
    let target = temporary_folder().join("apps");
    let output = Command::new(env!("CARGO"))
        .args(["build", "--profile", "quick", "--locked"])
        .current_dir(fixture(name))
        .env("CARGO_TARGET_DIR", &target)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    target.join("quick").join(name)
}
