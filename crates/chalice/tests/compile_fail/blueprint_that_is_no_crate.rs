use chalice::prelude::*;

chalice::app! { blueprints: [billing], main: false }

fn main() {}
