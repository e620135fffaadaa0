//! What errors answer: by type, with `&Error` for the rest, and when debugging.
#![allow(clippy::expect_used, clippy::panic)] // a failed expectation fails the test
#![allow(clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them

use chalice::prelude::*;
use chalice::test::Client;
use serde_json::{Value, json};

chalice::app! { name: "errors", main: false }

#[derive(Debug)]
enum ShopError {
    OutOfStock { item: String },
    Database(std::io::Error),
}

impl std::fmt::Display for ShopError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OutOfStock { item } => write!(formatter, "{item} is out of stock"),
            Self::Database(_) => formatter.write_str("the database failed"),
        }
    }
}

impl std::error::Error for ShopError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::OutOfStock { .. } => None,
            Self::Database(error) => Some(error),
        }
    }
}

struct Currency(&'static str);

#[init]
fn currency() -> Currency {
    Currency("EUR")
}

#[error_handler]
async fn shop(error: &ShopError, request: &Request, currency: State<Currency>) -> Result<Response> {
    let ShopError::OutOfStock { item } = error else {
        panic!("no answer to that");
    };
    let body = json!({"missing": item, "path": request.path(), "currency": currency.0});
    Ok(Response::json(&body)?.status(409))
}

#[error_handler]
fn rest(error: &Error) -> Response {
    let text = format!("{} {}: {}", error.status(), error.code(), error.message());
    Response::new(text).status(error.status())
}

/// Its argument is there for no other error.
#[error_handler]
fn no_number(factor: Json<u32>, error: &std::num::ParseIntError, request: &Request) -> (u16, String) {
    (422, format!("{} times {error} at {}", factor.0, request.path()))
}

fn out_of_stock() -> ShopError {
    ShopError::OutOfStock { item: "pear".to_owned() }
}

#[get("/own", cors = true)]
async fn own() -> Result<String, ShopError> {
    Err(out_of_stock())
}

#[get("/question_mark")]
async fn question_mark() -> Result<String> {
    Err(out_of_stock())?;
    Ok(String::new())
}

#[get("/anyhow/{how}")]
async fn by_anyhow(how: String) -> anyhow::Result<String> {
    use anyhow::Context;
    match how.as_str() {
        "plain" => Err(out_of_stock())?,
        _ => Err(out_of_stock()).context("while ordering").context("while serving")?,
    }
    Ok(String::new())
}

#[get("/mapped")]
async fn mapped() -> Result<String> {
    by_anyhow("plain".to_owned()).await.map_err(Error::internal)
}

#[get("/boxed")]
async fn boxed() -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    Err(out_of_stock())?;
    Ok(String::new())
}

#[get("/text")]
async fn text() -> Result<String, &'static str> {
    Err("only text")
}

#[get("/broken")]
async fn broken() -> Result<String, ShopError> {
    Err(ShopError::Database(std::io::Error::other("disk full")))
}

#[get("/panic")]
fn panics() -> String {
    panic!("never mind")
}

#[get("/busy")]
fn busy() -> Result<()> {
    Err(Error::too_many_requests("slow down").header("Retry-After", "30"))
}

#[post("/number")]
async fn number(Json(number): Json<u32>) -> String {
    number.to_string()
}

#[post("/parsed")]
async fn parsed() -> Result<String> {
    Ok("two".parse::<u32>()?.to_string())
}

#[tokio::test]
async fn an_error_is_answered_by_its_type_wherever_it_came_from() {
    let client = Client::new();
    for path in ["/own", "/question_mark", "/boxed", "/mapped", "/anyhow/plain", "/anyhow/context"] {
        let response = client.get(path).send().await;
        assert_eq!(response.status(), 409, "{path}: {}", response.text());
        assert_eq!(response.json::<Value>(), json!({"missing": "pear", "path": path, "currency": "EUR"}));
    }
    assert_eq!(client.get("/own").send().await.header("access-control-allow-origin"), Some("*"));
}

#[tokio::test]
async fn the_arguments_of_an_error_handler_are_made_for_its_errors_alone() {
    let client = Client::new();
    let response = client.post("/parsed").json(&2).send().await;
    let expected = (422, "2 times invalid digit found in string at /parsed".to_owned());
    assert_eq!((response.status(), response.text()), expected);
    let response = client.get("/text").send().await;
    let of_all = "500 InternalServerError: An internal server error occurred.";
    assert_eq!((response.status(), &*response.text()), (500, of_all));
}

#[tokio::test]
async fn every_other_error_is_answered_by_the_handler_of_all() {
    let client = Client::new();
    let internal = "500 InternalServerError: An internal server error occurred.";
    assert_eq!(client.get("/text").send().await.text(), internal);
    assert_eq!(client.get("/panic").send().await.text(), internal);
    assert!(client.post("/number").body("{").send().await.text().starts_with("400 BadRequestError: "));
    let busy = client.get("/busy").send().await;
    assert_eq!((busy.status(), busy.header("retry-after")), (429, Some("30")));
    let method = client.get("/number").send().await;
    assert_eq!(method.text(), "405 MethodNotAllowedError: Unsupported method: GET");
    assert_eq!(method.header("allow"), Some("POST"));
    let media = client.post("/number").header("Content-Type", "text/csv").send().await;
    assert_eq!(media.text(), "415 UnsupportedMediaType: Unsupported media type: text/csv");
}

#[tokio::test]
async fn an_error_handler_that_fails_leaves_the_plain_answer() {
    let response = Client::new().get("/broken").send().await;
    assert_eq!(response.status(), 500);
    assert_eq!(
        response.text(),
        "{\"Code\":\"InternalServerError\",\"Message\":\"An internal server error occurred.\"}"
    );
}
