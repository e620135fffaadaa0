//! ELF → Manifest: what the attributes of the application left in the binary, for any architecture, without running
//! it.

use crate::build::Dependent;
use crate::error::Failure;
use chalice_manifest::{
    FrameError, FrameworkVersion, Problem, Record, Resolved, SCHEMA_VERSION, SECTION, frames, resolve,
};
use object::Endianness;
use object::elf::FileHeader64;
use object::read::elf::{FileHeader, SectionHeader};
use std::collections::BTreeSet;
use std::fmt;
use thiserror::Error;

/// What the binary says about the application.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Manifest {
    /// The version of `chalice` that the application was built with.
    pub framework: FrameworkVersion,
    /// `app!`, the routes and the functions, with every prefix applied and every check made.
    pub application: Resolved,
    /// Name and version of each package that left a record.
    packages: BTreeSet<(String, String)>,
}

impl Manifest {
    /// The crates that can hold handlers, but that neither `app!` names nor anything links: one warning each.
    pub fn unlinked(&self, dependents: &[Dependent]) -> Vec<String> {
        let listed: Vec<&str> =
            self.application.app.blueprints.iter().map(|blueprint| blueprint.krate.as_str()).collect();
        let is_linked = |dependent: &Dependent| {
            let package = (dependent.package.clone(), dependent.version.clone());
            listed.contains(&dependent.krate.as_str()) || self.packages.contains(&package)
        };
        let unlinked = dependents.iter().filter(|dependent| !is_linked(dependent));
        let warning = |dependent: &Dependent| {
            let krate = &dependent.krate;
            let add = if listed.is_empty() {
                format!("write `blueprints: [{krate}]`")
            } else {
                format!("add `{krate}` to `blueprints`")
            };
            format!(
                "crate `{krate}` depends on chalice but is not linked: if it holds handlers, {add} in `app!`"
            )
        };
        unlinked.map(warning).collect()
    }
}

/// Reads and checks the manifest of a 64-bit ELF.
pub fn read(elf: &[u8]) -> Result<Manifest, ManifestError> {
    let section = section(elf).ok_or(ManifestError::None)?;
    let frames = frames(section).map_err(ManifestError::Frame)?;
    let framework = one_framework(&frames.iter().map(|frame| frame.framework).collect())?;
    let records: Vec<Record> = frames
        .iter()
        .map(|frame| serde_json::from_slice(frame.json))
        .collect::<Result<_, _>>()
        .map_err(|source| ManifestError::Record { framework, source })?;
    let packages =
        records.iter().map(Record::place).map(|place| (place.package.clone(), place.version.clone()));
    let application = resolve(&records).map_err(|problems| ManifestError::Problems(Problems(problems)))?;
    Ok(Manifest { framework, application, packages: packages.collect() })
}

/// None where there is no such section, or nothing in it, or no ELF.
fn section(elf: &[u8]) -> Option<&[u8]> {
    let header = FileHeader64::<Endianness>::parse(elf).ok()?;
    let endian = header.endian().ok()?;
    let sections = header.sections(endian, elf).ok()?;
    let (_, section) = sections.section_by_name(endian, SECTION.as_bytes())?;
    section.data(endian, elf).ok().filter(|bytes| bytes.iter().any(|&byte| byte != 0))
}

fn one_framework(versions: &BTreeSet<FrameworkVersion>) -> Result<FrameworkVersion, ManifestError> {
    match (versions.first().copied(), versions.last().copied()) {
        (Some(oldest), Some(newest)) if oldest == newest => Ok(oldest),
        (Some(oldest), Some(newest)) => Err(ManifestError::MixedFrameworks { oldest, newest }),
        _ => Err(ManifestError::None),
    }
}

