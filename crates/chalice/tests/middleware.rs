//! Middleware of every kind, through the test client.
#![allow(clippy::expect_used, clippy::panic)] // a failed expectation fails the test
#![allow(clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them

use std::sync::Mutex;

use chalice::prelude::*;
use chalice::test::Client;
use serde_json::{Value, json};

chalice::app! { name: "middleware", main: false }

/// What ran, in order.
#[derive(Default)]
struct Trail(Mutex<Vec<&'static str>>);

impl Trail {
    fn note(&self, what: &'static str) {
        self.0.lock().expect("nobody panics with the lock").push(what);
    }

    fn taken(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.0.lock().expect("nobody panics with the lock"))
    }
}

#[init]
fn trail() -> Trail {
    Trail::default()
}

struct User(String);

#[middleware(http, order = 20)]
async fn inner(request: Request, next: Next, trail: State<Trail>) -> Result<Response> {
    trail.note("inner");
    next.run(request).await
}

#[middleware]
async fn first_of_equals(request: Request, next: Next<Request>, trail: State<Trail>) -> Result<Response> {
    trail.note("first");
    let id = request.lambda_context().aws_request_id().to_owned();
    Ok(next.respond(request).await.header("X-Request-ID", id))
}

#[middleware(order = 0)]
async fn second_of_equals(request: Request, next: Next, trail: State<Trail>) -> Result<Response> {
    trail.note("second");
    next.run(request).await
}

#[middleware(http, order = -5)]
async fn outer(mut request: Request, next: Next, trail: State<Trail>) -> Result<Response> {
    trail.note("outer");
    if request.headers().get("x-refuse").is_some() {
        return Ok(Response::new("refused").status(401));
    }
    if request.headers().get("x-fail").is_some() {
        return Err(Error::forbidden("not you"));
    }
    assert!(request.headers().get("x-panic").is_none(), "a middleware panics");
    if let Some(user) = request.headers().get("x-user").map(str::to_owned) {
        request.insert(User(user));
    }
    request.set_header("X-Seen", "outer");
    if request.method() == "PUT" {
        request.set_body("changed");
    }
    let response = next.run(request).await?;
    Ok(response.header("X-Outer", "1"))
}

#[middleware(all)]
async fn everything(mut event: AnyEvent, next: Next<AnyEvent>, trail: State<Trail>) -> Result<AnyOutput> {
    trail.note("all");
    event.insert(7_i64);
    next.run(event).await
}

#[middleware(pure_lambda)]
async fn functions(
    mut event: LambdaFunctionEvent,
    next: Next<LambdaFunctionEvent>,
    trail: State<Trail>,
) -> Result<AnyOutput> {
    trail.note("function");
    let number: i64 = event.json()?;
    if number < 0 {
        return AnyOutput::from_json("negative");
    }
    event.set_json(&(number + 1))?;
    let answer: i64 = next.run(event).await?.json()?;
    AnyOutput::from_json(&(answer * 10))
}

#[get("/hello", cors = true)]
async fn hello(user: Option<Extension<User>>, number: Extension<i64>, headers: Headers) -> Value {
    let user = user.map(|user| user.0.0.clone());
    json!({"user": user, "number": *number, "seen": headers.get("x-seen")})
}

#[put("/hello", cors = true)]
async fn echo(body: Bytes) -> Bytes {
    body
}

#[get("/fails")]
async fn fails() -> Result<()> {
    Err(Error::not_found("nothing"))
}

#[get("/trail")]
async fn show(trail: State<Trail>) -> Value {
    json!(trail.taken())
}

#[lambda_function]
async fn double(number: i64, inserted: Extension<i64>) -> Result<i64> {
    if number == 100 { Err(Error::bad_request("too large")) } else { Ok(number * 2 + *inserted) }
}

const HTTP: [&str; 5] = ["all", "outer", "first", "second", "inner"];

#[tokio::test]
async fn middleware_runs_by_order_then_by_line() {
    let client = Client::new();
    assert_eq!(client.get("/trail").send().await.json::<Value>(), json!(HTTP));
}

#[tokio::test]
async fn middleware_changes_the_request_and_the_response() {
    let client = Client::new();
    let response = client.get("/hello").header("X-User", "Ada").header("X-Seen", "sent").send().await;
    assert_eq!(response.json::<Value>(), json!({"user": "Ada", "number": 7, "seen": "outer"}));
    assert_eq!(response.header("x-outer"), Some("1"));
    assert_eq!(response.header("x-request-id"), Some("00000000-0000-4000-8000-000000000000"));
    let body = client.put("/hello").header("Accept", "application/octet-stream").body("sent").send().await;
    assert_eq!(body.text(), "changed");
}

