//! Events of functions that are invoked by name.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::env::Env;
use crate::error::BoxError;
use crate::scope::Scope;
use crate::{Error, LambdaContext, Result, decode};

/// An event of any kind, as Lambda delivered it.
#[derive(Clone)]
pub struct AnyEvent {
    json: Bytes,
    lambda_context: LambdaContext,
    scope: Arc<Scope>,
}

impl AnyEvent {
    pub(crate) fn new(json: Bytes, lambda_context: LambdaContext, scope: Arc<Scope>) -> Self {
        Self { json, lambda_context, scope }
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

    pub(crate) fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl std::fmt::Debug for AnyEvent {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "AnyEvent({})", String::from_utf8_lossy(&self.json))
    }
}

/// An argument of `#[lambda_function]`: what deserializes is the event itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from an event",
    label = "not an argument of a Lambda function",
    note = "take any one `T: serde::Deserialize` for the event, and `State<T>`, `Env` or `LambdaContext`"
)]
pub trait FromEvent: Sized {
    /// Makes the argument.
    ///
    /// # Errors
    /// What the invoker is told instead; the handler does not run.
    fn from_event(event: &AnyEvent) -> impl Future<Output = Result<Self>> + Send;
}

impl<T: DeserializeOwned> FromEvent for T {
    async fn from_event(event: &AnyEvent) -> Result<Self> {
        event.json()
    }
}

impl FromEvent for AnyEvent {
    async fn from_event(event: &AnyEvent) -> Result<Self> {
        Ok(event.clone())
    }
}

impl FromEvent for LambdaContext {
    async fn from_event(event: &AnyEvent) -> Result<Self> {
        Ok(event.lambda_context.clone())
    }
}

impl FromEvent for Env {
    async fn from_event(event: &AnyEvent) -> Result<Self> {
        Ok(event.scope.env.clone())
    }
}

/// What a Lambda function may return: nothing, or a `Result` whose value has a JSON form.
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

impl<R: Serialize, E: Into<BoxError>> IntoAnswer for Result<R, E> {
    fn into_answer(self) -> Result<Vec<u8>> {
        Ok(serde_json::to_vec(&self.map_err(Error::from_boxed)?)?)
    }
}
