//! What AWS refuses, the sandbox refuses: a deploy that passes there has not passed by accident. Each test holds one
//! of the launcher's corrections of MiniStack, or something of MiniStack's own that other tests rely on.

use crate::harness::{Aws, REGION, Response, Sandbox, http, zipped_bootstrap};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn aws() -> Aws {
    Aws::new(Sandbox::shared().url())
}

/// An account with a settled function `f`, its version 1 and the alias `live` on that.
fn with_function(says: &str) -> Aws {
    let aws = aws();
    assert_eq!(aws.create_role("f").status, 200);
    let made = aws.create_function("f", says);
    assert_eq!(made.status, 201, "{}", made.text());
    aws.wait_until_settled("f");
    let alias = json!({ "Name": "live", "FunctionVersion": "1" });
    assert_eq!(aws.rest("lambda", "POST", "/functions/f/aliases", &alias).status, 201);
    aws
}

fn kind(response: &Response) -> (u16, Option<&str>) {
    (response.status, response.header("x-amzn-errortype").map(|kind| kind.split(':').next().unwrap_or(kind)))
}

fn error_code(response: &Response) -> String {
    let body = response.json();
    let code = response.header("x-amzn-errortype").or(body["__type"].as_str()).unwrap_or_default();
    format!("{} {code}", response.status)
}

fn invoke(aws: &Aws, qualifier: &str) -> Value {
    aws.rest("lambda", "POST", &format!("/functions/f/invocations?Qualifier={qualifier}"), &json!({})).json()
}

/// What PutRestApi is given: `path` goes to the function's alias, and OPTIONS is a mock.
fn document(aws: &Aws, path: &str) -> Value {
    let function = format!("{}:live", aws.function_arn("f"));
    let uri = format!("arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations");
    let header = "method.response.header.Access-Control-Allow-Origin";
    json!({
        "swagger": "2.0", "info": {"title": "todo", "version": "1.0"},
        "x-amazon-apigateway-binary-media-types": ["image/png"],
        "x-amazon-apigateway-gateway-responses": {"MISSING_AUTHENTICATION_TOKEN": {
            "statusCode": 404, "responseParameters": {"gatewayresponse.header.X-From": "'gateway'"},
        }},
        "paths": {path: {
            "get": {
                "responses": {"200": {"description": "ok"}},
                "x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": uri},
            },
            "options": {
                "responses": {"200": {"description": "ok", "headers": {"Access-Control-Allow-Origin": {"type": "string"}}}},
                "x-amazon-apigateway-integration": {
                    "type": "mock", "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
                    "responses": {"default": {"statusCode": "200", "responseParameters": {header: "'*'"}}},
                },
            },
        }},
    })
}

fn create_api(aws: &Aws) -> String {
    let body =
        json!({ "name": "todo", "tags": {"owner": "me"}, "endpointConfiguration": {"types": ["REGIONAL"]} });
    let made = aws.rest("apigateway", "POST", "/restapis", &body);
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()["id"].as_str().unwrap().to_owned()
}

fn put_and_deploy(aws: &Aws, api: &str, path: &str) {
    put(aws, api, path);
    deploy(aws, api);
}

fn put(aws: &Aws, api: &str, path: &str) {
    let put = aws.rest("apigateway", "PUT", &format!("/restapis/{api}?mode=overwrite"), &document(aws, path));
    assert_eq!(put.status, 200, "{}", put.text());
}

fn deploy(aws: &Aws, api: &str) {
    let body = json!({ "stageName": "api", "description": "hash", "tracingEnabled": true });
    let made = aws.rest("apigateway", "POST", &format!("/restapis/{api}/deployments"), &body);
    assert_eq!(made.status, 201, "{}", made.text());
}

fn visit(aws: &Aws, api: &str, method: &str, path: &str) -> Response {
    http(method, &format!("{}/restapis/{api}/api/_user_request_{path}", aws.endpoint), &[], "")
}

fn permit(aws: &Aws, api: &str, qualifier: &str) -> Response {
    let source = format!("arn:aws:execute-api:{REGION}:{}:{api}/*", aws.account.id());
    let body = json!({
        "StatementId": "api", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
        "SourceArn": source,
    });
    aws.rest("lambda", "POST", &format!("/functions/f/policy{qualifier}"), &body)
}

