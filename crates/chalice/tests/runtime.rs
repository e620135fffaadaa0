//! The example `bootstrap` as Lambda runs it: against a Runtime API that the test plays.
#![allow(clippy::expect_used, clippy::panic)] // a failed expectation fails the test

#[path = "runtime/delivery.rs"]
mod delivery;
#[path = "runtime/inputs.rs"]
mod inputs;
#[path = "runtime/logging.rs"]
mod logging;
mod runtime_api;
#[path = "runtime/start.rs"]
mod start;
#[path = "runtime/streams.rs"]
mod streams;

use std::collections::BTreeSet;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use object::{Object, ObjectSection};
use runtime_api::{Invocation, Lambda, example};
use serde_json::{Value, json};

fn rest_event(method: &str, resource: &str, parameters: &Value) -> Value {
    json!({
        "requestContext": {"httpMethod": method, "resourcePath": resource},
        "path": "/somewhere",
        "headers": {"accept": "*/*", "Content-Type": "text/plain"},
        "pathParameters": parameters,
        "body": null,
    })
}

/// Without headers, as a request without a body may be.
fn get_event(resource: &str, parameters: &Value) -> Value {
    let mut event = rest_event("GET", resource, parameters);
    event["headers"] = Value::Null;
    event
}

/// The answer that says nothing of what happened. CORS lets a page read it.
fn internal_server_error() -> Value {
    json!({
        "statusCode": 500,
        "headers": {
            "Content-Type": "application/json",
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Headers": "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Api-Key",
            "Access-Control-Max-Age": "600",
        },
        "multiValueHeaders": {},
        "body": r#"{"Code":"InternalServerError","Message":"An internal server error occurred."}"#,
    })
}

fn trace_of(request_id: &str) -> String {
    format!("Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Self={request_id}")
}

/// A log line without the time, which is different each time.
fn timeless(line: &Value) -> Value {
    let mut line = line.clone();
    let time = line.as_object_mut().and_then(|line| line.remove("timestamp"));
    assert!(time.is_some_and(|time| time.is_string()), "{line}");
    line
}

/// The one line of a log, without its time.
fn only(lines: &[Value]) -> Value {
    let [line] = lines else { panic!("expected one line: {lines:?}") };
    timeless(line)
}

fn run_outside_lambda(variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(example("bootstrap"));
    command.env_remove("AWS_LAMBDA_RUNTIME_API").envs(variables.iter().copied());
    command.output().expect("the example runs")
}

#[test]
fn an_invocation_is_answered_with_its_request_and_trace() {
    let lambda = Lambda::start("work", &[]);
    let answer = lambda.invoke(&Invocation::of(&json!({"size": 3})));
    assert_eq!(answer.path, "/2018-06-01/runtime/invocation/request-1/response");
    assert_eq!(
        answer.json(),
        json!({"request_id": "request-1", "trace_id": trace_of("request-1"), "filler": "xxx"})
    );
}

#[test]
fn the_trace_stands_where_the_aws_sdk_looks_for_it_until_an_invocation_has_none() {
    let lambda = Lambda::start("traces", &[]);
    let invoke = |trace| lambda.invoke(&Invocation { trace, ..Invocation::of(&Value::Null) }).json();
    // A longer one, a shorter one, and one after none.
    for (request_id, end) in
        [("request-1", ""), ("request-2", ";Sampled=1"), ("request-3", ""), ("request-5", "")]
    {
        let trace = trace_of(request_id) + end;
        let everywhere = json!({"context": trace, "env": trace, "var": trace, "process": trace});
        assert_eq!(invoke(Some(end.to_owned())), everywhere);
        if request_id == "request-3" {
            let nowhere = json!({"context": null, "env": null, "var": null, "process": null});
            assert_eq!(invoke(None), nowhere);
        }
    }
}

