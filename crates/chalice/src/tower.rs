//! Services of the crate `tower` behind a route.

use std::future::poll_fn;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use tower_service::Service;

use crate::error::BoxError;
use crate::{Error, Request, Response, Result};

/// Has a service answer a request: an axum `Router`, for one.
///
/// ```
/// use chalice::prelude::*;
///
/// #[init]
/// fn router() -> axum::Router {
///     axum::Router::new().route("/hello", axum::routing::get(async || "hello"))
/// }
///
/// #[route("/{path+}", methods = ["GET", "POST"])]
/// async fn all(_path: String, router: State<axum::Router>, request: Request) -> Result<Response> {
///     chalice::tower::call(axum::Router::clone(&router), request).await
/// }
/// ```
///
/// The service sees the path as requested, and finds the [`Request`] among the extensions.
///
/// # Errors
/// Where the service or its body fails: a 500.
pub async fn call<S, B>(mut service: S, request: Request) -> Result<Response>
where
    S: Service<http::Request<Full<Bytes>>, Response = http::Response<B>>,
    S::Error: Into<BoxError> + 'static,
    B: BodyExt,
    B::Error: Into<BoxError> + 'static,
{
    let request: http::Request<Bytes> = request.try_into()?;
    poll_fn(|context| service.poll_ready(context)).await.map_err(Error::internal)?;
    let response = service.call(request.map(Full::new)).await.map_err(Error::internal)?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(Error::internal)?.to_bytes();
    Ok(http::Response::from_parts(parts, body).into())
}
