//! What an API of the sandbox answers where a deployed function or authorizer is not as it should be. That it answers
//! as AWS's where everything is, `surface.rs` shows.

use crate::harness::{Aws, REGION, Response, Sandbox, http};
use serde_json::{Value, json};

/// An account with the settled function `f`, of which nobody but the account may call any version.
fn with_function() -> Aws {
    let aws = Aws::new(Sandbox::shared().url());
    assert_eq!(aws.create_role("f").status, 200);
    assert_eq!(aws.create_function("f", "f").status, 201);
    aws.wait_until_settled("f");
    aws
}

fn uri(aws: &Aws) -> String {
    format!(
        "arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{}/invocations",
        aws.function_arn("f")
    )
}

/// An API that asks `f` about every request, and has a mock answer those that it permits.
fn guarded(aws: &Aws) -> Value {
    let authorizer = json!({"type": "token", "authorizerUri": uri(aws), "authorizerResultTtlInSeconds": 0});
    json!({
        "swagger": "2.0", "info": {"title": "guarded", "version": "1.0"},
        "securityDefinitions": {"check": {
            "type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authtype": "custom", "x-amazon-apigateway-authorizer": authorizer,
        }},
        "paths": {"/": {"get": {
            "security": [{"check": []}],
            "responses": {"200": {"description": "ok"}},
            "x-amazon-apigateway-integration": {
                "type": "mock", "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
                "responses": {"default": {"statusCode": "200"}},
            },
        }}},
    })
}

/// An API whose one route is answered by `f`.
fn answered(aws: &Aws) -> Value {
    json!({
        "swagger": "2.0", "info": {"title": "answered", "version": "1.0"},
        "paths": {"/": {"get": {
            "responses": {"200": {"description": "ok"}},
            "x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": uri(aws)},
        }}},
    })
}

fn deployed(aws: &Aws, document: &Value) -> String {
    let made = aws.rest("apigateway", "POST", "/restapis", &json!({"name": "api"}));
    let api = made.json()["id"].as_str().unwrap().to_owned();
    put(aws, &api, document);
    let stage = json!({"stageName": "api"});
    assert_eq!(aws.rest("apigateway", "POST", &format!("/restapis/{api}/deployments"), &stage).status, 201);
    api
}

fn put(aws: &Aws, api: &str, document: &Value) {
    let put = aws.rest("apigateway", "PUT", &format!("/restapis/{api}?mode=overwrite"), document);
    assert_eq!(put.status, 200, "{}", put.text());
}

fn permit(aws: &Aws, api: &str, source: &str) {
    let source = format!("arn:aws:execute-api:{REGION}:{}:{api}/{source}", aws.account.id());
    let id = source.replace(|character: char| !character.is_ascii_alphanumeric(), "-");
    let statement = json!({
        "StatementId": id, "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
        "SourceArn": source,
    });
    assert_eq!(aws.rest("lambda", "POST", "/functions/f/policy", &statement).status, 201);
}

fn visit(aws: &Aws, api: &str) -> (u16, String, String) {
    let url = format!("{}/restapis/{api}/api/_user_request_/", aws.endpoint);
    let answer: Response = http("GET", &url, &[("Authorization", "token")], "");
    let error_type = answer.header("x-amzn-errortype").unwrap_or_default().to_owned();
    (answer.status, error_type, answer.text())
}

fn said(status: u16, error_type: &str, body: &str) -> (u16, String, String) {
    (status, error_type.to_owned(), body.to_owned())
}

#[test]
fn an_authorizer_that_api_gateway_may_not_ask_is_a_configuration_error() {
    let aws = with_function();
    let api = deployed(&aws, &guarded(&aws));
    let refused = said(500, "AuthorizerConfigurationException", r#"{"message":null}"#);
    assert_eq!(visit(&aws, &api), refused);
    permit(&aws, &api, "*/GET/*");
    assert_eq!(visit(&aws, &api), refused);
    permit(&aws, &api, "authorizers/*");
    // Asked, `f` answers what is no policy.
    let no_policy = r#"{"message": "Internal server error"}"#;
    assert_eq!(visit(&aws, &api), said(500, "AuthorizerConfigurationException", no_policy));
}

#[test]
fn a_stage_asks_the_authorizers_that_were_deployed_and_not_those_that_were_put_since() {
    let aws = with_function();
    let api = deployed(&aws, &guarded(&aws));
    // Another answer than that of an authorizer that is not there.
    let before = visit(&aws, &api);
    assert_eq!(before.2, r#"{"message":null}"#);
    put(&aws, &api, &answered(&aws));
    assert_eq!(visit(&aws, &api), before);
}

#[test]
fn what_api_gateway_cannot_read_is_a_bad_gateway() {
    let aws = with_function();
    let api = deployed(&aws, &answered(&aws));
    permit(&aws, &api, "*/GET/*");
    assert_eq!(visit(&aws, &api).0, 200);

    let broken =
        json!({"FunctionName": "f", "Handler": "bootstrap", "Environment": {"Variables": {"BREAK": "1"}}});
    aws.rest("lambda", "PUT", "/functions/f/configuration", &broken);
    aws.wait_until_settled("f");
    let bad_gateway = r#"{"message": "Internal server error"}"#;
    assert_eq!(visit(&aws, &api), said(502, "InternalServerErrorException", bad_gateway));
}
