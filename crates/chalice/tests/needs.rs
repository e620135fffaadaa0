//! States that an extractor of the user's asks for.
#![allow(clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them

use chalice::FromRequest;
use chalice::prelude::*;
use chalice::test::Client;

chalice::app! { name: "needs", main: false }

struct Unmade;

struct Caller;

impl FromRequest for Caller {
    async fn from_request(request: &Request) -> Result<Self> {
        State::<Unmade>::from_request(request).await?;
        Ok(Self)
    }
}

/// Answers with the cause.
#[middleware(http)]
async fn told(request: Request, next: Next) -> Result<Response> {
    let error = next.run(request).await.err();
    Ok(Response::new(error.and_then(|error| Some(error.cause()?.to_string())).unwrap_or_default()))
}

#[get("/")]
async fn index(_: Caller) {}

#[tokio::test]
async fn a_state_that_nothing_makes_is_said_to_be_that() {
    let why = "no `#[init]` function makes `needs::Unmade`: write one that returns it";
    assert_eq!(Client::new().get("/").send().await.text(), why);
}
