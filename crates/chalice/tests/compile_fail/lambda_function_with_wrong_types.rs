use chalice::prelude::*;

struct Event;

#[lambda_function]
async fn takes(event: Event) {
    let Event = event;
}

#[lambda_function]
async fn returns() -> u8 {
    1
}

fn main() {}
