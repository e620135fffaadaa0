//! The CLI as a process, in an environment that holds nothing of whoever runs the tests.

use super::sandbox::{Account, REGION, Sandbox};
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What the machine's Cargo needs to work, and nothing else.
const KEPT: [&str; 8] = [
    "PATH",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "HTTPS_PROXY",
    "https_proxy",
    "NO_PROXY",
    "SSL_CERT_FILE",
];

/// One call of `rchalice`.
pub struct Cli {
    command: Command,
    input: Vec<u8>,
    /// An empty HOME, for as long as the call takes.
    _home: TempDir,
}

impl Cli {
    /// `rchalice`, run in `project_dir`. Of AWS it knows nothing yet: see [`Cli::aws`].
    pub fn new(project_dir: impl AsRef<Path>) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_rchalice"));
        command.current_dir(project_dir).env_clear();
        for name in KEPT {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        // Both are found through HOME, where nothing says otherwise.
        if let Some(real) = std::env::home_dir() {
            for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
                if std::env::var_os(name).is_none() {
                    command.env(name, real.join(folder));
                }
            }
        }
        command.env("HOME", home.path());
        command.env("RCHALICE_CACHE_DIR", home.path().join("cache"));
        // The apps of all tests share what they have in common: their dependencies.
        command.env("CARGO_TARGET_DIR", temporary_folder().join("apps"));
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        Self { command, input: Vec::new(), _home: home }
    }

    /// Makes `endpoint` (the sandbox's, or a proxy's before it) its AWS, and `account` its account.
    pub fn aws(mut self, endpoint: &str, account: &Account) -> Self {
        self.command.env("AWS_ENDPOINT_URL", endpoint).env("AWS_REGION", REGION);
        self.command.env("AWS_ACCESS_KEY_ID", account.id()).env("AWS_SECRET_ACCESS_KEY", "secret");
        self
    }

    /// Makes the tests' sandbox the one that `--sandbox` and `rchalice sandbox` mean.
    pub fn in_shared_sandbox(self) -> Self {
        let cache = Sandbox::shared().cache_dir().to_owned();
        self.env("RCHALICE_CACHE_DIR", cache)
    }

    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(arguments);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub fn stdin(mut self, input: impl AsRef<[u8]>) -> Self {
        input.as_ref().clone_into(&mut self.input);
        self
    }

    /// Runs it to its end.
    pub fn run(mut self) -> Output {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = std::mem::take(&mut self.input);
        // One that does not read its input may end before it has been written.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Output {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The process itself, for a test that ends it half-way. Give the environment before.
    pub fn command(&mut self) -> &mut Command {
        &mut self.command
    }
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Output {
    /// -1: a signal ended it.
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Output {
    /// Itself, having ended well.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, 0, "it failed:\n{}{}", self.stdout, self.stderr);
        self
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in `{}`", self.stdout))
    }
}

/// Below the target folder: what outlives a run of the tests on purpose.
pub fn temporary_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}
