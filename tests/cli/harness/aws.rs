//! AWS calls by hand, for tests of the harness and of the sandbox themselves.

use super::sandbox::{Account, REGION};
use super::wire::{Response, http};
use serde_json::{Value, json};
use std::io::Write;
use std::time::{Duration, Instant};

/// One account, at one endpoint.
pub struct Aws {
    pub endpoint: String,
    pub account: Account,
}

impl Aws {
    pub fn new(endpoint: &str) -> Self {
        Self { endpoint: endpoint.to_owned(), account: Account::new() }
    }

    /// A call of Lambda or API Gateway. `path` is without the version of Lambda's.
    pub fn rest(&self, service: &str, method: &str, path: &str, body: &Value) -> Response {
        let prefix = if service == "lambda" { "/2015-03-31" } else { "" };
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let authorization = self.account.authorization(service);
        http(method, &format!("{}{prefix}{path}", self.endpoint), &[("Authorization", &authorization)], body)
    }

    /// A call of a service that takes forms: IAM, CloudFormation.
    pub fn form(&self, service: &str, body: &str) -> Response {
        let authorization = self.account.authorization(service);
        let kind = "application/x-www-form-urlencoded";
        let headers = [("Authorization", authorization.as_str()), ("Content-Type", kind)];
        http("POST", &format!("{}/", self.endpoint), &headers, body)
    }

    /// A call of a service that takes JSON and says in a header what is meant: CloudWatch Logs, DynamoDB.
    pub fn target(&self, service: &str, target: &str, body: &Value) -> Response {
        let authorization = self.account.authorization(service);
        let headers = [
            ("Authorization", authorization.as_str()),
            ("X-Amz-Target", target),
            ("Content-Type", "application/x-amz-json-1.1"),
        ];
        http("POST", &format!("{}/", self.endpoint), &headers, body.to_string())
    }

    pub fn role_arn(&self, name: &str) -> String {
        format!("arn:aws:iam::{}:role/{name}", self.account.id())
    }

    pub fn function_arn(&self, name: &str) -> String {
        format!("arn:aws:lambda:{REGION}:{}:function:{name}", self.account.id())
    }

    /// A role that Lambda may assume.
    pub fn create_role(&self, name: &str) -> Response {
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        let body =
            format!("Action=CreateRole&Version=2010-05-08&RoleName={name}&AssumeRolePolicyDocument={trust}");
        self.form("iam", &body)
    }

    /// A function that answers with `says`, its version and `SAYS` in its environment. It has the role `name`.
    pub fn create_function(&self, name: &str, says: &str) -> Response {
        let body = json!({
            "FunctionName": name, "Role": self.role_arn(name), "Runtime": "provided.al2023", "Handler": "bootstrap",
            "Timeout": 10, "Publish": true, "Environment": {"Variables": {"SAYS": says}},
            "Code": {"ZipFile": zipped_bootstrap(says)},
        });
        self.rest("lambda", "POST", "/functions", &body)
    }

    /// Waits until the function is neither Pending nor being updated.
    pub fn wait_until_settled(&self, name: &str) {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let configuration =
                self.rest("lambda", "GET", &format!("/functions/{name}/configuration"), &Value::Null);
            let configuration = configuration.json();
            if configuration["State"] == "Active" && configuration["LastUpdateStatus"] == "Successful" {
                return;
            }
            assert!(Instant::now() < deadline, "still {configuration}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// A Lambda runtime in a few lines of Python, which stands where the sandbox runs.
const BOOTSTRAP: &str = r#"#!/usr/bin/env python3
import json, os, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    invocation = urllib.request.urlopen(api + "next")
    event, headers = json.load(invocation), invocation.headers
    print("log of CODE", flush=True)
    said = {
        "code": "CODE",
        "environment": os.environ.get("SAYS"),
        "version": os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
        "arn": headers["Lambda-Runtime-Invoked-Function-Arn"],
    }
    answer = {"statusCode": 200, "body": json.dumps(said)} if "httpMethod" in event else said
    if os.environ.get("BREAK"):
        answer = "no answer to a request"
    url = api + headers["Lambda-Runtime-Aws-Request-Id"] + "/response"
    urllib.request.urlopen(urllib.request.Request(url, json.dumps(answer).encode(), method="POST"))
"#;

/// Base64, as Lambda takes it.
pub fn zipped_bootstrap(code: &str) -> String {
    use base64::Engine;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().unix_permissions(0o755);
    archive.start_file("bootstrap", options).unwrap();
    archive.write_all(BOOTSTRAP.replace("CODE", code).as_bytes()).unwrap();
    base64::engine::general_purpose::STANDARD.encode(archive.finish().unwrap().into_inner())
}
