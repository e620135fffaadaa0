//! Events and spans of `tracing`: an event is a line, with the fields of the spans that it lies in.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use tracing_core::dispatcher::DefaultGuard;
use tracing_core::field::{Field, Visit};
use tracing_core::span::{Attributes, Current, Id, Record};
use tracing_core::subscriber::NoSubscriber;
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
struct Fields(Vec<(&'static str, Value)>);

#[derive(Clone)]
enum Value {
    Text(String),
    /// A number or a truth value, as JSON has them.
    Json(String),
}

/// What every line has of its own. A field of the same name is `fields.level`.
const OF_THE_LINE: [&str; 5] = ["timestamp", "level", "target", "requestId", "function"];

thread_local! {
    /// The subscriber that an `#[init]` is lent.
    static LENT: RefCell<Option<DefaultGuard>> = const { RefCell::new(None) };
    /// The spans that this thread is in, the outermost first.
    static ENTERED: RefCell<Vec<Id>> = const { RefCell::new(Vec::new()) };
}

/// None: the thread ends, and is in no span any more.
fn with_entered<T>(work: impl FnOnce(&mut Vec<Id>) -> T) -> Option<T> {
    ENTERED.try_with(|entered| work(&mut entered.borrow_mut())).ok()
}

/// Until the next call, or that of [`install`]; nothing where the application has a subscriber of its own.
pub(super) fn lend() {
    LENT.set(None);
    if dispatcher::get_default(Dispatch::is::<NoSubscriber>) {
        LENT.set(Some(dispatcher::set_default(lines())));
    }
}

/// Nothing where the application has a subscriber of its own.
pub(super) fn install() {
    LENT.set(None);
    _ = dispatcher::set_global_default(lines().clone());
}

/// The same everywhere: a span of an `#[init]` may live on.
fn lines() -> &'static Dispatch {
    static LINES: OnceLock<Dispatch> = OnceLock::new();
    LINES.get_or_init(|| Dispatch::new(Lines::default()))
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
        // Before the lock: a value may log while it is asked for its text.
        let mut fields = Fields::default();
        values.record(&mut fields);
        if let Some(span) = self.spans().get_mut(&id.into_u64()) {
            fields.0.into_iter().for_each(|(name, value)| span.fields.set(name, value));
        }
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let message =
            fields.0.iter().find(|(name, _)| *name == "message").map_or("", |(_, value)| value.text());
        let line = Line::new(level(event.metadata()), message).field("target", event.metadata().target());
        // What stands further in wins, and a line says each thing once.
        let mut written: Vec<&str> = vec!["message"];
        let mut of_spans = Fields::default();
        with_entered(|entered| {
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
            let own_name = OF_THE_LINE.contains(name).then(|| format!("fields.{name}"));
            let name = own_name.as_deref().unwrap_or(name);
            match value {
                Value::Text(text) => line.field(name, text),
                Value::Json(json) => line.json(name, json),
            }
        });
        line.of_current_request().write();
    }

    fn enter(&self, id: &Id) {
        with_entered(|entered| entered.push(id.clone()));
    }

    fn exit(&self, id: &Id) {
        with_entered(|entered| {
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
        let Some(id) = with_entered(|entered| entered.last().cloned()).flatten() else {
            return Current::none();
        };
        let metadata = self.spans().get(&id.into_u64()).map(|span| span.metadata);
        metadata.map_or_else(Current::none, |metadata| Current::new(id, metadata))
    }
}

impl Fields {
    /// What was recorded last is what holds.
    fn set(&mut self, name: &'static str, value: Value) {
        match self.0.iter_mut().find(|(own, _)| *own == name) {
            Some((_, own)) => *own = value,
            None => self.0.push((name, value)),
        }
    }
}

impl Value {
    fn text(&self) -> &str {
        let (Self::Text(text) | Self::Json(text)) = self;
        text
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field.name(), Value::Text(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field.name(), Value::Text(value.to_owned()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field.name(), Value::Json(value.to_string()));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field.name(), Value::Json(value.to_string()));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field.name(), Value::Json(value.to_string()));
    }

    /// JSON has no infinity.
    fn record_f64(&mut self, field: &Field, value: f64) {
        let text = format!("{value:?}");
        self.set(field.name(), if value.is_finite() { Value::Json(text) } else { Value::Text(text) });
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
