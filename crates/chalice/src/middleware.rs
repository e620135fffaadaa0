//! Middleware: functions around every handler of one kind of event.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::env::Env;
use crate::error::BoxError;
use crate::event::{AnyEvent, AnyOutput, FromEvent};
use crate::events::{AroundSource, Source};
use crate::guard::caught;
use crate::state::Needs;
use crate::{BoxFuture, Error, FromRequest, LambdaContext, Request, Response, Result};

/// What a middleware stands around: [`Request`], [`LambdaFunctionEvent`], the event of a source such as
/// [`SqsEvent`](crate::SqsEvent), or [`AnyEvent`] for everything.
///
/// ```
/// use chalice::{Event, LambdaFunctionEvent, Request};
///
/// assert_eq!([Request::KIND, LambdaFunctionEvent::KIND], ["http", "pure_lambda"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "a middleware takes `Request`, `LambdaFunctionEvent`, the event of a source or `AnyEvent` first"
)]
pub trait Event: Sized + Send + 'static {
    /// What a handler of this event answers.
    type Output: Send + 'static;

    /// What `#[middleware(…)]` calls the kind.
    #[doc(hidden)]
    const KIND: &'static str;

    #[doc(hidden)]
    fn around(call: Middleware<Self>) -> Around;
}

/// A middleware of one kind.
#[doc(hidden)]
pub type Middleware<E> = fn(E, Next<E>) -> BoxFuture<Result<<E as Event>::Output>>;

/// A middleware of any kind.
#[doc(hidden)]
pub enum Around {
    Http(Middleware<Request>),
    LambdaFunction(Middleware<LambdaFunctionEvent>),
    Source(Source, AroundSource),
    All(Middleware<AnyEvent>),
}

impl Event for Request {
    type Output = Response;
    const KIND: &'static str = "http";

    fn around(call: Middleware<Self>) -> Around {
        Around::Http(call)
    }
}

impl Event for LambdaFunctionEvent {
    type Output = AnyOutput;
    const KIND: &'static str = "pure_lambda";

    fn around(call: Middleware<Self>) -> Around {
        Around::LambdaFunction(call)
    }
}

impl Event for AnyEvent {
    type Output = AnyOutput;
    const KIND: &'static str = "all";

    fn around(call: Middleware<Self>) -> Around {
        Around::All(call)
    }
}

/// The rest of the way to the handler, as a [`macro@crate::middleware`] sees it.
///
/// ```
/// use chalice::prelude::*;
///
/// #[middleware(http)]
/// async fn request_id(request: Request, next: Next) -> Result<Response> {
///     let id = request.lambda_context().aws_request_id().to_owned();
///     Ok(next.respond(request).await.header("X-Request-ID", id))
/// }
/// ```
///
/// `run` leaves an error to those further out; a unit test gives the middleware a next step of its own:
///
/// ```
/// use chalice::prelude::*;
///
/// #[middleware(http)]
/// async fn cached(request: Request, next: Next) -> Result<Response> {
///     Ok(next.run(request).await?.set_header("Cache-Control", "max-age=60")) // in place of the handler's
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let request = Request::from(http::Request::get("/").body(Bytes::new())?); // feature `http`
/// let response = cached(request, Next::new(|_| async { Ok(Response::new("tea")) })).await?;
/// assert_eq!(response.header_value("cache-control"), Some("max-age=60"));
/// # Ok::<(), Error>(()) })?;
/// # Ok::<(), Error>(())
/// ```
pub struct Next<E: Event = Request> {
    run: Run<E>,
    recover: Option<Recover<E>>,
}

/// What answers an event.
pub(crate) type Run<E> = Arc<dyn Fn(E) -> BoxFuture<Result<<E as Event>::Output>> + Send + Sync>;

/// What an error answers.
pub(crate) type Recover<E> = Arc<dyn Fn(Error) -> BoxFuture<<E as Event>::Output> + Send + Sync>;

impl<E: Event> Next<E> {
    /// A next step of your own, for the unit test of a middleware.
    pub fn new<F, R>(run: F) -> Self
    where
        F: Fn(E) -> R + Send + Sync + 'static,
        R: Future<Output = Result<E::Output>> + Send + 'static,
    {
        Self { run: Arc::new(move |event| Box::pin(run(event))), recover: None }
    }

    /// Calls the next middleware, or the handler.
    ///
    /// # Errors
    /// The handler's error, which `?` passes on to whoever answers it.
    pub async fn run(self, event: E) -> Result<E::Output> {
        (self.run)(event).await
    }
}

impl Next<Request> {
    /// As [`Next::run`], with an error as the response that its caller gets: Chalice's way.
    pub async fn respond(self, request: Request) -> Response {
        match (self.run)(request).await {
            Ok(response) => response,
            Err(error) => match self.recover {
                Some(recover) => recover(error).await,
                None => error.response(false),
            },
        }
    }
}

/// To try again, for one.
impl<E: Event> Clone for Next<E> {
    fn clone(&self) -> Self {
        Self { run: Arc::clone(&self.run), recover: self.recover.clone() }
    }
}

