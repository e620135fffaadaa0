//! What can go wrong for a user, and what is said then: what happened, why, what to do next.

use crate::harness::{Account, Cli, Hello, Output, Sandbox, Version, bootstrap};
use serde_json::json;

#[track_caller]
fn failed(output: &Output, status: i32, stderr: &str) {
    assert_eq!((output.status, output.stdout.as_str(), output.stderr.as_str()), (status, "", stderr));
}

#[test]
fn a_folder_without_config_is_no_project() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["deploy", "plan", "package out", "delete", "url", "logs", "invoke -n a"] {
        let output = Cli::new(folder.path()).args(command.split(' ')).run();
        failed(
            &output,
            1,
            &format!(
                "error: there is no `.chalice/config.json` in `{}`

hint: run it in a project's folder, name that with `--project-dir`, or make a project with `rchalice new-project`
",
                folder.path().display()
            ),
        );
    }
}

#[test]
fn bad_json_is_shown_with_its_line_and_column() {
    let hello = Hello::new();
    std::fs::write(
        hello.file(".chalice/config.json"),
        "{\n  \"version\": \"2.0\",\n  \"app_name\": hello\n}\n",
    )
    .unwrap();
    let output = hello.with_version("deploy", Version::First).run();
    assert_eq!(output.status, 1);
    assert!(output.stderr.contains(" --> .chalice/config.json:3:15\n"), "{}", output.stderr);
    assert!(output.stderr.contains("\nhint: "), "{}", output.stderr);
}

#[test]
fn an_unknown_key_and_an_unknown_stage_suggest_what_was_meant() {
    let hello = Hello::new();
    hello.configure("/stages/dev/lambda_timout", json!(5));
    let key = hello.with_version("deploy", Version::First).run();
    assert_eq!(key.status, 1);
    assert!(key.stderr.starts_with("error: unknown key `lambda_timout` in stage `dev`"), "{}", key.stderr);
    assert!(key.stderr.contains("did you mean `lambda_timeout`?"), "{}", key.stderr);

    let hello = Hello::new();
    let stage = hello.with_version("deploy --stage prd", Version::First).run();
    assert_eq!(stage.status, 1);
    assert!(stage.stderr.contains("did you mean `prod`?"), "{}", stage.stderr);
    assert_eq!(hello.proxy.operations(), Vec::<String>::new());
}

#[test]
fn a_function_that_no_handler_has_is_shown_where_it_is_configured() {
    let hello = Hello::new();
    hello.configure("/stages/dev/lambda_functions", json!({"gret": {"lambda_timeout": 5}}));
    let output = hello.with_version("package out", Version::First).run();
    assert_eq!(output.status, 1);
    assert!(output.stderr.starts_with("error: no handler is called `gret`\n\n --> .chalice/config.json:1:"));
    assert!(output.stderr.ends_with("\nhint: did you mean `greet`?\n"), "{}", output.stderr);
}

#[test]
fn no_credentials_and_no_region_are_told_apart() {
    let hello = Hello::new();
    let credentials = hello
        .with_version("deploy", Version::First)
        .without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY")
        .run();
    failed(
        &credentials,
        1,
        "error: no AWS credentials were found

hint: sign in (`aws configure` or `aws sso login`), set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose a \
profile with `--profile`; to try without an account: `--sandbox`
",
    );
    let region = hello.with_version("deploy", Version::First).without_env("AWS_REGION").run();
    failed(
        &region,
        1,
        "error: no AWS region is configured

hint: set AWS_REGION, or \"region\" in your AWS configuration, or choose a profile with `--profile`; to try without \
an account: `--sandbox`
",
    );
}

#[test]
fn an_endpoint_that_does_not_answer_is_named_as_such() {
    let hello = Hello::new();
    let output =
        hello.with_version("deploy", Version::First).env("AWS_ENDPOINT_URL", "http://127.0.0.1:1").run();
    assert_eq!(output.status, 1);
    assert!(
        output.stderr.starts_with("error: AWS does not answer `sts:GetCallerIdentity`\n"),
        "{}",
        output.stderr
    );
    assert!(output.stderr.contains("\nhint: check the network, the region, and AWS_ENDPOINT_URL"));
}

