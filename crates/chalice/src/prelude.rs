//! What an application's module uses: `use chalice::prelude::*;`.

pub use crate::{
    Bytes, Cors, Env, Error, Extension, FromEvent, FromRequest, Headers, IntoResponse, Json, LambdaContext,
    Query, Request, Response, Result, State,
};
pub use crate::{delete, get, head, init, lambda_function, options, patch, post, put, route};
