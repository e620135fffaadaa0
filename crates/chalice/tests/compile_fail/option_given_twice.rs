use chalice::prelude::*;

#[get("/a", name = "x", name = "y")]
async fn a() {}

fn main() {}
