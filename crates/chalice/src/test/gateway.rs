//! What API Gateway does before a function runs, and in its place: match the request, answer it itself, or make the
//! event.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chalice_manifest::gateway::{Answered, Matched, Operation, Router, is_binary};
use chalice_manifest::{Cors, Preflight, Resolved};
use serde_json::{Value, json};

use super::{RequestBuilder, TestResponse};

/// The API that the test client plays.
pub(super) const API_ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:testclient";

pub(super) struct Gateway {
    router: Router,
    /// What API Gateway was told, with `${NAME}` of CORS origins filled.
    pub(super) resolved: Resolved,
    binary_types: Vec<String>,
    /// The `api_gateway_stage`.
    pub(super) stage: String,
}

/// An answer of API Gateway's own.
pub(super) struct Refused {
    pub(super) status: u16,
    /// `x-amzn-ErrorType`.
    pub(super) error_type: &'static str,
    pub(super) body: &'static str,
}

/// No resource or no method of this name, or no signature.
pub(super) const NO_TOKEN: Refused = Refused {
    status: 403,
    error_type: "MissingAuthenticationTokenException",
    body: r#"{"message":"Missing Authentication Token"}"#,
};

/// The function answered nothing that API Gateway can read.
pub(super) const BAD_GATEWAY: Refused = Refused {
    status: 502,
    error_type: "InternalServerErrorException",
    body: r#"{"message": "Internal server error"}"#,
};

const NO_KEY: Refused =
    Refused { status: 403, error_type: "ForbiddenException", body: r#"{"message":"Forbidden"}"# };

impl Gateway {
    pub(super) fn new(resolved: Resolved, stage: String) -> Self {
        Self {
            router: Router::new(resolved.routes.iter().map(|route| route.path.as_str())),
            binary_types: resolved.app.effective_binary_types(),
            stage,
            resolved,
        }
    }

    /// None: API Gateway has no such resource, or the resource no such method.
    pub(super) fn found(&self, request: &RequestBuilder<'_>) -> Option<(Matched, Operation<'_>)> {
        let matched = self.router.matched(&request.url)?;
        let operation = self.resolved.operation(&matched.resource_path, &request.method)?;
        Some((matched, operation))
    }

    /// OPTIONS of a path whose CORS is the same for every request: no function is asked.
    pub(super) fn preflight(operation: &Operation<'_>) -> Option<TestResponse> {
        let Answered::ByCors(Preflight { cors, methods, .. }) = &operation.answered else { return None };
        if cors.depends_on_origin() {
            return None;
        }
        let mut headers = static_headers(cors);
        headers.push(("Access-Control-Allow-Methods".to_owned(), methods.join(",")));
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        Some(TestResponse { status: 200, headers, body: Bytes::new() })
    }

    /// Whether a request may go on, as far as API keys decide that. As signatures are, keys are not verified: any will
    /// do.
    pub(super) fn check_key(request: &RequestBuilder<'_>, operation: &Operation<'_>) -> Result<(), Refused> {
        match operation.answered {
            Answered::ByRoute(route) | Answered::WithNoMethod(route)
                if route.api_key_required && request.header_value("x-api-key").is_none() =>
            {
                Err(NO_KEY)
            }
            _ => Ok(()),
        }
    }

    /// What a refusal looks like to the caller. It carries the CORS on which all routes agree.
    pub(super) fn refusal(&self, refused: &Refused) -> TestResponse {
        let mut headers = self.resolved.gateway_cors().map(static_headers).unwrap_or_default();
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        headers.push(("x-amzn-ErrorType".to_owned(), refused.error_type.to_owned()));
        TestResponse { status: refused.status, headers, body: Bytes::from_static(refused.body.as_bytes()) }
    }

    /// Whether the caller is given bytes where the function's answer is base64.
    pub(super) fn gives_bytes(&self, request: &RequestBuilder<'_>) -> bool {
        request.header_value("accept").is_some_and(|accept| is_binary(accept, &self.binary_types))
    }

    /// The event of a REST API with Lambda proxy integration.
    pub(super) fn event(
        &self,
        request: &RequestBuilder<'_>,
        matched: &Matched,
        authorizer: &Value,
        request_id: &str,
    ) -> Bytes {
        let headers =
            grouped(request.headers.iter().map(|(name, value)| (request.spelled(name), value.clone())));
        let query = grouped(matched.query.iter().cloned());
        let content_type = request.header_value("content-type");
        let bytes = content_type.is_some_and(|value| is_binary(value, &self.binary_types));
        let mut event = json!({
            "resource": matched.resource_path,
            "path": matched.path,
            "httpMethod": request.method,
            "headers": last_of_each(&headers),
            "multiValueHeaders": or_null(&headers),
            "queryStringParameters": last_of_each(&query),
            "multiValueQueryStringParameters": or_null(&query),
            "pathParameters": or_null(&matched.parameters),
            "stageVariables": null,
            "requestContext": {
                "resourcePath": matched.resource_path,
                "httpMethod": request.method,
                "path": format!("/{}{}", self.stage, matched.path),
                "stage": self.stage,
                "requestId": request_id,
                "accountId": "123456789012",
                "apiId": "testclient",
                "protocol": "HTTP/1.1",
                "identity": { "sourceIp": "127.0.0.1" },
            },
            "body": request.body.as_ref().filter(|body| !body.is_empty()).map(|body| encoded(body, bytes)),
            "isBase64Encoded": bytes && request.body.as_ref().is_some_and(|body| !body.is_empty()),
        });
        if !authorizer.is_null() {
            event["requestContext"]["authorizer"] = authorizer.clone();
        }
        event.to_string().into()
    }
}

/// CORS as API Gateway gives it by itself, the same for every request.
fn static_headers(cors: &Cors) -> Vec<(String, String)> {
    let origin = cors.allow_origins.first().cloned().unwrap_or_default();
    let others = cors.headers().into_iter().map(|(name, value)| (name.to_owned(), value));
    [("Access-Control-Allow-Origin".to_owned(), origin)].into_iter().chain(others).collect()
}

fn grouped(pairs: impl Iterator<Item = (String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in pairs {
        groups.entry(name).or_default().push(value);
    }
    groups
}

fn last_of_each(groups: &BTreeMap<String, Vec<String>>) -> Value {
    or_null(
        &groups
            .iter()
            .map(|(name, values)| (name.clone(), values.last().cloned()))
            .collect::<BTreeMap<_, _>>(),
    )
}

/// API Gateway writes `null`, not an empty object.
fn or_null<V: serde::Serialize>(map: &BTreeMap<String, V>) -> Value {
    if map.is_empty() { Value::Null } else { json!(map) }
}

/// A body that is not of a binary type is text to API Gateway, whatever it holds.
fn encoded(body: &Bytes, bytes: bool) -> String {
    if bytes { STANDARD.encode(body) } else { String::from_utf8_lossy(body).into_owned() }
}
