use chalice::prelude::*;

#[route("/a", methods = ["GTE", "get", "PUT", "PUT"])]
async fn a() {}

fn main() {}
