//! AWS Chalice, for Rust: attributed functions become a serverless application on AWS Lambda.
//!
//! ```
//! use chalice::prelude::*;
//! use serde::{Deserialize, Serialize};
//! # struct Db; impl Db {
//! #     fn open(_: &str) -> Db { Db }
//! #     async fn find(&self, _: u32) -> std::io::Result<Option<User>> { Ok(None) }
//! #     async fn add(&self, user: User) -> std::io::Result<User> { Ok(user) }
//! # }
//!
//! # const _: &str = stringify! {
//! chalice::app! {
//!     name: "todo-api",                        // default: the package's name
//!     cors: Cors::new("https://example.com"),  // for every route; a route's own `cors` wins
//! }
//! # };
//!
//! #[derive(Deserialize, Serialize)]
//! struct User { name: String }
//!
//! /// Once per cold start, before the first request.
//! #[init]
//! fn connect(env: Env) -> Result<Db> {
//!     Ok(Db::open(&env.get("TABLE_NAME")?))
//! }
//!
//! /// An argument named like a path parameter is that parameter; every other is made from the request.
//! #[get("/users/{user_id}")]
//! async fn get_user(user_id: u32, db: State<Db>) -> Result<Json<User>> {
//!     let user = db.find(user_id).await?; // an error is a logged 500
//!     user.map(Json).ok_or_else(|| Error::not_found(format!("User {user_id} not found")))
//! }
//!
//! #[route("/users", methods = ["POST"], cors = true)]
//! async fn create_user(Json(user): Json<User>, db: State<Db>) -> Result<(u16, Json<User>)> {
//!     Ok((201, Json(db.add(user).await?)))
//! }
//!
//! /// A Lambda function of its own, invoked by name.
//! #[lambda_function]
//! async fn report(days: u32, context: LambdaContext) -> Result<String> {
//!     Ok(format!("{days} days, request {}", context.aws_request_id()))
//! }
//! ```
//!
//! [`app!`] stands once and makes `main`, so the binary is ready for Lambda; the command-line tool `rchalice` builds
//! and deploys it. The attributes leave a manifest in the binary, which is all that `rchalice` needs to know.
//!
//! # A project
//!
//! `src/lib.rs` holds the application, `src/main.rs` is `use todo_api::main;`, and each file in `tests/` starts with
//! `use todo_api as _;`, which links the handlers. A single `src/main.rs` works too.
//!
//! # Step by step
//!
//! | to | see |
//! |---|---|
//! | answer a path | [`macro@route`], and for one method [`macro@get`], [`macro@post`], [`macro@put`], [`macro@delete`] |
//! | take what was sent | path parameters by their names, [`Json`], [`Query`], [`Form`], [`Path`], [`Multipart`], [`Headers`], all of the [`Request`], a type of your own with [`FromRequest`] |
//! | answer with more than a value | [`IntoResponse`], [`Response`], [`Response::stream`] |
//! | fail | [`Error`]; `#[error_handler]` ([`macro@error_handler`]) decides what errors of your own answer |
//! | test | `chalice::test::Client` (feature `test`) |
//! | make something once, read settings | [`macro@init`] with [`State`], [`Env`]; [`macro@on_shutdown`] |
//! | be called by a page of another site | [`Cors`] |
//! | let only some in | [`macro@authorizer`] with [`AuthRequest`] and [`AuthResponse`], or an [`Authorizer`] of AWS |
//! | do the same around many handlers | [`macro@middleware`] with [`Next`], [`Extension`] |
//! | run without HTTP | [`macro@lambda_function`], [`FromEvent`] |
//! | process what a queue, a stream or a table delivers | [`macro@on_sqs_message`] with [`SqsEvent`], [`macro@on_kinesis_record`] with [`KinesisEvent`], [`macro@on_dynamodb_record`] with [`DynamodbEvent`]; [`BatchResponse`] |
//! | do something every hour, or when AWS says that something happened | [`macro@schedule`] with [`ScheduleEvent`], [`macro@on_cw_event`] with [`CloudWatchEvent`] |
//! | spread over modules and crates | [`blueprint!`], [`app!`] |
//! | log | features `log` and `tracing`: what these crates are told, a JSON line each with the request's id; a logger of your own in an [`macro@init`] goes before |
//! | bring what you have | features `http` and `tower`: an axum router behind a route; feature `anyhow` |
//!
//! # What runs at the same time
//!
//! Lambda gives an instance one invocation at a time, and the whole of it runs on one thread, a tokio runtime. An
//! `async fn` shares that thread with the tasks that it spawned and with the connections of AWS clients. A `fn` is called
//! in place, so while it runs they stand still; what has to go on meanwhile belongs into an `async fn`, and what takes
//! long there into `tokio::task::spawn_blocking`.
//!
//! On Lambda Managed Instances (`AWS_LAMBDA_MAX_CONCURRENCY` over 1) each invocation has a thread, and a `fn` is called
//! on another, one for what blocks: it holds up no task. What it takes and returns is therefore `Send`.
//!
//! An invocation that does not end is named in a log line 100 ms before Lambda stops it, whatever it waits for or
//! blocks. `#[on_shutdown]` has half a second; what is not done by then is named in a log line too.
//!
//! # Errors, middleware, authorizers
//!
//! ```
//! use chalice::prelude::*;
//!
//! #[derive(Debug)]
//! struct OutOfStock;
//! # impl std::fmt::Display for OutOfStock {
//! #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("out of stock") }
//! # }
//! # impl std::error::Error for OutOfStock {}
//!
//! /// Answers this error wherever `?` brought it.
//! #[error_handler]
//! fn out_of_stock(_: &OutOfStock, request: &Request) -> (u16, String) {
//!     (409, format!("{} is out of stock", request.path()))
//! }
//!
//! /// Around every route.
//! #[middleware(http)]
//! async fn request_id(request: Request, next: Next) -> Result<Response> {
//!     let id = request.lambda_context().aws_request_id().to_owned();
//!     Ok(next.respond(request).await.header("X-Request-ID", id))
//! }
//!
//! /// API Gateway asks it before it calls the route.
//! #[authorizer(ttl_seconds = 30)]
//! async fn check(request: AuthRequest) -> Result<AuthResponse> {
//!     if request.token() != "secret" {
//!         return Err(Error::unauthorized("unknown token"));
//!     }
//!     Ok(AuthResponse::new(["*"], "admin"))
//! }
//!
//! #[post("/orders/{item}", authorizer = check)]
//! async fn order(item: String) -> Result<(), OutOfStock> {
//!     if item == "pear" { Err(OutOfStock) } else { Ok(()) }
//! }
//! ```
#![warn(missing_docs)]

