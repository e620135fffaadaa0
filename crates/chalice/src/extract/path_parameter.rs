//! Arguments that are named like a path parameter.

use std::str::FromStr;

use crate::{Error, Request, Result};

/// What a path parameter may be: anything that parses from text.
///
/// ```
/// use chalice::prelude::*;
///
/// struct Year(u16);
///
/// impl std::str::FromStr for Year {
///     type Err = String;
///
///     fn from_str(text: &str) -> Result<Self, String> {
///         text.parse().ok().filter(|year| *year > 1900).map(Year).ok_or_else(|| "no year since 1900".to_owned())
///     }
/// }
///
/// #[get("/in/{year}")]
/// async fn year(year: Year) -> String {
///     year.0.to_string()
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a path parameter",
    label = "the argument is named like a path parameter, so its type must implement `FromStr`"
)]
pub trait FromPathParameter: Sized {
    /// Makes the argument from the decoded text.
    ///
    /// # Errors
    /// Why the text does not parse.
    fn from_path_parameter(text: &str) -> Result<Self, String>;
}

impl<T: FromStr> FromPathParameter for T
where
    T::Err: std::fmt::Display,
{
    fn from_path_parameter(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error: T::Err| error.to_string())
    }
}

/// What the attributes call.
#[doc(hidden)]
pub fn path_parameter<T: FromPathParameter>(request: &Request, name: &str) -> Result<T> {
    let text = request.path_parameter(name)?;
    let invalid = |why| Error::bad_request(format!("path parameter `{name}` is not valid: `{text}`: {why}"));
    T::from_path_parameter(text).map_err(invalid)
}
