//! An application with several faults: the test that `app!` makes and the test client name them all.
#![allow(clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them
#![allow(clippy::expect_used)] // a failed expectation fails the test

use chalice::prelude::*;
use chalice::test::Client;
use chalice::{FromRequest, Needs};

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

struct Caller;

impl FromRequest for Caller {
    const NEEDS: Needs = Needs::All(&[Needs::state::<Db>(), Needs::state::<i8>(), Needs::Nothing]);

    async fn from_request(_: &Request) -> Result<Self> {
        Ok(Self)
    }
}

#[get("/b")]
async fn b(_: Caller) {}

const FAULTS: &str = "the application is not wired correctly:
  - there is no `chalice::app!`: write `chalice::app! {}` once in the crate's root
  - two handlers answer `GET /a` (crates/chalice/tests/miswired.rs:11 and crates/chalice/tests/miswired.rs:16)
  - the name `api_handler` belongs to the function of the REST API; choose another (crates/chalice/tests/miswired.rs:19)
  - no `#[init]` function makes `miswired::Db`, which `a` (crates/chalice/tests/miswired.rs:11) takes
  - no `#[init]` function makes `miswired::Db`, which `b` (crates/chalice/tests/miswired.rs:42) takes
  - no `#[init]` function makes `i8`, which `b` (crates/chalice/tests/miswired.rs:42) takes
  - no `#[init]` function makes `u8`, which `other` (crates/chalice/tests/miswired.rs:27) takes
  - two error handlers answer `std::io::error::Error`: `one` (crates/chalice/tests/miswired.rs:22) and `other` (crates/chalice/tests/miswired.rs:27)";

#[test]
fn the_test_that_app_makes_fails_with_every_fault_and_its_places() {
    let faults = chalice::__private::check_wiring().expect_err("there are faults");
    assert_eq!(faults.to_string(), FAULTS);
    // A failed test shows its error so.
    assert_eq!(format!("{faults:?}"), FAULTS);
}

#[tokio::test]
async fn the_test_client_refuses_to_start_for_the_same_faults() {
    let sent = tokio::spawn(async { _ = Client::new().get("/a").send().await });
    let panic = sent.await.expect_err("it panics").into_panic();
    assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some(FAULTS));
}