mod application;
mod attributes;
mod authorizer;
mod blocking;
mod call;
mod context;
mod cors;
mod decode;
pub mod env;
mod error;
mod error_handler;
mod event;
mod events;
mod extract;
mod facts;
mod frame;
mod guard;
mod hook;
mod instance;
#[cfg(feature = "http")]
mod interop;
mod json;
mod log;
mod middleware;
pub mod prelude;
mod registry;
mod request;
mod response;
mod rest;
mod running;
mod runtime;
mod schedule;
mod scope;
mod state;
#[cfg(feature = "test")]
pub mod test;
#[cfg(feature = "tower")]
pub mod tower;
mod wiring;

use std::future::Future;
use std::pin::Pin;

pub use attributes::{
    app, authorizer, blueprint, delete, error_handler, get, head, init, lambda_function, middleware,
    on_cw_event, on_dynamodb_record, on_kinesis_record, on_shutdown, on_sqs_message, options, patch, post,
    put, route, schedule,
};
pub use authorizer::{
    AuthRequest, AuthResponse, AuthRoute, Authorizer, CognitoUserPoolAuthorizer, CustomAuthorizer,
    IamAuthorizer,
};
pub use bytes::Bytes;
pub use context::LambdaContext;
pub use cors::Cors;
pub use env::Env;
pub use error::{BoxError, Error, Result};
pub use event::{AnyEvent, AnyOutput, FromEvent, IntoAnswer};
pub use events::{
    BatchRecord, BatchResponse, CloudWatchEvent, CloudWatchOutput, DynamodbEvent, DynamodbOutput,
    DynamodbRecord, Item, KinesisEvent, KinesisOutput, KinesisRecord, ScheduleEvent, ScheduleOutput,
    SqsEvent, SqsOutput, SqsRecord,
};
pub use extract::{
    Extension, Form, FromPathParameter, FromRequest, Json, Multipart, OptionalFromRequest, Part, Path, Query,
};
pub use middleware::{Event, LambdaFunctionEvent, Next};
pub use request::{Headers, QueryParams, Request};
pub use response::{Body, IntoResponse, Response};
pub use runtime::run;
pub use state::{Needs, State};