#[test]
fn no_trace_is_kept_when_its_invocation_is_over() {
    let lambda = Lambda::start("work", &[]);
    // As much as 100,000 usual ones, in less time.
    let traced = Invocation { trace: Some(";".repeat(20_000)), ..Invocation::of(&json!({"size": 1})) };
    let invoke = |count| (0..count).for_each(|_| assert_eq!(lambda.invoke(&traced).json()["filler"], "x"));
    invoke(20);
    let before = lambda.memory();
    invoke(400);
    let after = lambda.memory();
    assert!(after < before + 2000, "{before} KB, then {after} KB");
}

#[test]
fn a_handlers_error_is_reported_with_its_type_and_the_next_event_is_served() {
    let lambda = Lambda::start("work", &[]);
    let failed = lambda.invoke(&Invocation::of(&json!({"size": 13})));
    assert_eq!(failed.path, "/2018-06-01/runtime/invocation/request-1/error");
    assert_eq!(failed.header("lambda-runtime-function-error-type"), Some("BadRequestError"));
    assert_eq!(
        failed.json(),
        json!({"errorType": "BadRequestError", "errorMessage": "13 brings bad luck", "stackTrace": []})
    );
    assert_eq!(lambda.invoke(&Invocation::of(&json!({"size": 0}))).json()["filler"], "");
}

#[test]
fn an_event_that_does_not_fit_names_the_field() {
    let lambda = Lambda::start("work", &[]);
    let failed = lambda.invoke(&Invocation::of(&json!({"size": "big"})));
    assert_eq!(
        failed.json()["errorMessage"],
        "The event does not fit at `size`: invalid type: string \"big\", expected usize"
    );
}

#[test]
fn a_panic_is_reported_logged_once_and_survived() {
    let lambda = Lambda::start("work", &[]);
    let failed = lambda.invoke(&Invocation::of(&json!({"size": 14})));
    assert_eq!(failed.json()["errorType"], "Panic");
    let message = failed.json()["errorMessage"].to_string();
    assert!(message.contains("examples/bootstrap.rs:") && message.ends_with(": 14 panics\""), "{message}");
    assert_eq!(lambda.invoke(&Invocation::of(&json!({"size": 1}))).json()["filler"], "x");

    let lines = lambda.stop();
    let [line] = &lines[..] else { panic!("expected one line: {lines:?}") };
    assert_eq!(
        (&line["level"], &line["requestId"], &line["handler"]),
        (&json!("ERROR"), &json!("request-1"), &json!("work"))
    );
}

#[test]
fn a_panic_in_a_drop_is_reported_and_survived() {
    let lambda = Lambda::start("work", &[]);
    let failed = lambda.invoke(&Invocation::of(&json!({"size": 15})));
    assert_eq!(failed.json()["errorType"], "Panic");
    let message = failed.json()["errorMessage"].to_string();
    assert!(message.ends_with(": dropped\""), "{message}");
    assert_eq!(lambda.invoke(&Invocation::of(&json!({"size": 1}))).json()["filler"], "x");
}

#[test]
fn an_invocation_that_is_about_to_time_out_is_logged_whether_it_waits_or_blocks() {
    for handler in ["waits", "blocks", "blocks_at_once"] {
        let lambda = Lambda::start(handler, &[]);
        let timeout = Duration::from_millis(500);
        let slow = Invocation { timeout, ..Invocation::of(&json!(700)) };
        // Lambda would have ended the process; here it lives to answer.
        assert_eq!(lambda.invoke(&slow).json(), json!(700));
        assert_eq!(lambda.invoke(&Invocation::of(&json!(0))).json(), json!(0));
        assert_eq!(lambda.invoke(&slow).json(), json!(700));
        let lines = lambda.stop();
        assert!(lines.iter().all(|line| line["remainingTimeInMillis"].is_u64()), "{lines:?}");
        let told: Vec<Value> = lines.into_iter().map(|line| line["requestId"].clone()).collect();
        assert_eq!(told, ["request-1", "request-3"], "{handler}");
    }
}