impl<E: Event> std::fmt::Debug for Next<E> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Next<{}>", E::KIND)
    }
}

/// Calls `handler` through `middleware`, the outermost first. A panic is an error to those further out.
pub(crate) fn through<E: Event>(
    env: &Env,
    middleware: &Arc<[Middleware<E>]>,
    event: E,
    handler: Run<E>,
    recover: Option<Recover<E>>,
) -> BoxFuture<Result<E::Output>> {
    let chain = Chain { env: env.clone(), middleware: Arc::clone(middleware), handler, recover };
    chain.call(0, event)
}

struct Chain<E: Event> {
    env: Env,
    middleware: Arc<[Middleware<E>]>,
    handler: Run<E>,
    recover: Option<Recover<E>>,
}

impl<E: Event> Chain<E> {
    fn call(self, index: usize, event: E) -> BoxFuture<Result<E::Output>> {
        let Some(&middleware) = self.middleware.get(index) else { return (self.handler)(event) };
        let (env, recover) = (self.env.clone(), self.recover.clone());
        let run = Arc::new(move |event| self.clone().call(index + 1, event));
        caught(&env, || middleware(event, Next { run, recover }))
    }
}

impl<E: Event> Clone for Chain<E> {
    fn clone(&self) -> Self {
        let Self { env, middleware, handler, recover } = self;
        Self {
            env: env.clone(),
            middleware: Arc::clone(middleware),
            handler: Arc::clone(handler),
            recover: recover.clone(),
        }
    }
}

/// The event of a [`macro@crate::lambda_function`], as its middleware sees it.
///
/// ```
/// use chalice::prelude::*;
///
/// #[middleware(pure_lambda)]
/// async fn defaults(mut event: LambdaFunctionEvent, next: Next<LambdaFunctionEvent>) -> Result<AnyOutput> {
///     println!("{}: {:?}", event.lambda_context().aws_request_id(), event.to_original_event());
///     if event.json::<Option<u32>>()?.is_none() {
///         event.set_json(&7)?;
///     }
///     event.insert(std::time::Instant::now()); // for an `Extension<Instant>`
///     next.run(event).await
/// }
/// ```
#[derive(Clone, Debug)]
pub struct LambdaFunctionEvent {
    pub(crate) any: AnyEvent,
}

impl LambdaFunctionEvent {
    /// The event as a `T`.
    ///
    /// # Errors
    /// Where it does not fit: which field, and why.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        self.any.json()
    }

    /// Puts another event in its place.
    ///
    /// # Errors
    /// Where the value has no JSON form.
    pub fn set_json<T: Serialize + ?Sized>(&mut self, event: &T) -> Result<()> {
        self.any.set_json(event)
    }

    /// The event, byte for byte.
    pub fn to_original_event(&self) -> Bytes {
        self.any.to_original_event()
    }

    /// The invocation that carries the event.
    pub fn lambda_context(&self) -> &LambdaContext {
        self.any.lambda_context()
    }

    /// Puts a value beside the event, for a later [`Extension<T>`](crate::Extension) argument.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        self.any.insert(value);
    }
}

/// An argument of a middleware beside the event and [`Next`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from a `{E}`",
    label = "not an argument of this middleware",
    note = "after the event and `Next`, a middleware takes what a handler of that event takes"
)]
pub trait Argument<E>: Sized {
    const NEEDS: Needs;

    fn make(event: &E) -> impl Future<Output = Result<Self>> + Send;
}

impl<T: FromRequest> Argument<Request> for T {
    const NEEDS: Needs = T::NEEDS;

    fn make(request: &Request) -> impl Future<Output = Result<Self>> + Send {
        T::from_request(request)
    }
}

impl<T: FromEvent> Argument<AnyEvent> for T {
    const NEEDS: Needs = T::NEEDS;

    fn make(event: &AnyEvent) -> impl Future<Output = Result<Self>> + Send {
        T::from_event(event)
    }
}

impl<T: FromEvent> Argument<LambdaFunctionEvent> for T {
    const NEEDS: Needs = T::NEEDS;

    fn make(event: &LambdaFunctionEvent) -> impl Future<Output = Result<Self>> + Send {
        T::from_event(&event.any)
    }
}

/// What a middleware returns.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the answer of this middleware",
    label = "a middleware returns a `Result`: of `Response` for a `Request`, else of `AnyOutput`"
)]
pub trait Passed<O> {
    fn passed(self) -> Result<O>;
}

impl<O, E: Into<BoxError> + 'static> Passed<O> for Result<O, E> {
    fn passed(self) -> Result<O> {
        self.map_err(Error::from_boxed)
    }
}

/// Whether `#[middleware(kind)]` says what the first argument says.
#[doc(hidden)]
pub const fn is_kind(said: &str, is: &str) -> bool {
    let (said, is) = (said.as_bytes(), is.as_bytes());
    let mut at = 0;
    while at < said.len() && at < is.len() && said[at] == is[at] {
        at += 1;
    }
    at == said.len() && at == is.len()
}
