//! The outer layer of a REST API's event: which parts there are, as ranges of the receive buffer.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::headers::{Headers, UsualHeaders};
use super::query_params::QueryParams;
use crate::json;

/// One event of API Gateway (REST API, Lambda proxy integration).
pub(crate) struct Envelope {
    pub(crate) event: Bytes,
    pub(crate) method: String,
    /// As API Gateway matched it; whether a route of ours has it is `matched`.
    pub(crate) resource_path: String,
    pub(crate) matched: bool,
    pub(crate) path: String,
    pub(crate) body: Bytes,
    parts: Parts<Bytes>,
}

/// What stays unparsed until a handler asks: JSON, or nothing.
#[derive(Default)]
struct Parts<T> {
    headers: T,
    single_headers: T,
    query_params: T,
    single_query_params: T,
    uri_params: T,
    stage_vars: T,
    context: T,
}

/// What a handler asks for in every event, as JSON.
#[derive(Default)]
struct Outer<'a> {
    resource: Option<&'a str>,
    path: Option<&'a str>,
    method: Option<&'a str>,
    body: Option<&'a str>,
    is_base64: bool,
}

impl Envelope {
    /// None: not an event of a REST API.
    pub(crate) fn parse(event: &Bytes) -> Option<Self> {
        let json = std::str::from_utf8(event).ok()?;
        let (outer, parts) = read(json)?;
        // API Gateway says it in both places.
        let within = match (outer.resource, outer.method) {
            (Some(_), Some(_)) => Outer::default(),
            _ => of_context(parts.context)?,
        };
        let resource_path = text(outer.resource.or(within.resource)?)?;
        let path = match outer.path.or(within.path) {
            Some(path) => text(path)?,
            None => resource_path.clone(),
        };
        Some(Self {
            method: text(outer.method.or(within.method)?)?,
            resource_path,
            matched: false,
            path,
            body: body(event, outer.body, outer.is_base64)?,
            parts: parts.share(event),
            event: event.clone(),
        })
    }

    pub(crate) fn headers(&self) -> Headers {
        let several = Headers::parse(as_str(&self.parts.headers));
        several.or_else(|| Headers::parse(as_str(&self.parts.single_headers))).unwrap_or_default()
    }

    /// The headers that every answer depends on, without reading the others.
    pub(super) fn usual_headers(&self) -> UsualHeaders {
        let several = UsualHeaders::parse(as_str(&self.parts.headers));
        several.or_else(|| UsualHeaders::parse(as_str(&self.parts.single_headers))).unwrap_or_default()
    }

    pub(crate) fn query_params(&self) -> QueryParams {
        let several = as_str(&self.parts.query_params);
        let single = as_str(&self.parts.single_query_params);
        QueryParams::new(grouped(several).or_else(|| grouped(single)).unwrap_or_default())
    }

    pub(crate) fn uri_params(&self) -> BTreeMap<String, String> {
        let decoded = |value: &str| percent_decode_str(value).decode_utf8_lossy().into_owned();
        texts(as_str(&self.parts.uri_params), decoded).unwrap_or_default()
    }

    pub(crate) fn stage_vars(&self) -> BTreeMap<String, String> {
        texts(as_str(&self.parts.stage_vars), str::to_owned).unwrap_or_default()
    }

    pub(crate) fn context(&self) -> Value {
        serde_json::from_slice(&self.parts.context).unwrap_or_default()
    }
}

/// The event's members, each where it belongs; API Gateway writes `null` for what there is not.
fn read(event: &str) -> Option<(Outer<'_>, Parts<&str>)> {
    let (mut outer, mut parts) = (Outer::default(), Parts::default());
    for member in json::members(event)? {
        let (name, value) = member.ok()?;
        if value == "null" {
            continue;
        }
        match &*name {
            "resource" => outer.resource = Some(value),
            "path" => outer.path = Some(value),
            "httpMethod" => outer.method = Some(value),
            "body" => outer.body = Some(value),
            "isBase64Encoded" => outer.is_base64 = truth(value)?,
            "requestContext" => parts.context = value,
            "headers" => parts.single_headers = value,
            "multiValueHeaders" => parts.headers = value,
            "queryStringParameters" => parts.single_query_params = value,
            "multiValueQueryStringParameters" => parts.query_params = value,
            "pathParameters" => parts.uri_params = value,
            "stageVariables" => parts.stage_vars = value,
            _ => {}
        }
    }
    Some((outer, parts))
}

fn of_context(context: &str) -> Option<Outer<'_>> {
    let mut outer = Outer::default();
    for member in json::members(context)? {
        let (name, value) = member.ok()?;
        match &*name {
            "resourcePath" => outer.resource = Some(value),
            "path" => outer.path = Some(value),
            "httpMethod" => outer.method = Some(value),
            _ => {}
        }
    }
    Some(outer)
}

impl Parts<&str> {
    /// The same as ranges of the event.
    fn share(&self, event: &Bytes) -> Parts<Bytes> {
        let share =
            |part: &str| if part.is_empty() { Bytes::new() } else { event.slice_ref(part.as_bytes()) };
        Parts {
            headers: share(self.headers),
            single_headers: share(self.single_headers),
            query_params: share(self.query_params),
            single_query_params: share(self.single_query_params),
            uri_params: share(self.uri_params),
            stage_vars: share(self.stage_vars),
            context: share(self.context),
        }
    }
}

/// The event was UTF-8 when it was read.
fn as_str(part: &Bytes) -> &str {
    std::str::from_utf8(part).unwrap_or_default()
}

fn text(json: &str) -> Option<String> {
    json::text(json).map(Cow::into_owned)
}

fn truth(json: &str) -> Option<bool> {
    match json {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// An object of strings. A null is as if it did not stand there, as in the event itself.
fn texts(json: &str, value_of: impl Fn(&str) -> String) -> Option<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    for member in json::members(json)? {
        let (name, value) = member.ok()?;
        if value == "null" {
            continue;
        }
        texts.insert(name.into_owned(), value_of(&json::text(value)?));
    }
    Some(texts)
}

/// An object of strings, or of arrays of them. A null is as if it did not stand there.
fn grouped(json: &str) -> Option<BTreeMap<String, Vec<String>>> {
    let mut grouped = BTreeMap::new();
    for member in json::members(json)? {
        let (name, value) = member.ok()?;
        let mut values = Vec::new();
        for value in json::one_or_more(value) {
            values.push(text(value.ok()?)?);
        }
        if value != "null" {
            grouped.insert(name.into_owned(), values);
        }
    }
    Some(grouped)
}

/// None where the body is no string, or is said to be base64 and is not.
fn body(event: &Bytes, json: Option<&str>, is_base64: bool) -> Option<Bytes> {
    let Some(json) = json else { return Some(Bytes::new()) };
    let text = match json::text(json)? {
        // Nothing is escaped, so the body is a range of the event.
        Cow::Borrowed("") => Bytes::new(),
        Cow::Borrowed(text) => event.slice_ref(text.as_bytes()),
        Cow::Owned(text) => Bytes::from(text),
    };
    if is_base64 { STANDARD.decode(&text).ok().map(Bytes::from) } else { Some(text) }
}
