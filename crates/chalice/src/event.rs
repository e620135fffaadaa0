//! Events of any kind as Lambda delivers them; what functions that are no REST API take of them (those of
//! `#[lambda_function]`, of event sources and of authorizers), and what they answer.

use std::any::Any;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::Making;
use crate::env::Env;
use crate::error::BoxError;
use crate::response::BodyStream;
use crate::scope::Scope;
use crate::state::Needs;
use crate::{Error, Extension, LambdaContext, Result, decode};

/// An event of any kind, as Lambda delivered it.
///
/// ```
/// use chalice::prelude::*;
/// use serde_json::Value;
///
/// /// Around every handler, whatever its event is.
/// #[middleware(all)]
/// async fn audit(event: AnyEvent, next: Next<AnyEvent>) -> Result<AnyOutput> {
///     let bytes = event.to_original_event().len();
///     println!("{} has {bytes} bytes", event.lambda_context().aws_request_id());
///     next.run(event).await
/// }
///
/// /// Changes what comes to the handler, and puts something beside it.
/// #[middleware(all)]
/// async fn unwrapped(mut event: AnyEvent, next: Next<AnyEvent>) -> Result<AnyOutput> {
///     if event.extension::<Value>().is_none() {
///         let mut envelope: Value = event.json()?;
///         event.set_json(&envelope["payload"].take())?;
///         event.insert(envelope); // what is left of it, for an `Extension<Value>`
///     }
///     next.run(event).await
/// }
/// ```
#[derive(Clone)]
pub struct AnyEvent {
    json: Bytes,
    lambda_context: LambdaContext,
    scope: Arc<Scope>,
    extensions: Extensions,
}

/// Values beside an event, one of each type; mostly none.
#[derive(Clone, Default)]
pub(crate) struct Extensions(Vec<Extended>);

/// A value beside an event.
pub(crate) type Extended = Arc<dyn Any + Send + Sync>;

impl Extensions {
    pub(crate) fn insert(&mut self, value: Extended) {
        self.0.retain(|other| (**other).type_id() != (*value).type_id());
        self.0.push(value);
    }

    pub(crate) fn extend(&mut self, others: &Self) {
        others.0.iter().for_each(|value| self.insert(Arc::clone(value)));
    }

    pub(crate) fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let value = self.0.iter().find(|value| value.is::<T>())?;
        Arc::clone(value).downcast().ok()
    }
}

impl AnyEvent {
    pub(crate) fn new(json: Bytes, lambda_context: LambdaContext, scope: Arc<Scope>) -> Self {
        Self { json, lambda_context, scope, extensions: Extensions::default() }
    }

    /// Of a unit test.
    pub(crate) fn without_invocation(json: Bytes) -> Self {
        Self::new(json, LambdaContext::of_nothing(), Arc::default())
    }

    /// The event, byte for byte.
    pub fn to_original_event(&self) -> Bytes {
        self.json.clone()
    }

    /// The event as a `T`.
    ///
    /// # Errors
    /// Where it does not fit: which field, and why.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        decode::event(&self.json)
    }

    /// The invocation that carries the event.
    pub fn lambda_context(&self) -> &LambdaContext {
        &self.lambda_context
    }

    /// Puts another event in its place.
    ///
    /// # Errors
    /// Where the value has no JSON form.
    pub fn set_json<T: Serialize + ?Sized>(&mut self, event: &T) -> Result<()> {
        self.json = serde_json::to_vec(event)?.into();
        Ok(())
    }

    /// Puts a value beside the event, one of each type, for a later [`Extension<T>`] argument.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        self.extensions.insert(Arc::new(value));
    }

    /// The value of this type that was inserted.
    pub fn extension<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.extensions.get()
    }

    pub(crate) fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    pub(crate) fn scope(&self) -> &Arc<Scope> {
        &self.scope
    }
}

impl std::fmt::Debug for AnyEvent {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "AnyEvent({})", String::from_utf8_lossy(&self.json))
    }
}

