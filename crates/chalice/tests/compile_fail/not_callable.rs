use chalice::prelude::*;

struct Service;

impl Service {
    #[get("/a")]
    async fn method(&self) {}
}

#[get("/b")]
async fn generic<T>(body: Json<T>) {
    _ = body;
}

#[get("/c")]
async fn anonymous(body: impl FromRequest) {
    _ = body;
}

fn main() {}
