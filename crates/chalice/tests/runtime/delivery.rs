//! Events and answers on their way: in any size and shape, refused, or to nobody.

use serde_json::{Value, json};

use crate::runtime_api::{Delivery, Invocation, Lambda};
use crate::{only, rest_event};

#[test]
fn an_event_arrives_whole_however_it_is_sent_and_whoever_else_waits() {
    // Nobody; a task that never ends; SIGTERM, for a function of `#[on_shutdown]`; both.
    for (handler, task) in
        [("repeats", None), ("repeats", TASK), ("api_handler", None), ("api_handler", TASK)]
    {
        let variables = [("GREETING", "hi"), ("ORIGIN", "*")];
        let variables: Vec<_> = variables.into_iter().chain(task).collect();
        arrives_whole(&Lambda::start(handler, &variables), handler);
    }
}

const TASK: Option<(&str, &str)> = Some(("TASK", "1"));

fn arrives_whole(lambda: &Lambda, handler: &str) {
    // Sent back as base64 it is a third larger.
    let large = "ä".repeat(2 * 1024 * 1024);
    for delivery in [
        Delivery::Whole,
        Delivery::Chunked,
        Delivery::InPieces,
        Delivery::Slowly,
        Delivery::ThenClosed,
        Delivery::Whole,
    ] {
        for body in ["short", "with \"quotes\" and \u{1F600}", &large] {
            let mut event = rest_event("POST", "/echo", &Value::Null);
            event["headers"] = json!({"accept": "application/octet-stream", "content-type": "text/plain"});
            event["body"] = json!(body);
            let answer = lambda.invoke(&Invocation { delivery, ..Invocation::of(&event) }).json();
            let is_whole = if handler == "repeats" {
                answer == event
            } else {
                let expected = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, body);
                answer["body"] == expected && answer["isBase64Encoded"] == true
            };
            assert!(is_whole, "{handler}, {delivery:?}, {} bytes", body.len());
        }
    }
}

/// A string's JSON of `length` bytes, no two places of which look alike.
fn json_of_length(length: usize) -> Vec<u8> {
    let numbers = (0..length).flat_map(|number| format!("{number} ").into_bytes());
    std::iter::once(b'"').chain(numbers.take(length - 2)).chain([b'"']).collect()
}

#[test]
fn an_event_of_6_mb_is_answered_with_6_mb_however_it_is_sent() {
    let lambda = Lambda::start("repeats", &[]);
    let event = json_of_length(6 * 1024 * 1024);
    for delivery in [Delivery::Whole, Delivery::Chunked, Delivery::InPieces, Delivery::ThenClosed] {
        let invocation = Invocation { event: event.clone(), delivery, ..Invocation::of(&Value::Null) };
        let answer = lambda.invoke(&invocation);
        assert!(
            answer.path.ends_with("/response") && answer.body() == event,
            "{delivery:?}: {}",
            answer.path
        );
    }
}

#[test]
fn the_largest_response_that_lambda_takes_is_sent_and_a_byte_more_is_not() {
    let lambda = Lambda::start("repeats", &[]);
    let of_length = |length| Invocation { event: json_of_length(length), ..Invocation::of(&Value::Null) };
    let largest = lambda.invoke(&of_length(6_291_556));
    assert_eq!(
        (&*largest.path, largest.body().len()),
        ("/2018-06-01/runtime/invocation/request-1/response", 6_291_556)
    );
    let too_large = lambda.invoke(&of_length(6_291_557));
    assert_eq!(too_large.path, "/2018-06-01/runtime/invocation/request-2/error");
    assert_eq!(too_large.json()["errorType"], "Function.ResponseSizeTooLarge");
}

#[test]
fn a_response_that_is_too_large_is_an_error_that_says_so() {
    let lambda = Lambda::start("work", &[]);
    let failed = lambda.invoke(&Invocation::of(&json!({"size": 7_000_000})));
    assert_eq!(failed.path, "/2018-06-01/runtime/invocation/request-1/error");
    let message = failed.json()["errorMessage"].to_string();
    assert!(message.contains("takes at most 6291556 (6 MB)"), "{message}");
    assert_eq!(lambda.invoke(&Invocation::of(&json!({"size": 1}))).json()["filler"], "x");
}

#[test]
fn an_answer_that_lambda_refuses_is_logged_and_the_next_event_is_served() {
    let lambda = Lambda::start("work", &[]);
    let refused = Invocation { delivery: Delivery::ThenRefused, ..Invocation::of(&json!({"size": 1})) };
    assert_eq!(lambda.invoke(&refused).json()["filler"], "x");
    assert_eq!(lambda.invoke(&Invocation::of(&json!({"size": 2}))).json()["filler"], "xx");
    let lines = lambda.stop();
    assert_eq!((&lines[0]["requestId"], lines.len()), (&json!("request-1"), 1));
    assert_eq!(
        lines[0]["error"],
        "/2018-06-01/runtime/invocation/request-1/response answered 413: too large"
    );
}

#[test]
fn an_answer_that_lambda_refuses_before_it_has_come_is_logged_and_the_next_event_is_served() {
    let lambda = Lambda::start("repeats", &[]);
    let event = json_of_length(6 * 1024 * 1024);
    let delivery = Delivery::ThenRefusedMidway;
    lambda.send(&Invocation { event, delivery, ..Invocation::of(&Value::Null) });
    lambda.is_told();
    assert_eq!(lambda.invoke(&Invocation::of(&json!("short"))).json(), "short");
    assert_eq!(
        only(&lambda.stop()),
        json!({
            "level": "ERROR", "message": "Lambda did not take the answer",
            "error": "/2018-06-01/runtime/invocation/request-1/response answered 413: too large",
            "requestId": "request-1",
        })
    );
}

#[test]
fn an_event_whose_length_is_not_told_is_refused() {
    let lambda = Lambda::start("work", &[]);
    lambda.send(&Invocation { delivery: Delivery::WithoutLength, ..Invocation::of(&json!({"size": 1})) });
    let (code, lines) = lambda.ends();
    assert_eq!(code, Some(1));
    assert_eq!(
        only(&lines),
        json!({
            "level": "ERROR", "message": "the function stops",
            "error": "Lambda's runtime API failed: /2018-06-01/runtime/invocation/next answered without a \
                      Content-Length, so where the event ends is not known",
        })
    );
}

#[test]
fn an_api_that_is_gone_when_it_is_asked_again_ends_the_process_with_1() {
    let lambda = Lambda::start("work", &[]);
    let last = Invocation { delivery: Delivery::ThenGone, ..Invocation::of(&json!({"size": 1})) };
    assert_eq!(lambda.invoke(&last).json()["filler"], "x");
    assert_eq!(lambda.answer().path, "/2018-06-01/runtime/invocation/next");
    let (code, lines) = lambda.ends();
    assert_eq!(code, Some(1));
    assert_eq!(
        only(&lines),
        json!({
            "level": "ERROR", "message": "the function stops",
            "error": "Lambda's runtime API failed: the connection was closed",
        })
    );
}
