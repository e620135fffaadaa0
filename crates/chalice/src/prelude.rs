//! What an application's module uses: `use chalice::prelude::*;`.

pub use crate::{
    AnyEvent, AnyOutput, AuthRequest, AuthResponse, AuthRoute, Authorizer, Bytes, CognitoUserPoolAuthorizer,
    Cors, CustomAuthorizer, Env, Error, Extension, Form, FromEvent, FromRequest, Headers, IamAuthorizer,
    IntoResponse, Json, LambdaContext, LambdaFunctionEvent, Multipart, Next, Path, Query, Request, Response,
    Result, State,
};
pub use crate::{
    authorizer, delete, error_handler, get, head, init, lambda_function, middleware, on_shutdown, options,
    patch, post, put, route,
};
