use chalice::prelude::*;

#[get("/a/{id}/b/{id}")]
async fn twice(id: String) -> String {
    id
}

fn main() {}
