//! How routes' handlers are called. The attributes write one call of a function here for each route, so that what a
//! call does is compiled once and not in every route: an application of 200 routes must not take long to compile.
#![allow(missing_docs)] // public for the expansions of the attributes alone
#![allow(clippy::too_many_arguments, clippy::manual_async_fn)] // one function for each number of arguments

use std::future::Future;

use crate::extract::path_parameter;
use crate::runtime::in_place;
use crate::{BoxFuture, FromPathParameter, FromRequest, IntoResponse, Request, Response, Result};

/// An argument that is named like this path parameter.
#[derive(Clone, Copy)]
pub struct Parameter(pub &'static str);

/// Any other argument.
#[derive(Clone, Copy)]
pub struct Extractor;

/// Where an argument comes from.
pub trait Source<A>: Send + 'static {
    fn make(self, request: &Request) -> impl Future<Output = Result<A>> + Send;
}

impl<A: FromPathParameter + Send> Source<A> for Parameter {
    async fn make(self, request: &Request) -> Result<A> {
        path_parameter(request, self.0)
    }
}

impl<A: FromRequest> Source<A> for Extractor {
    fn make(self, request: &Request) -> impl Future<Output = Result<A>> + Send {
        A::from_request(request)
    }
}

macro_rules! calls {
    ($($asynchronous:ident $synchronous:ident ($($source:ident $argument:ident $value:ident),*),)*) => {$(
        pub fn $asynchronous<F, R $(, $source, $argument)*>(
            handler: F,
            $($value: $source,)*
            request: Request,
        ) -> BoxFuture<Result<Response>>
        where
            F: FnOnce($($argument),*) -> R + Send + 'static,
            R: Future<Output: IntoResponse> + Send + 'static,
            $($source: Source<$argument>, $argument: Send + 'static,)*
        {
            Box::pin(async move {
                $(let $value = $value.make(&request).await?;)*
                drop(request);
                handler($($value),*).await.into_response()
            })
        }

        pub fn $synchronous<F, R $(, $source, $argument)*>(
            handler: F,
            $($value: $source,)*
            request: Request,
        ) -> BoxFuture<Result<Response>>
        where
            F: FnOnce($($argument),*) -> R + Send + 'static,
            R: IntoResponse,
            $($source: Source<$argument>, $argument: Send + 'static,)*
        {
            Box::pin(async move {
                $(let $value = $value.make(&request).await?;)*
                drop(request);
                in_place(|| handler($($value),*)).into_response()
            })
        }
    )*};
}

calls! {
    asynchronous_0 synchronous_0 (),
    asynchronous_1 synchronous_1 (S1 A1 a1),
    asynchronous_2 synchronous_2 (S1 A1 a1, S2 A2 a2),
    asynchronous_3 synchronous_3 (S1 A1 a1, S2 A2 a2, S3 A3 a3),
    asynchronous_4 synchronous_4 (S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4),
    asynchronous_5 synchronous_5 (S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5),
    asynchronous_6 synchronous_6 (S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6),
    asynchronous_7 synchronous_7 (S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7),
    asynchronous_8 synchronous_8 (
        S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7, S8 A8 a8
    ),
    asynchronous_9 synchronous_9 (
        S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7, S8 A8 a8, S9 A9 a9
    ),
    asynchronous_10 synchronous_10 (
        S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7, S8 A8 a8, S9 A9 a9, S10 A10 a10
    ),
    asynchronous_11 synchronous_11 (
        S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7, S8 A8 a8, S9 A9 a9, S10 A10 a10,
        S11 A11 a11
    ),
    asynchronous_12 synchronous_12 (
        S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7, S8 A8 a8, S9 A9 a9, S10 A10 a10,
        S11 A11 a11, S12 A12 a12
    ),
}
