//! Middleware around the handlers of one kind of source. What reads a kind's events comes into a bootstrap with the first
//! middleware that takes them; an application without any does not carry it.

use std::sync::Arc;

use super::Source;
use crate::event::{AnyEvent, AnyOutput};
use crate::guard::caught;
use crate::middleware::{Event, Middleware, Next, Run};
use crate::{BoxFuture, Result};

/// An event of a source, which a middleware takes apart and passes on.
pub(crate) trait SourceEvent: Event<Output = AnyOutput> {
    fn from_any(any: AnyEvent) -> Result<Self>;
    fn into_any(self) -> AnyEvent;
}

/// A middleware of some kind, for any event: it reads the event as its own.
#[doc(hidden)]
pub type AroundSource = Arc<dyn Fn(AnyEvent, Run<AnyEvent>) -> BoxFuture<Result<AnyOutput>> + Send + Sync>;

pub(crate) fn around_source<E: SourceEvent>(call: Middleware<E>) -> AroundSource {
    Arc::new(move |event, handler| match E::from_any(event) {
        Ok(event) => call(event, Next::new(move |event: E| handler(event.into_any()))),
        Err(error) => Box::pin(async { Err(error) }),
    })
}

/// The middleware of every kind, the outermost first.
#[derive(Default)]
pub(crate) struct AroundEvents(Vec<(Source, AroundSource)>);

impl AroundEvents {
    pub(crate) fn add(&mut self, source: Source, around: AroundSource) {
        self.0.push((source, around));
    }

    /// Calls `handler` through the middleware of its kind; without any, the event is the handler's alone to read. A panic
    /// is an error to those further out.
    pub(crate) fn call(
        &self,
        source: Source,
        event: AnyEvent,
        handler: Run<AnyEvent>,
    ) -> BoxFuture<Result<AnyOutput>> {
        let of_source = self.0.iter().rev().filter(|(own, _)| *own == source);
        let outermost = of_source.fold(handler, |inner, (_, around)| {
            let around = Arc::clone(around);
            Arc::new(move |event: AnyEvent| {
                let (around, inner) = (Arc::clone(&around), Arc::clone(&inner));
                let env = event.scope().env.clone();
                caught(&env, || around(event, inner))
            })
        });
        outermost(event)
    }
}
