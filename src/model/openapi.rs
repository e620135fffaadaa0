//! The API's document: Swagger 2.0 with API Gateway's extensions, as Chalice writes it.

mod security;
#[cfg(test)]
mod tests;

use super::{Attribute, Location, ResourceId, Tree, Value};
use crate::settings::{EndpointType, Settings};
use chalice_manifest::gateway::{Answered, Operation};
use chalice_manifest::{Cors, Preflight, Resolved, ResolvedRoute};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

const EMPTY_SCHEMA: &str = "#/definitions/Empty";

/// The document of an API whose routes `function` serves. The origins in `manifest` have their variables filled.
pub fn document(settings: &Settings, manifest: &Resolved, function: &ResourceId) -> Tree {
    let mut document: Vec<(String, Tree)> = vec![
        ("swagger".into(), "2.0".into()),
        ("info".into(), json!({"version": "1.0", "title": settings.app_name}).into()),
        ("schemes".into(), json!(["https"]).into()),
        ("paths".into(), paths(manifest, function)),
        ("definitions".into(), json!({"Empty": {"type": "object", "title": "Empty Schema"}}).into()),
        (
            "x-amazon-apigateway-binary-media-types".into(),
            json!(manifest.app.effective_binary_types()).into(),
        ),
    ];
    let security_definitions = security::definitions(manifest);
    if !security_definitions.is_empty() {
        document.push(("securityDefinitions".into(), Tree::Map(security_definitions)));
    }
    if let Some(bytes) = settings.minimum_compression_size {
        document.push(("x-amazon-apigateway-minimum-compression-size".into(), json!(bytes).into()));
    }
    if let Some(policy) = resource_policy(settings) {
        document.push(("x-amazon-apigateway-policy".into(), policy));
    }
    if !settings.endpoint.vpc_endpoints.is_empty() {
        let ids = json!({"vpcEndpointIds": settings.endpoint.vpc_endpoints});
        document.push(("x-amazon-apigateway-endpoint-configuration".into(), ids.into()));
    }
    if let Some(responses) = gateway_responses(manifest) {
        document.push(("x-amazon-apigateway-gateway-responses".into(), responses.into()));
    }
    Tree::Map(document)
}

fn paths(manifest: &Resolved, function: &ResourceId) -> Tree {
    let mut paths: BTreeMap<&str, Vec<(String, Tree)>> = BTreeMap::new();
    for Operation { path, method, answered } in manifest.operations() {
        let operation = match answered {
            Answered::ByRoute(route) => operation(route, function),
            Answered::ByCors(preflight) if preflight.cors.depends_on_origin() => {
                answered_by(integration(function), Vec::new(), path)
            }
            Answered::ByCors(preflight) => mock_preflight(&preflight).into(),
            Answered::WithNoMethod(route) => {
                answered_by(integration(function), security_of(route).collect(), path)
            }
        };
        let method = method.map_or_else(|| "x-amazon-apigateway-any-method".to_owned(), str::to_lowercase);
        paths.entry(path).or_default().push((method, operation));
    }
    paths.into_iter().map(|(path, operations)| (path, Tree::Map(operations))).collect()
}

fn operation(route: &ResolvedRoute, function: &ResourceId) -> Tree {
    let mut fields: Vec<(String, Tree)> = Vec::new();
    if let Some(summary) = &route.handler.summary {
        fields.push(("summary".into(), json!(summary).into()));
    }
    if let Some(description) = &route.handler.description {
        fields.push(("description".into(), json!(description).into()));
    }
    fields.push(("consumes".into(), json!(route.content_types).into()));
    fields.extend(security_of(route));
    let integration = if route.stream { streaming_integration(function) } else { integration(function) };
    answered_by(integration, fields, &route.path)
}

fn security_of(route: &ResolvedRoute) -> impl Iterator<Item = (String, Tree)> {
    security::of_route(route).map(|security| ("security".into(), security.into())).into_iter()
}

/// An operation that a function answers.
fn answered_by(integration: Tree, mut fields: Vec<(String, Tree)>, path: &str) -> Tree {
    fields.push(("produces".into(), json!(["application/json"]).into()));
    let schema = json!({"200": {"description": "200 response", "schema": {"$ref": EMPTY_SCHEMA}}});
    fields.push(("responses".into(), schema.into()));
    let parameters = parameters(path);
    if !parameters.is_empty() {
        fields.push(("parameters".into(), Json::Array(parameters).into()));
    }
    fields.push(("x-amazon-apigateway-integration".into(), integration));
    Tree::Map(fields)
}

