use chalice::prelude::*;

#[get]
async fn a() {}

#[route(methods = ["GET"])]
async fn b() {}

fn main() {}
