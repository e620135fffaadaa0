//! What stands around every handler: its environment variables, and the net that catches its panics.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::BoxFuture;
use crate::env::{self, Env};

/// What a handler said as it panicked.
#[derive(Debug)]
pub(crate) struct Panicked(pub(crate) String);

/// Runs a handler that may panic.
pub(crate) async fn guarded<T>(env: &Env, start: impl FnOnce() -> BoxFuture<T>) -> Result<T, Panicked> {
    let env = env.clone();
    // A handler may panic before its first await, while the future is made.
    let started = catch_unwind(AssertUnwindSafe(|| env::with(&env, start)));
    match started {
        Ok(future) => Guarded { env, future }.await,
        Err(payload) => Err(panicked(&*payload)),
    }
}

struct Guarded<T> {
    env: Env,
    future: BoxFuture<T>,
}

impl<T> Future for Guarded<T> {
    type Output = Result<T, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        // After a panic the future is dropped and never polled again, so nothing sees its broken state.
        let polled =
            catch_unwind(AssertUnwindSafe(|| env::with(&this.env, || this.future.as_mut().poll(context))));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(payload) => Poll::Ready(Err(panicked(&*payload))),
        }
    }
}

fn panicked(payload: &(dyn Any + Send)) -> Panicked {
    let text = payload.downcast_ref::<&'static str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    Panicked(text.unwrap_or_else(|| "a value that is no text".to_owned()))
}
