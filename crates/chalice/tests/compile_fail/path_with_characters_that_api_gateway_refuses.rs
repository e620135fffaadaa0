use chalice::prelude::*;

#[get("/users/*")]
async fn star() {}

#[get("/(q)/a@b!")]
async fn others() {}

#[get("/a-b_c.d:e/~f")]
async fn tilde() {}

fn main() {}
