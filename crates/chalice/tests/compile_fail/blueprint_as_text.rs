chalice::app! { blueprints: ["billing"], main: false }

fn main() {}
