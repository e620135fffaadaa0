//! From a proxy response to what the caller gets.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::TestResponse;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Prelude {
    status_code: u16,
    headers: BTreeMap<String, String>,
    multi_value_headers: BTreeMap<String, Vec<String>>,
    cookies: Vec<String>,
}

/// None where API Gateway cannot read what goes before a streamed body.
pub(super) fn streamed(prelude: &[u8], body: Vec<u8>) -> Option<TestResponse> {
    let Prelude { status_code, headers, multi_value_headers, cookies } =
        serde_json::from_slice(prelude).ok()?;
    let cookies = cookies.into_iter().map(|cookie| ("Set-Cookie".to_owned(), cookie));
    let headers = headers.into_iter().chain(each(multi_value_headers)).chain(cookies).collect();
    Some(TestResponse { status: status_code, headers, body: body.into() })
}

fn each(headers: BTreeMap<String, Vec<String>>) -> impl Iterator<Item = (String, String)> {
    let of_name =
        |(name, values): (String, Vec<String>)| values.into_iter().map(move |value| (name.clone(), value));
    headers.into_iter().flat_map(of_name)
}

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
    Some(TestResponse {
        status: proxy.status_code,
        headers: proxy.headers.into_iter().chain(each(proxy.multi_value_headers)).collect(),
        body: body.into(),
    })
}