#[test]
fn what_log_and_tracing_are_told_is_one_line_each() {
    let function = ("AWS_LAMBDA_FUNCTION_NAME", "shop-dev-logs");
    let lambda = Lambda::start("logs", &[function]);
    lambda.invoke(&Invocation::of(&Value::Null));
    let [ordered, few, none] = &lambda.stop()[..] else { panic!("expected three lines") };
    let common = json!({"target": "bootstrap", "requestId": "request-1", "function": "shop-dev-logs"});
    for (line, own) in [
        (ordered, json!({"level": "INFO", "message": "ordered 2", "item": "pear", "number": 7})),
        (few, json!({"level": "WARN", "message": "few are left"})),
        (none, json!({"level": "ERROR", "message": "none are left"})),
    ] {
        let mut expected = own;
        expected["timestamp"] = line["timestamp"].clone();
        common.as_object().into_iter().flatten().for_each(|(name, value)| expected[name] = value.clone());
        assert_eq!(*line, expected);
    }

    let lambda = Lambda::start("logs", &[("AWS_LAMBDA_LOG_LEVEL", "ERROR")]);
    lambda.invoke(&Invocation::of(&Value::Null));
    assert_eq!(lambda.stop().len(), 1);
    let lambda = Lambda::start("logs", &[("AWS_LAMBDA_LOG_LEVEL", "DEBUG")]);
    lambda.invoke(&Invocation::of(&Value::Null));
    assert_eq!(lambda.stop().len(), 4);
}

#[test]
fn lines_are_text_where_the_functions_logging_says_so() {
    let lambda = Lambda::start("logs", &[("AWS_LAMBDA_LOG_FORMAT", "Text")]);
    lambda.invoke(&Invocation::of(&Value::Null));
    let text = lambda.stop_with_text();
    let lines: Vec<&str> = text.lines().filter_map(|line| Some(line.split_once(' ')?.1)).collect();
    assert_eq!(
        lines,
        [
            r#"INFO ordered 2 target="bootstrap" item="pear" number=7 requestId="request-1""#,
            r#"WARN few are left target="bootstrap" requestId="request-1""#,
            r#"ERROR none are left target="bootstrap" requestId="request-1""#,
        ]
    );
}

#[test]
fn as_many_invocations_run_at_once_as_lambda_says() {
    let lambda = Lambda::start("meet", &[("AWS_LAMBDA_MAX_CONCURRENCY", "3")]);
    for _ in 0..2 {
        // Each blocks until three of them are there.
        (0..3).for_each(|_| lambda.send(&Invocation::of(&Value::Null)));
        for answer in (0..3).map(|_| lambda.answer()) {
            let request_id = answer.path.split('/').nth(4).expect("the path names the request");
            let trace = trace_of(request_id);
            // The process has one environment for the three of them.
            let expected = json!({"context": trace, "env": trace, "var": trace, "process": null});
            assert_eq!(answer.json(), expected);
        }
    }
}

#[test]
fn a_fn_handler_holds_up_no_task_where_invocations_run_at_the_same_time() {
    let lambda = Lambda::start("awaits_its_task", &[("AWS_LAMBDA_MAX_CONCURRENCY", "2")]);
    let mut answers: Vec<Value> =
        (0..2).map(|_| lambda.invoke(&Invocation::of(&Value::Null)).json()).collect();
    answers.sort_by_key(Value::to_string);
    assert_eq!(answers, ["request-1", "request-2"]);
}

