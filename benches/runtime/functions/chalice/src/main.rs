//! Three routes with chalice.

use chalice::prelude::*;
use serde::{Deserialize, Serialize};

chalice::app! {
    name: "bench",
}

#[derive(Deserialize, Serialize)]
struct User {
    id: String,
    name: String,
}

#[get("/")]
async fn index() -> &'static str {
    "hello"
}

#[get("/users/{user_id}")]
async fn get_user(user_id: String) -> Json<User> {
    Json(User { id: user_id, name: "Ada".to_owned() })
}

#[post("/users")]
async fn create_user(Json(user): Json<User>) -> Json<User> {
    Json(user)
}
