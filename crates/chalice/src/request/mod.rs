//! A request, as API Gateway hands it over: one receive buffer shared by reference count, each part parsed when
//! asked for.

mod envelope;
mod headers;
mod query_params;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::event::{AnyEvent, Extended, Extensions};
use crate::scope::Scope;
use crate::{Error, LambdaContext, Result, decode, log};

pub(crate) use envelope::Envelope;
pub use headers::Headers;
pub(crate) use headers::UsualHeader;
use headers::UsualHeaders;
pub use query_params::QueryParams;

/// An HTTP request: Chalice's `app.current_request`.
///
/// Cloning is cheap, and it has no lifetime: keep it, send it to another task.
///
/// ```
/// use chalice::prelude::*;
///
/// #[get("/hello")]
/// async fn hello(request: Request) -> String {
///     format!("hello {}", request.query_params().get("name").unwrap_or("world"))
/// }
/// ```
///
/// What was sent, here read from a request that a unit test made (feature `http`):
///
/// ```
/// use chalice::prelude::*;
///
/// let request = http::Request::post("/orders?tag=a&tag=b").header("X-Tenant", "ada");
/// let mut request = Request::from(request.body(Bytes::from(r#"{"item":"tea"}"#))?);
/// assert_eq!((request.method(), request.path()), ("POST", "/orders"));
/// assert_eq!(request.headers().get("x-tenant"), Some("ada"));
/// assert_eq!(request.query_params().get_list("tag"), ["a", "b"]);
/// assert_eq!(request.json_body::<serde_json::Value>()?["item"], "tea");
/// assert_eq!(&request.raw_body()[..], br#"{"item":"tea"}"#);
///
/// // What a middleware changes or adds, for what comes after it:
/// request.set_header("X-Tenant", "bob");
/// request.set_body("[]");
/// request.insert(7_u32);
/// assert_eq!(request.headers().get("x-tenant"), Some("bob"));
/// assert_eq!(request.raw_body(), "[]");
/// assert_eq!(request.extension::<u32>().as_deref(), Some(&7));
/// # Ok::<(), Error>(())
/// ```
///
/// What API Gateway and Lambda say of it:
///
/// ```
/// use chalice::prelude::*;
///
/// #[middleware(http)]
/// async fn access_log(request: Request, next: Next) -> Result<Response> {
///     let stage = request.stage_vars().get("stage").map_or("unknown", String::as_str);
///     let caller = &request.context()["identity"]["sourceIp"];
///     let route = request.resource_path().unwrap_or("no route"); // "/users/{id}"
///     println!("{stage}: {caller} calls {route} with {:?}", request.uri_params());
///     println!("as invocation {}", request.lambda_context().aws_request_id());
///     println!("whose event has {} bytes", request.to_original_event().len());
///     next.run(request).await
/// }
/// ```
#[derive(Clone)]
pub struct Request {
    shared: Arc<Shared>,
    /// What a middleware put in place of what was sent.
    changed: Changed,
    extensions: Extensions,
}

#[derive(Clone, Default)]
struct Changed {
    headers: Option<Headers>,
    body: Option<Bytes>,
}

struct Shared {
    envelope: Envelope,
    lambda_context: LambdaContext,
    scope: Arc<Scope>,
    headers: OnceLock<Headers>,
    usual_headers: OnceLock<UsualHeaders>,
    query_params: OnceLock<QueryParams>,
    uri_params: OnceLock<BTreeMap<String, String>>,
    stage_vars: OnceLock<BTreeMap<String, String>>,
    context: OnceLock<Value>,
    /// Beside any clone.
    inserted: Mutex<Extensions>,
}