#[test]
fn a_panic_of_a_fn_handler_is_a_logged_500_where_invocations_run_at_the_same_time() {
    let variables = [("GREETING", "hi"), ("ORIGIN", "*"), ("AWS_LAMBDA_MAX_CONCURRENCY", "2")];
    let lambda = Lambda::start("api_handler", &variables);
    // One more than there are workers: one of them has gone on after a panic.
    for number in 1..=3 {
        let failed = lambda.invoke(&Invocation::of(&get_event("/panic", &Value::Null)));
        assert_eq!(failed.path, format!("/2018-06-01/runtime/invocation/request-{number}/response"));
        assert_eq!(failed.json(), internal_server_error());
    }
    let hello = get_event("/hello/{name}", &json!({"name": "Ada"}));
    assert_eq!(lambda.invoke(&Invocation::of(&hello)).json()["body"], "hi Ada");
    let lines = lambda.stop();
    assert_eq!(lines.len(), 3);
    for (number, line) in (1..).zip(&lines) {
        let location = line["location"].as_str().expect("the place of the panic");
        assert!(location.starts_with("crates/chalice/examples/bootstrap.rs:"), "{location}");
        assert_eq!(
            timeless(line),
            json!({
                "level": "ERROR", "message": "the handler panicked", "error": "nothing here",
                "location": location, "handler": "panics", "path": "/panic",
                "requestId": format!("request-{number}"),
            })
        );
    }
}

#[test]
fn what_one_worker_made_goes_on_for_another_while_it_awaits_its_next_event() {
    let lambda = Lambda::start("waits_for_another", &[("AWS_LAMBDA_MAX_CONCURRENCY", "2")]);
    (0..2).for_each(|_| lambda.send(&Invocation::of(&Value::Null)));
    let answers: Vec<Value> = (0..2).map(|_| lambda.answer().json()).collect();
    assert_eq!(answers, [true, true]);
}

#[test]
fn a_task_goes_on_while_the_next_event_is_awaited() {
    let lambda = Lambda::start("spawns", &[]);
    let until = Instant::now() + Duration::from_secs(20);
    while lambda.invoke(&Invocation::of(&Value::Null)).json() != true {
        assert!(Instant::now() < until, "the task has not ended");
    }
}

#[test]
fn a_route_that_panics_is_a_500_that_says_nothing() {
    let lambda = Lambda::start("api_handler", &[("GREETING", "hi"), ("ORIGIN", "https://example.com")]);
    let answer = lambda.invoke(&Invocation::of(&rest_event("GET", "/panic", &Value::Null)));
    assert_eq!(answer.json()["statusCode"], 415); // the route takes JSON
    let answer = lambda.invoke(&Invocation::of(&get_event("/panic", &Value::Null))).json();
    assert_eq!(answer["statusCode"], 500);
    assert_eq!(
        answer["body"],
        "{\"Code\":\"InternalServerError\",\"Message\":\"An internal server error occurred.\"}"
    );
    assert_eq!(answer["headers"]["Access-Control-Allow-Origin"], "https://example.com");
    let lines = lambda.stop();
    assert_eq!((&lines[0]["error"], &lines[0]["path"]), (&json!("nothing here"), &json!("/panic")));
}

#[test]
fn what_caused_a_handlers_error_is_logged_and_not_answered() {
    let lambda = Lambda::start("api_handler", &[("GREETING", "hi"), ("ORIGIN", "*")]);
    let event = get_event("/orders/{number}", &json!({"number": "7x"}));
    assert_eq!(lambda.invoke(&Invocation::of(&event)).json(), internal_server_error());
    assert_eq!(
        only(&lambda.stop()),
        json!({
            "level": "ERROR", "message": "the handler failed",
            "error": "the order cannot be read from table `orders`", "causes": ["invalid digit found in string"],
            "errorType": "bootstrap::UnreadableOrder",
            "handler": "order", "path": "/orders/{number}", "requestId": "request-1",
        })
    );
}

#[test]
fn an_error_that_its_own_handler_answers_is_logged_where_that_calls_it_a_fault_of_the_application() {
    let lambda = Lambda::start("api_handler", &[("GREETING", "hi"), ("ORIGIN", "*")]);
    for status in [409, 503] {
        let event = get_event("/refused/{status}", &json!({"status": status.to_string()}));
        let answer = lambda.invoke(&Invocation::of(&event)).json();
        assert_eq!((&answer["statusCode"], &answer["body"]), (&json!(status), &json!("as expected")));
    }
    assert_eq!(
        only(&lambda.stop()),
        json!({
            "level": "ERROR", "message": "the handler failed", "error": "refused", "causes": [],
            "errorType": "bootstrap::Refused",
            "handler": "refuses", "path": "/refused/{status}", "requestId": "request-2",
        })
    );
}

