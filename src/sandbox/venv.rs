//! The sandbox's private Python environment, made once per set of requirements and Python. One that was
//! interrupted half-way is never used: it is made under another name and renamed when it is whole.

use super::{Folder, Result, SandboxError};
use crate::report::Report;
use crate::settings::Environment;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const MINISTACK: &str = "1.5.33";
/// MiniStack without its extras, which listen beyond loopback, and what makes its CloudFormation read SAM.
const REQUIREMENTS: [&str; 2] = ["ministack==1.5.33", "aws-sam-translator==1.115.0"];
const OLDEST_PYTHON: (u32, u32) = (3, 10);
const UNFINISHED: &str = "installing-";

/// The Python that has MiniStack, installed if need be.
pub(super) fn ready(environment: &Environment, folder: &Folder, report: &Report) -> Result<PathBuf> {
    let python = Python::find(environment)?;
    let venv = folder.0.join(format!("venv-{}", python.requirements_hash()));
    let interpreter = venv.join("bin/python");
    if interpreter.exists() {
        return Ok(interpreter);
    }
    report.note(format!("Installing MiniStack {MINISTACK} for the sandbox (once)"));
    clear(folder, &venv);
    let unfinished = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempdir_in(&folder.0)
        .map_err(|source| SandboxError::Folder { path: folder.0.clone(), source })?;
    python.make_venv(unfinished.path())?;
    install(&unfinished.path().join("bin/python"))?;
    std::fs::rename(unfinished.keep(), &venv)
        .map_err(|source| SandboxError::Folder { path: venv.clone(), source })?;
    Ok(interpreter)
}

/// Takes away what interrupted installs left, and a venv whose Python is gone.
fn clear(folder: &Folder, venv: &Path) {
    let _ = std::fs::remove_dir_all(venv);
    for entry in std::fs::read_dir(&folder.0).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn install(interpreter: &Path) -> Result<()> {
    let mut command = Command::new(interpreter);
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
    let output = run(command.args(REQUIREMENTS), interpreter)?;
    if output.status.success() {
        return Ok(());
    }
    Err(SandboxError::Install { what: REQUIREMENTS.join(" "), output: tail(&text(&output), 8) })
}

/// The user's Python.
struct Python {
    program: PathBuf,
    /// What it says about itself: its version and where it is.
    identity: String,
}

impl Python {
    fn find(environment: &Environment) -> Result<Self> {
        let program = PathBuf::from(&environment.python);
        let script = "import sys; print(*sys.version_info[:2], sys.base_prefix)";
        let output = run(Command::new(&program).args(["-c", script]), &program)?;
        let identity = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let mut numbers = identity.split(' ').map_while(|number| number.parse::<u32>().ok());
        let (Some(major), Some(minor)) = (numbers.next(), numbers.next()) else {
            return Err(SandboxError::NotPython { program, output: tail(&text(&output), 8) });
        };
        if (major, minor) < OLDEST_PYTHON {
            return Err(SandboxError::OldPython { program, version: format!("{major}.{minor}") });
        }
        Ok(Self { program, identity })
    }

    fn requirements_hash(&self) -> String {
        let hash = Sha256::digest(format!("{} {}", REQUIREMENTS.join(" "), self.identity));
        let [first, second, third, fourth, ..] = <[u8; 32]>::from(hash);
        format!("{:08x}", u32::from_be_bytes([first, second, third, fourth]))
    }

    fn make_venv(&self, folder: &Path) -> Result<()> {
        let output = run(Command::new(&self.program).args(["-m", "venv"]).arg(folder), &self.program)?;
        if output.status.success() {
            return Ok(());
        }
        let version = self.identity.split(' ').take(2).collect::<Vec<_>>().join(".");
        let program = self.program.clone();
        Err(SandboxError::NoVenv { program, version, output: tail(&text(&output), 8) })
    }
}

fn run(command: &mut Command, program: &Path) -> Result<Output> {
    command.output().map_err(|source| SandboxError::NoPython { program: program.to_owned(), source })
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The last lines that say something.
pub(super) fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_that_is_named_is_the_one_that_is_installed() {
        assert!(REQUIREMENTS.contains(&format!("ministack=={MINISTACK}").as_str()));
    }

    #[test]
    fn a_tail_has_the_last_lines_without_the_empty_ones() {
        assert_eq!(tail("a\nb\n\nc\n", 2), "b\nc");
        assert_eq!(tail("a", 2), "a");
        assert_eq!(tail("", 2), "");
    }
}
