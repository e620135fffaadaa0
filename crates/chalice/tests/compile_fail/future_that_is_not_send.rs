use chalice::prelude::*;

use std::rc::Rc;

async fn wait() {}

#[get("/a")]
async fn a() {
    let kept = Rc::new(1);
    wait().await;
    drop(kept);
}

fn main() {}