/// The binary does not say what it is, or what it says cannot be deployed.
#[derive(Debug, Error)]
pub enum ManifestError {
    #[error("the binary has no manifest of chalice")]
    None,
    #[error("the binary's manifest cannot be read")]
    Frame(#[source] FrameError),
    #[error("a record of the binary's manifest cannot be read, written by chalice {framework}")]
    Record { framework: FrameworkVersion, source: serde_json::Error },
    #[error("the binary mixes two versions of chalice, {oldest} and {newest}")]
    MixedFrameworks { oldest: FrameworkVersion, newest: FrameworkVersion },
    #[error("{0}")]
    Problems(Problems),
}

impl Failure for ManifestError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::None => "write `chalice::app! {}` once in the crate's root and have the binary call its `main`; a \
                           tool that removes sections from the binary must keep `rchalice_manifest`"
                .to_owned(),
            Self::Frame(FrameError::UnknownSchema { schema, .. }) if *schema < SCHEMA_VERSION => {
                "update chalice in Cargo.toml to the version of rchalice, and build again".to_owned()
            }
            Self::Frame(FrameError::UnknownSchema { .. }) => "update rchalice".to_owned(),
            Self::Frame(_) | Self::Record { .. } => {
                "build the application again, with chalice and rchalice of one version".to_owned()
            }
            Self::MixedFrameworks { .. } => {
                "`cargo tree --invert chalice` shows which crates bring which; have them all depend on one version"
                    .to_owned()
            }
            Self::Problems(_) => return None, // each says what to do
        })
    }

    fn details(&self) -> Option<String> {
        let Self::Problems(Problems(problems)) = self else { return None };
        let several = problems.len() > 1;
        let lines = || problems.iter().map(|problem| format!("- {problem}")).collect::<Vec<_>>();
        several.then(|| lines().join("\n"))
    }
}

