use chalice::prelude::*;

#[init]
fn a(request: Request) -> u8 {
    _ = request;
    1
}

fn main() {}
