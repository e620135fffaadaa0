//! The last step: a response as the JSON that API Gateway expects, with Chalice's rules for binary bodies.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chalice_manifest::content_type_matches;
use serde::Serialize;

use super::into_response::error_response;
use super::{Content, Response};

/// What decides whether a body is sent, and as bytes.
#[derive(Clone, Copy)]
pub(crate) struct Accepted<'a> {
    /// The request's `Accept`.
    pub(crate) accept: Option<&'a str>,
    pub(crate) binary_types: &'a [String],
    /// HEAD: everything but the body.
    pub(crate) only_head: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Proxy<'a> {
    headers: BTreeMap<&'a str, &'a str>,
    multi_value_headers: BTreeMap<&'a str, Vec<&'a str>>,
    status_code: u16,
    body: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_base64_encoded: bool,
}

/// The proxy response, or why it cannot be sent.
pub(crate) fn render(response: &mut Response, accepted: Accepted<'_>) -> Result<Vec<u8>, String> {
    add_content_type(response);
    let refused = unacceptable(response, accepted);
    if let Some(refused) = refused {
        // The headers that the route adds stay: a page must be able to read the refusal.
        response.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        (response.status, response.body) = (refused.status, refused.body);
        add_content_type(response);
    }
    if accepted.only_head {
        response.body = ().into();
    }
    check(response)?;
    let is_binary =
        response.header_value("content-type").is_some_and(|own| matches(own, accepted.binary_types));
    let encoded;
    let body = if is_binary {
        encoded = STANDARD.encode(response.body());
        &encoded
    } else {
        std::str::from_utf8(response.body()).map_err(|_| not_text(response))?
    };
    let (headers, multi_value_headers) = grouped(&response.headers);
    let proxy = Proxy {
        headers,
        multi_value_headers,
        status_code: response.status,
        body,
        is_base64_encoded: is_binary,
    };
    serde_json::to_vec(&proxy).map_err(|error| error.to_string())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Prelude<'a> {
    status_code: u16,
    headers: BTreeMap<&'a str, &'a str>,
    multi_value_headers: BTreeMap<&'a str, Vec<&'a str>>,
    cookies: Vec<&'a str>,
}

/// What goes before a streamed body, as API Gateway and function URLs take it; or why it cannot be sent.
pub(crate) fn prelude(response: &mut Response) -> Result<Vec<u8>, String> {
    add_content_type(response);
    check(response)?;
    let is_cookie = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("set-cookie");
    let cookies = response.headers.iter().filter(is_cookie).map(|(_, value)| value.as_str()).collect();
    let others = response.headers.iter().filter(|header| !is_cookie(header));
    let (headers, multi_value_headers) = grouped(others);
    let prelude = Prelude { status_code: response.status, headers, multi_value_headers, cookies };
    serde_json::to_vec(&prelude).map_err(|error| error.to_string())
}

fn add_content_type(response: &mut Response) {
    let own = match &response.body.0 {
        Content::Empty => return,
        Content::Text(_) => "text/plain; charset=utf-8",
        Content::Json(_) => "application/json",
        Content::Bytes(_) | Content::Stream(_) => "application/octet-stream",
    };
    if response.header_value("content-type").is_none() {
        response.headers.push(("Content-Type".to_owned(), own.to_owned()));
    }
}

/// Chalice's 400: API Gateway would hand base64 to a caller who did not ask for bytes.
fn unacceptable(response: &Response, accepted: Accepted<'_>) -> Option<Response> {
    let content_type = response.header_value("content-type")?;
    let asked_for = accepted.accept.is_some_and(|accept| matches(accept, accepted.binary_types));
    if asked_for || !matches(content_type, accepted.binary_types) {
        return None;
    }
    let message = format!(
        "Request did not specify an Accept header with {content_type}, The response has a Content-Type of \
         {content_type}. If a response has a binary Content-Type then the request must specify an Accept header \
         that matches."
    );
    Some(error_response(400, "BadRequest", &message))
}

fn matches(header: &str, types: &[String]) -> bool {
    content_type_matches(header, types)
}

fn check(response: &Response) -> Result<(), String> {
    if !(100..=599).contains(&response.status) {
        return Err(format!("{} is no HTTP status", response.status));
    }
    for (name, value) in &response.headers {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(token) {
            return Err(format!("`{}` cannot name a header", name.escape_default()));
        }
        if value.chars().any(|character| character.is_control() && character != '\t') {
            return Err(format!(
                "the header `{name}` holds a control character: `{}`",
                value.escape_default()
            ));
        }
    }
    Ok(())
}

fn not_text(response: &Response) -> String {
    let content_type = response.header_value("content-type").unwrap_or_default();
    format!(
        "the body is not UTF-8, and its content type `{content_type}` is not one of `app!`'s binary_types"
    )
}

type Headers<'a> = BTreeMap<&'a str, &'a str>;
type MultiValueHeaders<'a> = BTreeMap<&'a str, Vec<&'a str>>;

/// API Gateway takes a header that stands several times only from `multiValueHeaders`.
fn grouped<'a>(
    headers: impl IntoIterator<Item = &'a (String, String)>,
) -> (Headers<'a>, MultiValueHeaders<'a>) {
    let mut values: BTreeMap<String, (&str, Vec<&str>)> = BTreeMap::new();
    for (name, value) in headers {
        let (_, values) = values.entry(name.to_ascii_lowercase()).or_insert((name, Vec::new()));
        values.push(value);
    }
    let (mut single, mut several) = (BTreeMap::new(), BTreeMap::new());
    for (name, values) in values.into_values() {
        match values[..] {
            [value] => _ = single.insert(name, value),
            _ => _ = several.insert(name, values),
        }
    }
    (single, several)
}
