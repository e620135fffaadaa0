//! `--sandbox`: its own record, and what becomes of that when the sandbox is emptied.

use crate::harness::{Cli, Hello, Output, Version, bootstrap, cache_with_shared_venv};
use serde_json::json;
use std::path::Path;

/// A sandbox of its own, stopped in the end.
struct Own<'a> {
    hello: &'a Hello,
    cache: &'a Path,
}

impl Own<'_> {
    fn rchalice(&self, arguments: &str) -> Output {
        let mut cli = Cli::new(self.hello.path()).env("RCHALICE_CACHE_DIR", self.cache);
        cli = cli.env("RCHALICE_SANDBOX_OWNER", std::process::id().to_string()).args(arguments.split(' '));
        if arguments.starts_with("deploy") || arguments.starts_with("plan") {
            cli = cli.arg("--bootstrap").arg(bootstrap(Version::First));
        }
        cli.run()
    }
}

impl Drop for Own<'_> {
    fn drop(&mut self) {
        self.rchalice("sandbox stop");
    }
}

#[test]
fn a_record_of_the_sandbox_ends_with_what_the_sandbox_held() {
    let hello = Hello::new();
    let cache = cache_with_shared_venv();
    let own = Own { hello: &hello, cache: cache.path() };
    own.rchalice("deploy --sandbox").ok();
    assert!(hello.file(".chalice/deployed/dev.sandbox.json").exists());
    assert!(!hello.file(".chalice/deployed/dev.json").exists());
    assert_eq!(own.rchalice("plan --sandbox").ok().stdout, "Nothing to change\n");
    let url = own.rchalice("url --sandbox").ok().stdout;

    own.rchalice("sandbox reset").ok();
    let gone = own.rchalice("url --sandbox");
    let expected = "error: nothing is deployed to stage `dev` of the sandbox

hint: run `rchalice deploy --stage dev --sandbox` first
";
    assert_eq!((gone.status, gone.stderr.as_str()), (1, expected));
    own.rchalice("deploy --sandbox").ok();
    assert_ne!(own.rchalice("url --sandbox").ok().stdout, url);

    own.rchalice("sandbox stop").ok();
    let nothing = own.rchalice("delete --sandbox").ok();
    assert_eq!(nothing.stderr, "Nothing is deployed to stage `dev`\n");
}

#[test]
fn the_sandbox_holds_what_its_template_says_before_the_first_deploy() {
    let hello = Hello::new();
    let cache = cache_with_shared_venv();
    let own = Own { hello: &hello, cache: cache.path() };
    let template = json!({"Resources": {"Names": {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": "names",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "name", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}],
        },
    }}});
    std::fs::write(hello.file(".chalice/sandbox.json"), template.to_string()).unwrap();
    let first = own.rchalice("deploy --sandbox").ok();
    assert!(first.stderr.starts_with("Creating what .chalice/sandbox.json names\n"), "{}", first.stderr);
    let second = own.rchalice("deploy --sandbox").ok();
    assert_eq!(second.stderr, "Nothing to change\n");

    own.rchalice("sandbox reset").ok();
    std::fs::write(hello.file(".chalice/sandbox.json"), "{\"Resources\": ").unwrap();
    let bad = own.rchalice("deploy --sandbox");
    let expected = "Creating what .chalice/sandbox.json names
error: the sandbox cannot make what `.chalice/sandbox.json` names
cause: AWS refused `cloudformation:CreateStack`: ValidationError: Template format error: Expecting value: line 1 \
column 14 (char 13)

hint: put the CloudFormation template right and run the command again
";
    assert_eq!((bad.status, bad.stderr.as_str()), (1, expected));
    std::fs::write(hello.file(".chalice/sandbox.json"), template.to_string()).unwrap();
    own.rchalice("deploy --sandbox").ok();
}
