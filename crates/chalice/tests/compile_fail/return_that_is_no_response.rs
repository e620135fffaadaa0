use chalice::prelude::*;

struct User;

#[get("/a")]
async fn a() -> User {
    User
}

#[get("/b")]
async fn b() -> Result<User> {
    Ok(User)
}

fn main() {}
