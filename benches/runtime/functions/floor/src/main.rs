//! The least that answers: one blocking socket, buffers that are reused, an event that is read where it lies.
//! It keeps none of what a framework must: no errors, no panics, no event that arrives in pieces.

use std::borrow::Cow;
use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "what a framework has at hand when a handler asks")]
struct Event<'a> {
    #[serde(borrow)]
    http_method: Cow<'a, str>,
    #[serde(borrow)]
    path: Cow<'a, str>,
    #[serde(borrow)]
    headers: Option<&'a RawValue>,
    #[serde(borrow)]
    multi_value_query_string_parameters: Option<&'a RawValue>,
    #[serde(borrow)]
    request_context: Option<&'a RawValue>,
    #[serde(borrow)]
    body: Option<Cow<'a, str>>,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
struct User<'a> {
    id: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct Headers {
    #[serde(rename = "Content-Type")]
    content_type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    status_code: u16,
    headers: Headers,
    body: &'a str,
    is_base64_encoded: bool,
}

#[derive(Clone, Copy)]
enum Route {
    Index,
    GetUser,
    CreateUser,
}

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API")?;
    let mut router = matchit::Router::new();
    router.insert("/", Route::Index)?;
    router.insert("/users/{user_id}", Route::GetUser)?;
    router.insert("/users", Route::CreateUser)?;

    let mut stream = TcpStream::connect(&address)?;
    stream.set_nodelay(true)?;
    let next = format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let (mut received, mut request_id, mut body, mut out) =
        (vec![0; 16 * 1024], String::new(), Vec::new(), Vec::new());
    loop {
        stream.write_all(next.as_bytes())?;
        let Some((from, to)) = receive(&mut stream, &mut received, &mut request_id)? else { return Ok(()) };
        body.clear();
        answer(&router, &received[from..to], &mut body)?;
        out.clear();
        write!(
            out,
            "POST /2018-06-01/runtime/invocation/{request_id}/response HTTP/1.1\r\nHost: {address}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )?;
        out.extend_from_slice(&body);
        stream.write_all(&out)?;
        receive(&mut stream, &mut received, &mut request_id)?;
    }
}

/// Where the body lies. None: the other side has gone.
fn receive(
    stream: &mut TcpStream,
    received: &mut Vec<u8>,
    request_id: &mut String,
) -> Result<Option<(usize, usize)>> {
    let mut length = 0;
    loop {
        let read = stream.read(&mut received[length..])?;
        if read == 0 {
            return Ok(None);
        }
        length += read;
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut response = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(head) = response.parse(&received[..length])? else { continue };
        let mut body = 0;
        for header in response.headers.iter() {
            if header.name.eq_ignore_ascii_case("content-length") {
                body = std::str::from_utf8(header.value)?.parse()?;
            } else if header.name.eq_ignore_ascii_case("lambda-runtime-aws-request-id") {
                request_id.clear();
                request_id.push_str(std::str::from_utf8(header.value)?);
            }
        }
        let end = head + body;
        if received.len() < end {
            received.resize(end, 0);
        }
        stream.read_exact(&mut received[length..end])?;
        return Ok(Some((head, end)));
    }
}

fn answer(router: &matchit::Router<Route>, event: &[u8], out: &mut Vec<u8>) -> Result<()> {
    let event: Event<'_> = serde_json::from_slice(event)?;
    let matched = router.at(&event.path)?;
    let body = match matched.value {
        Route::Index => "hello".to_owned(),
        Route::GetUser => {
            let id = matched.params.get("user_id").unwrap_or_default();
            serde_json::to_string(&User { id, name: "Ada" })?
        }
        Route::CreateUser => event.body.unwrap_or_default().into_owned(),
    };
    let headers = Headers { content_type: "application/json" };
    serde_json::to_writer(
        out,
        &Response { status_code: 200, headers, body: &body, is_base64_encoded: false },
    )?;
    Ok(())
}
