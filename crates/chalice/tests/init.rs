//! What functions of `#[init]` and `#[on_shutdown]` may return, and how handlers have it.
#![allow(clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them
#![allow(clippy::expect_used)] // a failed expectation fails the test

use std::collections::BTreeMap;

use chalice::prelude::*;
use chalice::test::Client;

chalice::app! { name: "init", main: false }

#[derive(Debug, thiserror::Error)]
#[error("there is no table of {0}")]
struct NoTable(String);

type Made<T> = std::result::Result<T, NoTable>;

struct Table(String);

#[init]
async fn table(env: Env) -> Made<Table> {
    Ok(Table(env.find("TABLE").unwrap_or_default()))
}

#[init]
fn check(env: Env) -> Made<()> {
    let app = env.find("APP").unwrap_or_default();
    if app == "unknown" { Err(NoTable(app)) } else { Ok(()) }
}

#[on_shutdown]
fn leave(table: State<Table>) -> Made<()> {
    Err(NoTable(table.0.clone()))
}

#[get("/")]
async fn index(table: State<Table>) -> String {
    table.0.clone()
}

#[tokio::test]
async fn a_result_may_have_a_name_of_ones_own() {
    assert_eq!(Client::new().env("TABLE", "users").get("/").send().await.text(), "users");

    let sent = tokio::spawn(async { _ = Client::new().env("APP", "unknown").get("/").send().await });
    let panic = sent.await.expect_err("it panics").into_panic();
    let why = "#[init] `check` failed: there is no table of unknown";
    assert_eq!(panic.downcast_ref::<String>().map(String::as_str), Some(why));
}

#[init]
fn prices() -> BTreeMap<&'static str, u32> {
    BTreeMap::from([("tea", 3)])
}

#[get("/prices/{item}")]
async fn price(item: String, prices: State<BTreeMap<&'static str, u32>>) -> Option<String> {
    prices.get(&*item).map(u32::to_string)
}

#[tokio::test]
async fn the_methods_of_a_state_are_its_own() {
    let client = Client::new();
    assert_eq!(client.get("/prices/tea").send().await.text(), "3");
    assert_eq!(client.get("/prices/gold").send().await.status(), 404);
}
