//! An application that logs and fails where nobody expects it; `tests/runtime.rs` drives it as Lambda would.
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unused_async,
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value
)] // handlers as users write them

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use chalice::prelude::*;
use futures_util::StreamExt;
use futures_util::stream;
use tracing::field::{Empty, debug};
use tracing::span;

chalice::app! {
    name: "unruly",
}

struct Table;

/// Before [`logging`] in this file; after it when the function starts.
#[init]
fn table(env: Env) -> Table {
    if env.find("LOGGING").is_some() {
        tracing::info!(rows = 3, "the table is there");
        log::info!("and its log");
    }
    Table
}

/// Logging of the application's own.
#[init]
fn logging(env: Env) -> Result<(), PanicsWhenShown> {
    match env.find("LOGGING").as_deref() {
        Some("own") => {
            tracing::info!("own logging is to come");
            tracing::subscriber::set_global_default(Own).expect("nobody is before us");
            log::set_logger(&Own).expect("nobody is before us");
            log::set_max_level(log::LevelFilter::Info);
        }
        Some("fails") => return Err(PanicsWhenShown),
        Some(_) => tracing::info!("there is no logging of our own"),
        None => {}
    }
    Ok(())
}

#[lambda_function]
async fn speaks(_: State<Table>) -> Result<()> {
    tracing::info!("tracing speaks");
    log::info!("log speaks");
    Ok(())
}

struct Own;

impl log::Log for Own {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        write(&record.args().to_string());
    }

    fn flush(&self) {}
}

impl tracing::Subscriber for Own {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut |field: &tracing::field::Field, value: &dyn fmt::Debug| {
            if field.name() == "message" {
                write(&format!("{value:?}"));
            }
        });
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[expect(clippy::print_stderr, reason = "a test reads it")]
fn write(message: &str) {
    eprintln!("{{\"own\":\"{message}\"}}");
}

/// Panics beside the handler; answers whether it did.
#[lambda_function]
async fn panics_elsewhere(place: String) -> Result<bool> {
    let ended = if place == "task" {
        tokio::spawn(async { panic!("in a task") }).await
    } else {
        tokio::task::spawn_blocking(|| panic!("on a blocking thread")).await
    };
    Ok(ended.is_err())
}

/// Fields of every type and of every name.
#[lambda_function]
async fn records() -> Result<()> {
    let span = tracing::info_span!("order", status = "early", total = 1_u64, message = "of the span");
    let _order = span.enter();
    span.record("status", "late");
    tracing::info!(latency_ms = -12, ratio = 0.5, share = f64::NAN, large = 1e300, ok = true, "measured");
    tracing::info!(
        timestamp = 1,
        level = "low",
        target = "moon",
        requestId = "mine",
        function = "f",
        total = 2,
        "named"
    );
    Ok(())
}

struct Speaks;

impl fmt::Debug for Speaks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        log::info!("asked for its text");
        tracing::info!("asked for its text");
        formatter.write_str("Speaks")
    }
}

#[lambda_function]
async fn records_what_logs() -> Result<bool> {
    let span = tracing::info_span!("order", value = Empty);
    let _order = span.enter();
    span.record("value", debug(Speaks));
    tracing::info!("recorded");
    Ok(true)
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[derive(Debug)]
struct PanicsWhenShown;

impl fmt::Display for PanicsWhenShown {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("shown");
    }
}

impl std::error::Error for PanicsWhenShown {}

#[get("/stream/{kind}", stream = true)]
async fn stream(kind: String, env: Env) -> Result<Response> {
    let part = |part: &'static str| Ok::<_, PanicsWhenShown>(part);
    Ok(match kind.as_str() {
        "dropped" => {
            let held = PanicsWhenDropped;
            Response::stream(stream::iter([part("a")]).map(move |item| {
                _ = &held;
                item
            }))
        }
        "shown" => Response::stream(stream::iter([part("a"), Err(PanicsWhenShown)])),
        // After the test has let it.
        "late" => {
            opened(env.get("GATE")?.into()).await;
            Response::stream(stream::iter([part("a")]))
        }
        "long" => {
            let gate = env.get("GATE")?.into();
            let rest = stream::once(opened(gate)).map(move |()| part("b"));
            let rest = rest.chain(stream::iter(std::iter::repeat_n((), 1000)).map(move |()| part("c")));
            Response::stream(stream::iter([part("a")]).chain(rest))
        }
        _ => Response::stream(stream::iter([part("a")])),
    })
}

async fn opened(gate: PathBuf) {
    while !gate.exists() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
