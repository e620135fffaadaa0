//! With `CHALICE_DEBUG=1` the cause of a 500 is its body, as in Chalice.
#![allow(clippy::unused_async)] // handlers as users write them

use chalice::prelude::*;
use chalice::test::Client;

chalice::app! { name: "debug", main: false }

#[get("/fails")]
async fn fails() -> Result<()> {
    Err(std::io::Error::other("disk full"))?;
    Ok(())
}

#[get("/missing")]
async fn missing() -> Result<()> {
    Err(Error::not_found("no such user"))
}

#[tokio::test]
async fn the_cause_of_a_500_is_its_body_only_when_debugging() {
    let quiet = Client::new().get("/fails").send().await;
    let plain = "{\"Code\":\"InternalServerError\",\"Message\":\"An internal server error occurred.\"}";
    assert_eq!((quiet.status(), quiet.text().as_str()), (500, plain));

    let client = Client::new().env("CHALICE_DEBUG", "1");
    let loud = client.get("/fails").send().await;
    assert_eq!((loud.status(), loud.header("content-type")), (500, Some("text/plain")));
    assert_eq!(
        loud.text(),
        "500 InternalServerError: An internal server error occurred.\n  caused by: disk full\n"
    );
    let missing = client.get("/missing").send().await;
    assert_eq!(missing.text(), "{\"Code\":\"NotFoundError\",\"Message\":\"no such user\"}");
}