#[test]
fn a_header_value_that_cannot_be_sent_is_logged_and_answered_by_a_500() {
    let lambda = Lambda::start("api_handler", &[("GREETING", "hi"), ("ORIGIN", "*")]);
    let event = get_event("/tagged/{tag}", &json!({"tag": "a\r\nSet-Cookie: b"}));
    assert_eq!(lambda.invoke(&Invocation::of(&event)).json(), internal_server_error());
    assert_eq!(
        only(&lambda.stop()),
        json!({
            "level": "ERROR", "message": "the response cannot be sent",
            "error": r"the header `X-Tag` holds more than printable ASCII: `a\r\nSet-Cookie: b`",
            "handler": "tagged", "path": "/tagged/{tag}", "requestId": "request-1",
        })
    );
}

#[test]
fn a_header_that_api_gateway_says_is_left_out_with_a_warning() {
    let lambda = Lambda::start("api_handler", &[("GREETING", "hi"), ("ORIGIN", "*")]);
    let answer = lambda.invoke(&Invocation::of(&get_event("/tagged/{tag}", &json!({"tag": "close"})))).json();
    let mut expected = internal_server_error();
    expected["statusCode"] = json!(200);
    expected["body"] = json!("tagged");
    expected["headers"]["Content-Type"] = json!("text/plain; charset=utf-8");
    assert_eq!(answer, expected);
    assert_eq!(
        only(&lambda.stop()),
        json!({
            "level": "WARN", "message": "headers are left out, which are API Gateway's to say",
            "headers": ["Connection"], "handler": "tagged", "path": "/tagged/{tag}", "requestId": "request-1",
        })
    );
}

#[test]
fn a_stream_is_sent_in_chunks_behind_its_prelude() {
    let lambda = Lambda::start("api_handler", &[("GREETING", "hi"), ("ORIGIN", "*")]);
    let stream =
        |kind: &str| lambda.invoke(&Invocation::of(&get_event("/stream/{kind}", &json!({"kind": kind}))));
    let answer = stream("works");
    assert_eq!(answer.path, "/2018-06-01/runtime/invocation/request-1/response");
    assert_eq!(answer.header("lambda-runtime-function-response-mode"), Some("streaming"));
    assert_eq!(answer.header("content-type"), Some("application/vnd.awslambda.http-integration-response"));
    let zeros = answer.body().windows(8).position(|window| window == [0; 8]).expect("eight zeros");
    let (prelude, body) = answer.body().split_at(zeros);
    assert_eq!(
        serde_json::from_slice::<Value>(prelude).expect("JSON"),
        json!({
            "statusCode": 200, "headers": {"Content-Type": "application/octet-stream"}, "multiValueHeaders": {},
            "cookies": ["a=1"],
        })
    );
    assert_eq!(body, b"\0\0\0\0\0\0\0\0abbc");
    assert_eq!(answer.header("lambda-runtime-function-error-type"), None);

    let failed = stream("fails");
    assert!(failed.body().ends_with(b"\0abb"));
    assert_eq!(failed.header("lambda-runtime-function-error-type"), Some("InternalServerError"));
    let told = failed.header("lambda-runtime-function-error-body").expect("the error");
    let told = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, told).expect("base64");
    assert_eq!(
        serde_json::from_slice::<Value>(&told).expect("JSON"),
        json!({"errorType": "InternalServerError", "errorMessage": "disk full", "stackTrace": []})
    );
    assert!(stream("again").body().ends_with(b"abbc"));
    assert_eq!(lambda.stop()[0]["message"], "the stream failed");
}

