//! Bodies that are sent while they are made.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use crate::env::Env;
use crate::error::BoxError;
use crate::guard::guarded_next;
use crate::{Error, Result};

/// A stream of the user's.
pub(crate) struct BodyStream(Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>);

/// Its items as bytes, its errors as ours.
struct Chunks<S>(Pin<Box<S>>);

impl<S, B, E> Stream for Chunks<S>
where
    S: Stream<Item = Result<B, E>>,
    B: Into<Bytes>,
    E: Into<BoxError>,
{
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        let item = ready!(self.0.as_mut().poll_next(context));
        Poll::Ready(item.map(|item| match item {
            Ok(bytes) => Ok(bytes.into()),
            Err(error) => Err(Error::internal(error.into())),
        }))
    }
}

struct Whole(Option<Bytes>);

impl Stream for Whole {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

impl BodyStream {
    pub(super) fn new<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes>,
        E: Into<BoxError>,
    {
        Self(Box::pin(Chunks(Box::pin(stream))))
    }

    /// A body that is there already.
    pub(crate) fn whole(body: Bytes) -> Self {
        Self(Box::pin(Whole(Some(body).filter(|body| !body.is_empty()))))
    }

    /// The next part of the body; None at its end.
    pub(crate) async fn next(&mut self, env: &Env) -> Result<Option<Bytes>> {
        match guarded_next(env, self.0.as_mut()).await {
            Ok(item) => item.transpose(),
            Err(panic) => Err(Error::from_panic(panic)),
        }
    }

    /// All of it, as far as it goes; and what ended it early.
    pub(crate) async fn collect(mut self, env: &Env) -> (Vec<u8>, Option<Error>) {
        let mut body = Vec::new();
        loop {
            match self.next(env).await {
                Ok(Some(part)) => body.extend_from_slice(&part),
                Ok(None) => return (body, None),
                Err(error) => return (body, Some(error)),
            }
        }
    }
}

impl std::fmt::Debug for BodyStream {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("BodyStream")
    }
}
