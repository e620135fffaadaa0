//! CORS whose origins only the stage's variables say.
#![allow(clippy::expect_used)] // a failed expectation fails the test
#![allow(clippy::unused_async)] // handlers as users write them

use chalice::prelude::*;
use chalice::test::Client;

chalice::app! { name: "cors-from-variables", main: false }

const BRANCHES: Cors = Cors::origins(&["https://x.example", "${OTHER}"]).allow_credentials(true);

#[get("/cart", cors = BRANCHES)]
async fn cart() {}

#[tokio::test]
async fn any_origin_with_credentials_is_refused_at_the_start() {
    let sent = tokio::spawn(async { _ = Client::new().env("OTHER", "*").get("/cart").send().await });
    let panic = sent.await.expect_err("it panics").into_panic();
    let why = "\
the application is not wired correctly: `${OTHER}`, a CORS origin of `cart` (crates/chalice/tests/cors_from_variables.rs:12), \
is `*`, any origin, and credentials are allowed: every site could act as its visitors (set the variable to an origin, as in \
https://example.com, in .chalice/config.json)";
    let said = panic.downcast_ref::<String>().map(String::as_str).unwrap_or_default();
    assert!(said.ends_with(why), "{said}");
}

#[tokio::test]
async fn an_origin_that_a_variable_names_is_allowed_with_credentials() {
    let client = Client::new().env("OTHER", "https://y.example");
    let asked = async |origin: &str| {
        let response = client.get("/cart").header("Origin", origin).send().await;
        response.header("access-control-allow-origin").map(str::to_owned)
    };
    assert_eq!(asked("https://y.example").await.as_deref(), Some("https://y.example"));
    assert_eq!(asked("https://evil.example").await, None);
}