#[test]
fn functions_of_on_shutdown_run_where_their_states_are_when_lambda_ends_the_process() {
    let lambda = Lambda::start("api_handler", &[("GREETING", "hi"), ("ORIGIN", "*")]);
    lambda.invoke(&Invocation::of(&rest_event("GET", "/nowhere", &Value::Null)));
    let (code, lines) = lambda.terminate();
    let [goodbye, flush] = &lines[..] else { panic!("expected two lines: {lines:?}") };
    assert_eq!((code, goodbye), (Some(0), &json!({"goodbye": "hi"})));
    assert_eq!(flush["handler"], "flush");
    assert_eq!(flush["error"], "400 BadRequestError: nothing to flush");
    // It has no such state, and ends at once.
    let other = Lambda::start("work", &[]);
    other.invoke(&Invocation::of(&json!({"size": 1})));
    assert_eq!(other.terminate(), (None, vec![]));
}

#[test]
fn functions_of_on_shutdown_run_where_invocations_run_at_the_same_time() {
    let variables = [("GREETING", "hi"), ("ORIGIN", "*"), ("AWS_LAMBDA_MAX_CONCURRENCY", "3")];
    let lambda = Lambda::start("api_handler", &variables);
    lambda.invoke(&Invocation::of(&rest_event("GET", "/nowhere", &Value::Null)));
    let (code, lines) = lambda.terminate();
    assert_eq!((code, lines.first()), (Some(0), Some(&json!({"goodbye": "hi"}))));
}

#[test]
fn what_on_shutdown_does_not_do_in_time_is_named() {
    let variables = [("GREETING", "hi"), ("ORIGIN", "*"), ("FLUSH", "700")];
    let lambda = Lambda::start("api_handler", &variables);
    lambda.invoke(&Invocation::of(&rest_event("GET", "/nowhere", &Value::Null)));
    let (code, lines) = lambda.terminate();
    let [_goodbye, line] = &lines[..] else { panic!("expected two lines: {lines:?}") };
    assert_eq!((code, &line["handlers"]), (Some(0), &json!(["flush"])));
    assert_eq!(line["message"], "functions of `#[on_shutdown]` are not done, and Lambda may end them now");
}

#[test]
fn outside_lambda_the_binary_says_what_it_is_and_exits_with_2() {
    let output = run_outside_lambda(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stdout, b"");
    let text = String::from_utf8(output.stderr).expect("text");
    assert!(text.starts_with("this is an AWS Lambda function made with chalice;"), "{text}");
}

#[test]
fn the_dump_holds_the_frames_of_the_section() {
    let dump = run_outside_lambda(&[("CHALICE_DUMP", "1")]);
    assert_eq!(dump.status.code(), Some(0));
    let binary = std::fs::read(example("bootstrap")).expect("the example is built");
    let binary = object::File::parse(&*binary).expect("an ELF file");
    let section = binary.section_by_name(chalice_manifest::SECTION).expect("the section");
    let section = section.data().expect("its bytes");
    let frames = |bytes| -> BTreeSet<Vec<u8>> {
        let frames = chalice_manifest::frames(bytes).expect("frames");
        frames.into_iter().map(|frame| frame.json.to_vec()).collect()
    };
    assert_eq!(frames(&dump.stdout), frames(section));
    assert_eq!(frames(section).len(), 19);

    let records: Vec<Value> =
        frames(section).iter().map(|json| serde_json::from_slice(json).expect("JSON")).collect();
    let echo = records.iter().find(|record| record["name"] == "echoes").expect("the route");
    assert_eq!(echo["methods"], json!(["POST", "PUT"]));
    assert_eq!((&echo["cors"], &echo["content_types"]), (&json!("off"), &json!(["text/plain"])));
    assert_eq!(echo["place"]["target"], "bin");
    let hello = records.iter().find(|record| record["name"] == "hello").expect("the route");
    assert_eq!(hello["summary"], "Greets by name, whoever it is.");
    assert_eq!(hello["description"], "In the language of the stage.");
}
