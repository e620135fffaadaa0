//! What a route's handler may take as an argument.

mod form;
mod multipart;
mod path;
mod path_parameter;
mod query;
mod values;

use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::call::Making;
use crate::env::Env;
use crate::frame::Accepts;
use crate::request::{Headers, QueryParams};
use crate::state::Needs;
use crate::{Error, LambdaContext, Request, Result};

pub use form::Form;
pub use multipart::{Multipart, Part};
pub use path::Path;
pub use path_parameter::{FromPathParameter, path_parameter};
pub use query::Query;

/// An argument that is made from the request.
///
/// ```
/// use chalice::{Error, FromRequest, Request, Result};
///
/// struct Tenant(String);
///
/// impl FromRequest for Tenant {
///     async fn from_request(request: &Request) -> Result<Self> {
///         let tenant = request.headers().get("x-tenant").ok_or_else(|| Error::bad_request("X-Tenant is missing"))?;
///         Ok(Tenant(tenant.to_owned()))
///     }
/// }
/// ```
///
/// One that takes states says which; it makes them as a handler's argument is made:
///
/// ```
/// use chalice::prelude::*;
/// use chalice::{FromRequest, Needs};
///
/// struct Sessions;
///
/// #[init]
/// fn sessions() -> Sessions {
///     Sessions
/// }
///
/// struct Caller(State<Sessions>, LambdaContext);
///
/// impl FromRequest for Caller {
///     const NEEDS: Needs = Needs::state::<Sessions>();
///
///     async fn from_request(request: &Request) -> Result<Self> {
///         Ok(Caller(State::from_request(request).await?, LambdaContext::from_request(request).await?))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from a request",
    label = "neither an extractor nor named like a path parameter",
    note = "take `Json<T>`, `Form<T>`, `Query<T>`, `Path<T>`, `State<T>`, `Request`, `Headers`, `Bytes`, `Env` or \
            `LambdaContext`, or name the argument like a `{{parameter}}` of the route"
)]
pub trait FromRequest: Sized {
    /// What a route with this argument accepts, unless it has `content_types` of its own.
    const CONTENT_TYPES: &'static [&'static str] = &[];

    /// The same for a record, worked out once for each type and not for each route.
    #[doc(hidden)]
    const ACCEPTS: Accepts = Accepts::of(Self::CONTENT_TYPES);

    /// What it needs from `#[init]`; any state, unless said otherwise. Said, the functions that have such an argument run
    /// no other `#[init]`, and a state that nothing makes is found by `app!`'s test, by the test client and at the start.
    const NEEDS: Needs = Needs::Anything;

    /// The same of a type whose name says that it is not made of a body.
    #[doc(hidden)]
    const NEEDS_WITHOUT_BODY: Needs = {
        assert!(
            Self::CONTENT_TYPES.is_empty(),
            "this type is named like one of chalice's that accepts every content type: give it another name"
        );
        Self::NEEDS
    };

    /// Makes the argument.
    ///
    /// # Errors
    /// What the caller is told instead; the handler does not run.
    fn from_request(request: &Request) -> impl Future<Output = Result<Self>> + Send;

    /// What the attributes name; of the trait itself, so that rustc says only once that a type does not implement it.
    #[doc(hidden)]
    fn make(request: &Request) -> Making<'_, Self>
    where
        Self: 'static,
    {
        Box::pin(Self::from_request(request))
    }
}

/// An argument that may be absent, as `Option<E>`. One that is there and malformed is still an error.
///
/// ```
/// use chalice::OptionalFromRequest;
/// use chalice::prelude::*;
///
/// struct Tenant(String);
///
/// impl OptionalFromRequest for Tenant {
///     async fn from_request_if_present(request: &Request) -> Result<Option<Self>> {
///         Ok(request.headers().get("x-tenant").map(|name| Tenant(name.to_owned())))
///     }
/// }
///
/// #[get("/")]
/// async fn index(tenant: Option<Tenant>) -> String {
///     tenant.map_or_else(|| "nobody's".to_owned(), |tenant| tenant.0)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`Option<{Self}>` cannot be made from a request",
    label = "this extractor is never absent",
    note = "implement `OptionalFromRequest` for `{Self}`, which says when it is absent, or take it without `Option`"
)]
pub trait OptionalFromRequest: Sized {
    /// As [`FromRequest::CONTENT_TYPES`].
    const CONTENT_TYPES: &'static [&'static str] = &[];

    /// As [`FromRequest::NEEDS`].
    const NEEDS: Needs = Needs::Anything;

    /// Makes the argument; None where the request does not have it.
    ///
    /// # Errors
    /// What the caller is told where it is there and malformed.
    fn from_request_if_present(request: &Request) -> impl Future<Output = Result<Option<Self>>> + Send;
}

