//! Three routes with axum behind `lambda_http`, both with their defaults.

use axum::extract::Path;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
struct User {
    id: String,
    name: String,
}

async fn index() -> &'static str {
    "hello"
}

async fn get_user(Path(id): Path<String>) -> Json<User> {
    Json(User { id, name: "Ada".to_owned() })
}

async fn create_user(Json(user): Json<User>) -> Json<User> {
    Json(user)
}

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    lambda_http::tracing::init_default_subscriber();
    let app = Router::new()
        .route("/", get(index))
        .route("/users/{user_id}", get(get_user))
        .route("/users", post(create_user));
    lambda_http::run(app).await
}
