use chalice::prelude::*;

#[on_shutdown]
async fn takes(request: Request) {
    drop(request);
}

#[on_shutdown]
fn returns() -> u8 {
    1
}

#[on_shutdown(order = 1)]
fn option() {}

fn main() {}
