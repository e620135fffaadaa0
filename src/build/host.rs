//! Whether this machine can build for Lambda today: natively, with cargo alone.

use crate::error::Failure;
use crate::settings::{Architecture, Builder};
use std::env::consts;
use thiserror::Error;

/// The machine that rchalice runs on, in Rust's words.
#[derive(Clone, Copy, Debug)]
pub struct Host {
    os: &'static str,
    architecture: &'static str,
}

impl Host {
    pub fn this() -> Self {
        Self { os: consts::OS, architecture: consts::ARCH }
    }

    /// Other builders and targets than the machine's own come later; until then they are refused before cargo starts.
    pub fn ensure_builds(self, architecture: Architecture, builder: Builder) -> Result<(), HostError> {
        match builder {
            Builder::Zigbuild => return Err(HostError::Builder("zigbuild")),
            Builder::Cross => return Err(HostError::Builder("cross")),
            Builder::Auto | Builder::Cargo => {}
        }
        if self.os != "linux" {
            return Err(HostError::System { os: self.os });
        }
        if self.architecture != machine_name(architecture) {
            return Err(HostError::Architecture { host: self.architecture, wanted: architecture });
        }
        Ok(())
    }
}

/// The architecture as Rust and ELF tools call it.
pub fn machine_name(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "aarch64",
    }
}

/// What rchalice cannot build yet.
#[derive(Debug, Error)]
pub enum HostError {
    #[error("the builder `{0}` is not supported yet")]
    Builder(&'static str),
    #[error("building for Lambda on {os} is not supported yet")]
    System { os: &'static str },
    #[error("building for {} on {host} is not supported yet", machine_name(*wanted))]
    Architecture { host: &'static str, wanted: Architecture },
}

impl Failure for HostError {
    fn hint(&self) -> Option<String> {
        let own_build = "build the binary yourself and deploy it with `--bootstrap FILE`";
        Some(match self {
            Self::Builder(name) => format!(
                "remove \"builder\": \"{name}\" from .chalice/config.json to build with cargo, or {own_build}"
            ),
            Self::System { .. } => format!("run rchalice on Linux, or {own_build}"),
            Self::Architecture { host, .. } => {
                let name = if *host == "aarch64" { "arm64" } else { "x86_64" };
                format!("set \"lambda_architecture\": \"{name}\" in .chalice/config.json, or {own_build}")
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINUX: Host = Host { os: "linux", architecture: "x86_64" };

    #[test]
    fn the_machines_own_architecture_is_built_with_cargo() {
        for builder in [Builder::Auto, Builder::Cargo] {
            assert!(LINUX.ensure_builds(Architecture::X86_64, builder).is_ok());
        }
        let arm = Host { os: "linux", architecture: "aarch64" };
        assert!(arm.ensure_builds(Architecture::Arm64, Builder::Auto).is_ok());
    }

    #[test]
    fn another_architecture_is_refused_with_what_works_today() {
        let error = LINUX.ensure_builds(Architecture::Arm64, Builder::Auto).unwrap_err();
        assert_eq!(error.to_string(), "building for aarch64 on x86_64 is not supported yet");
        assert_eq!(
            error.hint().unwrap(),
            "set \"lambda_architecture\": \"x86_64\" in .chalice/config.json, or build the binary yourself and \
             deploy it with `--bootstrap FILE`"
        );
    }

    #[test]
    fn another_system_and_another_builder_are_refused() {
        let mac = Host { os: "macos", architecture: "aarch64" };
        let error = mac.ensure_builds(Architecture::Arm64, Builder::Auto).unwrap_err();
        assert_eq!(error.to_string(), "building for Lambda on macos is not supported yet");
        let error = LINUX.ensure_builds(Architecture::X86_64, Builder::Zigbuild).unwrap_err();
        assert_eq!(error.to_string(), "the builder `zigbuild` is not supported yet");
        assert_eq!(
            error.hint().unwrap(),
            "remove \"builder\": \"zigbuild\" from .chalice/config.json to build with cargo, or build the binary \
             yourself and deploy it with `--bootstrap FILE`"
        );
    }
}
