//! `fixtures/apps/surface`, deployed: every request of its table is answered over HTTP as by the test client, whose
//! answers the application's own test has written down.

use crate::harness::{Account, Aws, Cli, Output, REGION, Response, Sandbox, copy_of, http, quick_build};
use crate::package::check_template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use expect_test::expect_file;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const REQUESTS: &str = include_str!("../../fixtures/apps/surface/tests/table/requests.json");
const ANSWERS: &str = include_str!("../../fixtures/apps/surface/tests/table/answers.json");

/// What a server says of the connection and of itself, and API Gateway of the request.
const NOT_OF_THE_APPLICATION: [&str; 6] =
    ["connection", "content-length", "date", "server", "x-amz-request-id", "x-amzn-requestid"];

#[test]
fn the_deployed_application_answers_as_the_test_client_does() {
    let deployed = Deployed::new();
    let requests: Vec<Value> = serde_json::from_str(REQUESTS).unwrap();
    let answers: Vec<Value> = serde_json::from_str(ANSWERS).unwrap();
    assert_eq!(requests.len(), answers.len());
    let differences = requests.iter().zip(&answers).filter_map(|(request, expected)| {
        let answer = deployed.answer(request);
        (answer != *expected).then(|| format!("{request}\ndeployed:    {answer}\ntest client: {expected}\n"))
    });
    let differences: Vec<String> = differences.collect();
    assert!(differences.is_empty(), "{} requests differ:\n{}", differences.len(), differences.join("\n"));
}

/// The application on both of its stages, and what its callers need.
struct Deployed {
    urls: BTreeMap<&'static str, String>,
    callers: BTreeMap<&'static str, String>,
}

impl Deployed {
    fn new() -> Self {
        let project = copy_of("surface");
        let bootstrap = quick_build("surface");
        let aws = Aws { endpoint: Sandbox::shared().url().to_owned(), account: Account::new() };
        let (pool, user_token) = user(&aws);
        let outside = format!(
            "arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{}:live/invocations",
            aws.function_arn("surface-dev-check")
        );
        set_variables(project.path(), &[("POOL", &pool), ("OUTSIDE_AUTHORIZER", &outside)]);
        let rchalice = |command: &str, stage: &str| {
            let cli = Cli::new(project.path()).aws(&aws.endpoint, &aws.account);
            cli.args(command.split(' ')).args(["--stage", stage])
        };
        let mut urls = BTreeMap::new();
        for stage in ["dev", "loud"] {
            rchalice("deploy", stage).arg("--bootstrap").arg(&bootstrap).run().ok();
            let url = rchalice("url", stage).run().ok().stdout;
            urls.insert(stage, url.trim().trim_end_matches('/').to_owned());
        }
        let callers = BTreeMap::from([
            ("${SIGNATURE}", aws.account.authorization("execute-api")),
            ("${USER_TOKEN}", user_token),
            ("${API_KEY}", api_key(&aws, &urls["dev"])),
        ]);
        Self { urls, callers }
    }

    fn answer(&self, request: &Value) -> Value {
        let text = |key: &str| request[key].as_str().unwrap_or_default();
        let stage = request["stage"].as_str().unwrap_or("dev");
        let header = |pair: &Value| {
            let [name, value] = [0, 1].map(|index| pair[index].as_str().unwrap().to_owned());
            (name, self.callers.get(value.as_str()).cloned().unwrap_or(value))
        };
        let headers: Vec<(String, String)> =
            request["headers"].as_array().into_iter().flatten().map(header).collect();
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let body = match request["base64"].as_str() {
            Some(base64) => STANDARD.decode(base64).unwrap(),
            None => text("body").into(),
        };
        let url = format!("{}{}", self.urls[stage], text("path"));
        answer(text("is"), &http(text("method"), &url, &headers, body))
    }
}

fn answer(is: &str, response: &Response) -> Value {
    let mut headers: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, value) in &response.headers.0 {
        let name = name.to_ascii_lowercase();
        if !NOT_OF_THE_APPLICATION.contains(&name.as_str()) {
            headers.entry(name).or_default().push(value);
        }
    }
    let mut answer = json!({"is": is, "status": response.status, "headers": headers});
    match std::str::from_utf8(&response.body) {
        Ok(text) => answer["body"] = json!(text),
        Err(_) => answer["base64"] = json!(STANDARD.encode(&response.body)),
    }
    answer
}