#[tokio::test]
async fn middleware_may_answer_itself_and_cors_stands_on_that() {
    let client = Client::new();
    let refused = client.get("/hello").header("X-Refuse", "1").send().await;
    assert_eq!((refused.status(), refused.text().as_str()), (401, "refused"));
    assert_eq!(refused.header("access-control-allow-origin"), Some("*"));
    assert_eq!(client.get("/trail").header("X-Refuse", "1").send().await.status(), 401);
    let failed = client.get("/hello").header("X-Fail", "1").send().await;
    assert_eq!(failed.text(), "{\"Code\":\"ForbiddenError\",\"Message\":\"not you\"}");
    let panicked = client.get("/hello").header("X-Panic", "1").send().await;
    assert_eq!(panicked.status(), 500);
}

#[tokio::test]
async fn an_error_passes_through_and_405_and_415_do_too() {
    let client = Client::new();
    let failed = client.get("/fails").send().await;
    assert_eq!((failed.status(), failed.header("x-outer")), (404, Some("1")));
    assert!(failed.header("x-request-id").is_some());
    for response in [
        client.delete("/hello").send().await,
        client.get("/hello").header("Content-Type", "text/csv").send().await,
    ] {
        assert!(response.header("x-request-id").is_some(), "{}", response.status());
    }
    assert_eq!(client.request("OPTIONS", "/hello").send().await.header("x-request-id"), None);
}

#[tokio::test]
async fn a_function_that_is_invoked_by_name_has_middleware_of_its_own() {
    let client = Client::new();
    assert_eq!(client.invoke("double", 1).await, Ok(json!(110)));
    assert_eq!(client.invoke("double", -1).await, Ok(json!("negative")));
    assert_eq!(client.invoke("double", 99).await.expect_err("too large").error_message, "too large");
    assert_eq!(client.invoke("double", "x").await.expect_err("no number").error_type, "BadRequestError");
}

#[tokio::test]
async fn a_middleware_is_a_function_that_a_unit_test_can_call() {
    let next = Next::<LambdaFunctionEvent>::new(|event| async move {
        let number: i64 = event.json()?;
        AnyOutput::from_json(&number)
    });
    assert_eq!(format!("{next:?}"), "Next<pure_lambda>");
    drop(next.clone());
}

struct Guest(std::sync::Arc<()>);

#[middleware(http, order = 30)]
async fn hosts(mut request: Request, next: Next) -> Result<Response> {
    if request.headers().get("x-guest").is_none() {
        return next.run(request).await;
    }
    let guest = std::sync::Arc::new(());
    let watch = std::sync::Arc::downgrade(&guest);
    request.insert(Guest(guest));
    let response = next.run(request).await?;
    Ok(response.header("X-Guest", if watch.upgrade().is_some() { "stays" } else { "left" }))
}

#[get("/guest")]
async fn guest(guest: Extension<Guest>) -> String {
    let holders = std::sync::Arc::strong_count(&guest.0.0);
    holders.to_string()
}

/// A channel's sender that was inserted closes its channel, for one.
#[tokio::test]
async fn what_was_inserted_is_dropped_when_the_handler_is_done() {
    let response = Client::new().get("/guest").header("X-Guest", "1").send().await;
    assert_eq!((response.text().as_str(), response.header("x-guest")), ("1", Some("left")));
}

#[middleware(http, order = 30)]
async fn redacts(request: Request, next: Next) -> Result<Response> {
    let is_wanted = request.headers().get("x-redact").is_some();
    let response = next.run(request).await?;
    if !is_wanted {
        return Ok(response);
    }
    let body = String::from_utf8_lossy(response.body()).replace("secret", "***");
    Ok(response.set_body(body))
}

#[get("/secret")]
async fn secret() -> Response {
    Response::new("the secret").status(203).header("Content-Type", "text/html").header("X-A", "1")
}

#[get("/secrets")]
async fn secrets() -> Json<[&'static str; 1]> {
    Json(["secret"])
}

#[tokio::test]
async fn a_middleware_puts_another_body_under_the_status_and_the_headers() {
    let response = Client::new().get("/secret").header("X-Redact", "1").send().await;
    assert_eq!((response.status(), response.text().as_str()), (203, "the ***"));
    assert_eq!((response.header("content-type"), response.header("x-a")), (Some("text/html"), Some("1")));
    let json = Client::new().get("/secrets").header("X-Redact", "1").send().await;
    assert_eq!((json.header("content-type"), json.text().as_str()), (Some("application/json"), "[\"***\"]"));
}