#[test]
fn a_function_cannot_be_changed_or_invoked_before_it_is_active_nor_changed_while_it_is_updated() {
    let aws = aws();
    aws.create_role("f");
    assert_eq!(aws.create_function("f", "a").status, 201);
    let code = json!({ "ZipFile": zipped_bootstrap("b") });
    let conflict = "409 ResourceConflictException";
    let update = || aws.rest("lambda", "PUT", "/functions/f/code", &code);
    let configure = || aws.rest("lambda", "PUT", "/functions/f/configuration", &json!({ "MemorySize": 256 }));
    let publish = || aws.rest("lambda", "POST", "/functions/f/versions", &json!({}));
    let invoke = || aws.rest("lambda", "POST", "/functions/f/invocations", &json!({}));
    for refused in [update(), configure(), publish(), invoke()] {
        assert_eq!(error_code(&refused), conflict);
    }
    aws.wait_until_settled("f");
    let updated = update().json();
    assert_eq!(
        (updated["State"].as_str(), updated["LastUpdateStatus"].as_str()),
        (Some("Active"), Some("InProgress"))
    );
    for refused in [update(), configure(), publish()] {
        assert_eq!(error_code(&refused), conflict);
        assert!(refused.text().contains("An update is in progress for resource: arn:aws:lambda:"));
    }
    assert_eq!(invoke().status, 200);
    aws.wait_until_settled("f");
    assert_eq!(configure().status, 200);
}

#[test]
fn a_version_keeps_its_code_and_configuration_and_an_alias_serves_the_version_it_points_to() {
    let aws = with_function("old");
    let old = json!({ "code": "old", "environment": "old", "version": "1", "arn": aws.function_arn("f") + ":live" });
    aws.rest("lambda", "PUT", "/functions/f/code", &json!({ "ZipFile": zipped_bootstrap("new") }));
    aws.wait_until_settled("f");
    let environment = json!({ "Environment": {"Variables": {"SAYS": "new"}} });
    aws.rest("lambda", "PUT", "/functions/f/configuration", &environment);
    aws.wait_until_settled("f");
    assert_eq!(invoke(&aws, "live"), old);
    assert_eq!(invoke(&aws, "$LATEST")["code"], "new");

    let publish = |body: Value| aws.rest("lambda", "POST", "/functions/f/versions", &body);
    assert_eq!(error_code(&publish(json!({ "CodeSha256": "x" }))), "400 InvalidParameterValueException");
    assert_eq!(error_code(&publish(json!({ "RevisionId": "x" }))), "412 PreconditionFailedException");
    assert_eq!(publish(json!({})).json()["Version"], "2");
    assert_eq!(publish(json!({})).json()["Version"], "2");

    let point = |version: &str| {
        aws.rest("lambda", "PUT", "/functions/f/aliases/live", &json!({ "FunctionVersion": version }))
    };
    assert_eq!(error_code(&point("9")), "404 ResourceNotFoundException");
    assert_eq!(point("2").status, 200);
    let new = json!({ "code": "new", "environment": "new", "version": "2", "arn": aws.function_arn("f") + ":live" });
    assert_eq!(invoke(&aws, "live"), new);
    assert_eq!(invoke(&aws, "1")["code"], "old");
}

#[test]
fn a_role_that_is_not_there_is_refused_and_one_with_policies_cannot_be_deleted() {
    let aws = aws();
    assert_eq!(error_code(&aws.create_function("f", "a")), "400 InvalidParameterValueException");
    aws.create_role("f");
    let policy =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"*"}]}"#;
    let put =
        format!("Action=PutRolePolicy&Version=2010-05-08&RoleName=f&PolicyName=p&PolicyDocument={policy}");
    assert_eq!(aws.form("iam", &put).status, 200);
    let refused = aws.form("iam", "Action=DeleteRole&Version=2010-05-08&RoleName=f");
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("<Code>DeleteConflict</Code>"));
}

