//! The outer layer of a REST API's event: which parts there are, as ranges of the receive buffer.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Headers, QueryParams};

/// One event of API Gateway (REST API, Lambda proxy integration).
pub(crate) struct Envelope {
    pub(crate) event: Bytes,
    pub(crate) method: String,
    /// As API Gateway matched it; whether a route of ours has it is `matched`.
    pub(crate) resource_path: String,
    pub(crate) matched: bool,
    pub(crate) path: String,
    pub(crate) body: Bytes,
    parts: Parts,
}

/// What stays unparsed until a handler asks.
struct Parts {
    headers: Bytes,
    single_headers: Bytes,
    query_params: Bytes,
    single_query_params: Bytes,
    uri_params: Bytes,
    stage_vars: Bytes,
    context: Bytes,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    resource: Option<String>,
    path: Option<String>,
    http_method: Option<String>,
    #[serde(borrow)]
    request_context: Option<&'a RawValue>,
    #[serde(borrow)]
    headers: Option<&'a RawValue>,
    #[serde(borrow)]
    multi_value_headers: Option<&'a RawValue>,
    #[serde(borrow)]
    query_string_parameters: Option<&'a RawValue>,
    #[serde(borrow)]
    multi_value_query_string_parameters: Option<&'a RawValue>,
    #[serde(borrow)]
    path_parameters: Option<&'a RawValue>,
    #[serde(borrow)]
    stage_variables: Option<&'a RawValue>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    http_method: Option<String>,
    resource_path: Option<String>,
    path: Option<String>,
}

impl Envelope {
    /// None: not an event of a REST API.
    pub(crate) fn parse(event: &Bytes) -> Option<Self> {
        let raw: Event<'_> = serde_json::from_slice(event).ok()?;
        let context: RequestContext = match raw.request_context {
            Some(context) => serde_json::from_str(context.get()).ok()?,
            None => RequestContext::default(),
        };
        let range = |part: Option<&RawValue>| part.map_or_else(Bytes::new, |part| share(event, part.get()));
        let resource_path = context.resource_path.or(raw.resource)?;
        let path = raw.path.or(context.path).unwrap_or_else(|| resource_path.clone());
        Some(Self {
            method: context.http_method.or(raw.http_method)?,
            resource_path,
            matched: false,
            path,
            body: body(event, raw.body, raw.is_base64_encoded)?,
            parts: Parts {
                headers: range(raw.multi_value_headers),
                single_headers: range(raw.headers),
                query_params: range(raw.multi_value_query_string_parameters),
                single_query_params: range(raw.query_string_parameters),
                uri_params: range(raw.path_parameters),
                stage_vars: range(raw.stage_variables),
                context: range(raw.request_context),
            },
            event: event.clone(),
        })
    }

    pub(crate) fn headers(&self) -> Headers {
        let several: Option<BTreeMap<String, Vec<String>>> = object(&self.parts.headers);
        Headers::new(several.unwrap_or_else(|| one_each(&self.parts.single_headers)))
    }

    pub(crate) fn query_params(&self) -> QueryParams {
        let several: Option<BTreeMap<String, Vec<String>>> = object(&self.parts.query_params);
        QueryParams::new(several.unwrap_or_else(|| one_each(&self.parts.single_query_params)))
    }

    pub(crate) fn uri_params(&self) -> BTreeMap<String, String> {
        let encoded: BTreeMap<String, String> = object(&self.parts.uri_params).unwrap_or_default();
        let decoded = |value: String| percent_decode_str(&value).decode_utf8_lossy().into_owned();
        encoded.into_iter().map(|(name, value)| (name, decoded(value))).collect()
    }

    pub(crate) fn stage_vars(&self) -> BTreeMap<String, String> {
        object(&self.parts.stage_vars).unwrap_or_default()
    }

    pub(crate) fn context(&self) -> Value {
        object(&self.parts.context).unwrap_or_default()
    }
}

/// A part of the event; API Gateway writes `null` for an empty one.
fn object<T: serde::de::DeserializeOwned>(json: &Bytes) -> Option<T> {
    if json.is_empty() { None } else { serde_json::from_slice::<Option<T>>(json).ok().flatten() }
}

fn one_each(json: &Bytes) -> BTreeMap<String, Vec<String>> {
    let single: BTreeMap<String, String> = object(json).unwrap_or_default();
    single.into_iter().map(|(name, value)| (name, vec![value])).collect()
}

/// `part`, which lies in `event`, without a copy.
fn share(event: &Bytes, part: &str) -> Bytes {
    event.slice_ref(part.as_bytes())
}

/// None where the body is said to be base64 and is not.
fn body(event: &Bytes, raw: Option<&RawValue>, is_base64: bool) -> Option<Bytes> {
    let Some(raw) = raw else { return Some(Bytes::new()) };
    let text = match raw.get().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        // Nothing is escaped, so the body is a range of the event.
        Some(text) if !text.contains('\\') => share(event, text),
        Some(_) => Bytes::from(serde_json::from_str::<String>(raw.get()).ok()?),
        None => return (raw.get() == "null").then(Bytes::new),
    };
    if is_base64 { STANDARD.decode(&text).ok().map(Bytes::from) } else { Some(text) }
}