/// A boxed future, as every handler becomes one.
#[doc(hidden)]
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What the attributes' expansions name; no promise is made about any of it.
#[doc(hidden)]
#[allow(missing_docs)]
pub mod __private {
    pub use crate::BoxFuture;
    pub use crate::application::Faults;
    pub use crate::authorizer::{Authorizer, IntoAuthResponse, answer as auth_answer, fallback};
    pub use crate::blocking::may_block;
    pub use crate::call::*;
    pub use crate::error_handler::ErrorView;
    pub use crate::event::{AnyEvent, FromEvent, IntoAnswer};
    pub use crate::events::{Reports, ReportsFallback, Source};
    pub use crate::extract::{FromRequest, path_parameter};
    pub use crate::frame::{Accepts, END, Piece, frame};
    pub use crate::hook::{Hook, HookKind, HookPlace, no_needs};
    pub use crate::middleware::{Argument, Event, Middleware, Next, Passed, is_kind};
    pub use crate::registry::{ENTRIES_0_1_0, Entry, HOOKS_0_1_0, Handler, INITS_0_1_0};
    pub use crate::response::IntoResponse;
    pub use crate::schedule::judged_schedule;
    pub use crate::scope::Scope;
    pub use crate::state::{
        FromScope, Init, InitFuture, Made, Needs, Returned, ReturnedFallback, StateType, made,
    };
    pub use crate::wiring::check_wiring;
    pub use crate::{Cors, Error, Request, Response, Result};
    pub use linkme;

    /// A call whose function is a value: where a trait is missing, rustc then points at the function, which the
    /// attributes place at the user's type, and not at the call, which is theirs.
    pub fn on<A, R>(argument: A, call: impl FnOnce(A) -> R) -> R {
        call(argument)
    }

    #[macro_export]
    #[doc(hidden)]
    macro_rules! __register_hook {
        (name: $name:expr, kind: $kind:expr, needs: $needs:expr $(,)?) => {
            static __HOOK: $crate::__private::Hook = $crate::__private::Hook {
                name: $name,
                place: $crate::__private::HookPlace {
                    package: ::core::env!("CARGO_PKG_NAME"),
                    version: ::core::env!("CARGO_PKG_VERSION"),
                    bin: ::core::option_env!("CARGO_BIN_NAME"),
                    module: ::core::module_path!(),
                    file: ::core::file!(),
                    line: ::core::line!(),
                },
                kind: $kind,
                needs: $needs,
            };
            #[$crate::__private::linkme::distributed_slice($crate::__private::HOOKS_0_1_0)]
            #[linkme(crate = $crate::__private::linkme)]
            static __REGISTERED: &'static $crate::__private::Hook = &__HOOK;
        };
    }

    #[macro_export]
    #[doc(hidden)]
    macro_rules! __register_init {
        ($init:expr) => {
            static __INIT: $crate::__private::Init = $init;
            #[$crate::__private::linkme::distributed_slice($crate::__private::INITS_0_1_0)]
            #[linkme(crate = $crate::__private::linkme)]
            static __REGISTERED: &'static $crate::__private::Init = &__INIT;
        };
    }
}
