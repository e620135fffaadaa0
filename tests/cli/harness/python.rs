//! Python tools that judge what rchalice writes, each set in a venv below the target folder.

use super::cli::temporary_folder;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

static INSTALLING: Mutex<()> = Mutex::new(());

/// The interpreter of a venv that has `packages`.
pub fn python_with(packages: &[&str]) -> PathBuf {
    let _alone = INSTALLING.lock();
    let name: String =
        packages.join("-").chars().filter(|c| c.is_ascii_alphanumeric() || "-.".contains(*c)).collect();
    let venv = temporary_folder().join("python").join(name);
    let python = venv.join("bin/python");
    let complete = venv.join("complete");
    if !complete.exists() {
        let _ = std::fs::remove_dir_all(&venv); // what an interrupted run has left
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv));
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(packages));
        std::fs::write(complete, "").unwrap();
    }
    python
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