#[test]
fn access_denied_names_the_action_that_is_missing() {
    let hello = Hello::new();
    let message = "User: arn:aws:iam::1:user/me is not authorized to perform: lambda:CreateFunction";
    hello.proxy.fail("CreateFunction", 403, "AccessDeniedException", message);
    let output = hello.deploy(Version::FunctionsOnly);
    let error = format!(
        "Creating IAM role: hello-dev
Creating lambda function: hello-dev-add
error: AWS refused `lambda:CreateFunction`: AccessDeniedException: {message}

1 of 3 steps are done and recorded

hint: allow `lambda:CreateFunction` for the identity that runs rchalice, or choose another one with `--profile`; `rchalice gen-policy --deployer` prints all that it needs
"
    );
    failed(&output, 1, &error);
    hello.proxy.heal();
    hello.deploy(Version::FunctionsOnly).ok();
}

#[test]
fn the_state_of_another_account_is_refused_before_any_write() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let record = hello.record("dev");
    hello.proxy.clear();
    let other = Account::new();
    for command in ["deploy", "plan", "delete"] {
        let mut cli = Cli::new(hello.path()).aws(&hello.proxy.url(), &other).arg(command);
        if command != "delete" {
            cli = cli.arg("--bootstrap").arg(bootstrap(Version::First));
        }
        let file = hello.file(".chalice/deployed/dev.json");
        let error = format!(
            "error: `{}` records the account {}, this is {}

hint: nothing was changed; choose the right profile and region, or another stage
",
            file.canonicalize().unwrap().display(),
            hello.account.id(),
            other.id()
        );
        failed(&cli.run(), 1, &error);
    }
    assert_eq!(hello.proxy.operations(), ["GetCallerIdentity"; 3]);
    assert_eq!(hello.record("dev"), record);
}

#[test]
fn what_somebody_else_made_is_not_touched() {
    let hello = Hello::new();
    let aws = crate::harness::Aws { endpoint: hello.proxy.url(), account: hello.account.clone() };
    assert_eq!(aws.create_role("hello-dev").status, 200);
    hello.proxy.clear();
    let output = hello.deploy(Version::First);
    let error = "error: the IAM role hello-dev exists already and is not this application's

hint: choose another \"app_name\" or stage, or hand it over to this application: `aws iam tag-role --role-name \
hello-dev --tags Key=rchalice,Value=hello/dev/us-east-1`
";
    failed(&output, 1, error);
    assert_eq!(hello.proxy.writes(), Vec::<String>::new());
}

#[test]
fn a_crate_that_does_not_compile_fails_with_the_compilers_words() {
    let hello = Hello::new();
    std::fs::write(hello.file("src/lib.rs"), "fn main() { let x: u32 = \"\"; }\npub use main;\n").unwrap();
    let output = hello.rchalice("deploy").run();
    assert_eq!(output.status, 1);
    assert!(output.stderr.contains("error[E0308]: mismatched types"), "{}", output.stderr);
    assert!(output.stderr.contains("src/lib.rs:1:26"), "{}", output.stderr);
    assert_eq!(hello.proxy.operations(), Vec::<String>::new());
}

#[test]
fn a_bin_that_does_not_exist_is_named() {
    let hello = Hello::new();
    hello.configure("/build", json!({"bin": "helo"}));
    let output = hello.rchalice("deploy").run();
    assert_eq!(output.status, 1);
    assert!(
        output.stderr.contains("`helo`") && output.stderr.contains("did you mean `hello`?"),
        "{}",
        output.stderr
    );
}

