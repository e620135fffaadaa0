use chalice::prelude::*;

struct Db;

#[get("/a")]
async fn a(db: Db) {
    let Db = db;
}

fn main() {}
