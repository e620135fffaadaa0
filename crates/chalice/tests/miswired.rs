//! An application with several faults: the test client refuses it and names them all.
#![allow(clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them

use chalice::prelude::*;
use chalice::test::Client;

struct Db;

#[get("/a")]
async fn a(db: State<Db>) {
    let Db = *db;
}

#[get("/a")]
async fn again() {}

#[lambda_function(name = "api_handler")]
async fn reserved() {}

#[error_handler]
fn one(_: &std::io::Error) -> Response {
    Response::new("one")
}

#[error_handler]
fn other(_: &std::io::Error, unmade: State<u8>) -> String {
    unmade.to_string()
}

#[tokio::test]
#[should_panic(expected = "the application is not wired correctly:
  - there is no `chalice::app!`: write `chalice::app! {}` once in the crate's root
  - two handlers answer `GET /a` (crates/chalice/tests/miswired.rs:9 and crates/chalice/tests/miswired.rs:14)
  - the name `api_handler` belongs to the function of the REST API; choose another (crates/chalice/tests/miswired.rs:17)
  - no `#[init]` function makes `miswired::Db`, which `a` (crates/chalice/tests/miswired.rs:9) takes
  - no `#[init]` function makes `u8`, which `other` (crates/chalice/tests/miswired.rs:25) takes
  - two error handlers answer `std::io::error::Error`: `one` (crates/chalice/tests/miswired.rs:20) and `other` (crates/chalice/tests/miswired.rs:25)")]
async fn every_fault_is_named_with_its_places() {
    Client::new().get("/a").send().await;
}
