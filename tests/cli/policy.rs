//! `rchalice gen-policy` on real binaries: `fixtures/policy` has each way to call an operation and each way not to, and
//! the to-do application shows on the sandbox that what it is granted is what it does.

use crate::harness::{Cli, Hello, Output, Version, temporary_folder};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex};

/// What the program of the fixture calls, each operation in one way of its own.
const CALLED: [&str; 11] = [
    "aws-sdk-dynamodb DescribeTable", // through a waiter
    "aws-sdk-dynamodb GetItem",       // in a helper crate
    "aws-sdk-dynamodb PutItem",       // in a generic function of it
    "aws-sdk-dynamodb Query",         // through a paginator
    "aws-sdk-dynamodb Scan",          // directly
    "aws-sdk-s3 CopyObject",          // customised
    "aws-sdk-s3 GetObject",           // presigned
    "aws-sdk-s3 HeadObject",          // behind a trait, in a generic function
    "aws-sdk-s3 ListObjectsV2",       // in a boxed closure
    "aws-sdk-s3 PutObject",           // through a trait object
    "aws-sdk-s3 DeleteObject",        // through a trait object, by nobody: the vtable keeps it
];

/// An `await` behind a constant that is false: the coroutine keeps it.
const KEPT: &str = "aws-sdk-s3 DeleteBucket";

/// The fixture built in a profile, once for all tests.
fn built(profile: &str, binary: &str) -> PathBuf {
    static BUILDING: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Mutex::default);
    let target = temporary_folder().join("policy");
    let mut built = BUILDING.lock().unwrap();
    if !built.iter().any(|done| done == profile) {
        let output = Command::new(env!("CARGO"))
            .args(["build", "--locked", "--profile", profile])
            .current_dir(fixture())
            .env("CARGO_TARGET_DIR", &target)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        built.push(profile.to_owned());
    }
    target.join(if profile == "dev" { "debug" } else { profile }).join(binary)
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/policy/calls")
}

/// A copy without its symbols (`--strip-all`), or without debug information alone (`--strip-debug`).
fn stripped(binary: &Path, how: &str) -> PathBuf {
    let copy = temporary_folder().join(format!(
        "{}{how}-{}",
        binary.parent().unwrap().file_name().unwrap().display(),
        binary.file_name().unwrap().display()
    ));
    let status = Command::new("strip").arg(how).arg("-o").arg(&copy).arg(binary).status().unwrap();
    assert!(status.success());
    copy
}

/// A copy in which every path of an operation is another, as if the compiler had left them out.
fn without_paths(binary: &Path) -> PathBuf {
    let mut bytes = std::fs::read(binary).unwrap();
    let path = b"/src/operation/";
    for at in 0..bytes.len() - path.len() {
        if &bytes[at..at + path.len()] == path {
            bytes[at + 1] = b'S';
        }
    }
    let copy = binary.with_extension("without-paths");
    std::fs::write(&copy, bytes).unwrap();
    copy
}

fn gen_policy(arguments: &str, bootstrap: &Path) -> Output {
    Cli::new(fixture()).args(arguments.split(' ')).arg("--bootstrap").arg(bootstrap).run().ok()
}

fn rows(bootstrap: &Path) -> Vec<Value> {
    gen_policy("gen-policy --explain --json", bootstrap).json().as_array().unwrap().clone()
}

/// The operations that something is granted for.
fn granted(rows: &[Value]) -> Vec<String> {
    let granted = rows.iter().filter(|row| row["actions"] != json!([]));
    let name =
        |row: &Value| format!("{} {}", row["crate"].as_str().unwrap(), row["operation"].as_str().unwrap());
    let mut names: Vec<String> = granted.map(name).collect();
    names.sort();
    names
}