#[test]
fn each_qualifier_has_a_policy_of_its_own() {
    let aws = with_function("a");
    let policy =
        |qualifier: &str| aws.rest("lambda", "GET", &format!("/functions/f/policy{qualifier}"), &Value::Null);
    assert_eq!(error_code(&policy("?Qualifier=live")), "404 ResourceNotFoundException");
    assert_eq!(error_code(&policy("")), "404 ResourceNotFoundException");
    assert_eq!(permit(&aws, "x", "?Qualifier=live").status, 201);
    assert_eq!(error_code(&permit(&aws, "x", "?Qualifier=live")), "409 ResourceConflictException");
    assert_eq!(policy("").status, 404);
    assert_eq!(permit(&aws, "x", "").status, 201);
    assert_eq!(aws.rest("lambda", "DELETE", "/functions/f/policy/api", &Value::Null).status, 204);
    assert_eq!(policy("?Qualifier=live").status, 200);
}

#[test]
fn a_stage_serves_what_was_deployed_and_not_what_was_put_since() {
    let aws = with_function("a");
    let api = create_api(&aws);
    assert_eq!(permit(&aws, &api, "?Qualifier=live").status, 201);
    put(&aws, &api, "/one");
    assert_eq!(visit(&aws, &api, "GET", "/one").status, 403);
    deploy(&aws, &api);
    let answer = visit(&aws, &api, "GET", "/one");
    assert_eq!(answer.json()["arn"], aws.function_arn("f") + ":live");

    put(&aws, &api, "/two");
    assert_eq!(visit(&aws, &api, "GET", "/one").status, 200);
    assert_eq!(visit(&aws, &api, "GET", "/two").status, 404);
    deploy(&aws, &api);
    assert_eq!(visit(&aws, &api, "GET", "/one").status, 404);
    assert_eq!(visit(&aws, &api, "GET", "/two").status, 200);

    let stage = aws.rest("apigateway", "GET", &format!("/restapis/{api}/stages/api"), &Value::Null).json();
    assert_eq!(stage["tracingEnabled"], true);
    let deployment = format!("/restapis/{api}/deployments/{}", stage["deploymentId"].as_str().unwrap());
    let deployment = aws.rest("apigateway", "GET", &deployment, &Value::Null).json();
    assert_eq!(deployment["description"], "hash");
}

#[test]
fn a_function_that_api_gateway_may_not_call_is_an_internal_server_error() {
    let aws = with_function("a");
    let api = create_api(&aws);
    put_and_deploy(&aws, &api, "/one");
    let refused = |qualifier: &str, api_id: &str| {
        assert_eq!(permit(&aws, api_id, qualifier).status, 201);
        let answer = visit(&aws, &api, "GET", "/one");
        assert_eq!((answer.status, answer.json()), (500, json!({ "message": "Internal server error" })));
        aws.rest("lambda", "DELETE", &format!("/functions/f/policy/api{qualifier}"), &Value::Null);
    };
    refused("", &api);
    refused("?Qualifier=1", &api);
    refused("?Qualifier=live", "another");
    assert_eq!(permit(&aws, &api, "?Qualifier=live").status, 201);
    assert_eq!(visit(&aws, &api, "GET", "/one").status, 200);
}

#[test]
fn a_document_brings_mocks_gateway_responses_and_settings_and_leaves_tags_and_type() {
    let aws = with_function("a");
    let api = create_api(&aws);
    put_and_deploy(&aws, &api, "/one");
    let preflight = visit(&aws, &api, "OPTIONS", "/one");
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (200, Some("*")));
    let unknown = visit(&aws, &api, "GET", "/unknown");
    assert_eq!((unknown.status, unknown.header("x-from")), (404, Some("gateway")));

    let arn = format!("/tags/arn%3Aaws%3Aapigateway%3A{REGION}%3A%3A%2Frestapis%2F{api}");
    assert_eq!(aws.rest("apigateway", "PUT", &arn, &json!({ "tags": {"more": "x"} })).status, 204);
    let seen = aws.rest("apigateway", "GET", "/restapis", &Value::Null).json()["item"][0].clone();
    assert_eq!(seen["tags"], json!({ "owner": "me", "more": "x" }));
    assert_eq!(seen["binaryMediaTypes"], json!(["image/png"]));
    assert_eq!(seen["endpointConfiguration"]["types"], json!(["REGIONAL"]));

    let bare =
        json!({ "swagger": "2.0", "info": {"title": "todo"}, "paths": {"/a/{x}": {}, "/a/{y}/z": {}} });
    let refused = aws.rest("apigateway", "PUT", &format!("/restapis/{api}?mode=overwrite"), &bare);
    assert_eq!(kind(&refused), (400, Some("BadRequestException")));
}

