use chalice::prelude::*;

#[post("/a")]
async fn a(Json(a): Json<String>, Form(b): Form<String>) -> String {
    a + &b
}

#[post("/b")]
async fn b(files: Multipart, form: chalice::Form<String>) {
    _ = (files, form);
}

#[post("/c")]
async fn either(json: Option<Json<String>>, form: Option<Form<String>>, json_too: Json<u8>) {
    _ = (json, form, json_too);
}

fn main() {}
