//! Headers of a response: replaced and taken out, left to API Gateway, or refused.
#![allow(clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them

use chalice::prelude::*;
use chalice::test::Client;
use serde_json::json;

chalice::app! { name: "headers", main: false }

#[middleware(http)]
async fn cached(request: Request, next: Next) -> Result<Response> {
    Ok(next.run(request).await?.set_header("Cache-Control", "max-age=60").remove_header("X-Internal"))
}

#[get("/tea")]
async fn tea() -> Response {
    Response::new("tea")
        .header("cache-control", "no-store")
        .header("Cache-Control", "private")
        .header("x-internal", "1")
        .header("X-INTERNAL", "2")
}

/// Whatever name and value.
#[get("/given/{name}")]
async fn given(name: String, request: Request) -> Response {
    Response::new("tea").header(name, request.query_params().get("value").unwrap_or_default())
}

#[get("/streamed", stream = true)]
async fn streamed() -> Response {
    let parts = futures_util::stream::iter([Ok::<_, std::io::Error>("tea")]);
    Response::stream(parts).header("Transfer-Encoding", "chunked").header("Content-Length", "99")
}

/// Status, headers in their order, body.
async fn answer(path: &str) -> (u16, serde_json::Value, String) {
    let response = Client::new().get(path).send().await;
    let mut headers = json!({});
    for name in ["cache-control", "x-internal", "content-type", "location", "connection", "content-length"] {
        let values: Vec<&str> = response.header_list(name).collect();
        if !values.is_empty() {
            headers[name] = json!(values);
        }
    }
    (response.status(), headers, response.text())
}

#[tokio::test]
async fn a_header_is_replaced_and_taken_out_with_all_its_values() {
    let headers = json!({"cache-control": ["max-age=60"], "content-type": ["text/plain; charset=utf-8"]});
    assert_eq!(answer("/tea").await, (200, headers, "tea".to_owned()));
}

#[tokio::test]
async fn what_is_said_of_the_connection_is_left_to_api_gateway() {
    let headers = json!({"cache-control": ["max-age=60"], "content-type": ["text/plain; charset=utf-8"]});
    for header in ["Content-Length?value=99", "content-length?value=3", "Transfer-Encoding?value=chunked"]
        .into_iter()
        .chain(["Connection?value=close", "Upgrade?value=h2c", "Keep-Alive?value=1", "trailer?value=X"])
    {
        let expected = (200, headers.clone(), "tea".to_owned());
        assert_eq!(answer(&format!("/given/{header}")).await, expected, "{header}");
    }
    let streamed = answer("/streamed").await;
    let headers = json!({"cache-control": ["max-age=60"], "content-type": ["application/octet-stream"]});
    assert_eq!(streamed, (200, headers, "tea".to_owned()));
}

#[tokio::test]
async fn what_no_header_can_hold_is_a_500() {
    let internal = "{\"Code\":\"InternalServerError\",\"Message\":\"An internal server error occurred.\"}";
    for header in ["Location?value=/r/%C3%BC", "X-A?value=%7F", "X-A?value=a%0Ab", "a%20b?value=1"] {
        let expected = (500, json!({"content-type": ["application/json"]}), internal.to_owned());
        assert_eq!(answer(&format!("/given/{header}")).await, expected, "{header}");
    }
}
