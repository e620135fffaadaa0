//! What a handler may return.

use bytes::Bytes;
use serde::Serialize;

use super::{Body, Content, Response};
use crate::error::BoxError;
use crate::{Error, Json, Result};

/// What a handler may return. `Err` is answered as an [`Error`] is.
///
/// ```
/// use chalice::{IntoResponse, Response, Result};
///
/// struct Csv(String);
///
/// impl IntoResponse for Csv {
///     fn into_response(self) -> Result<Response> {
///         Ok(Response::new(self.0).header("Content-Type", "text/csv"))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a response",
    label = "a handler cannot return this",
    note = "return `Json<T>`, `String`, `Response`, `()`, `(u16, R)`, `Option<R>`, or `Result<R, E>` of one of them"
)]
pub trait IntoResponse {
    /// The response.
    ///
    /// # Errors
    /// What the caller is told instead.
    fn into_response(self) -> Result<Response>;
}

impl IntoResponse for Response {
    fn into_response(self) -> Result<Response> {
        Ok(self)
    }
}

/// 204.
impl IntoResponse for () {
    fn into_response(self) -> Result<Response> {
        Ok(Response::new(()).status(204))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Result<Response> {
        Response::json(&self.0)
    }
}

/// The status beside the response.
impl<R: IntoResponse> IntoResponse for (u16, R) {
    fn into_response(self) -> Result<Response> {
        let (status, response) = self;
        Ok(response.into_response()?.status(status))
    }
}

/// None is [`Error::not_found`].
impl<R: IntoResponse> IntoResponse for Option<R> {
    fn into_response(self) -> Result<Response> {
        self.ok_or_else(|| Error::not_found("Not found"))?.into_response()
    }
}

impl<R: IntoResponse, E: Into<BoxError> + 'static> IntoResponse for Result<R, E> {
    fn into_response(self) -> Result<Response> {
        self.map_err(Error::from_boxed)?.into_response()
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Result<Response> {
        Err(self)
    }
}

macro_rules! plain_bodies {
    ($($body:ty),*) => {$(
        impl IntoResponse for $body {
            fn into_response(self) -> Result<Response> {
                Ok(Response::new(self))
            }
        }
    )*};
}

plain_bodies!(String, &'static str, Vec<u8>, Bytes, serde_json::Value);

impl Error {
    /// `{"Code":"NotFoundError","Message":"…"}`, byte for byte as Chalice writes it; when debugging, the cause of a
    /// 500 as text.
    pub(crate) fn response(&self, debug: bool) -> Response {
        if debug && self.status() >= 500 && self.cause().is_some() {
            return Response::new(format!("{self:?}\n"))
                .status(self.status())
                .header("Content-Type", "text/plain");
        }
        error_response(self.status(), self.code(), self.message())
    }
}

pub(crate) fn error_response(status: u16, code: &str, message: &str) -> Response {
    let mut body = String::with_capacity(32 + code.len() + message.len());
    for (start, text) in [("{\"Code\":\"", code), ("\",\"Message\":\"", message)] {
        body.push_str(start);
        text.chars().for_each(|character| push_as_python(&mut body, character));
    }
    body.push_str("\"}");
    Response::new(Body(Content::Json(body))).status(status)
}

/// Inside of a JSON string, as `json.dumps` writes it: in ASCII.
fn push_as_python(body: &mut String, character: char) {
    let short = match character {
        '"' | '\\' => character,
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        ' '..='~' => return body.push(character),
        _ => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let digits = [12, 8, 4, 0].map(|shift| u32::from(*unit >> shift & 15));
                body.push_str("\\u");
                body.extend(digits.into_iter().filter_map(|digit| char::from_digit(digit, 16)));
            }
            return;
        }
    };
    body.extend(['\\', short]);
}
