//! Streamed answers that come to no good end; the next event is served all the same.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::runtime_api::{Delivery, Invocation, Lambda, Posted};
use crate::{get_event, timeless};

/// What a stream waits for.
struct Gate(PathBuf);

impl Gate {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("chalice-{test}-{}", std::process::id()));
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("a path of text")
    }

    fn open(&self) {
        std::fs::write(&self.0, "").expect("a file");
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        // A test that failed has not opened it.
        _ = std::fs::remove_file(&self.0);
    }
}

fn streamed(kind: &str, delivery: Delivery) -> Invocation {
    let event = get_event("/stream/{kind}", &json!({"kind": kind}));
    Invocation { delivery, ..Invocation::of(&event) }
}

/// The body behind the prelude.
fn body(answer: &Posted) -> &str {
    let body = std::str::from_utf8(answer.body()).expect("text");
    body.split_once("\0\0\0\0\0\0\0\0").expect("eight zeros").1
}

#[test]
fn a_stream_that_panics_when_it_is_dropped_was_sent_and_is_logged() {
    let lambda = Lambda::start_example("unruly", "api_handler", &[]);
    let answer = lambda.invoke(&streamed("dropped", Delivery::Whole));
    assert_eq!((body(&answer), answer.header("lambda-runtime-function-error-type")), ("a", None));
    assert_eq!(body(&lambda.invoke(&streamed("works", Delivery::Whole))), "a");
    let lines = lambda.stop();
    let [line] = &lines[..] else { panic!("expected one line: {lines:?}") };
    let error = line["error"].as_str().expect("the panic");
    assert!(error.starts_with("panicked at crates/chalice/examples/unruly.rs:"), "{error}");
    assert!(error.ends_with(": dropped"), "{error}");
    assert_eq!(
        timeless(line),
        json!({
            "level": "ERROR", "message": "the stream panicked when it was dropped", "error": error,
            "requestId": "request-1",
        })
    );
}

#[test]
fn an_error_of_a_stream_that_panics_when_it_is_shown_is_told_as_that_panic() {
    let lambda = Lambda::start_example("unruly", "api_handler", &[]);
    let answer = lambda.invoke(&streamed("shown", Delivery::Whole));
    assert_eq!(body(&answer), "a");
    assert_eq!(answer.header("lambda-runtime-function-error-type"), Some("Panic"));
    assert_eq!(body(&lambda.invoke(&streamed("works", Delivery::Whole))), "a");
    let lines = lambda.stop();
    let [line] = &lines[..] else { panic!("expected one line: {lines:?}") };
    assert_eq!((&line["message"], &line["requestId"]), (&json!("the stream failed"), &json!("request-1")));
    assert!(line["error"].as_str().is_some_and(|error| error.ends_with(": shown")), "{line}");
}

#[test]
fn a_stream_goes_over_a_new_connection_where_the_old_one_was_closed_meanwhile() {
    let gate = Gate::new("late");
    let lambda = Lambda::start_example("unruly", "api_handler", &[("GATE", gate.path())]);
    lambda.send(&streamed("late", Delivery::ThenClosedAtOnce));
    lambda.is_told();
    gate.open();
    let answer = lambda.answer();
    assert_eq!(answer.path, "/2018-06-01/runtime/invocation/request-1/response");
    assert_eq!(body(&answer), "a");
    assert_eq!(body(&lambda.invoke(&streamed("works", Delivery::Whole))), "a");
    assert_eq!(lambda.stop(), Vec::<Value>::new());
}

#[test]
fn a_stream_that_lambda_refuses_midway_is_logged_and_the_next_event_is_served() {
    let gate = Gate::new("long");
    let lambda = Lambda::start_example("unruly", "api_handler", &[("GATE", gate.path())]);
    lambda.send(&streamed("long", Delivery::ThenRefusedMidway));
    lambda.is_told();
    gate.open();
    assert_eq!(body(&lambda.invoke(&streamed("works", Delivery::Whole))), "a");
    let lines = lambda.stop();
    let [line] = &lines[..] else { panic!("expected one line: {lines:?}") };
    assert_eq!(
        timeless(line),
        json!({
            "level": "ERROR", "message": "Lambda did not take the answer",
            "error": "/2018-06-01/runtime/invocation/request-1/response answered 413: too large",
            "requestId": "request-1",
        })
    );
}
