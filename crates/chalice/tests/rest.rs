//! What callers of a REST API get, through the test client and from events recorded from Chalice.
#![allow(clippy::expect_used, clippy::panic)] // a failed expectation fails the test
#![allow(clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them

#[path = "../../../fixtures/vectors/rows.rs"]
#[allow(dead_code)] // the CLI reads more
mod vectors;

use std::collections::BTreeMap;

use chalice::prelude::*;
use chalice::test::Client;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

chalice::app! { name: "rest", main: false }

#[route("/p/{n}", methods = ["GET", "POST"])]
async fn p(n: String, request: Request) -> Value {
    json!({"n": n, "q": request.query_params().get("q")})
}

#[post("/json")]
async fn echo_json(Json(body): Json<Value>) -> Json<Value> {
    Json(json!({ "b": body }))
}

#[get("/none")]
fn none() -> Value {
    Value::Null
}

#[get("/bin")]
async fn bin() -> Response {
    Response::new(b"\x00\xff").header("Content-Type", "image/png")
}

#[get("/cors", cors = true)]
async fn cors() -> Value {
    json!({})
}

#[get("/own", cors = true)]
async fn own() -> Response {
    Response::new(json!({})).header("access-control-allow-origin", "https://own")
}

#[route("/order", methods = ["PUT", "GET"])]
async fn order_of_methods() -> Value {
    json!({})
}

#[get("/e/{k}", cors = true)]
async fn e(k: String) -> Result<String> {
    Err(match k.as_str() {
        "BadRequestError" => Error::bad_request("msg"),
        "UnauthorizedError" => Error::unauthorized("msg"),
        "ForbiddenError" => Error::forbidden("msg"),
        "NotFoundError" => Error::not_found("msg"),
        "MethodNotAllowedError" => Error::method_not_allowed("msg"),
        "RequestTimeoutError" => Error::request_timeout("msg"),
        "ConflictError" => Error::conflict("msg"),
        "UnprocessableEntityError" => Error::unprocessable_entity("msg"),
        "TooManyRequestsError" => Error::too_many_requests("msg"),
        _ => std::io::Error::other("secret").into(),
    })
}

#[tokio::test]
async fn events_recorded_from_chalice_are_answered_as_chalice_does() {
    let rows = vectors::rows("handler", include_str!("../../../fixtures/vectors/handler.json"));
    let client = Client::new();
    for (number, row) in rows.iter().enumerate() {
        let mut answer = client.invoke("api_handler", &row["event"]).await.expect("an answer");
        if row["expected"]["headers"].get("Content-Type").is_none() {
            // Chalice leaves it to API Gateway to call everything JSON.
            match answer["headers"].as_object_mut().expect("headers").remove("Content-Type") {
                Some(content_type) => assert_eq!(content_type, "application/json", "row {number}"),
                None => assert_eq!(answer["body"], "", "row {number}"),
            }
        }
        assert_eq!(answer, row["expected"], "row {number}");
    }
}

#[tokio::test]
async fn every_error_has_its_status_and_code() {
    let client = Client::new();
    for (code, status) in [
        ("BadRequestError", 400),
        ("UnauthorizedError", 401),
        ("ForbiddenError", 403),
        ("NotFoundError", 404),
        ("MethodNotAllowedError", 405),
        ("RequestTimeoutError", 408),
        ("ConflictError", 409),
        ("UnprocessableEntityError", 422),
        ("TooManyRequestsError", 429),
    ] {
        let response = client.get(&format!("/e/{code}")).send().await;
        assert_eq!(response.status(), status);
        assert_eq!(response.text(), format!("{{\"Code\":\"{code}\",\"Message\":\"msg\"}}"));
    }
}

#[get("/typed/{id}/{rest+}")]
async fn typed(id: u32, rest: String) -> String {
    format!("{id} {rest}")
}

