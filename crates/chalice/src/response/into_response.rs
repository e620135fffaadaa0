//! What a handler may return.

use std::fmt::Write;

use bytes::Bytes;
use serde::Serialize;

use super::{Body, Content, Response};
use crate::error::BoxError;
use crate::{Error, Json, Result};

/// What a handler may return. `Err` is answered as an [`Error`] is, also where its type implements this trait: what an
/// error of your own answers is for [`macro@crate::error_handler`] to say.
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
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct ErrorBody<'a> {
        code: &'a str,
        message: &'a str,
    }
    #[expect(clippy::expect_used, reason = "two strings always have a JSON form")]
    let body = serde_json::to_string(&ErrorBody { code, message }).expect("two strings are JSON");
    Response::new(Body(Content::Json(in_ascii(body)))).status(status)
}

/// JSON as Python's `json.dumps` writes it.
fn in_ascii(json: String) -> String {
    let is_kept = |character: char| character.is_ascii() && character != '\u{7f}';
    if json.chars().all(is_kept) {
        return json;
    }
    let mut escaped = String::with_capacity(2 * json.len());
    for character in json.chars() {
        if is_kept(character) {
            escaped.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // To a String nothing fails to be written.
            let _ = write!(escaped, "\\u{unit:04x}");
        }
    }
    escaped
}
