use chalice::prelude::*;

#[get("/a", cors)]
async fn a() {}

#[get("/b", cors: true)]
async fn b() {}

#[get("/c", "/d")]
async fn c() {}

#[lambda_function("report")]
async fn report() {}

fn main() {}
