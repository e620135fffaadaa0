//! The application: a REST API behind API Gateway.

use chalice::prelude::*;
use serde::{Deserialize, Serialize};

chalice::app! {}

#[derive(Serialize)]
struct Greeting {
    message: String,
}

#[derive(Deserialize)]
struct Guest {
    name: String,
}

/// Greet the world
#[get("/")]
async fn index(env: Env) -> Result<Json<Greeting>> {
    greet(&env, "world")
}

/// Greet who stands in the path
#[get("/hello/{name}")]
async fn hello(name: String, env: Env) -> Result<Json<Greeting>> {
    greet(&env, &name)
}

/// Greet who is sent as JSON
#[post("/hello", cors = true)]
async fn welcome(Json(guest): Json<Guest>, env: Env) -> Result<(u16, Json<Greeting>)> {
    if guest.name.trim().is_empty() {
        return Err(Error::bad_request("a guest has a name"));
    }
    Ok((201, greet(&env, &guest.name)?))
}

/// `GREETING` stands in `.chalice/config.json`, where each stage can have its own.
fn greet(env: &Env, who: &str) -> Result<Json<Greeting>> {
    Ok(Json(Greeting { message: format!("{}, {who}", env.get("GREETING")?) }))
}
