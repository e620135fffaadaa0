//! What an application's module uses: `use chalice::prelude::*;`.

pub use crate::{
    AnyEvent, AnyOutput, Bytes, Cors, Env, Error, Extension, FromEvent, FromRequest, Headers, IntoResponse,
    Json, LambdaContext, LambdaFunctionEvent, Next, Query, Request, Response, Result, State,
};
pub use crate::{
    delete, error_handler, get, head, init, lambda_function, middleware, options, patch, post, put, route,
};
