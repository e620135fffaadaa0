//! `#[error_handler]`: what answers an error in place of Chalice's body.
#![allow(missing_docs)] // public for the expansions of the attributes alone

use std::error::Error as StdError;
use std::sync::Arc;

use crate::application::Application;
use crate::guard::{Panicked, catch, guarded};
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

    /// How many errors stand outside of it: the outermost that has a handler is answered by it.
    fn depth(error: &Error) -> Option<usize>;
}

/// Below whatever stands among the causes of an error.
const OF_ALL: usize = usize::MAX;

/// Where no other handler answers.
impl ErrorView for Error {
    fn view(error: &Error) -> Option<&Self> {
        Some(error)
    }

    fn depth(_: &Error) -> Option<usize> {
        Some(OF_ALL)
    }
}

/// `source()` leads from one error to the next. It leads past what `#[error(transparent)]` holds, so the type of that has
/// no handler there: the enum has, or the variant says `#[error("{0}")]`.
impl<T: StdError + 'static> ErrorView for T {
    fn view(error: &Error) -> Option<&Self> {
        error.find()
    }

    fn depth(error: &Error) -> Option<usize> {
        error.depth_of::<Self>()
    }
}

/// Where an error handler's type stands among the causes of an error; None: not there.
pub type ErrorDepth = fn(&Error) -> Option<usize>;

/// The error handlers of an application.
pub(crate) struct ErrorHandlers {
    handlers: Vec<(ErrorDepth, HandleError)>,
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
        let handlers = application.hooks().iter().filter_map(|hook| match hook.kind {
            HookKind::ErrorHandler { depth, call, .. } => Some((depth, call)),
            HookKind::Middleware { .. } | HookKind::Shutdown { .. } => None,
        });
        Self { handlers: handlers.collect(), debug }
    }

    pub(crate) async fn respond(&self, failed: Failed<'_>) -> Response {
        let Failed { error, request, handler } = failed;
        // A middleware has its own clone.
        let request = &request.with_all_inserted();
        let error = Arc::new(error);
        // An error's text is code of the user's, and so is its drop.
        let plain = || {
            let plain = catch(|| error.response(self.debug));
            plain.unwrap_or_else(|panicked| Error::from_panic(panicked).response(self.debug))
        };
        let handled = self.handled(&error, request, handler).await;
        let (mut response, is_expected) = handled.unwrap_or_else(|| (plain(), false));
        if !is_expected && let Err(panicked) = catch(|| log_cause(&error, request, handler)) {
            log_cause(&Error::from_panic(panicked), request, handler);
        }
        let is_new = |(name, _): &&(String, String)| response.header_value(name).is_none();
        let mut added = error.headers().iter().filter(is_new).cloned().collect();
        response.headers.append(&mut added);
        _ = catch(|| drop(error));
        response
    }

    /// By the handler of the outermost type that has one; whether that was made for this type of error, and calls it no
    /// fault of the application's. `of` is the handler that failed.
    async fn handled(
        &self,
        error: &Arc<Error>,
        request: &Request,
        of: Option<&str>,
    ) -> Option<(Response, bool)> {
        let depths = self.handlers.iter().filter_map(|(depth, handler)| Some((depth(error)?, handler)));
        let (depth, handler) = depths.min_by_key(|(depth, _)| *depth)?;
        let call = || handler(Arc::clone(error), request.clone());
        let failure = match guarded(&request.scope().env, call).await {
            Ok(None) => return None,
            Ok(Some(Ok(response))) => {
                let is_expected = depth < OF_ALL && response.status_code() < 500;
                return Some((response, is_expected));
            }
            Ok(Some(Err(failure))) => failure,
            Err(panic) => Error::from_panic(panic),
        };
        let line =
            log::Line::error("an error handler failed").field("error", &Failure::and_text_of(failure).0);
        request.told(line, of).write();
        None
    }
}

/// What a caller is told of, as any status below 500 says it, needs no log.
fn log_cause(error: &Error, request: &Request, handler: Option<&str>) {
    if error.status() < 500 {
        return;
    }
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
    request.told(line, handler).write();
}
