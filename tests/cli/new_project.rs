//! `new-project`: what it makes builds and passes its tests, and what it refuses it explains.

use crate::harness::{Cli, Output, temporary_folder};
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn a_rest_api_passes_its_own_tests() {
    let folder = tempfile::tempdir().unwrap();
    let output = Cli::new(folder.path()).args(["new-project", "corner-shop"]).run().ok();
    let expected = "\
Made the project `corner-shop`. Next:

  cd corner-shop
  cargo test
  rchalice deploy --sandbox
";
    assert_eq!(output, Output { status: 0, stdout: String::new(), stderr: expected.to_owned() });
    let project = folder.path().join("corner-shop");
    let config = fs::read_to_string(project.join(".chalice/config.json")).unwrap();
    let config: serde_json::Value = serde_json::from_str(&config).unwrap();
    assert_eq!(config["app_name"], "corner-shop");
    assert_eq!(config["api_gateway_endpoint_type"], "REGIONAL");
    assert_passes_its_tests(&project);
}

#[test]
fn lambda_functions_alone_pass_their_own_tests() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--json", "new-project", "night_shift2", "--template", "lambda-only"];
    let output = Cli::new(folder.path()).args(arguments).run().ok();
    let project = folder.path().canonicalize().unwrap().join("night_shift2");
    assert_eq!(output.json(), serde_json::json!({ "path": project }));
    assert_eq!(output.stderr, "");
    assert_passes_its_tests(&project);
}

#[test]
fn handlers_of_events_pass_their_own_tests() {
    let folder = tempfile::tempdir().unwrap();
    Cli::new(folder.path()).args(["new-project", "mail-order", "-t", "event-handlers"]).run().ok();
    let project = folder.path().join("mail-order");
    let sandbox = fs::read_to_string(project.join(".chalice/sandbox.json")).unwrap();
    assert!(sandbox.contains("\"QueueName\": \"mail-order-orders-dev\""), "{sandbox}");
    assert_passes_its_tests(&project);
}

/// Without network: the workspace's lock file names what its own build has already fetched. And without a warning.
fn assert_passes_its_tests(project: &Path) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::copy(workspace.join("Cargo.lock"), project.join("Cargo.lock")).unwrap();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--offline", "--quiet"])
        .current_dir(project)
        .env("CARGO_TARGET_DIR", temporary_folder().join("apps"))
        .output()
        .unwrap();
    let [stdout, stderr] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success() && !stderr.contains("warning"), "{stdout}\n{stderr}");
}

#[test]
fn a_project_stands_in_the_folder_that_project_dir_names() {
    let folder = tempfile::tempdir().unwrap();
    let shops = folder.path().join("my shops");
    fs::create_dir(&shops).unwrap();
    let output =
        Cli::new("/").arg("--project-dir").arg(&shops).args(["new-project", "corner-shop"]).run().ok();
    let project = shops.join("corner-shop");
    assert!(output.stderr.contains(&format!("  cd '{}'\n", project.display())), "{}", output.stderr);
    assert!(project.join("Cargo.toml").is_file());
}

#[test]
fn a_name_is_needed_where_nobody_can_be_asked() {
    let folder = tempfile::tempdir().unwrap();
    let output = Cli::new(folder.path()).arg("new-project").run();
    let expected = "\
error: the project needs a name

hint: give it, as in `rchalice new-project my-app`
";
    assert_eq!(output, refused(2, expected));
}

#[test]
fn a_name_that_is_none_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let output = Cli::new(folder.path()).args(["new-project", "my app"]).run();
    let expected = "\
error: a project cannot be called `my app`: it has a space in it

hint: start with a letter, go on with letters, digits, `-` and `_`
";
    assert_eq!(output, refused(2, expected));
    let long = "x".repeat(41);
    let output = Cli::new(folder.path()).args(["new-project", &long]).run();
    let expected = format!(
        "\
error: a project cannot be called `{long}`: it has 41 characters

hint: take at most 40: AWS allows 64 for a function's `<name>-<stage>-<function>`
"
    );
    assert_eq!(output, refused(2, &expected));
    let output = Cli::new(folder.path()).args(["new-project", "async"]).run();
    let expected = "\
error: a project cannot be called `async`: it is a keyword of Rust

hint: add a word, as in `async-app`
";
    assert_eq!(output, refused(2, expected));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_is_there_already_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    fs::create_dir(root.join("shop")).unwrap();
    fs::write(root.join("file"), "mine").unwrap();
    for name in ["shop", "file"] {
        let output = Cli::new(&root).args(["new-project", name]).run();
        let expected = format!(
            "\
error: `{}` exists already

hint: choose another name, or move what is there
",
            root.join(name).display()
        );
        assert_eq!(output, refused(1, &expected));
    }
    assert_eq!(fs::read_dir(root.join("shop")).unwrap().count(), 0);
    assert_eq!(fs::read_to_string(root.join("file")).unwrap(), "mine");
}

#[test]
fn the_folder_that_is_to_hold_the_project_must_exist() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("nowhere");
    let output = Cli::new("/").arg("--project-dir").arg(&nowhere).args(["new-project", "shop"]).run();
    let expected = format!(
        "\
error: cannot make the folder `{}`: the one it is to stand in does not exist

hint: make it first, or give another `--project-dir`
",
        nowhere.join("shop").display()
    );
    assert_eq!(output, refused(1, &expected));
}

#[test]
fn an_unknown_template_is_bad_usage_and_the_known_ones_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = Cli::new(folder.path()).args(["new-project", "shop", "-t", "rest"]).run();
    let expected = "\
error: invalid value 'rest' for '--template <TEMPLATE>'
  [possible values: rest-api, lambda-only, event-handlers]

  tip: a similar value exists: 'rest-api'

For more information, try '--help'.
";
    assert_eq!(output, refused(2, expected));
}

fn refused(status: i32, stderr: &str) -> Output {
    Output { status, stdout: String::new(), stderr: stderr.to_owned() }
}
