use chalice::prelude::*;

#[middleware("http")]
async fn text(request: Request, next: Next) -> Result<Response> {
    next.run(request).await
}

#[middleware(event_type = "http")]
async fn event_type(request: Request, next: Next) -> Result<Response> {
    next.run(request).await
}

#[error_handler(std::io::Error)]
fn of_type(error: &std::io::Error) -> String {
    error.to_string()
}

#[get("/a", authorizer = IamAuthorizer)]
fn kind() {}

#[get("/b/{id}")]
fn lifetime<'a>(id: &'a str) -> &'a str {
    id
}

#[get("/c")]
fn destructured(State(db): State<u8>) -> String {
    db.to_string()
}

fn main() {}
