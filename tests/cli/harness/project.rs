//! Applications of `fixtures/apps` as a user's projects.

use super::app::fixture;
use super::cli::temporary_folder;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A copy, because a deploy leaves its record in the project. It depends on the same crates.
pub fn copy_of(name: &str) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    let original = fixture(name);
    for folder in [".chalice", "src"] {
        fs::create_dir(copy.path().join(folder)).unwrap();
        for file in fs::read_dir(original.join(folder)).unwrap() {
            let file = file.unwrap();
            if file.path().is_file() {
                fs::copy(file.path(), copy.path().join(folder).join(file.file_name())).unwrap();
            }
        }
    }
    fs::copy(original.join("Cargo.lock"), copy.path().join("Cargo.lock")).unwrap();
    let manifest = fs::read_to_string(original.join("Cargo.toml")).unwrap();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).to_str().unwrap();
    fs::write(copy.path().join("Cargo.toml"), manifest.replace("../../..", workspace)).unwrap();
    copy
}

/// The application's binary, not optimized: here it is to be built quickly.
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
