//! What all events have in common that are lists of records: the records stay in the receive buffer, and a part of one is
//! found by scanning what it is a part of.

use std::sync::Arc;

use bytes::Bytes;

use crate::event::AnyEvent;
use crate::{Error, Result, json};

/// One element of an event's `Records`.
pub(crate) trait Record: Sized {
    /// As in "an event of SQS".
    const SOURCE: &'static str;

    /// `json` is the record's, and a part of `event`. The error says what is missing of it.
    fn read(json: &str, event: &Bytes) -> Result<Self, Missing>;
}

/// What a record lacks, or has in another form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Missing(pub(crate) &'static str);

/// An event and its records.
pub(crate) struct Batch<R> {
    pub(crate) any: AnyEvent,
    pub(crate) records: Arc<[R]>,
}

impl<R: Record> Batch<R> {
    pub(crate) fn of(any: AnyEvent) -> Result<Self> {
        let event = any.to_original_event();
        let records = records(&event)?;
        Ok(Self { any, records })
    }
}

impl<R> Clone for Batch<R> {
    fn clone(&self) -> Self {
        Self { any: self.any.clone(), records: Arc::clone(&self.records) }
    }
}

fn records<R: Record>(event: &Bytes) -> Result<Arc<[R]>> {
    let unfit = |what: String| Error::bad_request(format!("not an event of {}: {what}", R::SOURCE));
    let list = std::str::from_utf8(event).ok().and_then(|json| member(json, "Records"));
    let elements = list.and_then(json::elements).ok_or_else(|| unfit("it has no `Records`".to_owned()))?;
    let read = |(index, element): (usize, Result<(_, &str), json::Malformed>)| {
        let (_, json) = element.map_err(|_| unfit("its `Records` are no JSON".to_owned()))?;
        R::read(json, event).map_err(|Missing(name)| unfit(format!("`Records[{index}]` has no `{name}`")))
    };
    elements.enumerate().map(read).collect()
}

/// The JSON of one member of an object.
pub(crate) fn member<'a>(object: &'a str, wanted: &str) -> Option<&'a str> {
    let mut members = json::members(object)?.map_while(Result::ok);
    members.find(|(name, _)| name == wanted).map(|(_, value)| value)
}

/// The text of one member of a record.
pub(crate) fn text_member(record: &Bytes, wanted: &str) -> Option<String> {
    let json = std::str::from_utf8(record).ok()?;
    member(json, wanted).and_then(json::text).map(Into::into)
}

/// An event that is a list of records, as a handler and a middleware take it.
macro_rules! batch_event {
    ($(#[$doc:meta])* $event:ident of $record:ident, $kind:literal around $around:ident) => {
        $crate::events::source_event::source_event! {
            $(#[$doc])* $event holds $crate::events::batch::Batch<$record>, $kind around $around
        }

        impl $event {
            /// The records, in the order in which they came.
            pub fn records(&self) -> &[$record] {
                &self.content.records
            }

            /// The same as `records().iter()`.
            pub fn iter(&self) -> std::slice::Iter<'_, $record> {
                self.records().iter()
            }
        }

        impl<'a> IntoIterator for &'a $event {
            type Item = &'a $record;
            type IntoIter = std::slice::Iter<'a, $record>;

            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }

        impl std::fmt::Debug for $event {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.debug_struct(stringify!($event)).field("records", &self.records()).finish()
            }
        }
    };
}

pub(crate) use batch_event;
