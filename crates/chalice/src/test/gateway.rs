//! What API Gateway does before a function runs: match the path, and make the event.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chalice_manifest::gateway::{Matched, Router};
use chalice_manifest::{Cors, Resolved, content_type_matches};
use serde_json::{Value, json};

use super::{RequestBuilder, TestResponse};

/// The API that the test client plays.
pub(super) const API_ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:testclient";

pub(super) struct Gateway {
    router: Router,
    binary_types: Vec<String>,
    pub(super) stage: String,
    /// The headers of API Gateway's own errors.
    error_headers: Vec<(String, String)>,
}

impl Gateway {
    /// `cors` is that of API Gateway's own errors, filled.
    pub(super) fn new(resolved: &Resolved, stage: String, cors: Option<&Cors>) -> Self {
        let origin = |cors: &Cors| cors.allow_origins.first().cloned().unwrap_or_default();
        let headers = |cors: &Cors| {
            let others = cors.headers().into_iter().map(|(name, value)| (name.to_owned(), value));
            [("Access-Control-Allow-Origin".to_owned(), origin(cors))].into_iter().chain(others).collect()
        };
        Self {
            router: Router::new(resolved.routes.iter().map(|route| route.path.as_str())),
            binary_types: resolved.app.effective_binary_types(),
            stage,
            error_headers: cors.map(headers).unwrap_or_default(),
        }
    }

    /// None: API Gateway answers 403 itself.
    pub(super) fn matched(&self, url: &str) -> Option<Matched> {
        self.router.matched(url)
    }

    /// An answer that no function gives.
    pub(super) fn own_response(&self, status: u16, body: &Value) -> TestResponse {
        let mut headers = self.error_headers.clone();
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        TestResponse { status, headers, body: body.to_string().into() }
    }

    /// The event of a REST API with Lambda proxy integration.
    pub(super) fn event(
        &self,
        request: &RequestBuilder<'_>,
        matched: &Matched,
        authorizer: &Value,
        request_id: &str,
    ) -> Bytes {
        let headers = grouped(request.headers.iter().cloned());
        let query = grouped(matched.query.iter().cloned());
        let content_type = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let is_binary =
            content_type.is_some_and(|(_, value)| content_type_matches(value, &self.binary_types));
        let body = request.body.as_ref().map(|body| encoded(body, is_binary));
        let is_base64 = body.as_ref().is_some_and(|(_, is_base64)| *is_base64);
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
            "body": body.map(|(text, _)| text),
            "isBase64Encoded": is_base64,
        });
        if !authorizer.is_null() {
            event["requestContext"]["authorizer"] = authorizer.clone();
        }
        event.to_string().into()
    }
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

/// The body as text, and whether that is base64. What is no text could not travel in the event otherwise.
fn encoded(body: &Bytes, is_binary: bool) -> (String, bool) {
    match std::str::from_utf8(body) {
        Ok(text) if !is_binary => (text.to_owned(), false),
        _ => (STANDARD.encode(body), true),
    }
}
