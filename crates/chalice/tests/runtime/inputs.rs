//! Whatever event comes, it is answered, and so is the next.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRunner};
use serde_json::{Value, json};

use crate::runtime_api::{Invocation, Lambda};

/// Each part waits for its answers, so several take less long than one.
const PARTS: u32 = 4;

fn runner() -> TestRunner {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    TestRunner::new(ProptestConfig {
        cases: cases.unwrap_or(100_000) / PARTS,
        failure_persistence: None,
        // Half of the time went into better random numbers than this needs.
        rng_algorithm: RngAlgorithm::XorShift,
        ..ProptestConfig::default()
    })
}

fn event(method: &str, resource: &str, headers: &Value, body: &Value) -> Value {
    json!({
        "resource": resource, "path": "/x", "httpMethod": method, "headers": null, "multiValueHeaders": headers,
        "multiValueQueryStringParameters": {"a": ["1", "2"]}, "pathParameters": {"name": "A%20d\u{e4}"},
        "requestContext": {"httpMethod": method, "resourcePath": resource}, "body": body, "isBase64Encoded": false,
    })
}

/// An event of any text, of a route or not.
fn events() -> impl Strategy<Value = Vec<u8>> {
    let method = prop_oneof![Just("GET"), Just("POST"), Just("HEAD"), Just("OPTIONS"), Just("x")];
    let resource = prop_oneof![Just("/hello/{name}"), Just("/echo"), Just("/nowhere"), Just("")];
    let header = ("[a-zA-Z\\-]{0,12}", vec(any::<String>(), 0..3));
    let usual = prop_oneof![Just("accept"), Just("Content-Type"), Just("ORIGIN")].prop_map(str::to_owned);
    let headers = vec(prop_oneof![header, (usual, vec(any::<String>(), 0..3))], 0..4);
    let headers =
        headers.prop_map(|headers| json!(headers.into_iter().collect::<std::collections::BTreeMap<_, _>>()));
    let body = prop_oneof![
        Just(Value::Null),
        any::<String>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from)
    ];
    (method, resource, headers, body).prop_map(|(method, resource, headers, body)| {
        event(method, resource, &headers, &body).to_string().into_bytes()
    })
}

/// One that was changed, cut or cut into.
fn broken_events() -> impl Strategy<Value = Vec<u8>> {
    (events(), vec((any::<prop::sample::Index>(), any::<u8>()), 0..5), any::<prop::sample::Index>()).prop_map(
        |(mut event, changes, cut)| {
            for (place, byte) in changes {
                let place = place.index(event.len());
                event[place] = byte;
            }
            let cut = cut.index(event.len() * 4);
            event.truncate(cut);
            event
        },
    )
}

#[test]
fn every_event_is_answered_and_none_panics() {
    std::thread::scope(|scope| (0..PARTS).for_each(|_| _ = scope.spawn(every_event_of_a_part_is_answered)));
}

fn every_event_of_a_part_is_answered() {
    let lambda = Lambda::start("api_handler", &[("GREETING", "hi"), ("ORIGIN", "https://example.com")]);
    let inputs = prop_oneof![4 => events(), 4 => broken_events(), 1 => vec(any::<u8>(), 0..200)];
    let tried = runner().run(&inputs, |event| {
        let posted = lambda.invoke(&Invocation { event, ..Invocation::of(&Value::Null) });
        prop_assert!(posted.path.ends_with("/response"), "{}", posted.path);
        let answer = posted.json();
        prop_assert!(answer["statusCode"].is_u64() && answer["body"].is_string(), "{answer}");
        Ok(())
    });
    tried.expect("every input is answered");
    let log = lambda.stop_with_text();
    assert!(!log.contains("panicked"), "{log}");
}
