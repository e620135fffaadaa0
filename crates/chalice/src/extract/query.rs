//! The query string as a struct of the handler's.

use serde::de::value::{Error as ValueError, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::{FromRequest, OptionalFromRequest};
use crate::request::QueryParams;
use crate::{Error, Request, Result};

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
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    async fn from_request(request: &Request) -> Result<Self> {
        parse(request.query_params()).map(Self)
    }
}

/// None where there is no query string.
impl<T: DeserializeOwned + Send> OptionalFromRequest for Query<T> {
    async fn from_request_if_present(request: &Request) -> Result<Option<Self>> {
        let params = request.query_params();
        if params.is_empty() { Ok(None) } else { parse(params).map(Self).map(Some) }
    }
}

fn parse<T: DeserializeOwned>(params: &QueryParams) -> Result<T> {
    let entries = params.iter().map(|(name, values)| (name, Values(values)));
    let map: MapDeserializer<'_, _, ValueError> = MapDeserializer::new(entries);
    serde_path_to_error::deserialize(map).map_err(|error| {
        let message = match error.path().iter().next() {
            Some(_) => format!("query parameter `{}` is not valid: {}", error.path(), error.inner()),
            None => format!("the query string is not valid: {}", error.inner()),
        };
        Error::bad_request(message)
    })
}

/// The values of one parameter, of which a scalar takes the last.
#[derive(Clone, Copy)]
struct Values<'a>(&'a [String]);

impl<'a> Values<'a> {
    fn last(self) -> &'a str {
        self.0.last().map_or("", String::as_str)
    }
}

impl<'a> IntoDeserializer<'a> for Values<'a> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($deserialize:ident $visit:ident $kind:literal,)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            let text = self.last();
            visitor.$visit(text.parse().map_err(|_| ValueError::custom(format_args!("`{text}` is not {}", $kind)))?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Values<'de> {
    type Error = ValueError;

    parsed! {
        deserialize_bool visit_bool "true or false",
        deserialize_i8 visit_i8 "a whole number of 8 bits",
        deserialize_i16 visit_i16 "a whole number of 16 bits",
        deserialize_i32 visit_i32 "a whole number of 32 bits",
        deserialize_i64 visit_i64 "a whole number of 64 bits",
        deserialize_i128 visit_i128 "a whole number of 128 bits",
        deserialize_u8 visit_u8 "a whole number from 0 to 255",
        deserialize_u16 visit_u16 "a whole number from 0 to 65535",
        deserialize_u32 visit_u32 "a whole number of 32 bits, from 0",
        deserialize_u64 visit_u64 "a whole number of 64 bits, from 0",
        deserialize_u128 visit_u128 "a whole number of 128 bits, from 0",
        deserialize_f32 visit_f32 "a number",
        deserialize_f64 visit_f64 "a number",
        deserialize_char visit_char "one character",
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_borrowed_str(self.last())
    }

    /// A parameter that stands there is there, though it may be empty.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_some(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_seq(SeqDeserializer::new(self.0.chunks(1).map(Values)))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_enum(self.last().into_deserializer())
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        str string bytes byte_buf unit unit_struct tuple_struct map struct identifier ignored_any
    }
}