fn set_variables(project: &Path, variables: &[(&str, &str)]) {
    let file = project.join(".chalice/config.json");
    let mut config: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    for (name, value) in variables {
        config["environment_variables"][name] = json!(value);
    }
    fs::write(file, config.to_string()).unwrap();
}

/// A pool of users with `ada` in it, and her token.
fn user(aws: &Aws) -> (String, String) {
    let call = |operation: &str, body: Value| {
        let response =
            aws.target("cognito-idp", &format!("AWSCognitoIdentityProviderService.{operation}"), &body);
        assert_eq!(response.status, 200, "{operation}: {}", response.text());
        response.json()
    };
    let pool = call("CreateUserPool", json!({"PoolName": "users"}))["UserPool"]["Id"].clone();
    let flows = json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    let client = json!({"UserPoolId": pool, "ClientName": "table", "ExplicitAuthFlows": flows});
    let client = call("CreateUserPoolClient", client)["UserPoolClient"]["ClientId"].clone();
    call("AdminCreateUser", json!({"UserPoolId": pool, "Username": "ada"}));
    let password =
        json!({"UserPoolId": pool, "Username": "ada", "Password": "Sesame-1-open", "Permanent": true});
    call("AdminSetUserPassword", password);
    let parameters: Map<String, Value> = [("USERNAME", "ada"), ("PASSWORD", "Sesame-1-open")]
        .map(|(key, value)| (key.into(), value.into()))
        .into_iter()
        .collect();
    let auth = json!({"ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters});
    let token = call("InitiateAuth", auth)["AuthenticationResult"]["IdToken"].clone();
    (pool.as_str().unwrap().to_owned(), token.as_str().unwrap().to_owned())
}

/// A key for the API at `url`. rchalice makes none: they are the operator's.
fn api_key(aws: &Aws, url: &str) -> String {
    let post = |path: &str, body: Value| {
        let made = aws.rest("apigateway", "POST", path, &body);
        assert_eq!(made.status, 201, "{path}: {}", made.text());
        made.json()
    };
    let api = url.split("/restapis/").nth(1).unwrap().split('/').next().unwrap();
    let value = format!("a-key-of-the-table-{}", aws.account.id());
    let key = post("/apikeys", json!({"name": "table", "enabled": true, "value": value}));
    let stages = json!([{"apiId": api, "stage": "api"}]);
    let plan = post("/usageplans", json!({"name": "table", "apiStages": stages}));
    let plan = plan["id"].as_str().unwrap();
    post(&format!("/usageplans/{plan}/keys"), json!({"keyId": key["id"], "keyType": "API_KEY"}));
    value
}

#[test]
fn the_template_holds_the_api_with_its_authorizers_and_their_permissions() {
    let project = copy_of("surface");
    let out = package(project.path());
    assert_eq!((out.status, out.stderr.as_str()), (0, "Wrote sam.json and deployment.zip to out\n"));
    let file = project.path().join("out/sam.json");
    let template: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    expect_file!["../../fixtures/golden/surface/sam.json"].assert_eq(&format!("{template:#}\n"));
    check_template(&file);
}

#[test]
fn a_variable_that_an_authorizer_names_and_the_stage_does_not_have_is_named_with_its_place() {
    let project = copy_of("surface");
    let file = project.path().join(".chalice/config.json");
    let config = fs::read_to_string(&file).unwrap();
    fs::write(file, config.replace("\"POOL\"", "\"PUDDLE\"")).unwrap();
    let expected =
        "error: the variable `POOL` of an authorizer is not set in stage `dev` (src/authorizers.rs:55)

hint: add \"POOL\" to \"environment_variables\" of stage \"dev\" in .chalice/config.json
";
    let out = package(project.path());
    assert_eq!((out.status, out.stdout.as_str(), out.stderr.as_str()), (1, "", expected));
}

/// Without AWS.
fn package(project: &Path) -> Output {
    Cli::new(project).args(["package", "out", "--bootstrap"]).arg(quick_build("surface")).run()
}
