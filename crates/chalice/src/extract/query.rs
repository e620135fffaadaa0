//! The query string as a struct of the handler's.

use serde::de::DeserializeOwned;

use super::values::{Named, parse};
use super::{FromRequest, OptionalFromRequest};
use crate::state::Needs;
use crate::{Request, Result};

const NAMED: Named = Named { one: "query parameter", all: "the query string" };

/// The query string as a `T`: a struct whose fields are scalars, `Option`s, or `Vec`s of scalars.
///
/// ```
/// use chalice::prelude::*;
///
/// #[derive(serde::Deserialize)]
/// struct Page { offset: u32, limit: Option<u32>, #[serde(default)] tag: Vec<String> }
///
/// #[get("/users")]
/// async fn list(Query(page): Query<Page>) -> String {
///     format!("{} users from {}, tags {:?}", page.limit.unwrap_or(10), page.offset, page.tag)
/// }
/// ```
///
/// What does not fit is answered 400 with the parameter and why.
///
/// `#[serde(flatten)]` hands every value on as text, which a number does not take: let the handler take two arguments,
/// each with its own part of the query string, `Query(search): Query<Search>, Query(page): Query<Page>`.
///
/// `Query<Vec<(String, String)>>` has a pair for each value, by name.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_request(request: &Request) -> Result<Self> {
        parse(request.query_params(), NAMED).map(Self)
    }
}

/// None where there is no query string.
impl<T: DeserializeOwned + Send> OptionalFromRequest for Query<T> {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_request_if_present(request: &Request) -> Result<Option<Self>> {
        let params = request.query_params();
        if params.is_empty() { Ok(None) } else { parse(params, NAMED).map(Self).map(Some) }
    }
}
