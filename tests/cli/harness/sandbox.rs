//! One sandbox for all tests of a run. Tests keep apart by account: MiniStack takes an access key of twelve digits
//! for the account's id, and shows an account nothing of the others.

use super::cli::temporary_folder;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

pub const REGION: &str = "us-east-1";

/// The run's sandbox, started by the CLI itself. It ends soon after the process of the tests, however that ends.
pub struct Sandbox {
    url: String,
    cache_dir: PathBuf,
}

impl Sandbox {
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Sandbox> = OnceLock::new();
        SHARED.get_or_init(|| {
            let cache_dir = runs_folder().join(std::process::id().to_string());
            remove_ended_runs();
            link_shared_venvs(&cache_dir);
            // Installing needs the user's own settings, such as those for pip: no clean environment here.
            let output = Command::new(env!("CARGO_BIN_EXE_rchalice"))
                .args(["sandbox", "start"])
                .env("RCHALICE_CACHE_DIR", &cache_dir)
                .env("RCHALICE_SANDBOX_OWNER", std::process::id().to_string())
                .env_remove("RCHALICE_SANDBOX_PORT")
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            share_new_venvs(&cache_dir);
            let url = String::from_utf8(output.stdout).unwrap().trim().to_owned();
            Self { url, cache_dir }
        })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The `RCHALICE_CACHE_DIR` that it was started with.
    pub fn cache_dir(&self) -> &Path {
        &self.cache_dir
    }
}

/// An account that no other test has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account(String);

impl Account {
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(100_000_000_001);
        Self(NEXT.fetch_add(1, Ordering::Relaxed).to_string())
    }

    pub fn id(&self) -> &str {
        &self.0
    }

    /// The header of a request to `service` that is made in this account. MiniStack checks no signature.
    pub fn authorization(&self, service: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential={}/20300101/{REGION}/{service}/aws4_request, Signature=0",
            self.0
        )
    }
}

/// An empty cache folder in which the sandbox is installed already, for tests of the sandbox itself.
pub fn cache_with_shared_venv() -> tempfile::TempDir {
    Sandbox::shared();
    let cache = tempfile::tempdir().unwrap();
    link_shared_venvs(cache.path());
    cache
}

fn runs_folder() -> PathBuf {
    temporary_folder().join("sandbox-runs")
}

/// Installed once, used by all runs.
fn venvs_folder() -> PathBuf {
    temporary_folder().join("sandbox-venvs")
}

fn venvs_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| name(path).starts_with("venv-")).collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn link_shared_venvs(cache_dir: &Path) {
    let folder = cache_dir.join("sandbox");
    std::fs::create_dir_all(&folder).unwrap();
    for venv in venvs_in(&venvs_folder()) {
        let _ = std::os::unix::fs::symlink(&venv, folder.join(name(&venv))); // it may stand there already
    }
}

/// Moves what was just installed to where the next run looks for it.
fn share_new_venvs(cache_dir: &Path) {
    std::fs::create_dir_all(venvs_folder()).unwrap();
    for venv in venvs_in(&cache_dir.join("sandbox")).into_iter().filter(|venv| !venv.is_symlink()) {
        let shared = venvs_folder().join(name(&venv));
        if std::fs::rename(&venv, &shared).is_ok() {
            std::os::unix::fs::symlink(&shared, &venv).unwrap();
        }
    }
}

/// What runs before this one have left. A sandbox that is still there holds a lock on its run file.
fn remove_ended_runs() {
    for run in std::fs::read_dir(runs_folder()).into_iter().flatten().flatten() {
        let file = std::fs::File::open(run.path().join("sandbox/run.json"));
        if file.is_ok_and(|file| file.try_lock_shared().is_ok()) {
            let _ = std::fs::remove_dir_all(run.path()); // another run may do the same just now
        }
    }
}
