//! Text of a record: it lies in the receive buffer, unless it was escaped there.

use std::borrow::Cow;

use bytes::Bytes;

use crate::json;

#[derive(Clone, Default, Eq, PartialEq)]
pub(crate) struct Text(Bytes);

impl Text {
    /// `json` is a string's, and a part of `event`. None: it is no string.
    pub(crate) fn of(json: &str, event: &Bytes) -> Option<Self> {
        Some(Self(match json::text(json)? {
            Cow::Borrowed(text) => event.slice_ref(text.as_bytes()),
            Cow::Owned(text) => Bytes::from(text),
        }))
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}
