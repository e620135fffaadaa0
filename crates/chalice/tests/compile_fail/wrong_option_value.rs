use chalice::prelude::*;

#[route("/a", methods = "GET", api_key_required = "yes", name = 5, content_types = ["a/b", 7])]
async fn a() {}

fn main() {}
