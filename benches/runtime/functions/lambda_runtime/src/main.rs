//! One route with `lambda_runtime` at its smallest: no router, no tracing, one thread.

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use serde_json::{Value, json};

async fn answer(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let id = event.payload["pathParameters"]["user_id"].as_str().unwrap_or_default();
    let body = json!({"id": id, "name": "Ada"}).to_string();
    let headers = json!({"Content-Type": "application/json"});
    Ok(json!({"statusCode": 200, "headers": headers, "body": body, "isBase64Encoded": false}))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    Runtime::new(service_fn(answer)).run().await
}
