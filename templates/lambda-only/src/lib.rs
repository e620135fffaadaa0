//! The application: Lambda functions that are invoked by name.

use chalice::prelude::*;
use serde::{Deserialize, Serialize};

chalice::app! {}

#[derive(Deserialize)]
struct Order {
    cents: Vec<u32>,
}

#[derive(Serialize)]
struct Total {
    cents: u64,
    currency: String,
}

/// Add up an order
#[lambda_function]
async fn total(order: Order, env: Env) -> Result<Total> {
    let cents = order.cents.into_iter().map(u64::from).sum();
    // `CURRENCY` stands in `.chalice/config.json`, where each stage can have its own.
    Ok(Total { cents, currency: env.get("CURRENCY")? })
}