/// An argument of `#[lambda_function]` and of handlers of events: what deserializes is the event itself.
///
/// ```
/// use chalice::prelude::*;
///
/// struct Tenant(String);
///
/// impl FromEvent for Tenant {
///     async fn from_event(event: &AnyEvent) -> Result<Self> {
///         let event: serde_json::Value = event.json()?;
///         event["tenant"].as_str().map(|name| Tenant(name.to_owned())).ok_or_else(|| Error::bad_request("no tenant"))
///     }
/// }
///
/// #[lambda_function]
/// async fn report(tenant: Tenant) -> Result<String> {
///     Ok(format!("all is well with {}", tenant.0))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from an event",
    label = "not an argument of a Lambda function",
    note = "take any one `T: serde::Deserialize` for the event, or the event of the source, such as \
            `SqsEvent`; `State<T>`, `Env` and `LambdaContext` may stand beside it"
)]
pub trait FromEvent: Sized {
    /// As [`FromRequest::NEEDS`](crate::FromRequest::NEEDS).
    const NEEDS: Needs = Needs::Anything;

    /// Makes the argument.
    ///
    /// # Errors
    /// What the invoker is told instead; the handler does not run.
    fn from_event(event: &AnyEvent) -> impl Future<Output = Result<Self>> + Send;

    /// What the attributes name, so that rustc says only once that a type does not implement the trait.
    #[doc(hidden)]
    fn make(event: &AnyEvent) -> Making<'_, Self>
    where
        Self: 'static,
    {
        Box::pin(Self::from_event(event))
    }
}

impl<T: DeserializeOwned> FromEvent for T {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_event(event: &AnyEvent) -> Result<Self> {
        event.json()
    }
}

impl FromEvent for AnyEvent {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_event(event: &AnyEvent) -> Result<Self> {
        Ok(event.clone())
    }
}

impl FromEvent for LambdaContext {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_event(event: &AnyEvent) -> Result<Self> {
        Ok(event.lambda_context.clone())
    }
}

impl FromEvent for Env {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_event(event: &AnyEvent) -> Result<Self> {
        Ok(event.scope.env.clone())
    }
}

impl<T: Send + Sync + 'static> FromEvent for Extension<T> {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_event(event: &AnyEvent) -> Result<Self> {
        event.extension().map(Self).ok_or_else(Self::missing)
    }
}

/// What a handler answered to an event, as JSON.
///
/// Of a route with `stream = true`, it is what goes before the body.
///
/// ```
/// use chalice::prelude::*;
///
/// #[middleware(pure_lambda)]
/// async fn cached(event: LambdaFunctionEvent, next: Next<LambdaFunctionEvent>) -> Result<AnyOutput> {
///     if event.json::<u32>()? == 0 {
///         return AnyOutput::from_json("nothing to do");
///     }
///     next.run(event).await
/// }
///
/// let answer = AnyOutput::from_json(&["tea"])?;
/// assert_eq!(answer.json::<Vec<String>>()?, ["tea"]);
/// # Ok::<(), Error>(())
/// ```
pub struct AnyOutput {
    pub(crate) json: Bytes,
    pub(crate) stream: Option<BodyStream>,
}

impl AnyOutput {
    pub(crate) fn of_json(json: impl Into<Bytes>) -> Self {
        Self { json: json.into(), stream: None }
    }

    /// An answer of your own.
    ///
    /// # Errors
    /// Where the value has no JSON form.
    pub fn from_json<T: Serialize + ?Sized>(answer: &T) -> Result<Self> {
        Ok(Self::of_json(serde_json::to_vec(answer)?))
    }

    /// The answer as a `T`.
    ///
    /// # Errors
    /// Where it does not fit.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        Ok(serde_json::from_slice(&self.json)?)
    }
}

impl std::fmt::Debug for AnyOutput {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "AnyOutput({})", String::from_utf8_lossy(&self.json))
    }
}

/// What a Lambda function may return: nothing, or a `Result` whose value has a JSON form.
///
/// ```
/// use chalice::IntoAnswer;
///
/// let answer: chalice::Result<[u8; 2]> = Ok([1, 2]);
/// assert_eq!(answer.into_answer()?, b"[1,2]");
/// # Ok::<(), chalice::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the answer of a Lambda function",
    label = "return nothing or `Result<R>`, where `R: serde::Serialize`"
)]
pub trait IntoAnswer {
    /// The answer as JSON.
    ///
    /// # Errors
    /// What the invoker is told instead.
    fn into_answer(self) -> Result<Vec<u8>>;
}

/// `null`.
impl IntoAnswer for () {
    fn into_answer(self) -> Result<Vec<u8>> {
        Ok(b"null".to_vec())
    }
}

impl<R: Serialize, E: Into<BoxError> + 'static> IntoAnswer for Result<R, E> {
    fn into_answer(self) -> Result<Vec<u8>> {
        Ok(serde_json::to_vec(&self.map_err(Error::from_boxed)?)?)
    }
}