fn expected() -> Vec<String> {
    let mut names: Vec<String> = CALLED.iter().chain([&KEPT]).map(|name| (*name).to_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_way_to_call_an_operation_is_seen_in_every_build_and_nothing_that_the_linker_dropped() {
    let dev = stripped(&built("dev", "calls"), "--strip-debug");
    let fat = built("fat", "calls");
    for binary in [&dev, &fat] {
        let rows = rows(binary);
        assert_eq!(granted(&rows), expected(), "{}", binary.display());
        for row in &rows {
            // Where this fails, a newer SDK has moved a mark: see `src/policy/operations.rs`.
            assert_eq!(row["marks"], json!({"symbol": true, "path": true}), "{row}");
            assert_eq!(row["versions"].as_array().unwrap().len(), 1, "{row}");
        }
        let stripped = self::rows(&stripped(binary, "--strip-all"));
        assert_eq!(granted(&stripped), expected(), "{}, stripped", binary.display());
        assert!(stripped.iter().all(|row| row["marks"] == json!({"symbol": false, "path": true})));
    }
    if std::env::var_os("RCHALICE_TEST_ALL_PROFILES").is_some() {
        assert_eq!(granted(&rows(&built("release", "calls"))), expected(), "release");
    }
}

#[test]
fn every_build_of_a_program_has_the_same_policy_byte_for_byte() {
    let dev = stripped(&built("dev", "calls"), "--strip-debug");
    let fat = built("fat", "calls");
    let policies =
        [&dev, &fat, &stripped(&fat, "--strip-all")].map(|binary| gen_policy("gen-policy", binary).stdout);
    assert_eq!(policies[0], policies[1]);
    assert_eq!(policies[0], policies[2]);
    expect_test::expect_file!["../../fixtures/golden/policy/policy.json"].assert_eq(&policies[0]);
}

#[test]
fn what_aws_config_does_for_itself_is_not_granted() {
    assert_eq!(granted(&rows(&built("fat", "nothing"))), Vec::<String>::new());
    let assuming = granted(&rows(&built("fat", "assume_role")));
    assert_eq!(assuming, ["aws-sdk-dynamodb GetItem", "aws-sdk-sts AssumeRole"]);
}

#[test]
fn a_binary_without_one_of_the_marks_is_warned_of() {
    let fat = built("fat", "calls");
    let symbols_only = without_paths(&fat);
    let output = gen_policy("gen-policy --explain --json", &symbols_only);
    assert_eq!(granted(output.json().as_array().unwrap()), expected());
    assert!(
        output.stderr.contains("do not agree on `dynamodb DescribeTable (no path)`"),
        "{}",
        output.stderr
    );
    let neither = without_paths(&stripped(&fat, "--strip-all"));
    let output = gen_policy("gen-policy --explain --json", &neither);
    assert_eq!(output.json(), json!([]));
    assert!(
        output.stderr.starts_with("warning: the bootstrap holds the AWS SDK, but was stripped"),
        "{}",
        output.stderr
    );
}

#[test]
fn a_stage_that_names_no_resources_is_told_the_lines_to_add() {
    let output = gen_policy("gen-policy --stage open", &built("fat", "calls"));
    let lines = r#"
    "iam": {
      "resources": {
        "dynamodb": ["table/${TABLE}", "table/${TABLE}/index/*"],
        "s3": ["${BUCKET}", "${BUCKET}/*"]
      }
    }
"#;
    assert!(output.stderr.contains(lines), "{}", output.stderr);
    assert_eq!(output.stderr.matches("warning").count(), 1, "{}", output.stderr);
}

#[test]
fn the_deployer_needs_what_its_calls_take_on_this_applications_resources() {
    let hello = Hello::new();
    let look = hello.with_version("gen-policy --deployer --read-only", Version::First).run().ok().json();
    let all = hello.with_version("gen-policy --deployer", Version::First).run().ok().json();
    let text = all.to_string();
    assert!(text.contains(r#""iam:PassedToService":"lambda.amazonaws.com""#), "{text}");
    assert!(
        text.contains("arn:aws:iam::*:role/hello-dev") && text.contains("arn:aws:apigateway:*::/restapis/*"),
        "{text}"
    );
    assert!(!text.contains("s3:") && !text.contains("cloudformation:"), "{text}");
    for write in [":Create", ":Update", ":Delete", ":Put", ":Attach", ":Pass", ":POST", ":PUT", ":PATCH"] {
        assert!(!look.to_string().contains(write), "{write} in {look}");
    }
}

#[test]
fn a_refused_call_names_the_action_that_is_missing() {
    let hello = Hello::new();
    hello.proxy.fail("CreateRestApi", 403, "AccessDeniedException", "not authorized");
    let output = hello.with_version("deploy", Version::First).run();
    assert!(
        output.stderr.contains("allow `apigateway:POST` and `apigateway:PUT` for the identity"),
        "{}",
        output.stderr
    );
}

#[test]
fn a_deploy_that_widens_the_policy_says_so() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let statement = json!({"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::b/*"});
    hello.configure("/stages/dev/iam", json!({"statements": [statement]}));
    let plan = hello.with_version("plan", Version::First).run().ok().stdout;
    assert!(plan.contains("policy.s3:GetObject on arn:aws:s3:::b/*: allowed"), "{plan}");
    let output = hello.deploy(Version::First).ok();
    let warning = "warning: the role hello-dev may do more than before: `s3:GetObject on arn:aws:s3:::b/*`\n";
    assert!(output.stderr.starts_with(warning), "{}", output.stderr);
    hello.configure("/stages/dev/iam", json!({}));
    let output = hello.deploy(Version::First).ok();
    assert!(!output.stderr.contains("may do more"), "{}", output.stderr);
}

#[test]
fn a_role_gets_its_path_boundary_and_attached_policies_and_gives_them_back() {
    let hello = Hello::new();
    let policy = |name: &str| format!("arn:aws:iam::aws:policy/{name}");
    let (read, logs) = (policy("ReadOnlyAccess"), policy("CloudWatchLogsReadOnlyAccess"));
    hello.configure(
        "/stages/dev/iam",
        json!({"path": "/team/", "permissions_boundary": read, "managed_policies": [logs]}),
    );
    hello.deploy(Version::First).ok();
    let role = &hello.record("dev")["resources"][0]["attributes"];
    assert!(role["arn"].as_str().unwrap().ends_with(":role/team/hello-dev"), "{role}");
    assert_eq!(hello.writes_of_deploy(Version::First), Vec::<String>::new());
    hello.configure("/stages/dev/iam", json!({"path": "/team/", "managed_policies": [read]}));
    let writes = hello.writes_of_deploy(Version::First);
    let position =
        |name: &str| writes.iter().position(|write| write == name).unwrap_or_else(|| panic!("{writes:?}"));
    assert!(position("AttachRolePolicy") < position("DetachRolePolicy"), "{writes:?}");
    assert!(writes.contains(&"DeleteRolePermissionsBoundary".to_owned()), "{writes:?}");
    assert_eq!(hello.writes_of_deploy(Version::First), Vec::<String>::new());
    hello.configure("/stages/dev/iam", json!({"path": "/other/", "managed_policies": [read]}));
    let output = hello.with_version("deploy", Version::First).run();
    assert!(output.stderr.contains("cannot move to the path `/other/`"), "{}", output.stderr);
}
