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

#[test]
fn the_newest_crates_leave_the_marks_that_are_looked_for() {
    let fixture = copy_of_the_fixture();
    cargo(&fixture, &["update"]);
    // Dependencies are built where `tests/cli` builds those of the committed versions: most are the same.
    cargo(&fixture, &["build", "--workspace", "--features", "beside/stored", "--bins"]);

    let rows: Vec<Value> = serde_json::from_slice(&gen_policy(&fixture, "calls").stdout).unwrap();
    let mut faults: Vec<String> =
        expected().into_iter().filter_map(|operation| fault(&operation, &rows)).collect();
    let reachable = rows.iter().filter(|row| row["actions"] != json!([])).map(name);
    let more = reachable.filter(|name| !expected().contains(name));
    faults.extend(more.map(|name| format!("{name} counts as called, and is not")));
    for (binary, way) in [("hand_signed", "requests that it signs itself"), ("stored", "object_store")] {
        let warnings = String::from_utf8(gen_policy(&fixture, binary).stderr).unwrap();
        if !warnings.contains(&format!("calls AWS through {way}")) {
            faults.push(format!("{way} is not recognised: see `src/policy/other_means.rs`"));
        }
    }
    assert!(
        faults.is_empty(),
        "\n{}\n\n\
         The newest crates leave other marks than `src/policy/operations.rs` looks for. See what they leave now,\n\
         \x20   nm -C {binary} | grep RuntimePlugin | grep config        the symbols\n\
         \x20   strings {binary} | grep src/operation/                   the paths\n\
         and look for that too, beside what older SDKs leave; then `cargo update` in fixtures/policy and commit its lock.\n",
        faults.join("\n"),
        binary = target().join("debug/calls").display()
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
fn copy_of_the_fixture() -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("newest-crates");
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

#[track_caller]
fn cargo(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(folder).env("CARGO_TARGET_DIR", target());
    succeeded(command.output().unwrap());
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("policy")
}

fn gen_policy(fixture: &Path, binary: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rchalice"));
    command
        .args(["gen-policy", "--explain", "--json", "--bootstrap"])
        .arg(target().join("debug").join(binary));
    succeeded(command.current_dir(fixture.join("calls")).output().unwrap())
}

#[track_caller]
fn succeeded(output: Output) -> Output {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}
