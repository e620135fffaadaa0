use chalice::prelude::*;

chalice::blueprint! { url_prefix: "users", name_prefx: "users_" }

fn main() {}
