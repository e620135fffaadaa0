use chalice::prelude::*;

#[get("/users/{user_id}/posts/{post_id}")]
async fn post(user_id: String) -> String {
    user_id
}

fn main() {}
