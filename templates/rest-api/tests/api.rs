//! The test client sends what API Gateway would, through the code that runs in Lambda.

use chalice::test::Client;
use my_app as _; // links the application's handlers
use serde_json::{Value, json};

#[tokio::test]
async fn the_root_greets_the_world() {
    let response = Client::new().get("/").send().await;
    assert_eq!(response.json::<Value>(), json!({"message": "hello, world"}));
}

#[tokio::test]
async fn a_guest_is_greeted_by_name_in_the_words_of_the_stage() {
    let client = Client::new().env("GREETING", "good evening");
    let response = client.get("/hello/Ada").send().await;
    assert_eq!(response.json::<Value>(), json!({"message": "good evening, Ada"}));
}

#[tokio::test]
async fn a_guest_may_be_sent_as_json() {
    let response = Client::new().post("/hello").json(&json!({"name": "Ada"})).send().await;
    assert_eq!(response.status(), 201);
    assert_eq!(response.json::<Value>(), json!({"message": "hello, Ada"}));
}

#[tokio::test]
async fn a_guest_without_a_name_is_a_bad_request() {
    let response = Client::new().post("/hello").json(&json!({"name": " "})).send().await;
    assert_eq!(response.status(), 400);
    let body = json!({"Code": "BadRequestError", "Message": "a guest has a name"});
    assert_eq!(response.json::<Value>(), body);
}
