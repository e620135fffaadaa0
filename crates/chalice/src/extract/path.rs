//! All path parameters at once.

use serde::de::DeserializeOwned;

use super::FromRequest;
use super::values::{Named, parse, parse_in_order};
use crate::request::QueryParams;
use crate::state::Needs;
use crate::{Request, Result};

const NAMED: Named = Named { one: "path parameter", all: "the path" };

/// The path parameters as a `T`: a struct with their names, or a tuple in their order.
///
/// ```
/// use chalice::prelude::*;
///
/// #[derive(serde::Deserialize)]
/// struct Comment { post_id: u32, comment_id: u32 }
///
/// #[get("/posts/{post_id}/comments/{comment_id}")]
/// async fn comment(Path(comment): Path<Comment>) -> String {
///     format!("comment {} of post {}", comment.comment_id, comment.post_id)
/// }
///
/// #[get("/pairs/{first}/{second}")]
/// async fn pair(Path((first, second)): Path<(u8, String)>) -> String {
///     format!("{first} and {second}")
/// }
/// ```
///
/// What does not parse is answered 400 with the parameter and why.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Path<T> {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_request(request: &Request) -> Result<Self> {
        let parameters = request.uri_params();
        if is_tuple::<T>() {
            let names = request.parameter_names();
            let values: Vec<String> =
                names.into_iter().filter_map(|name| parameters.get(name).cloned()).collect();
            return parse_in_order(&values, NAMED).map(Self);
        }
        let named = parameters.iter().map(|(name, value)| (name.clone(), vec![value.clone()]));
        parse(&QueryParams::new(named.collect()), NAMED).map(Self)
    }
}

/// A tuple's name is its only part that a struct could not have.
fn is_tuple<T>() -> bool {
    std::any::type_name::<T>().starts_with('(')
}
