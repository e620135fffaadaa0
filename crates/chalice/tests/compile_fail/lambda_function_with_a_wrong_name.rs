use chalice::prelude::*;

#[lambda_function(name = "a b")]
async fn a() {}

fn main() {}
