//! How routes' handlers are called. The attributes write one call of a function here for each route, so that what a
//! call does is compiled once and not in every route: an application of 200 routes must not take long to compile.
#![allow(missing_docs)] // public for the expansions of the attributes alone
#![allow(clippy::too_many_arguments, clippy::manual_async_fn)] // one function for each number of arguments

use std::future::Future;
use std::pin::Pin;

use crate::blocking::may_block;
use crate::extract::path_parameter;
use crate::{BoxFuture, FromPathParameter, Request, Response, Result};

/// Where an argument comes from. Each says what it needs of its type where it is made and nowhere else, so that rustc
/// has one thing to say of a type that does not fit.
pub enum Source<A> {
    /// Named like this path parameter.
    Path(&'static str, fn(&Request, &str) -> Result<A>),
    /// Any other argument: [`FromRequest::source`](crate::FromRequest::source).
    Request(for<'a> fn(&'a Request) -> Making<'a, A>),
}

pub type Making<'a, A> = Pin<Box<dyn Future<Output = Result<A>> + Send + 'a>>;

/// An argument that is named like a path parameter.
pub fn in_path<A: FromPathParameter>(name: &'static str) -> Source<A> {
    Source::Path(name, path_parameter)
}

impl<A> Source<A> {
    async fn make(self, request: &Request) -> Result<A> {
        match self {
            Self::Path(name, make) => make(request, name),
            Self::Request(make) => make(request).await,
        }
    }
}

macro_rules! calls {
    ($($asynchronous:ident $synchronous:ident ($($argument:ident $value:ident),*),)*) => {$(
        pub fn $asynchronous<F, R $(, $argument)*>(
            handler: F,
            $($value: Source<$argument>,)*
            into_response: fn(R::Output) -> Result<Response>,
            request: Request,
        ) -> BoxFuture<Result<Response>>
        where
            F: FnOnce($($argument),*) -> R + Send + 'static,
            R: Future + Send + 'static,
            R::Output: 'static,
            $($argument: Send + 'static,)*
        {
            Box::pin(async move {
                $(let $value = $value.make(&request).await?;)*
                drop(request);
                into_response(handler($($value),*).await)
            })
        }

        pub fn $synchronous<F, R $(, $argument)*>(
            handler: F,
            $($value: Source<$argument>,)*
            into_response: fn(R) -> Result<Response>,
            request: Request,
        ) -> BoxFuture<Result<Response>>
        where
            F: FnOnce($($argument),*) -> R + Send + 'static,
            R: 'static,
            $($argument: Send + 'static,)*
        {
            Box::pin(async move {
                $(let $value = $value.make(&request).await?;)*
                drop(request);
                may_block(move || into_response(handler($($value),*))).await?
            })
        }
    )*};
}

calls! {
    asynchronous_0 synchronous_0 (),
    asynchronous_1 synchronous_1 (A1 a1),
    asynchronous_2 synchronous_2 (A1 a1, A2 a2),
    asynchronous_3 synchronous_3 (A1 a1, A2 a2, A3 a3),
    asynchronous_4 synchronous_4 (A1 a1, A2 a2, A3 a3, A4 a4),
    asynchronous_5 synchronous_5 (A1 a1, A2 a2, A3 a3, A4 a4, A5 a5),
    asynchronous_6 synchronous_6 (A1 a1, A2 a2, A3 a3, A4 a4, A5 a5, A6 a6),
    asynchronous_7 synchronous_7 (A1 a1, A2 a2, A3 a3, A4 a4, A5 a5, A6 a6, A7 a7),
    asynchronous_8 synchronous_8 (
        A1 a1, A2 a2, A3 a3, A4 a4, A5 a5, A6 a6, A7 a7, A8 a8
    ),
    asynchronous_9 synchronous_9 (
        A1 a1, A2 a2, A3 a3, A4 a4, A5 a5, A6 a6, A7 a7, A8 a8, A9 a9
    ),
    asynchronous_10 synchronous_10 (
        A1 a1, A2 a2, A3 a3, A4 a4, A5 a5, A6 a6, A7 a7, A8 a8, A9 a9, A10 a10
    ),
    asynchronous_11 synchronous_11 (
        A1 a1, A2 a2, A3 a3, A4 a4, A5 a5, A6 a6, A7 a7, A8 a8, A9 a9, A10 a10,
        A11 a11
    ),
    asynchronous_12 synchronous_12 (
        A1 a1, A2 a2, A3 a3, A4 a4, A5 a5, A6 a6, A7 a7, A8 a8, A9 a9, A10 a10,
        A11 a11, A12 a12
    ),
}
