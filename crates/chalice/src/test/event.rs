//! From a proxy response to what the caller gets.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::TestResponse;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Proxy {
    status_code: u16,
    headers: BTreeMap<String, String>,
    multi_value_headers: BTreeMap<String, Vec<String>>,
    body: String,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// None where API Gateway cannot read what a function says.
pub(super) fn response(answer: &[u8]) -> Option<TestResponse> {
    let proxy: Proxy = serde_json::from_slice(answer).ok()?;
    let body = if proxy.is_base64_encoded { STANDARD.decode(&proxy.body).ok()? } else { proxy.body.into() };
    let several = proxy.multi_value_headers.into_iter();
    let several =
        several.flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)));
    Some(TestResponse {
        status: proxy.status_code,
        headers: proxy.headers.into_iter().chain(several).collect(),
        body: body.into(),
    })
}
