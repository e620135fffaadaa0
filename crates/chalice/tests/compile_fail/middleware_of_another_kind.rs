use chalice::prelude::*;

#[middleware(http)]
async fn a(event: AnyEvent, next: Next<AnyEvent>) -> Result<AnyOutput> {
    next.run(event).await
}

#[middleware(htp)]
async fn b(request: Request, next: Next) -> Result<Response> {
    next.run(request).await
}

#[middleware(order = "first")]
async fn c(request: Request, next: Next) -> Result<Response> {
    next.run(request).await
}

fn main() {}
