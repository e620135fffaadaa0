//! The applications of `fixtures/apps` pass their own tests, as a user would run them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should be"
)]

use std::path::Path;
use std::process::Command;

#[test]
fn every_application_of_the_fixtures_passes_its_own_tests() {
    let apps = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/apps");
    let mut failed = Vec::new();
    for entry in std::fs::read_dir(apps).unwrap() {
        let app = entry.unwrap().path();
        let output = Command::new(env!("CARGO"))
            .args(["test", "--workspace", "--locked", "--quiet"])
            .current_dir(&app)
            // What the applications have in common is built once; `tests/cli` builds there too.
            .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("apps"))
            .output()
            .unwrap();
        let shown = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        if !output.status.success() {
            failed.push(format!("{}:\n{}", app.display(), shown.join("\n")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
