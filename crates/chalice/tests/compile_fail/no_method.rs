use chalice::prelude::*;

#[route("/a", methods = [])]
async fn a() {}

fn main() {}