fn integration(function: &ResourceId) -> Tree {
    Tree::Map(integration_fields(integration_uri(function)))
}

/// The body is handed on while the function makes it.
fn streaming_integration(function: &ResourceId) -> Tree {
    let uri = invocation_uri("2021-11-15", function, "response-streaming-invocations");
    let mut fields = integration_fields(uri);
    fields.push(("responseTransferMode".into(), "STREAM".into()));
    Tree::Map(fields)
}

fn integration_fields(uri: Value) -> Vec<(String, Tree)> {
    vec![
        ("responses".into(), json!({"default": {"statusCode": "200"}}).into()),
        ("uri".into(), Tree::Value(uri)),
        ("passthroughBehavior".into(), "when_no_match".into()),
        ("httpMethod".into(), "POST".into()),
        ("contentHandling".into(), "CONVERT_TO_TEXT".into()),
        ("type".into(), "aws_proxy".into()),
    ]
}

fn integration_uri(function: &ResourceId) -> Value {
    invocation_uri("2015-03-31", function, "invocations")
}

fn invocation_uri(version: &str, function: &ResourceId, action: &str) -> Value {
    Value::Joined(vec![
        "arn:".into(),
        Value::Location(Location::Partition),
        ":apigateway:".into(),
        Value::Location(Location::Region),
        format!(":lambda:path/{version}/functions/").into(),
        Value::Output(function.clone(), Attribute::InvokeArn),
        format!("/{action}").into(),
    ])
}

fn parameters(path: &str) -> Vec<Json> {
    let names = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let parameter = |name: &str| {
        let name = name.trim_end_matches('+');
        json!({"name": name, "in": "path", "required": true, "type": "string"})
    };
    names.map(parameter).collect()
}

/// OPTIONS, answered by API Gateway itself.
fn mock_preflight(preflight: &Preflight<'_>) -> Json {
    let mut headers = cors_headers(preflight.cors);
    headers.insert("Access-Control-Allow-Methods", preflight.methods.join(","));
    let declared: Map<String, Json> =
        headers.keys().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    json!({
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "responses": {
            "200": {"description": "200 response", "schema": {"$ref": EMPTY_SCHEMA}, "headers": declared},
        },
        "x-amazon-apigateway-integration": {
            "responses": {
                "default": {
                    "statusCode": "200",
                    "responseParameters": static_headers("method.response.header", &headers),
                },
            },
            "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
            "passthroughBehavior": "when_no_match",
            "type": "mock",
            "contentHandling": "CONVERT_TO_TEXT",
        },
    })
}

/// API Gateway's own errors carry the CORS headers where all CORS routes agree on them: they are API-wide.
fn gateway_responses(manifest: &Resolved) -> Option<Json> {
    let cors = manifest.gateway_cors()?;
    let headers = static_headers("gatewayresponse.header", &cors_headers(cors));
    Some(json!({
        "DEFAULT_4XX": {"responseParameters": headers},
        "DEFAULT_5XX": {"responseParameters": headers},
    }))
}

fn cors_headers(cors: &Cors) -> BTreeMap<&'static str, String> {
    let origin = cors.allow_origins.first().cloned().unwrap_or_default();
    let mut headers: BTreeMap<_, _> = cors.headers().into_iter().collect();
    headers.insert("Access-Control-Allow-Origin", origin);
    headers
}

/// API Gateway's notation for constants: quoted text.
fn static_headers(prefix: &str, headers: &BTreeMap<&'static str, String>) -> Json {
    let quoted =
        headers.iter().map(|(name, value)| (format!("{prefix}.{name}"), json!(format!("'{value}'"))));
    Json::Object(quoted.collect())
}

/// The policy file's document; for a private API without one, Chalice's: only through its VPC endpoints.
fn resource_policy(settings: &Settings) -> Option<Tree> {
    let endpoint = &settings.endpoint;
    if let Some(policy) = &endpoint.policy {
        return Some(policy.clone().into());
    }
    if endpoint.kind != EndpointType::Private {
        return None;
    }
    let resource = super::arn("execute-api", vec!["*".into()]);
    let statement: Tree = [
        ("Effect", "Allow".into()),
        ("Principal", "*".into()),
        ("Action", "execute-api:Invoke".into()),
        ("Resource", Tree::Value(resource)),
        ("Condition", json!({"StringEquals": {"aws:SourceVpce": endpoint.vpc_endpoints}}).into()),
    ]
    .into_iter()
    .collect();
    Some([("Version", "2012-10-17".into()), ("Statement", Tree::List(vec![statement]))].into_iter().collect())
}
