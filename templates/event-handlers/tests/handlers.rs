//! The test client calls handlers through the code that runs in Lambda, with events as Lambda delivers them.

use chalice::test::{Client, events};
use my_app as _; // links the application's handlers
use serde_json::json;

#[tokio::test]
async fn what_is_no_order_stays_in_the_queue() {
    let messages = [r#"{"item": "tea", "count": 2}"#, "tea, please"];
    let answer = Client::new().invoke("take_orders", events::sqs(messages).queue("orders")).await;
    assert_eq!(answer, Ok(json!({"batchItemFailures": [{"itemIdentifier": "message-1"}]})));
}

#[tokio::test]
async fn a_batch_of_orders_is_taken_whole() {
    let messages = [r#"{"item": "tea", "count": 2}"#, r#"{"item": "milk", "count": 1}"#];
    let answer = Client::new().invoke("take_orders", events::sqs(messages)).await;
    assert_eq!(answer, Ok(json!({"batchItemFailures": []})));
}

#[tokio::test]
async fn the_clock_strikes() {
    assert_eq!(Client::new().invoke("strike", events::schedule()).await, Ok(json!(null)));
}
