//! `rchalice delete`.

use crate::harness::{Aws, Hello, Version};
use serde_json::{Value, json};

#[test]
fn a_delete_leaves_nothing_and_says_what_it_deleted() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let id = hello.record("dev")["resources"][1]["attributes"]["id"].as_str().unwrap().to_owned();
    hello.proxy.clear();
    let output = hello.rchalice("delete").run().ok();
    let account = hello.account.id();
    assert_eq!(
        output.stderr,
        format!(
            "Deleting Rest API: {id}
Deleting function: arn:aws:lambda:us-east-1:{account}:function:hello-dev
Deleting function: arn:aws:lambda:us-east-1:{account}:function:hello-dev-greet
Deleting function: arn:aws:lambda:us-east-1:{account}:function:hello-dev-add
Deleting IAM role: hello-dev
Deleted 5 resources
"
        )
    );
    let expected = [
        "GetCallerIdentity",
        "DeleteRestApi",
        "DeleteFunction",
        "DeleteFunction",
        "DeleteFunction",
        "ListRolePolicies",
        "DeleteRolePolicy",
        "ListAttachedRolePolicies",
        "DeleteRole",
    ];
    assert_eq!(hello.proxy.operations(), expected);
    assert_eq!(hello.holdings(), json!({"functions": [], "roles": [], "rest_apis": []}));
    assert_eq!(hello.record("dev"), Value::Null);
}

#[test]
fn a_delete_needs_no_crate() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    std::fs::remove_dir_all(hello.file("src")).unwrap();
    std::fs::remove_file(hello.file("Cargo.toml")).unwrap();
    hello.rchalice("delete --yes").run().ok();
    assert_eq!(hello.holdings()["functions"], json!([]));
}

#[test]
fn a_delete_goes_on_when_something_is_gone_already() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    let aws = Aws { endpoint: hello.proxy.url(), account: hello.account.clone() };
    aws.rest("lambda", "DELETE", "/functions/hello-dev-add", &Value::Null);
    let id = hello.record("dev")["resources"][1]["attributes"]["id"].as_str().unwrap().to_owned();
    aws.rest("apigateway", "DELETE", &format!("/restapis/{id}"), &Value::Null);
    let output = hello.rchalice("delete").run().ok();
    assert!(output.stderr.contains("Already gone: Lambda function hello-dev-add\n"), "{}", output.stderr);
    assert!(output.stderr.contains(&format!("Already gone: REST API {id}\n")), "{}", output.stderr);
    assert_eq!(hello.holdings(), json!({"functions": [], "roles": [], "rest_apis": []}));
    assert_eq!(hello.record("dev"), Value::Null);
}

#[test]
fn a_delete_that_fails_says_what_is_done_and_goes_on_from_there() {
    let hello = Hello::new();
    hello.deploy(Version::First).ok();
    hello.proxy.fail(
        "DeleteRole",
        403,
        "AccessDenied",
        "User: me is not authorized to perform: iam:DeleteRole",
    );
    let output = hello.rchalice("delete").run();
    assert_eq!(output.status, 1);
    let error = "error: AWS refused `iam:DeleteRole`: AccessDenied: User: me is not authorized to perform: iam:DeleteRole

4 of 5 steps are done and recorded

hint: allow `iam:DeleteRole` for the identity that runs rchalice, or choose another one with `--profile`; `rchalice gen-policy --deployer` prints all that it needs
";
    assert!(output.stderr.ends_with(error), "{}", output.stderr);
    hello.proxy.heal();
    hello.proxy.clear();
    hello.rchalice("delete").run().ok();
    assert_eq!(hello.proxy.writes(), ["DeleteRole"]);
}

#[test]
fn what_was_never_deployed_is_deleted_already() {
    let hello = Hello::new();
    let output = hello.rchalice("delete").run().ok();
    assert_eq!(
        (output.stdout.as_str(), output.stderr.as_str()),
        ("", "Nothing is deployed to stage `dev`\n")
    );
    assert_eq!(hello.proxy.operations(), Vec::<String>::new());
}
