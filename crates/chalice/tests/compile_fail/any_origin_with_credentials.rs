use chalice::prelude::*;

const CORS: Cors = Cors::any().allow_credentials(true);

#[get("/a", cors = CORS)]
async fn a() {}

fn main() {}
