//! What stands around every handler: its environment variables, and the net that catches its panics.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::env::{self, Env};
use crate::log;
use crate::{BoxFuture, Error, Result};

/// A handler's panic.
#[derive(Debug, Default)]
pub(crate) struct Panicked {
    pub(crate) message: String,
    /// `src/lib.rs:12:5`; empty where neither hook of this module is installed.
    pub(crate) location: String,
}

impl std::fmt::Display for Panicked {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { message, location } = self;
        let place = if location.is_empty() { String::new() } else { format!(" at {location}") };
        write!(formatter, "panicked{place}: {message}")
    }
}

impl std::error::Error for Panicked {}

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
    static LOCATION: RefCell<String> = const { RefCell::new(String::new()) };
}

/// A panic as one JSON line, in place of Rust's lines of text. That of a handler is written where it is caught, with
/// what is known there of the request.
pub(crate) fn report_panics_as_json() {
    panic::set_hook(Box::new(|info| {
        let location = info.location().map_or_else(String::new, ToString::to_string);
        if IS_GUARDED.get() {
            LOCATION.set(location);
            return;
        }
        let message = info.payload_as_str().unwrap_or("a value that is no text");
        let line = log::Line::error("panicked").field("error", message).field("location", &location);
        line.of_current_request().write();
    }));
}

/// In a test: the place of a handler's panic is told where it is caught, any other panic is Rust's to write.
#[cfg(feature = "test")]
pub(crate) fn remember_places_of_panics() {
    static INSTALL: std::sync::Once = std::sync::Once::new();
    INSTALL.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if IS_GUARDED.get() {
                LOCATION.set(info.location().map_or_else(String::new, ToString::to_string));
            } else {
                others(info);
            }
        }));
    });
}

/// Runs a handler that may panic. No `async fn`: each call of one would be compiled anew.
pub(crate) fn guarded<T>(env: &Env, start: impl FnOnce() -> BoxFuture<T>) -> Guarded<T> {
    // A handler may panic before its first await, while the future is made.
    let future = catch(|| env::with(env, start));
    Guarded { env: env.clone(), future }
}

/// As [`guarded`], the panic being an error.
pub(crate) fn caught<T: Send + 'static>(
    env: &Env,
    start: impl FnOnce() -> BoxFuture<Result<T>>,
) -> BoxFuture<Result<T>> {
    Box::pin(Caught(guarded(env, start)))
}

/// The next item of a stream that may panic.
pub(crate) async fn guarded_next<S: Stream + ?Sized>(
    env: &Env,
    mut stream: Pin<&mut S>,
) -> Result<Option<S::Item>, Panicked> {
    poll_fn(|context| match catch(|| env::with(env, || stream.as_mut().poll_next(context))) {
        Ok(polled) => polled.map(Ok),
        Err(panicked) => Poll::Ready(Err(panicked)),
    })
    .await
}

struct Caught<T>(Guarded<Result<T>>);

impl<T> Future for Caught<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = Pin::new(&mut self.0).poll(context);
        polled.map(|output| output.unwrap_or_else(|panicked| Err(Error::from_panic(panicked))))
    }
}

pub(crate) struct Guarded<T> {
    env: Env,
    future: Result<BoxFuture<T>, Panicked>,
}

impl<T> Future for Guarded<T> {
    type Output = Result<T, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let future = match &mut this.future {
            Ok(future) => future,
            Err(panicked) => return Poll::Ready(Err(std::mem::take(panicked))),
        };
        // After a panic the future is dropped and never polled again, so nothing sees its broken state.
        match catch(|| env::with(&this.env, || future.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(panicked) => Poll::Ready(Err(panicked)),
        }
    }
}

pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    let was_guarded = IS_GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    IS_GUARDED.set(was_guarded);
    result.map_err(|payload| panicked(&*payload))
}

fn panicked(payload: &(dyn Any + Send)) -> Panicked {
    let text = payload.downcast_ref::<&'static str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    let message = text.unwrap_or_else(|| "a value that is no text".to_owned());
    Panicked { message, location: LOCATION.take() }
}