/// All that is wrong with an application, at least one problem.
#[derive(Debug)]
pub struct Problems(Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [only] => only.fmt(formatter),
            several => write!(formatter, "the application has {} faults", several.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::elf::fixture::Fixture;
    use crate::error::Error;
    use crate::settings::Architecture;
    use serde_json::{Value, json};

    const VERSION: FrameworkVersion = FrameworkVersion { major: 0, minor: 1, patch: 0 };

    fn place(package: &str, line: u32) -> Value {
        json!({ "package": package, "version": "1.0.0", "target": "lib", "module": package, "file": "src/lib.rs", "line": line })
    }

    fn app() -> Value {
        json!({
            "kind": "app", "place": place("todo", 1), "name": "todo", "cors": null,
            "blueprints": [{ "krate": "billing", "url_prefix": null }], "binary_types": null,
        })
    }

    fn function(name: &str, line: u32) -> Value {
        json!({
            "kind": "lambda_function", "place": place("todo", line), "name": name, "summary": null, "description": null,
        })
    }

    fn framed(framework: FrameworkVersion, record: &Value) -> Vec<u8> {
        let json = record.to_string().into_bytes();
        [&chalice_manifest::header(framework, json.len())[..], &json].concat()
    }

    fn elf(architecture: Architecture, section: Vec<u8>) -> Vec<u8> {
        Fixture { section: Some((SECTION, section)), ..Fixture::program(architecture) }.bytes()
    }

    fn with(records: &[Value]) -> Vec<u8> {
        let frames = records.iter().flat_map(|record| framed(VERSION, record)).collect();
        elf(Architecture::X86_64, frames)
    }

    /// What a user reads: the message, the causes, the details, the hint.
    fn refused(elf: &[u8]) -> String {
        let error = Error::from(read(elf).unwrap_err());
        let mut lines = vec![error.to_string()];
        lines.extend(error.causes().into_iter().map(|cause| format!("cause: {cause}")));
        lines.extend(error.details());
        lines.extend(error.hint().map(|hint| format!("hint: {hint}")));
        lines.join(
            "
",
        )
    }

    #[test]
    fn the_manifest_is_read_for_any_architecture() {
        let frames = [framed(VERSION, &app()), vec![0; 7], framed(VERSION, &function("tick", 9))].concat();
        for architecture in [Architecture::X86_64, Architecture::Arm64] {
            let manifest = read(&elf(architecture, frames.clone())).unwrap();
            assert_eq!(manifest.framework, VERSION);
            assert_eq!(manifest.application.app.name, "todo");
            assert!(manifest.application.routes.is_empty());
            let names: Vec<_> = manifest
                .application
                .functions
                .iter()
                .map(|function| function.handler.name.as_str())
                .collect();
            assert_eq!(names, ["tick"]);
        }
    }

    #[test]
    fn a_binary_without_a_manifest_is_refused() {
        let expected = "the binary has no manifest of chalice\n\
                        hint: write `chalice::app! {}` once in the crate's root and have the binary call its `main`; a \
                        tool that removes sections from the binary must keep `rchalice_manifest`";
        assert_eq!(refused(&Fixture::program(Architecture::X86_64).bytes()), expected);
        assert_eq!(refused(&elf(Architecture::X86_64, vec![0; 16])), expected);
        assert_eq!(refused(b"not even an ELF"), expected);
    }

    #[test]
    fn another_schema_says_which_side_to_update() {
        let mut section = framed(VERSION, &app());
        section[8] = 9;
        assert_eq!(
            refused(&elf(Architecture::X86_64, section.clone())),
            "the binary's manifest cannot be read\n\
             cause: the manifest has schema 9 (written by chalice 0.1.0), this reads 1\n\
             hint: update rchalice"
        );
        section[8] = 0;
        assert_eq!(
            refused(&elf(Architecture::X86_64, section)),
            "the binary's manifest cannot be read\n\
             cause: the manifest has schema 0 (written by chalice 0.1.0), this reads 1\n\
             hint: update chalice in Cargo.toml to the version of rchalice, and build again"
        );
    }

    #[test]
    fn two_versions_of_the_framework_in_one_binary_are_named() {
        let other = FrameworkVersion { minor: 2, ..VERSION };
        let frames = [framed(other, &app()), framed(VERSION, &function("tick", 9))].concat();
        assert_eq!(
            refused(&elf(Architecture::X86_64, frames)),
            "the binary mixes two versions of chalice, 0.1.0 and 0.2.0\n\
             hint: `cargo tree --invert chalice` shows which crates bring which; have them all depend on one version"
        );
    }

    #[test]
    fn a_damaged_record_is_refused() {
        assert_eq!(
            refused(&with(&[json!({ "kind": "wizard" })])),
            "a record of the binary's manifest cannot be read, written by chalice 0.1.0\n\
             cause: unknown variant `wizard`, expected one of `app`, `blueprint`, `route`, `lambda_function`, `authorizer`, \
             `event_handler` at line 1 column 16\n\
             hint: build the application again, with chalice and rchalice of one version"
        );
    }

    #[test]
    fn one_problem_is_the_message_and_several_are_all_listed() {
        assert_eq!(
            refused(&with(&[app(), function("tick", 9), function("tick", 12)])),
            "two Lambda functions are called `tick`; give one of them `name = \"…\"` (src/lib.rs:9 and src/lib.rs:12)"
        );
        assert_eq!(
            refused(&with(&[app(), function("tick", 9), function("tick", 12), function("api_handler", 15)])),
            "the application has 2 faults\n\
             - two Lambda functions are called `tick`; give one of them `name = \"…\"` (src/lib.rs:9 and \
             src/lib.rs:12)\n\
             - the name `api_handler` belongs to the function of the REST API; choose another (src/lib.rs:15)"
        );
    }

    #[test]
    fn a_crate_that_is_neither_listed_nor_linked_is_warned_of_with_the_line_to_write() {
        let manifest = read(&with(&[app()])).unwrap();
        let dependent = |package: &str| Dependent {
            package: package.to_owned(),
            version: "1.0.0".to_owned(),
            krate: package.replace('-', "_"),
        };
        let dependents = ["billing", "shop-orders", "todo"].map(dependent);
        assert_eq!(
            manifest.unlinked(&dependents),
            [
                "crate `shop_orders` depends on chalice but is not linked: if it holds handlers, add `shop_orders` to \
             `blueprints` in `app!`"
            ]
        );
    }
}
