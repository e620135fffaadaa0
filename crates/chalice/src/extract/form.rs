//! A form as a struct of the handler's.

use serde::de::DeserializeOwned;

use super::values::{Named, parse};
use super::{FromRequest, OptionalFromRequest};
use crate::request::QueryParams;
use crate::state::Needs;
use crate::{Request, Result};

const NAMED: Named = Named { one: "form field", all: "the form" };

/// A body of the type `application/x-www-form-urlencoded` as a `T`: a struct as with [`Query`](crate::Query).
///
/// ```
/// use chalice::prelude::*;
///
/// #[derive(serde::Deserialize)]
/// struct Login { user: String, remember: Option<bool> }
///
/// #[post("/login")]
/// async fn login(Form(login): Form<Login>) -> String {
///     format!("hello {}, {:?}", login.user, login.remember)
/// }
/// ```
///
/// What does not fit is answered 400 with the field and why.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Form<T>(pub T);

const CONTENT_TYPES: &[&str] = &["application/x-www-form-urlencoded"];

impl<T: DeserializeOwned> FromRequest for Form<T> {
    const NEEDS: Needs = Needs::Nothing;
    const CONTENT_TYPES: &'static [&'static str] = CONTENT_TYPES;

    async fn from_request(request: &Request) -> Result<Self> {
        let text = String::from_utf8_lossy(&request.raw_body()).into_owned();
        parse(&QueryParams::parse(&text), NAMED).map(Self)
    }
}

/// None where the body is empty.
impl<T: DeserializeOwned + Send> OptionalFromRequest for Form<T> {
    const NEEDS: Needs = Needs::Nothing;
    const CONTENT_TYPES: &'static [&'static str] = CONTENT_TYPES;

    async fn from_request_if_present(request: &Request) -> Result<Option<Self>> {
        if request.raw_body().is_empty() { Ok(None) } else { Self::from_request(request).await.map(Some) }
    }
}
