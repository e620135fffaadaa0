//! How routes' handlers are called. What a call does is compiled once for each list of arguments, and for each route no
//! more than the start of its handler: an application of 200 routes must not take long to compile.
#![allow(missing_docs)] // public for the expansions of the attributes alone
#![allow(clippy::too_many_arguments)] // one function for each number of arguments

use std::future::Future;
use std::pin::Pin;

use crate::blocking::may_block;
use crate::extract::path_parameter;
use crate::state::Needs;
use crate::{BoxFuture, FromPathParameter, Request, Response, Result};

/// A route's handler with all that calling it takes.
pub trait Call: Sync {
    fn call(&'static self, request: Request) -> BoxFuture<Result<Response>>;

    fn needs(&self) -> Vec<Needs>;
}

/// Where an argument comes from. Each says what it needs of its type where it is made and nowhere else, so that rustc
/// has one thing to say of a type that does not fit.
pub enum Origin<A> {
    /// Named like this path parameter.
    Path(&'static str, fn(&Request, &str) -> Result<A>),
    /// Any other argument: `FromRequest::make`.
    Request(for<'a> fn(&'a Request) -> Making<'a, A>, Needs),
}

pub type Making<'a, A> = Pin<Box<dyn Future<Output = Result<A>> + Send + 'a>>;

/// An argument that is named like a path parameter.
pub const fn in_path<A: FromPathParameter>(name: &'static str) -> Origin<A> {
    Origin::Path(name, path_parameter)
}

impl<A> Origin<A> {
    async fn make(&self, request: &Request) -> Result<A> {
        match self {
            Self::Path(name, make) => make(request, name),
            Self::Request(make, _) => make(request).await,
        }
    }

    fn needs(&self) -> Needs {
        match self {
            Self::Path(..) => Needs::Nothing,
            Self::Request(_, needs) => *needs,
        }
    }
}

/// The origins of all arguments.
pub trait Origins: Sync + 'static {
    type Arguments: Send + 'static;

    fn make(&self, request: &Request) -> impl Future<Output = Result<Self::Arguments>> + Send;

    fn needs(&self) -> Vec<Needs>;
}

/// An `async fn`: its future in a box, so that whatever awaits it is compiled for its output alone.
pub trait Start<A, O>: Sync {
    fn start(&self, arguments: A) -> BoxFuture<O>;
}

/// A `fn`.
pub trait Run<A, O>: Sync {
    fn run(&self, arguments: A) -> O;
}

pub struct Asynchronous<S: Origins, O: 'static> {
    handler: &'static dyn Start<S::Arguments, O>,
    origins: S,
    into_response: fn(O) -> Result<Response>,
}

impl<S: Origins, O> Call for Asynchronous<S, O> {
    fn call(&'static self, request: Request) -> BoxFuture<Result<Response>> {
        Box::pin(async move {
            let arguments = self.origins.make(&request).await?;
            drop(request);
            let returned = self.handler.start(arguments).await;
            (self.into_response)(returned)
        })
    }

    fn needs(&self) -> Vec<Needs> {
        self.origins.needs()
    }
}

pub struct Synchronous<S: Origins, O: 'static> {
    handler: &'static dyn Run<S::Arguments, O>,
    origins: S,
    into_response: fn(O) -> Result<Response>,
}

impl<S: Origins, O> Call for Synchronous<S, O> {
    fn call(&'static self, request: Request) -> BoxFuture<Result<Response>> {
        Box::pin(async move {
            let arguments = self.origins.make(&request).await?;
            drop(request);
            may_block(move || (self.into_response)(self.handler.run(arguments))).await?
        })
    }

    fn needs(&self) -> Vec<Needs> {
        self.origins.needs()
    }
}

macro_rules! calls {
    ($($asynchronous:ident $synchronous:ident ($($argument:ident $value:ident),*),)*) => {$(
        impl<$($argument: Send + 'static,)*> Origins for ($(Origin<$argument>,)*) {
            type Arguments = ($($argument,)*);

            #[allow(clippy::unused_unit, clippy::unused_async, unused_variables)] // of no arguments
            async fn make(&self, request: &Request) -> Result<Self::Arguments> {
                let ($($value,)*) = self;
                Ok(($($value.make(request).await?,)*))
            }

            fn needs(&self) -> Vec<Needs> {
                let ($($value,)*) = self;
                vec![$($value.needs()),*]
            }
        }

        impl<F, R, $($argument,)*> Start<($($argument,)*), R::Output> for F
        where
            F: Fn($($argument),*) -> R + Sync,
            R: Future + Send + 'static,
        {
            fn start(&self, ($($value,)*): ($($argument,)*)) -> BoxFuture<R::Output> {
                Box::pin(self($($value),*))
            }
        }

        impl<F, R, $($argument,)*> Run<($($argument,)*), R> for F
        where
            F: Fn($($argument),*) -> R + Sync,
        {
            fn run(&self, ($($value,)*): ($($argument,)*)) -> R {
                self($($value),*)
            }
        }

        pub const fn $asynchronous<F, R $(, $argument)*>(
            handler: &'static F,
            $($value: Origin<$argument>,)*
            into_response: fn(R::Output) -> Result<Response>,
        ) -> Asynchronous<($(Origin<$argument>,)*), R::Output>
        where
            F: Fn($($argument),*) -> R + Sync,
            R: Future + Send + 'static,
            $($argument: Send + 'static,)*
        {
            Asynchronous { handler, origins: ($($value,)*), into_response }
        }

        pub const fn $synchronous<F, R $(, $argument)*>(
            handler: &'static F,
            $($value: Origin<$argument>,)*
            into_response: fn(R) -> Result<Response>,
        ) -> Synchronous<($(Origin<$argument>,)*), R>
        where
            F: Fn($($argument),*) -> R + Sync,
            $($argument: Send + 'static,)*
        {
            Synchronous { handler, origins: ($($value,)*), into_response }
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
