//! All path parameters at once.

use std::cell::Cell;

use serde::de::value::{Error as ValueError, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;
use serde_path_to_error::Segment;

use super::FromRequest;
use super::values::{Named, Values};
use crate::state::Needs;
use crate::{Error, Request, Result};

const NAMED: Named = Named { one: "path parameter", all: "the path" };

/// The path parameters as a `T`: the one that there is, a tuple in their order, or a struct with their names.
///
/// An argument that is named like the parameter is shorter: `id: u32`.
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
/// #[get("/posts/{post_id}")]
/// async fn post(Path(id): Path<u32>) -> String {
///     format!("post {id}")
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
        let parameters = Parameters::of(request);
        serde_path_to_error::deserialize(&parameters)
            .map_err(|error| parameters.misfit(std::any::type_name::<T>(), &error))
            .map(Self)
    }
}

/// The parameters of a path, in their order.
struct Parameters {
    names: Vec<String>,
    values: Vec<String>,
    /// How many the type wants, if it wants a number of them: `u32` one, a pair two.
    wanted: Cell<Option<usize>>,
}

impl Parameters {
    fn of(request: &Request) -> Self {
        let sent = request.uri_params();
        let names = request.parameter_names().into_iter();
        let (names, values) =
            names.filter_map(|name| Some((name.to_owned(), sent.get(name)?.clone()))).unzip();
        Self { names, values, wanted: Cell::default() }
    }

    fn one(&self) -> Result<Values<'_>, ValueError> {
        self.as_many(1)?.next().ok_or_else(|| ValueError::custom("there is none"))
    }

    fn as_many(&self, wanted: usize) -> Result<impl Iterator<Item = Values<'_>>, ValueError> {
        self.wanted.set(Some(wanted));
        if wanted == self.names.len() {
            Ok(self.all())
        } else {
            Err(ValueError::custom("they are not as many"))
        }
    }

    fn all(&self) -> impl Iterator<Item = Values<'_>> {
        self.names.iter().zip(&self.values).map(|(name, value)| Values::named(name, value))
    }

    fn misfit(&self, of: &str, error: &serde_path_to_error::Error<ValueError>) -> Error {
        let which = match (self.wanted.get(), error.path().iter().next()) {
            (Some(wanted), _) if wanted != self.names.len() => {
                let wanted = if wanted == 1 {
                    "one path parameter".to_owned()
                } else {
                    format!("{wanted} path parameters")
                };
                let names = self.names.join("`, `");
                return Error::internal(format!("`Path<{of}>` takes {wanted}, and this route has `{names}`"));
            }
            (_, Some(Segment::Seq { index })) => self.names.get(*index).cloned(),
            (Some(1), _) => self.names.first().cloned(),
            (_, Some(_)) => Some(error.path().to_string()),
            (_, None) => None,
        };
        NAMED.misfit(which.as_deref(), &error.inner().to_string())
    }
}

macro_rules! of_one {
    ($($deserialize:ident)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            self.one()?.$deserialize(visitor)
        }
    )*};
}

/// As a map unless the type says otherwise.
impl<'de> Deserializer<'de> for &'de Parameters {
    type Error = ValueError;

    of_one! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32
        deserialize_f64 deserialize_char deserialize_str deserialize_string deserialize_bytes
        deserialize_byte_buf deserialize_identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        let values = self.values.chunks(1).map(Values::of);
        let names = self.names.iter().map(String::as_str);
        MapDeserializer::new(names.zip(values)).deserialize_any(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        SeqDeserializer::new(self.all()).deserialize_any(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, ValueError> {
        SeqDeserializer::new(self.as_many(length)?).deserialize_any(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.one()?.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! { option unit unit_struct map struct ignored_any }
}
