use chalice::prelude::*;

struct Tenant;

impl FromRequest for Tenant {
    async fn from_request(_: &Request) -> Result<Self> {
        Ok(Tenant)
    }
}

#[get("/a")]
async fn a(tenant: Option<Tenant>) {
    _ = tenant;
}

fn main() {}
