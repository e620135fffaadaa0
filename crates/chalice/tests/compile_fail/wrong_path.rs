use chalice::prelude::*;

#[get("a")]
async fn without_slash() {}

#[get("/a/")]
async fn with_slash_behind() {}

#[get("/{rest+}/a")]
async fn rest_in_the_middle(rest: String) -> String {
    rest
}

#[get("/a{b}/{c-d}")]
async fn two_mistakes() {}

fn main() {}
