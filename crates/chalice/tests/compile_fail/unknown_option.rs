use chalice::prelude::*;

#[route("/a", corz = true)]
async fn a() {}

#[get("/b", methods = ["GET"])]
async fn b() {}

#[lambda_function(nam = "x")]
async fn c() {}

chalice::app! { nmae: "x", main: false }

fn main() {}
