//! The newest crates of the registry leave the marks that `src/policy` looks for. `cargo test --test newest_crates`: not a
//! part of `cargo test`, whose result is to change with this repository alone. It needs the registry.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should be"
)]

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Everything is here, unoptimized: a mark that the SDK moved is missing.
#[test]
fn the_newest_crates_leave_the_marks_that_are_looked_for_in_a_dev_build() {
    let fixture = copy_of_the_fixture("dev");
    let binaries = build(&fixture, &["--package", "beside", "--package", "calls"], "debug");
    let mut faults = faults(&fixture, &without_debug_information(&binaries.join("calls")));
    faults.extend(unrecognised(&fixture, &binaries.join("hand_signed"), "requests that it signs itself"));
    assert_none(&faults, &binaries);
}

#[test]
fn the_newest_object_store_is_recognised() {
    let fixture = copy_of_the_fixture("stored");
    let binaries = build(&fixture, &["--package", "beside", "--features", "stored"], "debug");
    assert_eq!(unrecognised(&fixture, &binaries.join("stored"), "object_store"), None);
}

/// The linker folds equal functions and keeps all their names: a mark that proves nothing is there too often. It takes
/// ten minutes of a processor.
#[test]
fn the_newest_crates_leave_the_marks_that_are_looked_for_in_a_release_build() {
    let fixture = copy_of_the_fixture("release");
    let binaries = build(&fixture, &["--package", "calls", "--release"], "release");
    let faults = faults(&fixture, &binaries.join("calls"));
    assert_none(&faults, &binaries);
}

/// The folder of the binaries, built from the newest versions that the registry has, where `tests/cli` builds those of
/// the committed ones: most dependencies are the same.
fn build(fixture: &Path, what: &[&str], folder: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("policy");
    for arguments in [&["update"], &[&["build", "--bins"], what].concat()[..]] {
        let mut command = Command::new(env!("CARGO"));
        command.args(arguments).current_dir(fixture).env("CARGO_TARGET_DIR", &target);
        succeeded(command.output().unwrap());
    }
    target.join(folder)
}

/// A copy that Lambda would take: what debuggers need is most of a dev build.
fn without_debug_information(binary: &Path) -> PathBuf {
    let copy = binary.with_extension("stripped");
    succeeded(Command::new("strip").arg("--strip-debug").arg("-o").arg(&copy).arg(binary).output().unwrap());
    copy
}

/// What is not as it has to be in the binary that calls operations.
fn faults(fixture: &Path, calls: &Path) -> Vec<String> {
    let rows: Vec<Value> = serde_json::from_slice(&gen_policy(fixture, calls).stdout).unwrap();
    let missing = expected().into_iter().filter_map(|operation| fault(&operation, &rows));
    let reachable = rows.iter().filter(|row| row["actions"] != json!([])).map(name);
    let more = reachable.filter(|name| !expected().contains(name));
    missing.chain(more.map(|name| format!("{name} counts as called, and is not"))).collect()
}

/// What is wrong where a warning does not name the way in which the program calls AWS.
fn unrecognised(fixture: &Path, binary: &Path, way: &str) -> Option<String> {
    let warnings = String::from_utf8(gen_policy(fixture, binary).stderr).unwrap();
    let is_named = warnings.contains(&format!("calls AWS through {way}"));
    (!is_named)
        .then(|| format!("{way} is not recognised in {}: see `src/policy/other_means.rs`", binary.display()))
}

fn assert_none(faults: &[String], binaries: &Path) {
    assert!(
        faults.is_empty(),
        "\n{}\n\n\
         The newest crates leave other marks than `src/policy/operations.rs` looks for. See what they leave now,\n\
         \x20   nm -C {binary} | grep RuntimePlugin | grep config        the symbols\n\
         \x20   strings {binary} | grep src/operation/                   the paths\n\
         and look for that too, beside what older SDKs leave; then `cargo update` in fixtures/policy and commit its lock.\n",
        faults.join("\n"),
        binary = binaries.join("calls").display()
    );
}

/// What is wrong with the marks of an operation that the program calls.
fn fault(operation: &str, rows: &[Value]) -> Option<String> {
    let Some(row) = rows.iter().find(|row| name(row) == operation) else {
        return Some(format!("{operation} leaves no mark"));
    };
    let missing: Vec<&str> =
        ["symbol", "path"].into_iter().filter(|mark| row["marks"][mark] != true).collect();
    let versions = &row["versions"];
    (!missing.is_empty())
        .then(|| format!("{operation} of version {versions} leaves no {}", missing.join(" and no ")))
}

fn name(row: &Value) -> String {
    format!("{} {}", row["crate"].as_str().unwrap(), row["operation"].as_str().unwrap())
}

fn expected() -> Vec<String> {
    let lines = include_str!("../fixtures/policy/operations.txt").lines().skip(1);
    lines.map(|line| line.split_once('\t').unwrap().0.to_owned()).collect()
}

/// Its lock is brought up to date: here, not in the repository.
fn copy_of_the_fixture(name: &str) -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("newest-crates").join(name);
    _ = std::fs::remove_dir_all(&copy);
    copy_folder(&repository.join("fixtures/policy"), &copy);
    let manifest = std::fs::read_to_string(copy.join("Cargo.toml")).unwrap();
    let crates = repository.join("crates");
    std::fs::write(copy.join("Cargo.toml"), manifest.replace("../../crates", crates.to_str().unwrap()))
        .unwrap();
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_name() == "target" {
            continue;
        } else if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn gen_policy(fixture: &Path, binary: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rchalice"));
    command.args(["gen-policy", "--explain", "--json", "--bootstrap"]).arg(binary);
    succeeded(command.current_dir(fixture.join("calls")).output().unwrap())
}

#[track_caller]
fn succeeded(output: Output) -> Output {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}