#[test]
fn accounts_see_nothing_of_each_other() {
    let (one, other) = (with_function("a"), aws());
    create_api(&one);
    let table = json!({
        "TableName": "table", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
    });
    let made = one.target("dynamodb", "DynamoDB_20120810.CreateTable", &table);
    assert_eq!(made.status, 200, "{}", made.text());
    assert_eq!(
        one.target("logs", "Logs_20140328.CreateLogGroup", &json!({ "logGroupName": "g" })).status,
        200
    );
    let template = r#"{"Resources":{"G":{"Type":"AWS::Logs::LogGroup"}}}"#;
    let create = format!("Action=CreateStack&Version=2010-05-15&StackName=s&TemplateBody={template}");
    assert_eq!(one.form("cloudformation", &create).status, 200);

    let seen = |aws: &Aws| {
        let rest = |service, path| aws.rest(service, "GET", path, &Value::Null).json();
        let target = |service, operation| aws.target(service, operation, &json!({})).json();
        [
            !rest("lambda", "/functions/")["Functions"].as_array().unwrap().is_empty(),
            !rest("apigateway", "/restapis")["item"].as_array().unwrap().is_empty(),
            !target("logs", "Logs_20140328.DescribeLogGroups")["logGroups"].as_array().unwrap().is_empty(),
            !target("dynamodb", "DynamoDB_20120810.ListTables")["TableNames"].as_array().unwrap().is_empty(),
            aws.form("iam", "Action=ListRoles&Version=2010-05-08").text().contains("<RoleName>"),
            aws.form("cloudformation", "Action=ListStacks&Version=2010-05-15").text().contains("<StackName>"),
        ]
    };
    assert_eq!(seen(&one), [true; 6]);
    assert_eq!(seen(&other), [false; 6]);
}

#[test]
fn a_mapping_stands_once_and_is_not_changed_before_it_has_settled() {
    let aws = with_function("a");
    let queue = json!({"QueueName": "orders", "Attributes": {"VisibilityTimeout": "30"}});
    let queue = aws.target("sqs", "AmazonSQS.CreateQueue", &queue).json()["QueueUrl"].clone();
    let mapping = json!({
        "EventSourceArn": format!("arn:aws:sqs:{REGION}:{}:orders", aws.account.id()), "FunctionName": "f:live",
    });
    let create = || aws.rest("lambda", "POST", "/event-source-mappings/", &mapping);
    let made = create().json();
    assert_eq!(made["State"], "Creating");
    assert_eq!(error_code(&create()), "409 ResourceConflictException");
    let path = format!("/event-source-mappings/{}", made["UUID"].as_str().unwrap());
    for method in ["PUT", "DELETE"] {
        let refused = aws.rest("lambda", method, &path, &json!({"BatchSize": 3}));
        assert_eq!(error_code(&refused), "400 ResourceInUseException");
    }
    let deadline = Instant::now() + Duration::from_secs(10);
    while aws.rest("lambda", "GET", &path, &Value::Null).json()["State"] != "Enabled" {
        assert!(Instant::now() < deadline, "it does not settle");
    }
    assert_eq!(aws.rest("lambda", "DELETE", &path, &Value::Null).status, 202);
    let impatient = json!({"QueueUrl": queue, "Attributes": {"VisibilityTimeout": "9"}});
    assert_eq!(aws.target("sqs", "AmazonSQS.SetQueueAttributes", &impatient).status, 200);
    let refused = create();
    assert_eq!(error_code(&refused), "400 InvalidParameterValueException");
    assert!(
        refused
            .text()
            .contains("Queue visibility timeout: 9 seconds is less than Function timeout: 10 seconds")
    );
}
