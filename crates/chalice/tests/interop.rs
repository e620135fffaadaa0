//! The types of `http`, and an axum router behind a route.
#![allow(clippy::expect_used, clippy::panic)] // a failed expectation fails the test
#![allow(clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them

use axum::extract::{Path as AxumPath, Query as AxumQuery};
use axum::routing::{get as axum_get, post as axum_post};
use chalice::prelude::*;
use chalice::test::Client;
use serde_json::{Value, json};

chalice::app! { name: "interop", main: false }

#[init]
fn router() -> axum::Router {
    let show = async |AxumPath(id): AxumPath<u32>, AxumQuery(query): AxumQuery<Vec<(String, String)>>| {
        axum::Json(json!({"id": id, "query": query}))
    };
    let context = async |request: http::Request<axum::body::Body>| {
        let own = request.extensions().get::<Request>().expect("chalice's request");
        own.resource_path().unwrap_or_default().to_owned()
    };
    axum::Router::new()
        .route("/api/items/{id}", axum_get(show))
        .route("/api/echo", axum_post(async |body: axum::body::Bytes| body))
        .route("/api/context", axum_get(context))
}

#[route("/api/{path+}", methods = ["GET", "POST"], content_types = ["*/*"], cors = true)]
async fn behind(_path: String, router: State<axum::Router>, request: Request) -> Result<Response> {
    chalice::tower::call(axum::Router::clone(&router), request).await
}

#[get("/status")]
async fn status() -> (http::StatusCode, &'static str) {
    (http::StatusCode::IM_A_TEAPOT, "tea")
}

#[get("/built")]
async fn built() -> Result<http::Response<&'static [u8]>> {
    Ok(http::Response::builder().status(202).header("X-A", "1").header("X-A", "2").body(&b"\xff"[..])?)
}

const BYTES: &str = "application/octet-stream";

#[tokio::test]
async fn an_axum_router_answers_behind_a_greedy_route() {
    let client = Client::new();
    let item = client.get("/api/items/7?a=1&a=%26+%C3%A4").send().await;
    assert_eq!(item.json::<Value>(), json!({"id": 7, "query": [["a", "1"], ["a", "& ä"]]}));
    assert_eq!(item.header("access-control-allow-origin"), Some("*"));
    let echo = client
        .post("/api/echo")
        .header("Accept", BYTES)
        .header("Content-Type", BYTES)
        .body(vec![0, 255])
        .send()
        .await;
    assert_eq!(&echo.bytes()[..], [0, 255]);
    assert_eq!(client.get("/api/context").send().await.text(), "/api/{path+}");
    assert_eq!(client.get("/api/nowhere").send().await.status(), 404);
    assert_eq!(client.get("/api/items/x").send().await.status(), 400);
}

#[tokio::test]
async fn responses_of_http_are_responses() {
    let client = Client::new();
    assert_eq!(client.get("/status").send().await.status(), 418);
    let built = client.get("/built").header("Accept", BYTES).send().await;
    assert_eq!((built.status(), &built.bytes()[..]), (202, &b"\xff"[..]));
    assert_eq!(built.header_list("x-a").collect::<Vec<_>>(), ["1", "2"]);
}

#[test]
fn a_request_can_be_made_for_a_unit_test() {
    let request = http::Request::builder().method("PUT").uri("/a?q=1&q=2").header("X-A", "1");
    let request = Request::from(request.body("body".into()).expect("a request"));
    assert_eq!((request.method(), request.path(), request.resource_path()), ("PUT", "/a", None));
    assert_eq!(request.query_params().get_list("q"), ["1", "2"]);
    assert_eq!((request.headers().get("x-a"), &request.raw_body()[..]), (Some("1"), &b"body"[..]));

    let response = Response::new("done").status(201).header("X-B", "2");
    let response = http::Response::<Bytes>::try_from(response).expect("a response");
    assert_eq!((response.status().as_u16(), response.headers()["x-b"].as_bytes()), (201, &b"2"[..]));
    assert!(http::Response::<Bytes>::try_from(Response::new("").status(9)).is_err());
}

#[tokio::test]
async fn a_response_of_http_has_the_content_type_that_is_sent() {
    for (response, content_type) in [
        (Response::new("tea"), "text/plain; charset=utf-8"),
        (Response::json(&["tea"]).expect("it is JSON"), "application/json"),
        (Response::new("<p>").header("content-type", "text/html"), "text/html"),
    ] {
        let converted: http::Response<Bytes> = response.try_into().expect("it is HTTP");
        let sent = converted.headers().get_all("content-type").iter().collect::<Vec<_>>();
        assert_eq!(sent, [content_type]);
    }
    let nothing: http::Response<Bytes> = Response::new(()).try_into().expect("it is HTTP");
    assert!(nothing.headers().is_empty());
}
