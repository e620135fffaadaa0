use chalice::prelude::*;

#[get("/users/{id}")]
async fn a(id: Vec<u8>) -> Vec<u8> {
    id
}

fn main() {}
