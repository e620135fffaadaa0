use chalice::prelude::*;

#[lambda_function]
#[init]
fn a() {}

#[get("/b")]
#[lambda_function]
fn b() {}

fn main() {}