impl<E: OptionalFromRequest> FromRequest for Option<E> {
    const CONTENT_TYPES: &'static [&'static str] = E::CONTENT_TYPES;
    const NEEDS: Needs = E::NEEDS;

    fn from_request(request: &Request) -> impl Future<Output = Result<Self>> + Send {
        E::from_request_if_present(request)
    }
}

/// JSON: the request's body as an argument, the response's body as a return value.
///
/// ```
/// use chalice::prelude::*;
///
/// #[derive(serde::Deserialize, serde::Serialize)]
/// struct User { name: String }
///
/// #[post("/users")]
/// async fn create(Json(user): Json<User>) -> (u16, Json<User>) {
///     (201, Json(user))
/// }
/// ```
///
/// A body that is no JSON is answered 400 `Error Parsing JSON`; one that does not fit, with the field and why. Of an enum
/// with `#[serde(tag = "…")]` or `#[serde(untagged)]`, and of what is flattened, serde itself does not say the field.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Json<T> {
    const NEEDS: Needs = Needs::Nothing;
    const CONTENT_TYPES: &'static [&'static str] = &["application/json"];

    async fn from_request(request: &Request) -> Result<Self> {
        request.json_body().map(Self)
    }
}

impl<T: DeserializeOwned + Send> OptionalFromRequest for Json<T> {
    const NEEDS: Needs = Needs::Nothing;
    const CONTENT_TYPES: &'static [&'static str] = &["application/json"];

    async fn from_request_if_present(request: &Request) -> Result<Option<Self>> {
        if request.raw_body().is_empty() { Ok(None) } else { request.json_body().map(Self).map(Some) }
    }
}

impl FromRequest for Request {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_request(request: &Request) -> Result<Self> {
        Ok(request.clone())
    }
}

impl FromRequest for Headers {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_request(request: &Request) -> Result<Self> {
        Ok(request.headers().clone())
    }
}

impl FromRequest for QueryParams {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_request(request: &Request) -> Result<Self> {
        Ok(request.query_params().clone())
    }
}

/// The raw body. A route that takes it accepts `application/json` as any other does, until `content_types` says what else:
/// `content_types = ["image/png"]`.
impl FromRequest for Bytes {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_request(request: &Request) -> Result<Self> {
        Ok(request.raw_body())
    }
}

/// None where the body is empty.
impl OptionalFromRequest for Bytes {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_request_if_present(request: &Request) -> Result<Option<Self>> {
        Ok(Some(request.raw_body()).filter(|body| !body.is_empty()))
    }
}

impl FromRequest for LambdaContext {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_request(request: &Request) -> Result<Self> {
        Ok(request.lambda_context().clone())
    }
}

impl FromRequest for Env {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_request(request: &Request) -> Result<Self> {
        Ok(request.scope().env.clone())
    }
}

/// A value that [`Request::insert`] put beside the request.
///
/// ```
/// use chalice::prelude::*;
///
/// struct User(String);
///
/// #[middleware(http)]
/// async fn who(mut request: Request, next: Next) -> Result<Response> {
///     let name = request.headers().get("x-user").unwrap_or("nobody").to_owned();
///     request.insert(User(name));
///     next.run(request).await
/// }
///
/// #[get("/me")]
/// async fn me(user: Extension<User>) -> String {
///     user.0.0.clone()
/// }
/// ```
#[derive(Debug)]
pub struct Extension<T>(pub Arc<T>);

impl<T> Clone for Extension<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Extension<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Extension<T> {
    pub(crate) fn missing() -> Error {
        Error::internal(format!("nothing inserted a `{}`", std::any::type_name::<T>()))
    }
}

impl<T: Send + Sync + 'static> FromRequest for Extension<T> {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_request(request: &Request) -> Result<Self> {
        request.extension().map(Self).ok_or_else(Self::missing)
    }
}

impl<T: Send + Sync + 'static> OptionalFromRequest for Extension<T> {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_request_if_present(request: &Request) -> Result<Option<Self>> {
        Ok(request.extension().map(Self))
    }
}
