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
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $event {
            batch: $crate::events::batch::Batch<$record>,
        }

        impl $event {
            /// The records, in the order in which they came.
            pub fn records(&self) -> &[$record] {
                &self.batch.records
            }

            /// The same as `records().iter()`.
            pub fn iter(&self) -> std::slice::Iter<'_, $record> {
                self.records().iter()
            }

            /// Reads an event from its JSON: for a unit test of a handler.
            ///
            /// # Errors
            /// Where it is not such an event: which record lacks what.
            pub fn from_json(json: impl Into<bytes::Bytes>) -> $crate::Result<Self> {
                Self::of($crate::AnyEvent::without_invocation(json.into()))
            }

            /// The event's JSON, byte for byte as it was delivered: Chalice's `to_dict()`.
            pub fn to_json(&self) -> bytes::Bytes {
                self.batch.any.to_original_event()
            }

            /// The invocation that carries the event: Chalice's `context`.
            pub fn lambda_context(&self) -> &$crate::LambdaContext {
                self.batch.any.lambda_context()
            }

            /// Puts a value beside the event, one of each type, for a later
            /// [`Extension<T>`]($crate::Extension) argument.
            pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
                self.batch.any.insert(value);
            }

            /// The value of this type that was inserted.
            pub fn extension<T: Send + Sync + 'static>(&self) -> Option<std::sync::Arc<T>> {
                self.batch.any.extension()
            }

            fn of(any: $crate::AnyEvent) -> $crate::Result<Self> {
                Ok(Self { batch: $crate::events::batch::Batch::of(any)? })
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

        impl $crate::FromEvent for $event {
            const NEEDS: $crate::__private::Needs = $crate::__private::Needs::Nothing;

            async fn from_event(event: &$crate::AnyEvent) -> $crate::Result<Self> {
                Self::of(event.clone())
            }
        }

        impl $crate::Event for $event {
            type Output = $crate::AnyOutput;
            const KIND: &'static str = $kind;

            fn around(call: $crate::middleware::Middleware<Self>) -> $crate::middleware::Around {
                let around = $crate::events::around_source(call);
                $crate::middleware::Around::Source($crate::events::Source::$around, around)
            }
        }

        impl $crate::events::middleware::SourceEvent for $event {
            fn from_any(any: $crate::AnyEvent) -> $crate::Result<Self> {
                Self::of(any)
            }

            fn into_any(self) -> $crate::AnyEvent {
                self.batch.any
            }
        }

        impl<T: $crate::FromEvent> $crate::middleware::Argument<$event> for T {
            const NEEDS: $crate::__private::Needs = T::NEEDS;

            fn make(event: &$event) -> impl Future<Output = $crate::Result<Self>> + Send {
                T::from_event(&event.batch.any)
            }
        }
    };
}

pub(crate) use batch_event;
