use chalice::prelude::*;

#[get("/a", stream = "yes")]
async fn text() -> Response {
    Response::new(())
}

#[get("/b", stream)]
async fn bare() -> Response {
    Response::new(())
}

#[lambda_function(stream = true)]
async fn function() -> Result<u8> {
    Ok(1)
}

fn main() {}
