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
    let headers = headers.into_iter().chain(each(multi_value_headers)).chain(cookies);
    Some(TestResponse { status: status_code, headers: with_content_type(headers), body: body.into() })
}

/// API Gateway calls everything JSON that says nothing else.
fn with_content_type(headers: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut headers: Vec<_> = headers.collect();
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    }
    headers
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

/// None where API Gateway cannot read what a function says. Base64 stays base64 unless the caller `gets_bytes`.
pub(super) fn response(answer: &[u8], gets_bytes: bool) -> Option<TestResponse> {
    let proxy: Proxy = serde_json::from_slice(answer).ok()?;
    let body = match STANDARD.decode(&proxy.body) {
        Ok(bytes) if proxy.is_base64_encoded && gets_bytes => bytes,
        Err(_) if proxy.is_base64_encoded => return None,
        _ => proxy.body.into(),
    };
    let headers = proxy.headers.into_iter().chain(each(proxy.multi_value_headers));
    Some(TestResponse { status: proxy.status_code, headers: with_content_type(headers), body: body.into() })
}
