use chalice::prelude::*;

#[middleware]
async fn alone(request: Request) -> Result<Response> {
    let _ = request;
    Ok(Response::new(""))
}

#[middleware]
fn not_async(request: Request, next: Next) -> Result<Response> {
    let _ = (request, next);
    Ok(Response::new(""))
}

#[middleware]
async fn wrong_return(request: Request, next: Next) -> Response {
    next.respond(request).await
}

struct Own;

#[middleware]
async fn wrong_argument(request: Request, next: Next, own: Own) -> Result<Response> {
    let Own = own;
    next.run(request).await
}

fn main() {}
