//! Real builds of a tiny application, whose `chalice` is an empty crate beside it.

use super::fixture::{Workspace, environment};
use super::*;
use crate::cli::{ColorWhen, Global};
use crate::error::Error;

const HOST: Architecture =
    if cfg!(target_arch = "aarch64") { Architecture::Arm64 } else { Architecture::X86_64 };
const OTHER: Architecture =
    if cfg!(target_arch = "aarch64") { Architecture::X86_64 } else { Architecture::Arm64 };

fn quiet() -> Report {
    let color = ColorWhen::Never;
    Report::new(&Global { project_dir: None, debug: false, quiet: true, color, json: false })
}

fn application(main: &str) -> Workspace {
    let workspace = Workspace::new(&["chalice", "rchalice-build-test"]);
    workspace.package("chalice", "");
    workspace.package("rchalice-build-test", "chalice = { path = \"../chalice\" }");
    workspace.file("rchalice-build-test/src/main.rs", main);
    workspace
}

async fn built(workspace: &Workspace, architecture: Architecture) -> Result<Bootstrap> {
    let settings = BuildSettings::default();
    bootstrap(&workspace.project(), &settings, architecture, &environment(), &quiet()).await
}

fn read_by_a_user(error: &Error) -> (String, Option<String>) {
    (error.to_string(), error.hint())
}

#[tokio::test]
async fn a_crate_becomes_a_checked_bootstrap_and_its_zip() {
    let workspace = application("fn main() { println!(\"served\"); }");
    let bootstrap = built(&workspace, HOST).await.unwrap();
    assert!(bootstrap.bytes.windows(6).any(|bytes| bytes == b"served"));
    assert_eq!(bootstrap.dependents, []);

    let artifact = artifact(&workspace.project(), &bootstrap).unwrap();
    assert_eq!(artifact.zip, zip::deterministic(&bootstrap.bytes).unwrap());
    assert_eq!(artifact.code_sha256, hash::base64_sha256(&artifact.zip));

    let broken = application("fn main() { let }");
    let error = built(&broken, HOST).await.unwrap_err();
    assert_eq!(read_by_a_user(&error), ("the application does not compile".to_owned(), None));
}

#[tokio::test]
async fn another_architecture_is_refused_before_cargo_runs() {
    let nothing = Workspace::empty();
    let error = built(&nothing, OTHER).await.unwrap_err();
    assert!(error.to_string().ends_with(" is not supported yet"), "{error}");
}

#[tokio::test]
async fn a_folder_without_a_crate_is_refused() {
    let nothing = Workspace::empty();
    let error = built(&nothing, HOST).await.unwrap_err();
    let message = format!("there is no Cargo.toml in `{}` or above it", nothing.root().display());
    let hint = "name the project's folder with `--project-dir DIR`, or make one with `rchalice new-project`";
    assert_eq!(read_by_a_user(&error), (message, Some(hint.to_owned())));
}

#[tokio::test]
async fn a_machine_without_cargo_is_told_where_it_comes_from() {
    let workspace = application("fn main() {}");
    let environment = Environment { cargo: "/no/such/cargo".into(), ..environment() };
    let built =
        bootstrap(&workspace.project(), &BuildSettings::default(), HOST, &environment, &quiet()).await;
    let expected = (
        "cannot run `/no/such/cargo`".to_owned(),
        Some("install Rust from https://rustup.rs, or set CARGO to cargo's path".to_owned()),
    );
    assert_eq!(read_by_a_user(&built.unwrap_err()), expected);
}

#[test]
fn a_given_binary_is_checked_like_a_built_one() {
    let workspace = Workspace::empty();
    let path = workspace.path("bootstrap");
    for (architecture, is_accepted) in [(HOST, true), (OTHER, false)] {
        project::write_whole(&path, &elf::fixture::Fixture::program(architecture).bytes()).unwrap();
        assert_eq!(given(&workspace.project(), &path, HOST).is_ok(), is_accepted);
    }
    let missing = workspace.path("nothing");
    let error = given(&workspace.project(), &missing, HOST).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot read `{}`", missing.display()));
}
