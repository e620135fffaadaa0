//! Errors inside of errors: which status they have, who answers them, and what the answer holds.
#![allow(clippy::expect_used, clippy::panic)] // a failed expectation fails the test
#![allow(clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them

use chalice::BoxError;
use chalice::prelude::*;
use chalice::test::Client;

chalice::app! { name: "error-sources", main: false }

#[derive(Debug, thiserror::Error)]
enum Shop {
    #[error(transparent)]
    Transparent(#[from] BoxError),
    #[error("the pantry is locked")]
    Sourced(#[source] BoxError),
}

#[derive(Debug, thiserror::Error)]
#[error("the leaf")]
struct Leaf;

#[derive(Debug, thiserror::Error)]
enum Branch {
    #[error("{0}")]
    Leaf(#[from] Leaf),
    #[error(transparent)]
    Hidden(Leaf),
}

/// A handler for it, and for what caused it.
#[derive(Debug, thiserror::Error)]
#[error("the tree")]
struct Tree(#[from] Branch);

struct User(&'static str);

#[error_handler]
fn leaf(error: &Leaf, user: Extension<User>) -> (u16, String) {
    (418, format!("{error} for {}", user.0.0))
}

#[error_handler]
fn every_other(error: &Error) -> Result<Response> {
    if error.message() == "teapot" {
        return Ok(Response::new("a teapot").status(error.status()));
    }
    Err(Error::internal("the plain answer will do"))
}

#[error_handler]
fn tree(error: &Tree) -> (u16, String) {
    (410, error.to_string())
}

#[middleware(http, order = 1)]
async fn outer(request: Request, next: Next) -> Result<Response> {
    Ok(next.respond(request).await.header("X-Outer", "1"))
}

#[middleware(http, order = 2)]
async fn who(mut request: Request, next: Next) -> Result<Response> {
    request.insert(User("ada"));
    assert!(request.headers().get("x-panic").is_none(), "a middleware panics");
    if request.headers().get("x-leaf").is_some() {
        return Err(Leaf.into());
    }
    next.run(request).await
}

fn refused() -> Error {
    Error::bad_request("no").header("X-Why", "because")
}

#[get("/shop/{how}")]
async fn shop(how: String) -> Result<(), Shop> {
    Err(match &*how {
        "transparent" => Shop::Transparent(refused().into()),
        "sourced" => Shop::Sourced(refused().into()),
        "io" => Shop::Sourced(std::io::Error::other(BoxError::from(refused())).into()),
        _ => Shop::Sourced(std::sync::Arc::new(Shop::Transparent(refused().into())).into()),
    })
}

#[get("/anyhow/{how}")]
async fn by_anyhow(how: String) -> anyhow::Result<()> {
    use anyhow::Context;
    match &*how {
        "macro" => Err(anyhow::anyhow!(BoxError::from(refused()))),
        "from_boxed" => Err(anyhow::Error::from_boxed(refused().into())),
        "context" => Err(anyhow::Error::from_boxed(refused().into())).context("while serving"),
        _ => {
            Err(refused())?;
            Ok(())
        }
    }
}

#[get("/question/{how}")]
async fn question(how: String) -> Result<()> {
    shop(how).await?;
    Ok(())
}

#[get("/tree/{how}")]
async fn grow(how: String) -> Result<(), BoxError> {
    Err(match &*how {
        "leaf" => Branch::from(Leaf).into(),
        "hidden" => Branch::Hidden(Leaf).into(),
        _ => Tree::from(Branch::from(Leaf)).into(),
    })
}

#[get("/cookies")]
async fn cookies() -> Result<()> {
    Err(Error::unauthorized("teapot").header("Set-Cookie", "a=1").header("Set-Cookie", "b=2"))
}

#[get("/text")]
async fn text() -> Result<()> {
    Err(Error::new(402, "Größe", "ä\u{7f}\u{1f600} \"\\/ \u{8}\u{c}\n\r\t\u{1} €"))
}

#[middleware(pure_lambda)]
async fn recovers(event: LambdaFunctionEvent, next: Next<LambdaFunctionEvent>) -> Result<AnyOutput> {
    let error = next.run(event).await.err();
    AnyOutput::from_json(&error.and_then(|error| Some(error.cause()?.to_string())))
}

#[lambda_function]
async fn panics(_: u32) -> Result<()> {
    panic!("a function panics");
}

/// Status, the header, body.
async fn answer(path: &str, header: &str) -> (u16, Option<String>, String) {
    let response = Client::new().get(path).send().await;
    (response.status(), response.header(header).map(str::to_owned), response.text())
}

#[tokio::test]
async fn an_error_with_a_status_keeps_it_inside_of_every_other_error() {
    let body = "{\"Code\":\"BadRequestError\",\"Message\":\"no\"}".to_owned();
    for path in ["shop/transparent", "shop/sourced", "shop/io", "shop/arc", "question/transparent"]
        .into_iter()
        .chain(["anyhow/macro", "anyhow/from_boxed", "anyhow/context", "anyhow/question"])
    {
        let expected = (400, Some("because".to_owned()), body.clone());
        assert_eq!(answer(&format!("/{path}"), "x-why").await, expected, "{path}");
    }
}

#[tokio::test]
async fn the_outermost_type_that_has_a_handler_answers() {
    let of_leaf = || (418, None, "the leaf for ada".to_owned());
    assert_eq!(answer("/tree/tree", "x").await, (410, None, "the tree".to_owned()));
    assert_eq!(answer("/tree/leaf", "x").await, of_leaf());
}

/// The example of the attribute's page.
#[tokio::test]
async fn a_transparent_error_is_the_only_one_of_its_types_that_a_handler_sees() {
    let internal = "{\"Code\":\"InternalServerError\",\"Message\":\"An internal server error occurred.\"}";
    assert_eq!(answer("/tree/hidden", "x").await, (500, None, internal.to_owned()));
}

#[tokio::test]
async fn an_error_handler_sees_what_a_middleware_inserted_even_if_that_failed() {
    let response = Client::new().get("/cookies").header("X-Leaf", "1").send().await;
    assert_eq!((response.status(), response.text().as_str()), (418, "the leaf for ada"));
}

#[tokio::test]
async fn a_header_that_an_error_has_twice_is_sent_twice() {
    let response = Client::new().get("/cookies").send().await;
    assert_eq!(response.header_list("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert_eq!((response.status(), response.text().as_str()), (401, "a teapot"));
}

#[tokio::test]
async fn a_panic_of_a_middleware_is_an_error_to_those_further_out() {
    let response = Client::new().get("/cookies").header("X-Panic", "1").send().await;
    let internal = "{\"Code\":\"InternalServerError\",\"Message\":\"An internal server error occurred.\"}";
    assert_eq!((response.status(), response.text().as_str()), (500, internal));
    assert_eq!(response.header("x-outer"), Some("1"));
}

#[tokio::test]
async fn a_panic_of_a_function_is_an_error_to_its_middleware() {
    let recovered = "panicked at crates/chalice/tests/error_sources.rs:132:5: a function panics";
    assert_eq!(Client::new().invoke("panics", 1).await, Ok(recovered.into()));
}

#[derive(Debug)]
struct Unspeakable;

impl std::fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("it has no words")
    }
}

impl std::error::Error for Unspeakable {}

#[get("/unspeakable", cors = true)]
async fn unspeakable() -> Result<()> {
    Err(Unspeakable)?
}

#[tokio::test]
async fn an_error_whose_text_panics_is_a_500_like_others() {
    let internal = "{\"Code\":\"InternalServerError\",\"Message\":\"An internal server error occurred.\"}";
    let expected = (500, Some("*".to_owned()), internal.to_owned());
    assert_eq!(answer("/unspeakable", "Access-Control-Allow-Origin").await, expected);
}

/// What Python's `json.dumps` makes of it.
#[tokio::test]
async fn an_errors_body_is_ascii_as_chalices_is() {
    let body = "{\"Code\":\"Gr\\u00f6\\u00dfe\",\"Message\":\"\\u00e4\\u007f\\ud83d\\ude00 \\\"\\\\/ \
                \\b\\f\\n\\r\\t\\u0001 \\u20ac\"}";
    assert_eq!(answer("/text", "x-outer").await, (402, Some("1".to_owned()), body.to_owned()));
}

#[lambda_function]
async fn speechless(_event: u8) -> Result<(), Unspeakable> {
    Err(Unspeakable)
}

#[tokio::test]
async fn a_function_whose_errors_text_panics_fails_like_others() {
    let failed = Client::new().invoke("speechless", 1).await.expect_err("it fails");
    assert_eq!(
        (&*failed.error_type, &*failed.error_message),
        ("Panic", "panicked at crates/chalice/tests/error_sources.rs:199:9: it has no words")
    );
}
