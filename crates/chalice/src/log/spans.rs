//! Events and spans of `tracing`: an event is a line, with the fields of the spans that it lies in.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing_core::field::{Field, Visit};
use tracing_core::span::{Attributes, Current, Id, Record};
use tracing_core::{Dispatch, Event, LevelFilter, Metadata, Subscriber, dispatcher};

use super::{Level, Line, settings};

#[derive(Default)]
struct Lines {
    last_id: AtomicU64,
    spans: Mutex<HashMap<u64, Span>>,
}

struct Span {
    metadata: &'static Metadata<'static>,
    fields: Fields,
    handles: usize,
}

/// Names and values, in the order recorded.
#[derive(Clone, Default)]
struct Fields(Vec<(&'static str, String)>);

thread_local! {
    /// The spans that this thread is in, the outermost first.
    static ENTERED: RefCell<Vec<Id>> = const { RefCell::new(Vec::new()) };
}

/// Nothing where the application has a subscriber of its own.
pub(super) fn install() {
    _ = dispatcher::set_global_default(Dispatch::new(Lines::default()));
}

impl Lines {
    fn spans(&self) -> MutexGuard<'_, HashMap<u64, Span>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscriber for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        level(metadata).is_written()
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(match settings().least {
            Level::Trace => LevelFilter::TRACE,
            Level::Debug => LevelFilter::DEBUG,
            Level::Info => LevelFilter::INFO,
            Level::Warn => LevelFilter::WARN,
            Level::Error => LevelFilter::ERROR,
            Level::Fatal => LevelFilter::OFF,
        })
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        self.spans().insert(id, Span { metadata: attributes.metadata(), fields, handles: 1 });
        Id::from_u64(id)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        if let Some(span) = self.spans().get_mut(&id.into_u64()) {
            values.record(&mut span.fields);
        }
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let message = fields.0.iter().find(|(name, _)| *name == "message").map_or("", |(_, text)| text);
        let line = Line::new(level(event.metadata()), message).field("target", event.metadata().target());
        // What stands further in wins, and a line says each thing once.
        let mut written: Vec<&str> = vec!["message"];
        let mut of_spans = Fields::default();
        ENTERED.with_borrow(|entered| {
            let spans = self.spans();
            for span in entered.iter().rev().filter_map(|id| spans.get(&id.into_u64())) {
                of_spans.0.extend(span.fields.0.iter().cloned());
            }
        });
        let line = fields.0.iter().chain(&of_spans.0).fold(line, |line, (name, value)| {
            if written.contains(name) {
                return line;
            }
            written.push(name);
            line.field(name, value)
        });
        line.of_current_request().write();
    }

    fn enter(&self, id: &Id) {
        ENTERED.with_borrow_mut(|entered| entered.push(id.clone()));
    }

    fn exit(&self, id: &Id) {
        ENTERED.with_borrow_mut(|entered| {
            if let Some(place) = entered.iter().rposition(|own| own == id) {
                entered.remove(place);
            }
        });
    }

    fn clone_span(&self, id: &Id) -> Id {
        if let Some(span) = self.spans().get_mut(&id.into_u64()) {
            span.handles += 1;
        }
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let mut spans = self.spans();
        let Some(span) = spans.get_mut(&id.into_u64()) else { return false };
        span.handles -= 1;
        let is_over = span.handles == 0;
        if is_over {
            spans.remove(&id.into_u64());
        }
        is_over
    }

    fn current_span(&self) -> Current {
        let Some(id) = ENTERED.with_borrow(|entered| entered.last().cloned()) else { return Current::none() };
        let metadata = self.spans().get(&id.into_u64()).map(|span| span.metadata);
        metadata.map_or_else(Current::none, |metadata| Current::new(id, metadata))
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push((field.name(), format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.to_owned()));
    }
}

fn level(metadata: &Metadata<'_>) -> Level {
    match *metadata.level() {
        tracing_core::Level::TRACE => Level::Trace,
        tracing_core::Level::DEBUG => Level::Debug,
        tracing_core::Level::INFO => Level::Info,
        tracing_core::Level::WARN => Level::Warn,
        tracing_core::Level::ERROR => Level::Error,
    }
}
