use chalice::prelude::*;

const WRONG: u32 = 5;

#[get("/a", cors = WRONG)]
async fn a() {}

#[get("/b", cors = "*")]
async fn b() {}

fn main() {}
