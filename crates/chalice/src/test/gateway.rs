//! What API Gateway does before a function runs: match the path, and make the event.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chalice_manifest::{Resolved, Segment, content_type_matches, segments};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::RequestBuilder;

pub(super) struct Gateway {
    router: matchit::Router<String>,
    binary_types: Vec<String>,
    stage: String,
}

/// A path that a route has.
pub(super) struct Matched {
    resource_path: String,
    path: String,
    query: String,
    parameters: BTreeMap<String, String>,
}

impl Gateway {
    pub(super) fn new(resolved: &Resolved, stage: String) -> Self {
        let mut router = matchit::Router::new();
        for route in &resolved.routes {
            // A path with several routes is inserted once; a conflict would have been a fault of the application.
            _ = router.insert(pattern(&route.path), route.path.clone());
        }
        Self { router, binary_types: resolved.app.effective_binary_types(), stage }
    }

    /// None: API Gateway answers 403 itself.
    pub(super) fn matched(&self, url: &str) -> Option<Matched> {
        let url = url.split('#').next().unwrap_or(url);
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let trimmed = if path.len() > 1 { path.strip_suffix('/').unwrap_or(path) } else { path };
        let found = self.router.at(trimmed).ok()?;
        let parameters =
            found.params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let (path, query) = (path.to_owned(), query.to_owned());
        Some(Matched { resource_path: found.value.clone(), path, query, parameters })
    }

    /// The event of a REST API with Lambda proxy integration.
    pub(super) fn event(&self, request: &RequestBuilder<'_>, matched: &Matched, request_id: &str) -> Bytes {
        let headers = grouped(request.headers.iter().cloned());
        let query = grouped(query_pairs(&matched.query));
        let content_type = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let is_binary =
            content_type.is_some_and(|(_, value)| content_type_matches(value, &self.binary_types));
        let body = request.body.as_ref().map(|body| encoded(body, is_binary));
        let is_base64 = body.as_ref().is_some_and(|(_, is_base64)| *is_base64);
        let event = json!({
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
        event.to_string().into()
    }
}

/// API Gateway's `{rest+}` is matchit's `{*rest}`.
fn pattern(path: &str) -> String {
    let written = |segment: Segment<'_>| match segment {
        Segment::Literal(text) => format!("/{text}"),
        Segment::Parameter(name) => format!("/{{{name}}}"),
        Segment::Rest(name) => format!("/{{*{name}}}"),
    };
    let pattern: String = segments(path).unwrap_or_default().into_iter().map(written).collect();
    if pattern.is_empty() { "/".to_owned() } else { pattern }
}

fn query_pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    query.split('&').filter(|pair| !pair.is_empty()).map(move |pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    })
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
