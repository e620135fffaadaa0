//! The last step: a response as the JSON that API Gateway expects, with Chalice's rules for binary bodies.

use std::cell::RefCell;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use chalice_manifest::content_type_matches;

use super::into_response::error_response;
use super::{Content, Response};
use crate::json;

/// What decides whether a body is sent, and as bytes.
#[derive(Clone, Copy)]
pub(crate) struct Accepted<'a> {
    /// The request's `Accept`.
    pub(crate) accept: Option<&'a str>,
    pub(crate) binary_types: &'a [String],
    /// HEAD: everything but the body.
    pub(crate) only_head: bool,
}

/// The proxy response, or why it cannot be sent.
pub(crate) fn render(response: &mut Response, accepted: Accepted<'_>) -> Result<Bytes, String> {
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
    if !is_binary && std::str::from_utf8(response.body()).is_err() {
        return Err(not_text(response));
    }
    Ok(OUT.with_borrow_mut(|out| {
        let length = response.body().len();
        out.reserve(if is_binary { length.div_ceil(3) * 4 } else { length + length / 8 } + USUAL_HEADERS);
        write(out, response, is_binary);
        out.split().freeze()
    }))
}

/// What is said of a connection, which is API Gateway's with the caller: in a Lambda function's answer it is refused,
/// ignored, or cuts the body off.
const OF_THE_CONNECTION: [&str; 8] = [
    "connection",
    "content-length",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Leaves out the headers that are API Gateway's to say. Returns those that were not what it says anyway.
pub(crate) fn take_connection_headers(response: &mut Response, only_head: bool) -> Vec<String> {
    let length = match &response.body.0 {
        // How long it is, its end says.
        Content::Stream(_) => None,
        _ => Some(response.body().len()),
    };
    let mut taken = Vec::new();
    response.headers.retain(|(name, value)| {
        let stays = !OF_THE_CONNECTION.iter().any(|of_it| name.eq_ignore_ascii_case(of_it));
        let is_length = name.eq_ignore_ascii_case("content-length");
        let is_right = is_length && length.is_none_or(|length| value.parse() == Ok(length));
        if !(stays || only_head || is_right) {
            taken.push(name.clone());
        }
        stays
    });
    taken
}

/// Room for what stands beside a body.
const USUAL_HEADERS: usize = 512;

thread_local! {
    /// Responses are written here one after the other; the memory of one that was sent is used again.
    static OUT: RefCell<BytesMut> = RefCell::default();
}

fn write(out: &mut BytesMut, response: &Response, is_binary: bool) {
    out.extend_from_slice(b"{\"headers\":{");
    write_headers(out, &response.headers, false);
    out.extend_from_slice(b"},\"multiValueHeaders\":{");
    write_headers(out, &response.headers, true);
    out.extend_from_slice(b"},\"statusCode\":");
    out.extend_from_slice(response.status.to_string().as_bytes());
    out.extend_from_slice(b",\"body\":");
    if is_binary {
        out.extend_from_slice(b"\"");
        let start = out.len();
        out.resize(start + response.body().len().div_ceil(3) * 4, b'=');
        // The slice is exactly as long as the text becomes.
        _ = STANDARD.encode_slice(response.body(), &mut out[start..]);
        out.extend_from_slice(b"\",\"isBase64Encoded\":true}");
    } else {
        json::write_text(out, response.body());
        out.extend_from_slice(b"}");
    }
}

/// API Gateway takes a header that stands several times only from `multiValueHeaders`.
fn write_headers(out: &mut BytesMut, headers: &[(String, String)], several: bool) {
    let mut separator: &[u8] = b"";
    for (index, (name, _)) in headers.iter().enumerate() {
        let same = |other: &&(String, String)| other.0.eq_ignore_ascii_case(name);
        let is_first = !headers[..index].iter().any(|other| same(&other));
        if !is_first || several != (headers[index..].iter().filter(same).count() > 1) {
            continue;
        }
        out.extend_from_slice(separator);
        json::write_text(out, name.as_bytes());
        separator = if several { b":[" } else { b":" };
        for (_, value) in headers[index..].iter().filter(same) {
            out.extend_from_slice(separator);
            json::write_text(out, value.as_bytes());
            separator = b",";
        }
        if several {
            out.extend_from_slice(b"]");
        }
    }
}

/// What goes before a streamed body, as API Gateway and function URLs take it; or why it cannot be sent.
pub(crate) fn prelude(response: &mut Response) -> Result<Bytes, String> {
    add_content_type(response);
    check(response)?;
    let is_cookie = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("set-cookie");
    let others: Vec<_> = response.headers.iter().filter(|header| !is_cookie(header)).cloned().collect();
    let mut out = BytesMut::with_capacity(USUAL_HEADERS);
    out.extend_from_slice(b"{\"statusCode\":");
    out.extend_from_slice(response.status.to_string().as_bytes());
    out.extend_from_slice(b",\"headers\":{");
    write_headers(&mut out, &others, false);
    out.extend_from_slice(b"},\"multiValueHeaders\":{");
    write_headers(&mut out, &others, true);
    out.extend_from_slice(b"},\"cookies\":[");
    for (index, (_, cookie)) in response.headers.iter().filter(is_cookie).enumerate() {
        out.extend_from_slice(if index == 0 { b"" } else { b"," });
        json::write_text(&mut out, cookie.as_bytes());
    }
    out.extend_from_slice(b"]}");
    Ok(out.freeze())
}

/// What the body is, where no header says it.
pub(crate) fn add_content_type(response: &mut Response) {
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

/// Chalice's 400: API Gateway would hand base64 to a caller who did not ask for bytes. A refusal of the method or of the
/// content type stays what it is, as the handler was not asked.
fn unacceptable(response: &Response, accepted: Accepted<'_>) -> Option<Response> {
    if matches!(response.status, 405 | 415) {
        return None;
    }
    let content_type = response.header_value("content-type")?;
    let is_binary = matches(content_type, accepted.binary_types);
    if !is_binary || accepted.accept.is_some_and(|accept| matches(accept, accepted.binary_types)) {
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
        // Bytes beyond ASCII mean what each receiver takes them for.
        if !value.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte)) {
            return Err(format!(
                "the header `{name}` holds more than printable ASCII: `{}`",
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn rendered(status: u16) -> Value {
        let binary_types = ["*/*".to_owned()];
        let accepted = Accepted { accept: None, binary_types: &binary_types, only_head: false };
        let mut response = error_response(status, "Code", "message");
        serde_json::from_slice(&render(&mut response, accepted).unwrap_or_default()).unwrap_or_default()
    }

    #[test]
    fn who_accepts_no_bytes_is_told_so_unless_the_handler_was_not_asked() {
        for (status, sent) in [(404, 400), (405, 405), (415, 415)] {
            assert_eq!(rendered(status)["statusCode"], json!(sent));
            assert_eq!(rendered(status)["isBase64Encoded"], json!(true));
        }
    }
}