#[tokio::test]
async fn path_parameters_are_decoded_and_parsed() {
    let client = Client::new();
    assert_eq!(client.get("/typed/7/a/b%20c/d").send().await.text(), "7 a/b c/d");
    let response = client.get("/typed/x/y").send().await;
    assert_eq!(response.status(), 400);
    assert_eq!(
        response.json::<Value>(),
        json!({"Code": "BadRequestError", "Message": "path parameter `id` is not valid: `x`: invalid digit found in string"})
    );
}

#[derive(Debug, Deserialize, Serialize)]
struct Order {
    items: Vec<Item>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Item {
    price: u32,
}

#[post("/orders")]
async fn order(order: Json<Order>) -> Json<usize> {
    Json(order.0.items.len())
}

#[put("/orders")]
async fn replace(order: Option<Json<Order>>) -> &'static str {
    if order.is_some() { "some" } else { "none" }
}

#[tokio::test]
async fn a_body_that_does_not_fit_names_the_field() {
    let response =
        Client::new().post("/orders").json(&json!({"items": [{"price": 1}, {"price": "x"}]})).send().await;
    assert_eq!(response.status(), 400);
    assert_eq!(
        response.json::<Value>()["Message"],
        "The JSON body does not fit at `items[1].price`: invalid type: string \"x\", expected u32"
    );
}

#[tokio::test]
async fn an_optional_body_may_be_absent_but_not_malformed() {
    let client = Client::new();
    assert_eq!(client.put("/orders").send().await.text(), "none");
    assert_eq!(client.put("/orders").json(&json!({"items": []})).send().await.text(), "some");
    let malformed = client.put("/orders").body("{").send().await;
    assert_eq!(malformed.text(), "{\"Code\":\"BadRequestError\",\"Message\":\"Error Parsing JSON\"}");
}

#[derive(Deserialize)]
struct Page {
    offset: u32,
    limit: Option<u32>,
    #[serde(default)]
    tag: Vec<String>,
    sort: Option<Sort>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Sort {
    Up,
    Down,
}

#[get("/page")]
async fn page(Query(page): Query<Page>) -> String {
    format!("{} {:?} {:?} {:?}", page.offset, page.limit, page.tag, page.sort)
}

#[tokio::test]
async fn a_query_string_becomes_a_struct() {
    let client = Client::new();
    let text = |url: &'static str| async { client.get(url).send().await.text() };
    assert_eq!(text("/page?offset=1").await, "1 None [] None");
    assert_eq!(
        text("/page?offset=1&offset=2&limit=3&tag=a&tag=b+c%21&sort=down").await,
        "2 Some(3) [\"a\", \"b c!\"] Some(Down)"
    );
    assert!(
        text("/page?offset=-1")
            .await
            .contains("query parameter `offset` is not valid: `-1` is not a whole number")
    );
    assert!(text("/page").await.contains("missing field `offset`"));
    assert!(text("/page?offset=1&sort=Up").await.contains("unknown variant `Up`, expected `up` or `down`"));
}

#[post("/text", content_types = ["text/plain", "text/csv"])]
async fn text(body: Bytes) -> usize_text::Length {
    usize_text::Length(body.len())
}

mod usize_text {
    use chalice::{IntoResponse, Response, Result};

    pub(super) struct Length(pub(super) usize);

    impl IntoResponse for Length {
        fn into_response(self) -> Result<Response> {
            Ok(Response::new(self.0.to_string()))
        }
    }
}

#[tokio::test]
async fn a_content_type_that_the_route_does_not_take_is_a_415() {
    let client = Client::new();
    let send = |content_type: &'static str| {
        client.post("/text").header("Content-Type", content_type).body("abc").send()
    };
    assert_eq!(send("text/csv; charset=utf-8").await.text(), "3");
    let refused = send("application/json").await;
    assert_eq!(refused.status(), 415);
    assert_eq!(
        refused.text(),
        "{\"Code\":\"UnsupportedMediaType\",\"Message\":\"Unsupported media type: application/json\"}"
    );
    assert_eq!(client.post("/text").body("abcd").send().await.text(), "4");
}

#[tokio::test]
async fn head_is_answered_by_get_without_its_body() {
    let response = Client::new().request("HEAD", "/p/1").send().await;
    assert_eq!((response.status(), response.text().as_str()), (200, ""));
    assert_eq!(response.header("content-type"), Some("application/json"));
}

