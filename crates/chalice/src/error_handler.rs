//! `#[error_handler]`: what answers an error in place of Chalice's body.
#![allow(missing_docs)] // public for the expansions of the attributes alone

use std::error::Error as StdError;
use std::sync::Arc;

use crate::application::Application;
use crate::guard::{Panicked, guarded};
use crate::hook::HookKind;
use crate::instance::Failure;
use crate::{BoxFuture, Error, Request, Response, Result, log};

/// None: the error is not of the handler's type.
pub type HandleError = fn(Arc<Error>, Request) -> BoxFuture<Option<Result<Response>>>;

/// What an error handler takes by reference: every error, or the cause of one type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error",
    label = "an error handler takes `&chalice::Error` or a reference to a type that implements `std::error::Error`"
)]
pub trait ErrorView: Sized + 'static {
    fn view(error: &Error) -> Option<&Self>;
}

impl ErrorView for Error {
    fn view(error: &Error) -> Option<&Self> {
        Some(error)
    }
}

impl<T: StdError + 'static> ErrorView for T {
    fn view(error: &Error) -> Option<&Self> {
        error.find()
    }
}

/// The error handlers of an application: those of one type before the one of `&Error`.
pub(crate) struct ErrorHandlers {
    handlers: Vec<HandleError>,
    /// Whether the cause of a 500 is its answer.
    debug: bool,
}

/// What an error answers, and the log of what it does not say.
pub(crate) struct Failed<'a> {
    pub(crate) error: Error,
    pub(crate) request: &'a Request,
    /// The handler that failed, if it came to that.
    pub(crate) handler: Option<&'a str>,
}

impl ErrorHandlers {
    pub(crate) fn new(application: &Application, debug: bool) -> Self {
        let of_all = std::any::TypeId::of::<Error>();
        let (mut typed, mut general) = (Vec::new(), Vec::new());
        for hook in application.hooks() {
            let HookKind::ErrorHandler { of, call } = hook.kind else { continue };
            let list = if of().id == of_all { &mut general } else { &mut typed };
            list.push(call);
        }
        typed.append(&mut general);
        Self { handlers: typed, debug }
    }

    pub(crate) async fn respond(&self, failed: Failed<'_>) -> Response {
        let Failed { error, request, handler } = failed;
        log_cause(&error, request, handler);
        let error = Arc::new(error);
        let mut response = match self.handled(&error, request).await {
            Some(response) => response,
            None => error.response(self.debug),
        };
        for (name, value) in error.headers() {
            if response.header_value(name).is_none() {
                response.headers.push((name.clone(), value.clone()));
            }
        }
        response
    }

    async fn handled(&self, error: &Arc<Error>, request: &Request) -> Option<Response> {
        for handler in &self.handlers {
            let call = || handler(Arc::clone(error), request.clone());
            let failure = match guarded(&request.scope().env, call).await {
                Ok(None) => continue,
                Ok(Some(Ok(response))) => return Some(response),
                Ok(Some(Err(failure))) => failure,
                Err(panic) => Error::from_panic(panic),
            };
            log::Line::error("an error handler failed")
                .field("error", &Failure::and_text_of(failure).0)
                .of_request(request.lambda_context().aws_request_id())
                .write();
            return None;
        }
        None
    }
}

fn log_cause(error: &Error, request: &Request, handler: Option<&str>) {
    let causes = error.causes();
    let [cause, deeper @ ..] = &causes[..] else { return };
    let line = match error.find::<Panicked>() {
        Some(panic) => log::Line::error("the handler panicked")
            .field("error", &panic.message)
            .field("location", &panic.location),
        None => log::Line::error("the handler failed")
            .field("error", cause)
            .list("causes", deeper)
            .field("errorType", error.cause_type().unwrap_or_default()),
    };
    let line = handler.into_iter().fold(line, |line, handler| line.field("handler", handler));
    line.field("path", request.resource_path().unwrap_or_else(|| request.path()))
        .of_request(request.lambda_context().aws_request_id())
        .write();
}
