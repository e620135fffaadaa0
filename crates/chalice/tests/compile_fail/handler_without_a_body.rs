use chalice::prelude::*;

trait Api {
    #[get("/a")]
    async fn a();
}

fn main() {}