#[get("/bytes")]
async fn bytes() -> Vec<u8> {
    vec![0, 159, 146, 150]
}

#[get("/kinds/{kind}")]
async fn kinds(kind: String) -> Result<Response> {
    Ok(match kind.as_str() {
        "empty" => ().into_response()?,
        "created" => (201, "made").into_response()?,
        "absent" => Option::<String>::None.into_response()?,
        "cookies" => Response::new("x").header("Set-Cookie", "a=1").header("set-cookie", "b=2"),
        "split" => Response::new("x").header("X-A", "1\r\nX-B: 2"),
        "vary" => Response::new("x").header("Vary", "a\nb"),
        "status" => Response::new("x").status(99),
        "not-text" => Response::new(b"\xff").header("Content-Type", "text/html"),
        _ => Response::json(&BTreeMap::from([((1, 2), 3)]))?,
    })
}

#[tokio::test]
async fn bytes_arrive_as_bytes() {
    let client = Client::new();
    let response = client.get("/bytes").header("Accept", "application/octet-stream").send().await;
    assert_eq!(&response.bytes()[..], [0, 159, 146, 150]);
    assert_eq!(client.get("/bytes").send().await.status(), 400);
}

#[tokio::test]
async fn what_a_handler_returns_has_a_status_and_a_content_type() {
    let client = Client::new();
    let get = |kind: &str| client.get(&format!("/kinds/{kind}")).send();
    let empty = get("empty").await;
    // API Gateway calls JSON whatever says nothing else.
    let json = Some("application/json");
    assert_eq!((empty.status(), empty.text().as_str(), empty.header("content-type")), (204, "", json));
    let created = get("created").await;
    assert_eq!((created.status(), created.header("content-type")), (201, Some("text/plain; charset=utf-8")));
    assert_eq!(get("absent").await.status(), 404);
    let cookies = get("cookies").await;
    assert_eq!(cookies.header_list("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
}

#[tokio::test]
async fn what_cannot_be_sent_is_a_500() {
    let client = Client::new();
    for kind in ["split", "vary", "status", "not-text", "no-json"] {
        let response = client.get(&format!("/kinds/{kind}")).send().await;
        assert_eq!(response.status(), 500, "{kind}");
        assert_eq!(
            response.text(),
            "{\"Code\":\"InternalServerError\",\"Message\":\"An internal server error occurred.\"}"
        );
    }
}

const ORIGINS: Cors = Cors::origins(&["https://a", "https://b"]).allow_credentials(true);

#[route("/several", methods = ["PUT", "GET"], cors = ORIGINS)]
async fn several() -> Response {
    Response::new("").header("access-control-max-age", "1")
}

#[tokio::test]
async fn with_several_origins_the_one_that_asks_is_named() {
    let client = Client::new();
    let ask = |origin: &'static str| client.get("/several").header("Origin", origin).send();
    let allowed = ask("https://b").await;
    assert_eq!(allowed.header("access-control-allow-origin"), Some("https://b"));
    assert_eq!(allowed.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(allowed.header("vary"), Some("Origin"));
    assert_eq!(allowed.header_list("access-control-max-age").collect::<Vec<_>>(), ["1"]);
    let refused = ask("https://c").await;
    assert_eq!(
        (refused.header("access-control-allow-origin"), refused.header("vary")),
        (None, Some("Origin"))
    );

    let preflight = client.request("OPTIONS", "/several").header("Origin", "https://a").send().await;
    assert_eq!((preflight.status(), preflight.text().as_str()), (200, ""));
    assert_eq!(preflight.header("access-control-allow-origin"), Some("https://a"));
    assert_eq!(preflight.header("access-control-allow-methods"), Some("GET,PUT,OPTIONS"));
}

#[tokio::test]
async fn cors_headers_stand_on_refusals_too() {
    let client = Client::new();
    let unsupported = client.get("/cors").header("Content-Type", "text/plain").send().await;
    assert_eq!(unsupported.status(), 415);
    assert_eq!(unsupported.header("access-control-allow-origin"), Some("*"));
    let method = client.delete("/cors").send().await;
    assert_eq!((method.status(), method.header("allow")), (405, Some("GET")));
    assert_eq!(method.header("access-control-allow-origin"), Some("*"));
}

#[get("/request/{name}")]
async fn request(
    request: Request,
    headers: Headers,
    name: String,
    context: LambdaContext,
) -> Result<Json<Value>> {
    let mut changed = request.clone();
    changed.insert(7_u8);
    Ok(Json(json!({
        "method": request.method(),
        "path": request.path(),
        "resource_path": request.resource_path(),
        "name": name,
        "uri_params": request.uri_params(),
        "header": headers.get("X-A"),
        "headers": headers.get_list("x-a").collect::<Vec<_>>(),
        "q": request.query_params().get("q"),
        "qs": request.query_params().get_list("q"),
        "source_ip": request.context()["identity"]["sourceIp"],
        "stage_vars": request.stage_vars(),
        "body": String::from_utf8_lossy(&request.raw_body()),
        "event": serde_json::from_slice::<Value>(&request.to_original_event())?["httpMethod"],
        "function": context.function_name(),
        "inserted": [request.extension::<u8>().is_some(), changed.extension::<u8>().is_some()],
    })))
}

#[tokio::test]
async fn a_request_shows_all_of_itself() {
    let client = Client::new().stage("prod");
    let request = client.get("/request/a%2Fb?q=1&q=2").header("X-A", "1").header("X-A", "2").body("text");
    assert_eq!(
        request.send().await.json::<Value>(),
        json!({
            "method": "GET", "path": "/request/a%2Fb", "resource_path": "/request/{name}", "name": "a/b",
            "uri_params": {"name": "a/b"}, "header": "2", "headers": ["1", "2"], "q": "2", "qs": ["1", "2"],
            "source_ip": "127.0.0.1", "stage_vars": {}, "body": "text", "event": "GET",
            "function": "test-prod-api_handler", "inserted": [false, true],
        })
    );
}

#[test]
fn a_request_and_its_handlers_can_be_sent_to_other_threads() {
    fn sendable<T: Clone + Send + Sync + 'static>() {}
    sendable::<Request>();
    sendable::<State<String>>();
    sendable::<LambdaContext>();
}

#[get("/variable")]
async fn variable() -> Result<String> {
    Ok(format!("{} {}", chalice::env::var("WHO")?, Env::default().find("CARGO_PKG_NAME").is_some()))
}

#[tokio::test]
async fn each_client_has_its_variables_while_they_run_at_once() {
    let (ada, bob) = (Client::new().env("WHO", "Ada"), Client::new().env("WHO", "Bob"));
    let (ada, bob) = tokio::join!(ada.get("/variable").send(), bob.get("/variable").send());
    assert_eq!((ada.text().as_str(), bob.text().as_str()), ("Ada true", "Bob true"));
    assert_eq!(Client::new().get("/variable").send().await.status(), 500);
}

use chalice as renamed;

#[get("/renamed", crate = renamed)]
async fn under_another_name() -> &'static str {
    "renamed"
}

macro_rules! made_by_a_macro {
    ($path:literal, $name:ident, $body:ty, $answer:ty) => {
        #[post($path)]
        #[get("/macro/{id}")]
        async fn $name(id: u8, _body: Option<$body>) -> $answer {
            id.to_string()
        }
    };
}

made_by_a_macro!("/macro/{id}/more", by_macro, Json<Value>, String);

#[cfg(any())]
mod never {}

#[get("/absent")]
#[cfg(any())]
async fn absent() -> never::Type {}

#[tokio::test]
async fn attributes_work_under_another_crate_name_in_macros_and_above_conditions() {
    let client = Client::new();
    assert_eq!(client.get("/renamed").send().await.text(), "renamed");
    assert_eq!(client.get("/macro/7").send().await.text(), "7");
    assert_eq!(client.post("/macro/8/more").send().await.text(), "8");
    assert_eq!(client.get("/absent").send().await.status(), 403);
}
