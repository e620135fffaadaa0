//! The test client invokes functions through the code that runs in Lambda.

use chalice::test::Client;
use my_app as _; // links the application's handlers
use serde_json::json;

#[tokio::test]
async fn an_order_is_added_up_in_the_currency_of_the_stage() {
    let order = json!({"cents": [1250, 99]});
    let client = Client::new();
    assert_eq!(client.invoke("total", &order).await, Ok(json!({"cents": 1349, "currency": "EUR"})));
    let client = Client::new().env("CURRENCY", "SEK");
    assert_eq!(client.invoke("total", &order).await, Ok(json!({"cents": 1349, "currency": "SEK"})));
}

#[tokio::test]
async fn an_event_that_is_no_order_fails_the_invocation() {
    let error = Client::new().invoke("total", json!({"cents": "many"})).await.unwrap_err();
    assert!(error.error_message.contains("cents"), "{error}");
}
