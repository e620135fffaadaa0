//! Small Cargo workspaces for tests, in a temporary folder; nothing of them comes from a registry.

use crate::project::{Project, write_whole};
use crate::settings::Environment;
use cargo_metadata::{Metadata, MetadataCommand};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub struct Workspace {
    folder: tempfile::TempDir,
}

impl Workspace {
    /// A workspace without a package of its own, with these members.
    pub fn new(members: &[&str]) -> Self {
        let workspace = Self { folder: tempfile::tempdir().unwrap() };
        workspace.file("Cargo.toml", &format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"));
        workspace
    }

    /// A folder without a Cargo.toml.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn file(&self, path: &str, text: &str) {
        write_whole(&self.folder.path().join(path), text.as_bytes()).unwrap();
    }

    /// A package with a library; `dependencies` are lines of its Cargo.toml.
    pub fn package(&self, name: &str, dependencies: &str) {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n{dependencies}\n"
        );
        self.file(&format!("{name}/Cargo.toml"), &manifest);
        self.file(&format!("{name}/src/lib.rs"), "");
    }

    pub fn bin(&self, package: &str, name: &str) {
        self.file(&format!("{package}/src/bin/{name}.rs"), "fn main() {}");
    }

    pub fn root(&self) -> PathBuf {
        // Cargo's paths have no links in them; a temporary folder's may.
        self.folder.path().canonicalize().unwrap()
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root().join(relative)
    }

    pub fn project(&self) -> Project {
        Project::at(&self.root()).unwrap()
    }

    pub fn metadata(&self) -> Metadata {
        self.command().no_deps().exec().unwrap()
    }

    pub fn metadata_with_dependencies(&self) -> Metadata {
        self.command().exec().unwrap()
    }

    fn command(&self) -> MetadataCommand {
        let mut command = MetadataCommand::new();
        command.cargo_path(env!("CARGO")).current_dir(self.folder.path());
        command.other_options(["--offline".to_owned()]);
        command
    }
}

/// The cargo that runs the tests, and nothing else.
pub fn environment() -> Environment {
    Environment {
        cargo: env!("CARGO").into(),
        cargo_home: None,
        cargo_profiles: BTreeMap::new(),
        cache_dir: None,
        sandbox_port: None,
        sandbox_owner: None,
        python: "python3".into(),
        path: Path::new("").into(),
    }
}
