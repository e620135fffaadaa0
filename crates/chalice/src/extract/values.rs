//! Named texts, as of a query string, a form or a path, as a struct of the handler's.

use serde::de::value::{Error as ValueError, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_path_to_error::Segment;

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
    serde_path_to_error::deserialize(Params(params)).map_err(|error| {
        let why = error.inner().to_string();
        match error.path().iter().next() {
            Some(Segment::Seq { index }) => named.misfit(of_pair(params, *index), &why),
            Some(_) => named.misfit(Some(&error.path().to_string()), &why),
            None => named.misfit(culprit(params, &why), &why),
        }
    })
}

impl Named {
    /// A 400 that says why; `which` is the parameter, if it is known.
    pub(super) fn misfit(self, which: Option<&str>, why: &str) -> Error {
        Error::bad_request(match which {
            Some(name) => format!("{} `{name}` is not valid: {why}", self.one),
            None => format!("{} is not valid: {why}", self.all),
        })
    }
}

/// The name in a pair of a list of them.
fn of_pair(params: &QueryParams, index: usize) -> Option<&str> {
    params.iter().flat_map(|(name, values)| values.iter().map(move |_| name)).nth(index)
}

/// A flattened struct knows its texts no more by their names: the one that serde quotes.
fn culprit<'a>(params: &'a QueryParams, why: &str) -> Option<&'a str> {
    let is_quoted = |values: &[String]| {
        values.last().is_some_and(|text| why.starts_with(&format!("invalid type: string {text:?}, ")))
    };
    params.iter().find(|(_, values)| is_quoted(values)).map(|(name, _)| name)
}

/// All parameters: a map of them, or a list of pairs.
#[derive(Clone, Copy)]
struct Params<'a>(&'a QueryParams);

impl<'de> Deserializer<'de> for Params<'de> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let entries = self.0.iter().map(|(name, values)| (name, Values::of(values)));
        MapDeserializer::new(entries).deserialize_any(visitor)
    }

    /// A parameter that stands several times is several pairs.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let each = |(name, values): (&'de str, &'de [String])| {
            values.chunks(1).map(move |value| (name, Values::of(value)))
        };
        MapDeserializer::new(self.0.iter().flat_map(each)).deserialize_seq(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The values of one parameter, of which a scalar takes the last.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    /// Where a pair of the name and the value may be asked for.
    name: Option<&'a String>,
    values: &'a [String],
}

impl<'a> Values<'a> {
    pub(super) fn of(values: &'a [String]) -> Self {
        Self { name: None, values }
    }

    pub(super) fn named(name: &'a String, value: &'a String) -> Self {
        Self { name: Some(name), values: std::slice::from_ref(value) }
    }

    fn last(self) -> &'a str {
        self.values.last().map_or("", String::as_str)
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
        visitor.visit_seq(SeqDeserializer::new(self.values.chunks(1).map(Values::of)))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, ValueError> {
        match self.name {
            Some(name) if length == 2 => {
                let pair = [Values::of(std::slice::from_ref(name)), Values::of(self.values)];
                visitor.visit_seq(SeqDeserializer::new(pair.into_iter()))
            }
            _ => self.deserialize_seq(visitor),
        }
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
