//! Middleware around the handlers of one kind of source.

use std::sync::Arc;

use super::{DynamodbEvent, KinesisEvent, Source, SqsEvent};
use crate::event::{AnyEvent, AnyOutput};
use crate::middleware::{Around, Event, Middleware, through};
use crate::{BoxFuture, Result};

/// An event of a source, which a middleware takes apart and passes on.
pub(crate) trait SourceEvent: Event<Output = AnyOutput> {
    fn from_any(any: AnyEvent) -> Result<Self>;
    fn into_any(self) -> AnyEvent;
}

/// The middleware of each kind, the outermost first.
#[derive(Default)]
pub(crate) struct AroundEvents {
    sqs: Vec<Middleware<SqsEvent>>,
    kinesis: Vec<Middleware<KinesisEvent>>,
    dynamodb: Vec<Middleware<DynamodbEvent>>,
}

impl AroundEvents {
    /// Takes in what stands around events of a source, and nothing else.
    pub(crate) fn add(&mut self, around: &Around) {
        match *around {
            Around::Sqs(call) => self.sqs.push(call),
            Around::Kinesis(call) => self.kinesis.push(call),
            Around::Dynamodb(call) => self.dynamodb.push(call),
            Around::Http(_) | Around::LambdaFunction(_) | Around::All(_) => {}
        }
    }

    /// Calls `handler` through the middleware of its kind.
    pub(crate) fn call(
        &self,
        source: Source,
        event: AnyEvent,
        handler: impl Fn(AnyEvent) -> BoxFuture<Result<AnyOutput>> + Send + Sync + 'static,
    ) -> BoxFuture<Result<AnyOutput>> {
        match source {
            Source::Sqs => around(&self.sqs, event, handler),
            Source::Kinesis => around(&self.kinesis, event, handler),
            Source::Dynamodb => around(&self.dynamodb, event, handler),
        }
    }
}

/// Without middleware, the event is the handler's alone to read.
fn around<E: SourceEvent>(
    middleware: &[Middleware<E>],
    event: AnyEvent,
    handler: impl Fn(AnyEvent) -> BoxFuture<Result<AnyOutput>> + Send + Sync + 'static,
) -> BoxFuture<Result<AnyOutput>> {
    if middleware.is_empty() {
        return handler(event);
    }
    match E::from_any(event) {
        Ok(event) => {
            through(&middleware.into(), event, Arc::new(move |event: E| handler(event.into_any())), None)
        }
        Err(error) => Box::pin(async { Err(error) }),
    }
}