impl Shared {
    fn inserted(&self) -> MutexGuard<'_, Extensions> {
        self.inserted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Request {
    /// `event` is what `envelope` was read from.
    pub(crate) fn new(envelope: Envelope, event: &AnyEvent) -> Self {
        let shared = Shared {
            envelope,
            lambda_context: event.lambda_context().clone(),
            scope: Arc::clone(event.scope()),
            headers: OnceLock::new(),
            usual_headers: OnceLock::new(),
            query_params: OnceLock::new(),
            uri_params: OnceLock::new(),
            stage_vars: OnceLock::new(),
            context: OnceLock::new(),
            inserted: Mutex::default(),
        };
        Self { shared: Arc::new(shared), changed: Changed::default(), extensions: event.extensions().clone() }
    }

    /// In upper case: `GET`.
    pub fn method(&self) -> &str {
        &self.shared.envelope.method
    }

    /// As requested: `/users/42`, without the stage. Chalice's `path` is [`Request::resource_path`].
    pub fn path(&self) -> &str {
        &self.shared.envelope.path
    }

    /// The template that matched: `/users/{id}`. None where no route did. Chalice's `path`.
    pub fn resource_path(&self) -> Option<&str> {
        self.shared.envelope.matched.then_some(&*self.shared.envelope.resource_path)
    }

    /// The headers, each with all its values.
    pub fn headers(&self) -> &Headers {
        let sent = || self.shared.headers.get_or_init(|| self.shared.envelope.headers());
        self.changed.headers.as_ref().unwrap_or_else(sent)
    }

    /// What [`Headers::get`] says of a header that is asked for in every request.
    pub(crate) fn usual_header(&self, header: UsualHeader) -> Option<&str> {
        match self.changed.headers.as_ref().or_else(|| self.shared.headers.get()) {
            Some(headers) => headers.get(header.name()),
            None => {
                self.shared.usual_headers.get_or_init(|| self.shared.envelope.usual_headers()).get(header)
            }
        }
    }

    /// Puts a header in place of whatever the request has under that name, for the handlers that come after.
    pub fn set_header(&mut self, name: &str, value: impl Into<String>) {
        let headers = self.headers().with(name, &value.into());
        self.changed.headers = Some(headers);
    }

    /// The query string, decoded.
    pub fn query_params(&self) -> &QueryParams {
        self.shared.query_params.get_or_init(|| self.shared.envelope.query_params())
    }

    /// The path parameters, percent-decoded (Chalice leaves them encoded).
    pub fn uri_params(&self) -> &BTreeMap<String, String> {
        self.shared.uri_params.get_or_init(|| self.shared.envelope.uri_params())
    }

    /// API Gateway's stage variables.
    pub fn stage_vars(&self) -> &BTreeMap<String, String> {
        self.shared.stage_vars.get_or_init(|| self.shared.envelope.stage_vars())
    }

    /// API Gateway's `requestContext`: identity, authorizer, request id.
    pub fn context(&self) -> &Value {
        self.shared.context.get_or_init(|| self.shared.envelope.context())
    }

    /// The body as a `T`. An empty body is no JSON.
    ///
    /// # Errors
    /// A 400 that says `Error Parsing JSON`, or which field does not fit and why.
    pub fn json_body<T: DeserializeOwned>(&self) -> Result<T> {
        decode::json_body(&self.raw_body())
    }

    /// The body's bytes, base64 decoded where API Gateway encoded it.
    pub fn raw_body(&self) -> Bytes {
        self.changed.body.as_ref().unwrap_or(&self.shared.envelope.body).clone()
    }

    /// Puts a body in place of the one that was sent, for the handlers that come after.
    pub fn set_body(&mut self, body: impl Into<Bytes>) {
        self.changed.body = Some(body.into());
    }

    /// The invocation that carries the request.
    pub fn lambda_context(&self) -> &LambdaContext {
        &self.shared.lambda_context
    }

    /// The event as Lambda delivered it, byte for byte.
    pub fn to_original_event(&self) -> Bytes {
        self.shared.envelope.event.clone()
    }

    /// Puts a value beside the request, one of each type, for a later [`Extension<T>`](crate::Extension) argument.
    /// Clones made before do not see it; an error handler sees what any was given, unless the handler had answered before
    /// something failed.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        let value: Extended = Arc::new(value);
        self.shared.inserted().insert(Arc::clone(&value));
        self.extensions.insert(value);
    }

    /// As an error handler sees it: with what was put beside any clone, the last of each type. Only the first that asks
    /// gets that, so that it lives no longer than its answer takes.
    pub(crate) fn with_all_inserted(&self) -> Self {
        let mut all = self.clone();
        let inserted = std::mem::take(&mut *self.shared.inserted());
        all.extensions.extend(&inserted);
        all
    }

    /// The same request without what was put beside this clone, which so lives no longer for it.
    pub(crate) fn bare(&self) -> Self {
        let changed = Changed::default();
        Self { shared: Arc::clone(&self.shared), changed, extensions: Extensions::default() }
    }

    /// After this, a value lives as long as the clones that it was put beside: nothing failed, so no error handler asks.
    pub(crate) fn forget_inserted(&self) {
        // Dropped after the lock is open: it is code of the user's.
        let inserted = std::mem::take(&mut *self.shared.inserted());
        drop(inserted);
    }

    /// The value of this type that was inserted.
    pub fn extension<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.extensions.get()
    }

    /// A log line of the handler that was asked, if it came to that.
    pub(crate) fn told(&self, line: log::Line, handler: Option<&str>) -> log::Line {
        let line = handler.into_iter().fold(line, |line, handler| line.field("handler", handler));
        line.field("path", self.resource_path().unwrap_or_else(|| self.path()))
            .of_request(self.lambda_context().aws_request_id())
    }

    /// The names of the path's parameters, in their order.
    pub(crate) fn parameter_names(&self) -> Vec<&str> {
        let segments = chalice_manifest::segments(&self.shared.envelope.resource_path).unwrap_or_default();
        segments.into_iter().filter_map(chalice_manifest::Segment::parameter).collect()
    }

    pub(crate) fn scope(&self) -> &Arc<Scope> {
        &self.shared.scope
    }

    /// A path parameter. API Gateway has one for each in the path that it matched, so where there is none the caller
    /// is not to blame.
    pub(crate) fn path_parameter(&self, name: &str) -> Result<&str> {
        let value = self.uri_params().get(name);
        value
            .map(String::as_str)
            .ok_or_else(|| Error::internal(format!("the event has no path parameter `{name}`")))
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Request").field("method", &self.method()).field("path", &self.path()).finish()
    }
}