#[test]
fn what_is_no_bootstrap_is_refused_before_anything_is_sent() {
    let hello = Hello::new();
    std::fs::write(hello.file("script"), "#!/bin/sh\n").unwrap();
    let script = hello.rchalice("deploy --bootstrap script").run();
    assert_eq!(script.status, 1);
    assert!(script.stderr.starts_with("error: ") && script.stderr.contains("\nhint: "), "{}", script.stderr);
    // Linked on this machine, but not with chalice.
    let foreign = hello.rchalice("deploy --bootstrap").arg(std::env::current_exe().unwrap()).run();
    assert_eq!(foreign.status, 1);
    assert!(foreign.stderr.contains("chalice"), "{}", foreign.stderr);
    hello.configure(
        "/lambda_architecture",
        json!(if cfg!(target_arch = "x86_64") { "arm64" } else { "x86_64" }),
    );
    let machine = hello.with_version("deploy", Version::First).run();
    assert_eq!(machine.status, 1);
    assert!(machine.stderr.contains("architecture"), "{}", machine.stderr);
    assert_eq!(hello.proxy.operations(), Vec::<String>::new());
}

#[test]
fn a_bootstrap_that_needs_a_newer_glibc_is_refused() {
    let hello = Hello::new();
    let mut bytes = std::fs::read(bootstrap(Version::First)).unwrap();
    let mut newest = (30..=34).rev().map(|minor| format!("GLIBC_2.{minor}\0").into_bytes());
    let place = newest.find_map(|name| bytes.windows(name.len()).position(|window| window == name));
    let place = place.expect("the fixture needs some recent GLIBC");
    bytes[place..place + 10].copy_from_slice(b"GLIBC_2.99");
    std::fs::write(hello.file("new"), bytes).unwrap();
    let output = hello.rchalice("deploy --bootstrap new").run();
    assert_eq!(output.status, 1);
    assert!(
        output.stderr.starts_with("error: `new` needs GLIBC_2.99, but provided.al2023 has 2.34\n"),
        "{}",
        output.stderr
    );
    assert_eq!(hello.proxy.operations(), Vec::<String>::new());
}

#[test]
fn a_package_that_is_too_large_needs_a_bucket() {
    let hello = Hello::new();
    let mut bytes = std::fs::read(bootstrap(Version::FunctionsOnly)).unwrap();
    let mut noise: u64 = 1;
    bytes.extend(
        std::iter::repeat_with(|| {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (noise >> 56) as u8
        })
        .take(52 * 1024 * 1024),
    );
    std::fs::write(hello.file("large"), bytes).unwrap();
    let output = hello.rchalice("deploy --bootstrap large").run();
    assert_eq!(output.status, 1);
    assert!(
        output.stderr.ends_with(
            "MB, Lambda takes at most 50 MB directly

hint: name an S3 bucket in the same region to send it through: `--bucket NAME`, or \"build\": {\"bucket\": \"NAME\"} in \
.chalice/config.json
"
        ),
        "{}",
        output.stderr
    );
    assert_eq!(hello.proxy.writes(), Vec::<String>::new());

    let authorization = hello.account.authorization("s3");
    let bucket = format!("large-packages-{}", hello.account.id());
    let url = format!("{}/{bucket}", Sandbox::shared().url());
    assert_eq!(crate::harness::http("PUT", &url, &[("Authorization", &authorization)], "").status, 200);
    hello.rchalice("deploy --bootstrap large --bucket").arg(bucket).run().ok();
    assert_eq!(hello.rchalice("invoke -n greet").stdin("\"ada\"").run().ok().stdout, "\"hello, ada\"\n");
}

#[test]
fn bad_usage_exits_with_2() {
    let hello = Hello::new();
    for command in
        ["deploi", "deploy --stge dev", "invoke", "logs --num-entries many", "deploy --quiet --debug"]
    {
        let output = hello.rchalice(command).run();
        assert_eq!(output.status, 2, "{command}: {}", output.stderr);
        assert_eq!(output.stdout, "");
    }
}
