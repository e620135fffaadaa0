//! Bodies that are sent while they are made, through the test client; tests/runtime.rs shows what goes over the wire.
#![allow(clippy::expect_used, clippy::panic)] // a failed expectation fails the test
#![allow(clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them

use std::env;
use std::process::Command;

use chalice::prelude::*;
use chalice::test::Client;
use futures_util::stream::iter;
use serde_json::Value;

chalice::app! { name: "streaming", main: false }

fn parts() -> Response {
    Response::stream(iter(["a", "", "b"].map(Ok::<_, std::io::Error>))).header("Content-Type", "text/plain")
}

fn failing() -> Response {
    Response::stream(iter([Ok("a"), Err(std::io::Error::other("disk full"))]))
}

#[get("/stream/{kind}", stream = true, cors = true)]
async fn stream(kind: String) -> Result<Response> {
    Ok(match kind.as_str() {
        "parts" => {
            parts().status(201).header("Set-Cookie", "a=1").header("Set-Cookie", "b=2").header("X-A", "1")
        }
        "fails" => failing(),
        "variable" => Response::stream(iter([1]).map(|_| chalice::env::var("CITY"))),
        "panics" => Response::stream(iter([1]).map(|_| -> Result<Bytes> { panic!("in the stream") })),
        "whole" => Response::new("whole"),
        "unsent" => Response::new("x").header("X-A", "1\r\n2"),
        _ => return Err(Error::not_found("no such stream")),
    })
}

use futures_util::StreamExt;

#[get("/collected/{kind}", cors = true)]
async fn collected(kind: String) -> Response {
    if kind == "parts" { parts().header("X-A", "1") } else { failing() }
}

#[tokio::test]
async fn a_streaming_route_answers_everything_with_a_prelude() {
    let client = Client::new();
    let response = client.get("/stream/parts").send().await;
    assert_eq!((response.status(), response.text().as_str()), (201, "ab"));
    assert_eq!(response.header_list("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert_eq!((response.header("x-a"), response.header("content-type")), (Some("1"), Some("text/plain")));
    assert_eq!(response.header("access-control-allow-origin"), Some("*"));
    assert_eq!(client.get("/stream/whole").send().await.text(), "whole");
    let missing = client.get("/stream/other").send().await;
    assert_eq!(missing.status(), 404);
    assert_eq!(missing.text(), "{\"Code\":\"NotFoundError\",\"Message\":\"no such stream\"}");
    let unsent = client.get("/stream/unsent").send().await;
    assert_eq!((unsent.status(), unsent.header("access-control-allow-origin")), (500, Some("*")));
    let head = client.request("HEAD", "/stream/parts").send().await;
    assert_eq!((head.status(), head.text().as_str()), (201, ""));
}

#[tokio::test]
async fn a_stream_that_fails_ends_early() {
    let client = Client::new();
    assert_eq!(client.get("/stream/fails").send().await.text(), "a");
    assert_eq!(client.get("/stream/panics").send().await.text(), "");
}

#[tokio::test]
async fn a_stream_finds_the_variables_of_the_client_while_it_is_made() {
    let client = Client::new().env("CITY", "Wien");
    assert_eq!(client.get("/stream/variable").send().await.text(), "Wien");
}

/// In a process of its own, where what a test prints can be read.
#[test]
fn why_a_stream_failed_is_logged() {
    let mut test = Command::new(env::current_exe().expect("a test is a program"));
    let output = test.args(["--exact", "a_stream_that_fails_ends_early", "--nocapture"]).output();
    let text = String::from_utf8_lossy(&output.expect("it runs").stderr).into_owned();
    let said = |line: &str| serde_json::from_str::<Value>(line).ok()?["error"].as_str().map(str::to_owned);
    let why: Vec<String> =
        text.lines().filter(|line| line.contains("the stream failed")).filter_map(said).collect();
    let [failed, panicked] = &why[..] else { panic!("{text}") };
    assert!(failed.ends_with("caused by: disk full"), "{failed}");
    assert!(panicked.ends_with("in the stream"), "{panicked}");
}

#[tokio::test]
async fn elsewhere_a_stream_is_sent_whole_or_is_a_500() {
    let client = Client::new();
    let response = client.get("/collected/parts").send().await;
    assert_eq!((response.text().as_str(), response.header("x-a")), ("ab", Some("1")));
    let failed = client.get("/collected/fails").send().await;
    assert_eq!((failed.status(), failed.header("access-control-allow-origin")), (500, Some("*")));
    assert!(failed.text().starts_with("{\"Code\":\"InternalServerError\""));
}
