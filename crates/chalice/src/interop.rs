//! Conversions to and from the types of the crate `http`.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::context::{FunctionInfo, Invocation};
use crate::event::AnyEvent;
use crate::request::{Envelope, QueryParams};
use crate::response::add_content_type;
use crate::{Error, IntoResponse, LambdaContext, Request, Response, Result};

/// Method, path and query as requested, headers and body; the [`Request`] itself is among its extensions.
impl TryFrom<Request> for http::Request<Bytes> {
    type Error = Error;

    fn try_from(request: Request) -> Result<Self> {
        let mut built = http::Request::builder().method(request.method()).uri(uri(&request));
        for (name, value) in request.headers().iter() {
            built = built.header(name, value);
        }
        let body = request.raw_body();
        Ok(built.extension(request).body(body)?)
    }
}

fn uri(request: &Request) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs = request.query_params().iter().flat_map(|(name, values)| {
        values.iter().map(move |value| format!("{}={}", encoded(name), encoded(value)))
    });
    let query = pairs.collect::<Vec<_>>().join("&");
    if query.is_empty() { request.path().to_owned() } else { format!("{}?{query}", request.path()) }
}

/// A request that did not come through API Gateway: for unit tests of extractors and middleware. No route matched
/// it, and it has neither state nor variables of a stage.
impl From<http::Request<Bytes>> for Request {
    fn from(request: http::Request<Bytes>) -> Self {
        let (parts, body) = request.into_parts();
        let query = QueryParams::parse(parts.uri.query().unwrap_or_default());
        let query: Value = query.iter().map(|(name, values)| (name.to_owned(), json!(values))).collect();
        let event = json!({
            "resource": parts.uri.path(),
            "path": parts.uri.path(),
            "httpMethod": parts.method.as_str(),
            "multiValueHeaders": grouped(&parts.headers),
            "multiValueQueryStringParameters": query,
            "body": STANDARD.encode(&body),
            "isBase64Encoded": true,
        });
        let event = Bytes::from(event.to_string());
        #[expect(clippy::expect_used, reason = "the event is written above")]
        let envelope = Envelope::parse(&event).expect("an event with all that is required");
        Self::new(envelope, &AnyEvent::new(event, no_invocation(), Arc::default()))
    }
}

fn grouped(headers: &HeaderMap) -> Value {
    let values = |name| {
        let texts = headers.get_all(name).iter();
        json!(texts.map(|value| String::from_utf8_lossy(value.as_bytes())).collect::<Vec<_>>())
    };
    headers.keys().map(|name| (name.to_string(), values(name))).collect()
}

fn no_invocation() -> LambdaContext {
    let invocation = Invocation {
        request_id: String::new(),
        function_arn: String::new(),
        deadline: SystemTime::now() + Duration::from_mins(1),
        trace_id: None,
        client_context: None,
        identity: None,
    };
    LambdaContext::new(invocation, Arc::new(FunctionInfo::default()))
}

/// A header or a status that HTTP does not know is an error. A body that is a stream is left behind.
impl TryFrom<Response> for http::Response<Bytes> {
    type Error = Error;

    fn try_from(mut response: Response) -> Result<Self> {
        add_content_type(&mut response);
        let mut built = http::Response::builder().status(response.status_code());
        for (name, value) in &response.headers {
            built = built.header(name, value);
        }
        Ok(built.body(Bytes::copy_from_slice(response.body()))?)
    }
}

impl<B: Into<Bytes>> From<http::Response<B>> for Response {
    fn from(response: http::Response<B>) -> Self {
        let (parts, body) = response.into_parts();
        let body: Bytes = body.into();
        // Nothing has no content type.
        let own = if body.is_empty() { Response::new(()) } else { Response::new(body) };
        let mut own = own.status(parts.status.as_u16());
        for (name, value) in &parts.headers {
            own = own.header(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
        }
        own
    }
}

impl<B: Into<Bytes>> IntoResponse for http::Response<B> {
    fn into_response(self) -> Result<Response> {
        Ok(self.into())
    }
}

/// The status beside the response.
impl<R: IntoResponse> IntoResponse for (StatusCode, R) {
    fn into_response(self) -> Result<Response> {
        let (status, response) = self;
        (status.as_u16(), response).into_response()
    }
}
