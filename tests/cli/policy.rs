//! `rchalice gen-policy` on real binaries: `fixtures/policy` has each way to call an operation and each way not to, and
//! ways to call AWS without the SDK.

use crate::harness::{Cli, Hello, Output, Version, temporary_folder};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

/// The programs of the fixture that are looked at in a profile, built once for all tests. A fat link takes as long as all
/// the rest, so what does not need one has none.
fn built(profile: &str, binary: &str) -> PathBuf {
    static BUILDING: LazyLock<Mutex<Vec<String>>> = LazyLock::new(Mutex::default);
    let target = temporary_folder().join("policy");
    let binaries = match profile {
        "dev" => ["calls", "hand_signed", "nothing"].as_slice(),
        "fat" => &["assume_role", "calls"],
        _ => panic!("{profile}"),
    };
    assert!(binaries.contains(&binary), "{binary} is not built in {profile}");
    let mut built = BUILDING.lock().unwrap();
    if !built.iter().any(|done| done == profile) {
        let output = Command::new(env!("CARGO"))
            .args(["build", "--locked", "--profile", profile, "--package", "calls"])
            .args((profile == "dev").then_some(["--package", "beside"]).into_iter().flatten())
            .args(binaries.iter().flat_map(|binary| ["--bin", binary]))
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
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/policy")
}

/// A copy without its symbols (`--strip-all`), or without debug information alone (`--strip-debug`). Several tests make
/// the same one, so it is put in its place whole.
fn stripped(binary: &Path, how: &str) -> PathBuf {
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let copy = temporary_folder().join(format!(
        "{}{how}-{}",
        binary.parent().unwrap().file_name().unwrap().display(),
        binary.file_name().unwrap().display()
    ));
    let made =
        copy.with_extension(format!("{}-of-{}", MADE.fetch_add(1, Ordering::Relaxed), std::process::id()));
    let status = Command::new("strip").arg(how).arg("-o").arg(&made).arg(binary).status().unwrap();
    assert!(status.success());
    std::fs::rename(made, &copy).unwrap();
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
    Cli::new(fixture().join("calls")).args(arguments.split(' ')).arg("--bootstrap").arg(bootstrap).run().ok()
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

/// What the program can reach, sorted.
fn expected() -> Vec<String> {
    let lines = include_str!("../../fixtures/policy/operations.txt").lines().skip(1);
    lines.map(|line| line.split_once('\t').unwrap().0.to_owned()).collect()
}

/// A plain release build, which takes more of the processor than all other tests together, is `tests/newest_crates.rs`'s.
#[test]
fn every_way_to_call_an_operation_is_seen_in_every_build_and_nothing_that_the_linker_dropped() {
    for binary in ["dev", "fat"].map(calls) {
        let rows = rows(&binary);
        assert_eq!(granted(&rows), expected(), "{}", binary.display());
        for row in &rows {
            assert_eq!(row["marks"], json!({"symbol": true, "path": true}), "{row}");
            assert_eq!(row["versions"].as_array().unwrap().len(), 1, "{row}");
        }
        let stripped = self::rows(&stripped(&binary, "--strip-all"));
        assert_eq!(granted(&stripped), expected(), "{}, stripped", binary.display());
        assert!(stripped.iter().all(|row| row["marks"] == json!({"symbol": false, "path": true})));
    }
}

/// The program in a profile, without what debuggers need: that is most of a dev build, and takes long to read.
fn calls(profile: &str) -> PathBuf {
    let binary = built(profile, "calls");
    if profile == "dev" { stripped(&binary, "--strip-debug") } else { binary }
}

#[test]
fn every_build_of_a_program_has_the_same_policy_byte_for_byte() {
    let [dev, fat] = ["dev", "fat"].map(calls);
    for binary in [&dev, &fat, &stripped(&fat, "--strip-all")] {
        let policy = gen_policy("gen-policy", binary).stdout;
        expect_test::expect_file!["../../fixtures/golden/policy/policy.json"].assert_eq(&policy);
    }
}

#[test]
fn what_aws_config_does_for_itself_is_not_granted() {
    assert_eq!(granted(&rows(&built("dev", "nothing"))), Vec::<String>::new());
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
fn a_program_that_signs_requests_itself_is_told_the_statement_to_add() {
    let built = built("dev", "hand_signed");
    for binary in [&built, &stripped(&built, "--strip-all")] {
        let expected = r#"warning: the program calls AWS through requests that it signs itself, whose calls cannot be read from the binary: add what they need to stage `dev` in .chalice/config.json, such as

    "iam": {"statements": [
      {"Effect": "Allow", "Action": ["SERVICE:ACTION"], "Resource": "arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE"}
    ]}

"#;
        assert_eq!(gen_policy("gen-policy --quiet", binary).stderr, expected, "{}", binary.display());
    }
}

#[test]
fn an_explanation_is_a_table_unless_json_is_asked_for_and_a_policy_is_json_always() {
    let binary = built("fat", "calls");
    let printed = |arguments: &str| gen_policy(arguments, &binary).stdout;
    let table = printed("gen-policy --explain");
    expect_test::expect_file!["../../fixtures/golden/policy/explain.txt"].assert_eq(&table);
    assert_eq!(printed("gen-policy --explain --format text"), table);
    assert_eq!(printed("gen-policy --explain --format text --json"), table);
    let rows = printed("gen-policy --explain --format json");
    assert_eq!(printed("gen-policy --explain --json"), rows);
    assert_eq!(serde_json::from_str::<Value>(&rows).unwrap()[0]["operation"], "DescribeTable");
    let policy = printed("gen-policy");
    for other in ["gen-policy --json", "gen-policy --format json", "gen-policy --format text"] {
        assert_eq!(printed(other), policy, "{other}");
    }
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
    let unreadable = without_paths(&stripped(&built("fat", "calls"), "--strip-all"));
    let output = gen_policy("gen-policy --deployer --quiet", &unreadable);
    assert_eq!(output.stderr, "", "what the program calls is no matter of the deployer's");
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
fn a_refused_role_names_the_permission_to_pass_it_on() {
    let hello = Hello::new();
    let message = "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: iam:PassRole on resource: \
                   arn:aws:iam::123456789012:role/hello-dev because no identity-based policy allows the iam:PassRole action";
    hello.proxy.fail("CreateFunction", 403, "AccessDeniedException", message);
    let output = hello.with_version("deploy", Version::First).run();
    assert!(output.stderr.contains("hint: allow `iam:PassRole` for the identity"), "{}", output.stderr);
}

/// Statements of `length` characters.
fn statements(length: usize) -> Value {
    let statement = |name: &str| json!([{"Effect": "Allow", "Action": "a:B", "Resource": format!("arn:aws:s3:::{name}")}]);
    statement(&"r".repeat(length - statement("").to_string().len()))
}

#[test]
fn a_policy_that_iam_would_refuse_is_refused_before_anything_is_changed() {
    let hello = Hello::new();
    hello.configure("/stages/dev/iam", json!({"statements": statements(10_240)}));
    for command in ["plan", "deploy"] {
        let output = hello.with_version(command, Version::First).run();
        assert_eq!((output.status, output.stdout.as_str()), (1, ""));
        let expected = "error: the policy of the IAM role `hello-dev` has 10611 characters, IAM allows 10240\n\n\
                        hint: move a part of its statements to a policy of your own and attach that with";
        assert!(output.stderr.starts_with(expected), "{}", output.stderr);
    }
    assert_eq!(hello.proxy.writes(), Vec::<String>::new());
    for command in ["gen-policy --quiet", "package out --quiet"] {
        let output = hello.with_version(command, Version::First).run().ok();
        assert_eq!(
            output.stderr,
            "warning: the policy of the IAM role `hello-dev` has 10554 characters, IAM allows 10240\n"
        );
    }
}

#[test]
fn a_policy_that_is_too_long_by_a_little_gets_the_prefixes_that_grant_least() {
    let project = tempfile::tempdir().unwrap();
    std::fs::create_dir(project.path().join(".chalice")).unwrap();
    let config = std::fs::read(fixture().join("calls/.chalice/config.json")).unwrap();
    let mut config: Value = serde_json::from_slice(&config).unwrap();
    config["stages"]["dev"]["iam"]["statements"] = statements(9290);
    std::fs::write(project.path().join(".chalice/config.json"), config.to_string()).unwrap();
    let binary = built("fat", "calls");
    let output =
        Cli::new(project.path()).args(["gen-policy", "--quiet", "--bootstrap"]).arg(&binary).run().ok();
    let warning = "warning: action by action the policy would be longer than the 10,240 characters that IAM takes, so it \
                   has prefixes, which allow 7 actions that the program does not call:\n\n    \
                   s3:PutObject*  for 2 actions, allows 7 more\n\n\
                   fewer or shorter names under `iam.resources` in .chalice/config.json make room\n\n";
    assert_eq!(output.stderr, warning);
}

#[test]
fn a_deploy_that_widens_the_policy_says_so() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let statement = json!({"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::b/*"});
    hello.configure("/stages/dev/iam", json!({"statements": [statement]}));
    let plan = hello.with_version("plan", Version::First).run().ok().stdout;
    assert!(plan.contains("policy.s3:GetObject on arn:aws:s3:::b/*: allowed"), "{plan}");
    assert_eq!(widened(&hello), "`s3:GetObject on arn:aws:s3:::b/*`");
    hello.configure("/stages/dev/iam", json!({}));
    assert_eq!(widened(&hello), "");
}

/// What the warnings of a plan, and then of a deploy, say that the role may do more than before.
fn widened(hello: &Hello) -> String {
    let plan = hello.with_version("plan", Version::First).run().ok();
    let deploy = hello.deploy(Version::First).ok();
    let [plan, deploy] = [plan, deploy].map(|output| {
        let line = output.stderr.lines().find(|line| line.contains("may do more"));
        let line = line.unwrap_or("warning: the role hello-dev may do more than before: ").to_owned();
        line.strip_prefix("warning: the role hello-dev may do more than before: ").unwrap().to_owned()
    });
    assert_eq!(plan, deploy);
    deploy
}

#[test]
fn each_way_to_widen_a_role_is_told_in_plan_and_deploy() {
    let hello = Hello::new();
    let read = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let through = |service: &str| {
        let via = format!("{service}.us-east-1.amazonaws.com");
        let condition = json!({"StringEquals": {"kms:ViaService": via}});
        json!({"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": condition})
    };
    let deny = json!({"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"});
    hello.configure(
        "/stages/dev/iam",
        json!({"statements": [through("s3"), deny], "permissions_boundary": read}),
    );
    hello.deploy(Version::First).ok();
    let statements = json!([through("s3"), through("sqs")]);
    hello.configure("/stages/dev/iam", json!({"statements": statements, "managed_policies": [read]}));
    let expected = format!(
        "`what the permissions boundary {read} held back`, `the policy {read}`, `s3:DeleteObject on *, which was \
         denied` and `kms:Decrypt on * if \
         {{\"StringEquals\":{{\"kms:ViaService\":\"sqs.us-east-1.amazonaws.com\"}}}}`"
    );
    assert_eq!(widened(&hello), expected);
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
