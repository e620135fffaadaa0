//! An application whose states cannot be made; `tests/runtime.rs` shows what Lambda is told of it.
#![forbid(unsafe_code)]
#![allow(clippy::unused_async, clippy::unnecessary_wraps, clippy::needless_pass_by_value)] // handlers as users write them

use chalice::prelude::*;

chalice::app! {}

struct Table;
struct Pool;
struct Cache;

#[init]
async fn table() -> Result<Table> {
    Ok(Table)
}

#[init]
async fn table_again() -> Result<Table> {
    Ok(Table)
}

#[init]
async fn pool(_: State<Cache>) -> Result<Pool> {
    Ok(Pool)
}

#[init]
async fn cache(_: State<Pool>) -> Result<Cache> {
    Ok(Cache)
}

#[get("/")]
async fn index(_: State<Table>, _: State<String>) {}
