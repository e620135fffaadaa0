//! From what a request carries to the handler's types, with messages that a caller can act on.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Error, Result};

/// What some editors and shells write before a text in UTF-8. Chalice skips it too.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A JSON body: what Chalice says of a body that is no JSON, and which field it is where the JSON does not fit.
pub(crate) fn json_body<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
    match serde_json::from_slice(body) {
        Ok(value) => Ok(value),
        Err(error) if error.is_data() => Err(Error::bad_request(misfit::<T>("The JSON body", body, &error))),
        Err(_) => Err(Error::bad_request("Error Parsing JSON")),
    }
}

/// An event that is no request: of `#[lambda_function]`, an event source or an authorizer.
pub(crate) fn event<T: DeserializeOwned>(event: &[u8]) -> Result<T> {
    part("The event", event)
}

/// A part of an event, whose name begins a sentence.
pub(crate) fn part<T: DeserializeOwned>(name: &str, part: &[u8]) -> Result<T> {
    serde_json::from_slice(part).map_err(|error| Error::bad_request(misfit::<T>(name, part, &error)))
}

/// What was read as JSON already.
pub(crate) fn value<T: DeserializeOwned>(what: &str, value: &Value) -> Result<T> {
    T::deserialize(value)
        .map_err(|error| Error::bad_request(misfit::<T>(what, value.to_string().as_bytes(), &error)))
}

/// Tracking the path costs, so only what failed is read again with it.
fn misfit<T: DeserializeOwned>(what: &str, json: &[u8], error: &serde_json::Error) -> String {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    shown(what, serde_path_to_error::deserialize::<_, T>(&mut deserializer).err(), error)
}

type ErrorWithPath = serde_path_to_error::Error<serde_json::Error>;

/// What is the same for every type.
#[cold]
#[inline(never)]
fn shown(what: &str, with_path: Option<ErrorWithPath>, error: &serde_json::Error) -> String {
    match with_path {
        Some(error) if error.path().iter().next().is_some() => {
            format!("{what} does not fit at `{}`: {}", error.path(), without_position(error.inner()))
        }
        _ => format!("{what} does not fit: {}", without_position(error)),
    }
}

/// The field is said already; the place in a text that no person wrote is noise.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&position).map_or(text.clone(), str::to_owned)
}
