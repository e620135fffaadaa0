//! Log lines: what they hold, whose they are, and who writes them.

use serde_json::{Value, json};

use crate::runtime_api::{Invocation, Lambda};
use crate::timeless;

fn lines_of(handler: &str, event: &Value, variables: &[(&str, &str)]) -> Vec<Value> {
    let lambda = Lambda::start_example("unruly", handler, variables);
    let answer = lambda.invoke(&Invocation::of(event));
    assert!(answer.path.ends_with("/response"), "{}", answer.json());
    lambda.stop().iter().map(timeless_or_own).collect()
}

/// Logging of the application's own has no times.
fn timeless_or_own(line: &Value) -> Value {
    if line["own"].is_null() { timeless(line) } else { line.clone() }
}

#[test]
fn a_panic_beside_the_handler_has_the_request_id() {
    for (place, error) in [("task", "in a task"), ("blocking", "on a blocking thread")] {
        let lines = lines_of("panics_elsewhere", &json!(place), &[]);
        let [line] = &lines[..] else { panic!("expected one line: {lines:?}") };
        let location = line["location"].as_str().expect("the place of the panic");
        assert!(location.starts_with("crates/chalice/examples/unruly.rs:"), "{location}");
        assert_eq!(
            *line,
            json!({
                "level": "ERROR", "message": "panicked", "error": error, "location": location,
                "requestId": "request-1",
            })
        );
    }
}

#[test]
fn a_panic_on_a_thread_whose_invocation_is_not_known_has_no_request_id() {
    let lines = lines_of("panics_elsewhere", &json!("blocking"), &[("AWS_LAMBDA_MAX_CONCURRENCY", "2")]);
    let [line] = &lines[..] else { panic!("expected one line: {lines:?}") };
    assert_eq!((&line["error"], line.get("requestId")), (&json!("on a blocking thread"), None));
}

#[test]
fn what_an_init_logs_is_written() {
    let line = |own: Value, request_id: Option<&str>| {
        let mut line = json!({"level": "INFO", "target": "unruly"});
        own.as_object().into_iter().flatten().for_each(|(name, value)| line[name] = value.clone());
        if let Some(id) = request_id {
            line["requestId"] = json!(id);
        }
        line
    };
    assert_eq!(
        lines_of("speaks", &Value::Null, &[("LOGGING", "none")]),
        [
            line(json!({"message": "there is no logging of our own"}), None),
            line(json!({"message": "the table is there", "rows": 3}), None),
            line(json!({"message": "and its log"}), None),
            line(json!({"message": "tracing speaks"}), Some("request-1")),
            line(json!({"message": "log speaks"}), Some("request-1")),
        ]
    );
}

#[test]
fn logging_that_an_init_sets_up_takes_over() {
    assert_eq!(
        lines_of("speaks", &Value::Null, &[("LOGGING", "own")]),
        [
            json!({"level": "INFO", "message": "own logging is to come", "target": "unruly"}),
            json!({"own": "the table is there"}),
            json!({"own": "and its log"}),
            json!({"own": "tracing speaks"}),
            json!({"own": "log speaks"}),
        ]
    );
}

#[test]
fn a_value_that_logs_while_it_is_recorded_holds_nothing_up() {
    let messages: Vec<Value> = lines_of("records_what_logs", &Value::Null, &[])
        .into_iter()
        .map(|line| line["message"].clone())
        .collect();
    assert_eq!(messages.last(), Some(&json!("recorded")));
}

#[test]
fn a_line_says_each_thing_once_and_numbers_as_numbers() {
    let span = json!({"level": "INFO", "target": "unruly", "requestId": "request-1", "status": "late"});
    let mut measured = span.clone();
    for (name, value) in [
        ("message", json!("measured")),
        ("latency_ms", json!(-12)),
        ("ratio", json!(0.5)),
        ("share", json!("NaN")),
        ("large", json!(1e300)),
        ("ok", json!(true)),
        ("total", json!(1)),
    ] {
        measured[name] = value;
    }
    let mut named = span;
    for (name, value) in [
        ("message", json!("named")),
        ("fields.timestamp", json!(1)),
        ("fields.level", json!("low")),
        ("fields.target", json!("moon")),
        ("fields.requestId", json!("mine")),
        ("fields.function", json!("f")),
        ("total", json!(2)),
    ] {
        named[name] = value;
    }
    assert_eq!(lines_of("records", &Value::Null, &[]), [measured, named]);
}

#[test]
fn no_line_has_a_key_twice() {
    let lambda =
        Lambda::start_example("unruly", "records", &[("AWS_LAMBDA_FUNCTION_NAME", "shop-dev-records")]);
    lambda.invoke(&Invocation::of(&Value::Null));
    let text = lambda.stop_with_text();
    for line in text.lines() {
        for key in ["timestamp", "level", "message", "target", "requestId", "function", "total", "status"] {
            let count = line.matches(&format!("\"{key}\":")).count();
            assert!(count == 1, "{count} times `{key}`: {line}");
        }
    }
}
