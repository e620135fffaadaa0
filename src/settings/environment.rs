//! The process's environment, read once. AWS variables are read by the SDK itself, Cargo's by cargo.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// What the environment says to rchalice.
#[derive(Clone, Debug)]
pub struct Environment {
    /// `CARGO`, else `cargo`.
    pub cargo: OsString,
    /// `CARGO_HOME`, else `HOME/.cargo`: where cargo's own configuration is.
    pub cargo_home: Option<PathBuf>,
    /// The `CARGO_PROFILE_*` variables, which set keys of Cargo profiles.
    pub cargo_profiles: BTreeMap<String, String>,
    /// rchalice's folder below the user's cache folder: `RCHALICE_CACHE_DIR`, else `XDG_CACHE_HOME/rchalice`,
    /// else `HOME/.cache/rchalice`; None where none of them is set.
    pub cache_dir: Option<PathBuf>,
    /// `RCHALICE_SANDBOX_PORT`: where the sandbox listens, in place of its own choice.
    pub sandbox_port: Option<String>,
    /// `RCHALICE_SANDBOX_OWNER`: a process id; a sandbox that is started now ends when that process does.
    pub sandbox_owner: Option<String>,
    /// `PYTHON`, else `python3`: what makes the sandbox's venv.
    pub python: OsString,
    /// `PATH`, handed on to the sandbox.
    pub path: OsString,
}

impl Environment {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub fn read() -> Self {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let folder = |name: &str| variable(name).map(PathBuf::from);
        let text = |name: &str| variable(name).map(|value| value.to_string_lossy().into_owned());
        let cache_dir = folder("RCHALICE_CACHE_DIR")
            .or_else(|| folder("XDG_CACHE_HOME").map(|cache| cache.join("rchalice")))
            .or_else(|| folder("HOME").map(|home| home.join(".cache/rchalice")));
        Self {
            cargo: variable("CARGO").unwrap_or_else(|| "cargo".into()),
            cargo_home: folder("CARGO_HOME").or_else(|| folder("HOME").map(|home| home.join(".cargo"))),
            cargo_profiles: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .filter(|(name, _)| name.starts_with("CARGO_PROFILE_"))
                .collect(),
            cache_dir,
            sandbox_port: text("RCHALICE_SANDBOX_PORT"),
            sandbox_owner: text("RCHALICE_SANDBOX_OWNER"),
            python: variable("PYTHON").unwrap_or_else(|| "python3".into()),
            path: variable("PATH").unwrap_or_default(),
        }
    }
}
