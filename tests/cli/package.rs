//! `rchalice package`: the template and the zip, and that CloudFormation takes them.

use crate::harness::{Aws, Cli, Hello, Sandbox, Version, bootstrap, http, python_with};
use expect_test::expect_file;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// `package` is made without AWS: nothing of it is in the environment.
fn package(hello: &Hello, arguments: &str, version: Version) -> Value {
    let cli = Cli::new(hello.path()).args(arguments.split(' ')).arg("--bootstrap").arg(bootstrap(version));
    let output = cli.run().ok();
    assert_eq!(
        (output.stdout.as_str(), output.stderr.as_str()),
        ("", "Wrote sam.json and deployment.zip to out\n")
    );
    serde_json::from_slice(&std::fs::read(hello.file("out/sam.json")).unwrap()).unwrap()
}

/// All that a template can have.
fn configure_everything(hello: &Hello) {
    let all = json!({
        "environment_variables": {"GREETING": "hello"},
        "tags": {"team": "a"},
        "xray": true,
        "log_retention_in_days": 14,
        "minimum_compression_size": 1000,
        "reserved_concurrency": 5,
        "layers": ["arn:aws:lambda:us-east-1:111111111111:layer:shared:1"],
        "subnet_ids": ["subnet-0123456789abcdef0"],
        "security_group_ids": ["sg-0123456789abcdef0"],
        "iam": {
            "statements": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::b/*"}],
            "permissions_boundary": "arn:aws:iam::111111111111:policy/boundary",
            "path": "/team/",
            "managed_policies": ["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess", "arn:aws:iam::111111111111:policy/shared"],
        },
    });
    hello.configure("/stages/dev", all);
}

#[test]
fn the_template_is_this_one() {
    let hello = Hello::new();
    configure_everything(&hello);
    let template = package(&hello, "package out", Version::First);
    expect_file!["../../fixtures/golden/package/sam.json"].assert_eq(&format!("{template:#}\n"));
}

#[test]
fn packaging_twice_gives_the_same_bytes() {
    let hello = Hello::new();
    let read =
        || ["sam.json", "deployment.zip"].map(|name| std::fs::read(hello.file("out").join(name)).unwrap());
    package(&hello, "package out", Version::First);
    let first = read();
    std::fs::remove_dir_all(hello.file(".chalice/deployments")).unwrap();
    package(&hello, "package out", Version::First);
    assert!(first == read(), "the second package differs");
}

#[test]
fn cfn_lint_and_the_sam_translator_accept_the_template() {
    let hello = Hello::new();
    configure_everything(&hello);
    package(&hello, "package out", Version::First);
    check_template(&hello.file("out/sam.json"));
}

/// Has cfn-lint and SAM's own translator read a template.
#[track_caller]
pub fn check_template(template: &Path) {
    let python = python_with(&["cfn-lint==1.58.0", "aws-sam-translator==1.115.0", "boto3"]);
    check(Command::new(python.with_file_name("cfn-lint")).arg(template));
    let translate = include_str!("translate.py");
    check(Command::new(&python).args(["-c", translate]).arg(template));
}

#[track_caller]
fn check(command: &mut Command) {
    let output = command.output().unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
}

#[test]
fn a_change_set_of_the_template_gives_an_api_that_answers() {
    let hello = Hello::new();
    let mut template = package(&hello, "package out --stage prod", Version::First);
    let aws = Aws { endpoint: Sandbox::shared().url().to_owned(), account: hello.account.clone() };
    upload(&aws, &hello.file("out/deployment.zip"));
    for resource in template["Resources"].as_object_mut().unwrap().values_mut() {
        if resource["Properties"]["CodeUri"].is_string() {
            resource["Properties"]["CodeUri"] =
                json!(format!("s3://packages-{}/deployment.zip", aws.account.id()));
        }
    }
    let outputs = create_stack(&aws, &template);
    let id = outputs.split("RestAPIId</OutputKey>").nth(1).unwrap();
    let id = id.split_once("<OutputValue>").unwrap().1.split('<').next().unwrap();
    let url = format!("{}/restapis/{id}/v1/_user_request_/", aws.endpoint);
    assert_eq!(http("GET", &format!("{url}hello/ada"), &[], "").text(), "good day, ada");
    let preflight = http("OPTIONS", &format!("{url}hello/ada"), &[], "");
    assert_eq!(preflight.header("access-control-allow-methods"), Some("GET,OPTIONS"));
    let stages = aws.rest("apigateway", "GET", &format!("/restapis/{id}/stages"), &Value::Null).json();
    let stages = stages["item"].as_array().unwrap();
    let names: Vec<&str> = stages.iter().map(|stage| stage["stageName"].as_str().unwrap()).collect();
    assert_eq!(names, ["v1"], "SAM must add no stage of its own");
}

fn upload(aws: &Aws, zip: &Path) {
    let authorization = aws.account.authorization("s3");
    let headers = [("Authorization", authorization.as_str())];
    // Names of buckets are global, as on AWS.
    let bucket = format!("{}/packages-{}", aws.endpoint, aws.account.id());
    assert_eq!(http("PUT", &bucket, &headers, "").status, 200);
    let zip = std::fs::read(zip).unwrap();
    assert_eq!(http("PUT", &format!("{bucket}/deployment.zip"), &headers, zip).status, 200);
}

fn create_stack(aws: &Aws, template: &Value) -> String {
    let encoded =
        template.to_string().bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
    let names = "Version=2010-05-15&StackName=hello&ChangeSetName=first";
    let create = format!(
        "Action=CreateChangeSet&{names}&ChangeSetType=CREATE&Capabilities.member.1=CAPABILITY_IAM&TemplateBody={encoded}"
    );
    let created = aws.form("cloudformation", &create);
    assert_eq!(created.status, 200, "{}", created.text());
    let deadline = Instant::now() + Duration::from_mins(1);
    let mut executed = false;
    loop {
        if !executed {
            let describe = format!("Action=DescribeChangeSet&{names}");
            if aws.form("cloudformation", &describe).text().contains("<Status>CREATE_COMPLETE") {
                let execute = aws.form("cloudformation", &format!("Action=ExecuteChangeSet&{names}"));
                assert_eq!(execute.status, 200, "{}", execute.text());
                executed = true;
            }
        }
        let stack =
            aws.form("cloudformation", "Action=DescribeStacks&Version=2010-05-15&StackName=hello").text();
        if stack.contains("<StackStatus>CREATE_COMPLETE") {
            return stack;
        }
        assert!(Instant::now() < deadline && !stack.contains("ROLLBACK"), "{stack}");
        std::thread::sleep(Duration::from_millis(100));
    }
}
