use chalice::prelude::*;

#[route("/a", methods = ["GET", "OPTIONS"], cors = true)]
async fn a() {}

fn main() {}
