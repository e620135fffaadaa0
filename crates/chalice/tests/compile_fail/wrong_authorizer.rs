use chalice::prelude::*;

fn plain() {}

#[get("/a", authorizer = plain)]
fn a() {}

#[get("/b", authorizer = missing)]
fn b() {}

#[get("/c", authorizer = IamAuthorizer::new())]
fn c() {}

const IAM: Authorizer = IamAuthorizer::new();

#[get("/d", authorizer = IAM.with_scopes(&["read"]))]
fn d() {}

#[authorizer(ttl_seconds = 9000)]
fn too_long(request: AuthRequest) -> AuthResponse {
    AuthResponse::deny(request.token())
}

#[authorizer]
fn wrong_return(request: AuthRequest) -> bool {
    request.token() == "secret"
}

fn main() {}
