//! Named texts, as of a query string, a form or a path, as a struct of the handler's.

use serde::de::value::{Error as ValueError, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::request::QueryParams;
use crate::{Error, Result};

/// What the values are called in a message.
#[derive(Clone, Copy)]
pub(super) struct Named {
    pub(super) one: &'static str,
    pub(super) all: &'static str,
}

/// The values as a `T`, or a 400 that says which one does not fit and why.
pub(super) fn parse<T: DeserializeOwned>(params: &QueryParams, named: Named) -> Result<T> {
    let entries = params.iter().map(|(name, values)| (name, Values(values)));
    let map: MapDeserializer<'_, _, ValueError> = MapDeserializer::new(entries);
    serde_path_to_error::deserialize(map).map_err(|error| misfit(&error, named))
}

/// The values alone, in their order, as a `T`.
pub(super) fn parse_in_order<T: DeserializeOwned>(values: &[String], named: Named) -> Result<T> {
    let seq: SeqDeserializer<_, ValueError> = SeqDeserializer::new(values.chunks(1).map(Values));
    serde_path_to_error::deserialize(seq).map_err(|error| misfit(&error, named))
}

fn misfit(error: &serde_path_to_error::Error<ValueError>, named: Named) -> Error {
    let Named { one, all } = named;
    Error::bad_request(match error.path().iter().next() {
        Some(_) => format!("{one} `{}` is not valid: {}", error.path(), error.inner()),
        None => format!("{all} is not valid: {}", error.inner()),
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
