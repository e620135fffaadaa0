use chalice::prelude::*;

#[get("/users/{user}")]
async fn a(user: Json<String>) -> String {
    user.0
}

fn main() {}
