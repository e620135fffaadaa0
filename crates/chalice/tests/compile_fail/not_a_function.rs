use chalice::prelude::*;

#[get("/a")]
struct A;

#[lambda_function]
const B: u8 = 1;

fn main() {}
