//! Responses, and what can become one.

mod into_response;
mod proxy;
mod stream;

use bytes::Bytes;
use futures_core::Stream;
use serde::Serialize;

use crate::Result;
use crate::error::BoxError;

pub use into_response::IntoResponse;
pub(crate) use into_response::error_response;
pub(crate) use proxy::{Accepted, add_content_type, prelude, render, take_connection_headers};
pub(crate) use stream::BodyStream;

/// A response with a status and headers of your own: Chalice's `Response`.
///
/// ```
/// use chalice::prelude::*;
///
/// #[post("/users")]
/// async fn create() -> Result<Response> {
///     Ok(Response::json(&["ada"])?.status(201).header("Location", "/users/42"))
/// }
///
/// // A unit test, or a middleware, reads it again:
/// let response = Response::new("done").status(202).header("Retry-After", "30");
/// assert_eq!((response.status_code(), response.body()), (202, &b"done"[..]));
/// assert_eq!(response.header_value("retry-after"), Some("30"));
///
/// // And changes it:
/// let response = response.set_header("Retry-After", "60").header("X-Trace", "a");
/// assert_eq!(response.header_value("retry-after"), Some("60"));
/// let response = response.remove_header("x-trace").set_body("done again");
/// assert_eq!((response.header_value("X-Trace"), response.body()), (None, &b"done again"[..]));
/// ```
///
/// A header is a name of HTTP and a value of printable ASCII: what else a value should hold is encoded, a path as in
/// `/caf%C3%A9`. What cannot be sent is answered by a 500, and the log says why. How a body travels is for API Gateway to
/// say: `Content-Length`, `Transfer-Encoding`, `Connection`, `Keep-Alive`, `Proxy-Connection`, `TE`, `Trailer` and
/// `Upgrade` are left out, with a warning in the log unless a `Content-Length` is right.
#[derive(Debug)]
pub struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
}

/// What a response carries, and with it the content type where no header names one.
///
/// ```
/// use chalice::prelude::*;
///
/// for response in [Response::new("text"), Response::new(vec![1, 2]), Response::new(())] {
///     println!("{} bytes", response.body().len());
/// }
/// ```
#[derive(Debug)]
pub struct Body(pub(crate) Content);

#[derive(Debug)]
pub(crate) enum Content {
    Empty,
    Text(String),
    Json(String),
    Bytes(Bytes),
    Stream(BodyStream),
}

impl Response {
    /// A 200 with this body: text (`text/plain; charset=utf-8`) or bytes (`application/octet-stream`), unless a
    /// header says otherwise.
    pub fn new(body: impl Into<Body>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into() }
    }

    /// A 200 with the value as JSON.
    ///
    /// # Errors
    /// Where the value has no JSON form, such as a map whose keys are no strings: a 500.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        Ok(Self::new(Body(Content::Json(serde_json::to_string(value)?))))
    }

    /// A 200 whose body is sent while it is made, where the route says `stream = true`; elsewhere it is sent whole,
    /// once it is made. Its content type is `application/octet-stream`, unless a header says otherwise.
    ///
    /// ```
    /// use chalice::prelude::*;
    ///
    /// #[get("/numbers", stream = true)]
    /// async fn numbers() -> Response {
    ///     let numbers = (1..=3).map(|number| Ok::<_, std::io::Error>(format!("{number}\n")));
    ///     Response::stream(futures_util::stream::iter(numbers)).header("Content-Type", "text/plain")
    /// }
    /// ```
    ///
    /// Where the stream fails, the caller gets what was sent until then, and the error is logged.
    pub fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes>,
        E: Into<BoxError>,
    {
        Self::new(Body(Content::Stream(BodyStream::new(stream))))
    }

    /// Sets the status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a header; one that stands several times is sent several times, as `Set-Cookie` may be.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Puts a header in place of whatever the response has under that name.
    #[must_use]
    pub fn set_header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        self.remove_header(&name).header(name, value)
    }

    /// Takes out a header, with all its values.
    #[must_use]
    pub fn remove_header(mut self, name: &str) -> Self {
        self.headers.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        self
    }

    /// Puts a body in place of the one that it has. The status and the headers stay, and what the body is: text in place of
    /// JSON is sent as JSON.
    #[must_use]
    pub fn set_body(mut self, body: impl Into<Body>) -> Self {
        add_content_type(&mut self);
        self.body = body.into();
        self
    }

    /// The status.
    pub fn status_code(&self) -> u16 {
        self.status
    }

    /// The first value of a header; names are compared without regard to case.
    pub fn header_value(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body's bytes; of a stream, none.
    pub fn body(&self) -> &[u8] {
        match &self.body.0 {
            Content::Empty | Content::Stream(_) => &[],
            Content::Text(text) | Content::Json(text) => text.as_bytes(),
            Content::Bytes(bytes) => bytes,
        }
    }
}

impl From<()> for Body {
    fn from((): ()) -> Self {
        Self(Content::Empty)
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self(Content::Text(text))
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        Self(Content::Text(text.to_owned()))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Content::Bytes(bytes.into()))
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(Content::Bytes(bytes))
    }
}

impl From<&'static [u8]> for Body {
    fn from(bytes: &'static [u8]) -> Self {
        Self(Content::Bytes(Bytes::from_static(bytes)))
    }
}

impl<const N: usize> From<&'static [u8; N]> for Body {
    fn from(bytes: &'static [u8; N]) -> Self {
        Self(Content::Bytes(Bytes::from_static(bytes)))
    }
}

impl From<serde_json::Value> for Body {
    fn from(value: serde_json::Value) -> Self {
        Self(Content::Json(value.to_string()))
    }
}
