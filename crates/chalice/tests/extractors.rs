//! Arguments that are made from a request.
#![allow(clippy::expect_used, clippy::panic)] // a failed expectation fails the test
#![allow(clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them
#![deny(deprecated)]

use chalice::prelude::*;
use chalice::test::Client;
use chalice::{OptionalFromRequest, QueryParams};
use serde::Deserialize;
use serde_json::{Value, json};

chalice::app! { name: "extractors", main: false }

#[derive(Deserialize)]
struct Login {
    user: String,
    age: Option<u8>,
    #[serde(default)]
    tag: Vec<String>,
}

#[post("/form")]
async fn form(Form(login): Form<Login>) -> Value {
    json!({"user": login.user, "age": login.age, "tag": login.tag})
}

#[put("/form")]
async fn optional_form(form: Option<Form<Login>>) -> String {
    form.map_or_else(|| "none".to_owned(), |Form(login)| login.user)
}

#[tokio::test]
async fn a_form_becomes_a_struct() {
    let client = Client::new();
    let send = |body: &'static str| {
        let request = client.post("/form").header("Content-Type", "application/x-www-form-urlencoded");
        request.body(body).send()
    };
    let form = send("user=Ada+L%C3%B6&age=36&tag=a&tag=b").await;
    assert_eq!(form.json::<Value>(), json!({"user": "Ada Lö", "age": 36, "tag": ["a", "b"]}));
    let wrong = send("user=Ada&age=old").await;
    assert_eq!(wrong.status(), 400);
    assert_eq!(
        wrong.json::<Value>()["Message"],
        "form field `age` is not valid: `old` is not a whole number from 0 to 255"
    );
    assert_eq!(send("").await.json::<Value>()["Message"], "the form is not valid: missing field `user`");
    assert_eq!(client.post("/form").json(&json!({})).send().await.status(), 415);
    assert_eq!(client.put("/form").send().await.text(), "none");
    assert_eq!(client.put("/form").body("user=Bob").send().await.text(), "Bob");
    assert_eq!(client.put("/form").body("age=1").send().await.status(), 400);
}

#[derive(Deserialize)]
struct Comment {
    post_id: u32,
    comment: String,
}

#[get("/posts/{post_id}/comments/{comment}")]
async fn comment(Path(comment): Path<Comment>) -> String {
    format!("{} {}", comment.post_id, comment.comment)
}

#[get("/tuple/{z}/{a+}")]
async fn tuple(Path((z, a)): Path<(u8, String)>) -> String {
    format!("{z} {a}")
}

#[tokio::test]
async fn a_path_becomes_a_struct_or_a_tuple() {
    let client = Client::new();
    assert_eq!(client.get("/posts/7/comments/a%20b").send().await.text(), "7 a b");
    assert_eq!(client.get("/tuple/1/x/y").send().await.text(), "1 x/y");
    let wrong = client.get("/posts/seven/comments/1").send().await;
    assert_eq!(
        wrong.text(),
        "{\"Code\":\"BadRequestError\",\"Message\":\"path parameter `post_id` is not valid: `seven` is not a whole \
         number of 32 bits, from 0\"}"
    );
    assert_eq!(client.get("/tuple/300/x").send().await.status(), 400);
}

#[post("/upload")]
async fn upload(form: Multipart) -> Result<Value> {
    let shown = |part: &chalice::Part| {
        json!([part.name(), part.file_name(), part.content_type(), part.bytes().to_vec()])
    };
    let text = form.part("title").map(chalice::Part::text).transpose()?;
    Ok(json!({"title": text, "parts": form.parts().iter().map(shown).collect::<Vec<_>>()}))
}

#[tokio::test]
async fn a_form_with_files_arrives_byte_for_byte() {
    let client = Client::new();
    let send = |body: Vec<u8>| {
        let request = client.post("/upload").header("Content-Type", "multipart/form-data; boundary=\"b:1\"");
        request.body(body).send()
    };
    let body = b"preamble\r\n--b:1\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nH\xc3\xa4\r\n--b:1  \r\n\
        content-type: image/png\r\ncontent-disposition: form-data; name=file; filename=\"a \\\"b\\\"; c.png\"\r\n\r\n\
        \x00\xff\r\n--b\r\n\r\n--b:1\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--b:1--\r\nend";
    assert_eq!(
        send(body.to_vec()).await.json::<Value>(),
        json!({"title": "Hä", "parts": [
            ["title", null, null, [72, 195, 164]],
            ["file", "a \"b\"; c.png", "image/png", [0, 255, 13, 10, 45, 45, 98, 13, 10]],
            ["empty", null, null, []],
        ]})
    );
    for (body, why) in [
        ("", "its boundary does not stand in it"),
        ("--b:1\r\n", "its last boundary is missing"),
        ("--b:1", "it ends in a boundary line"),
        ("--b:1\r\nx\r\n--b:1--", "a part has no headers"),
        ("--b:1\r\nx: y\r\n\r\n\r\n--b:1--", "a part has no Content-Disposition"),
        ("--b:1\r\nContent-Disposition: form-data\r\n\r\n\r\n--b:1--", "a part has no name"),
    ] {
        let response = send(body.into()).await;
        assert_eq!(response.status(), 400, "{body:?}");
        let message = format!("The multipart body cannot be read: {why}");
        assert_eq!(response.json::<Value>()["Message"], message, "{body:?}");
    }
    let latin = b"--b:1\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n\xff\r\n--b:1--";
    assert_eq!(send(latin.to_vec()).await.json::<Value>()["Message"], "form field `title` is not UTF-8");
    let without = client.post("/upload").header("Content-Type", "multipart/form-data").body("x").send().await;
    assert!(without.text().contains("its content type names no boundary"));
}

/// An extractor of the application's own, which waits and may be absent.
struct Session {
    user: String,
}

impl FromRequest for Session {
    async fn from_request(request: &Request) -> Result<Self> {
        let session = Self::from_request_if_present(request).await?;
        session.ok_or_else(|| Error::unauthorized("log in first"))
    }
}

impl OptionalFromRequest for Session {
    async fn from_request_if_present(request: &Request) -> Result<Option<Self>> {
        tokio::task::yield_now().await;
        let Some(user) = request.headers().get("x-session") else { return Ok(None) };
        if user.is_empty() {
            return Err(Error::bad_request("an empty session"));
        }
        Ok(Some(Self { user: user.to_owned() }))
    }
}

#[get("/session")]
async fn session(session: Session) -> String {
    session.user
}

#[get("/session/optional")]
async fn optional_session(session: Option<Session>) -> String {
    session.map_or_else(|| "nobody".to_owned(), |session| session.user)
}

#[tokio::test]
async fn an_extractor_of_ones_own_may_wait_and_may_be_absent() {
    let client = Client::new();
    assert_eq!(client.get("/session").header("X-Session", "ada").send().await.text(), "ada");
    assert_eq!(client.get("/session").send().await.status(), 401);
    assert_eq!(client.get("/session/optional").send().await.text(), "nobody");
    assert_eq!(client.get("/session/optional").header("X-Session", "").send().await.status(), 400);
}

#[derive(Deserialize)]
struct Id(u32);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Colour {
    Red,
    Green,
}

#[get("/scalar/{id}")]
async fn scalar(Path(id): Path<u32>) -> String {
    id.to_string()
}

#[get("/text/{rest+}")]
async fn text(Path(rest): Path<String>) -> String {
    rest
}

#[get("/newtype/{id}")]
async fn newtype(Path(id): Path<Id>) -> String {
    id.0.to_string()
}

#[get("/enum/{colour}")]
async fn of_enum(Path(colour): Path<Colour>) -> String {
    format!("{colour:?}")
}

#[get("/one/{only}")]
async fn tuple_of_one(Path((only,)): Path<(i8,)>) -> String {
    only.to_string()
}

#[get("/map/{z}/{a}")]
async fn map(Path(all): Path<std::collections::BTreeMap<String, String>>) -> Value {
    json!(all)
}

#[get("/any/{a}/{z}")]
async fn any(Path(all): Path<Value>) -> Value {
    all
}

#[get("/pairs/{z}/{a}")]
async fn pairs(Path(all): Path<Vec<(String, String)>>) -> Value {
    json!(all)
}

#[get("/values/{z}/{a}")]
async fn values(Path(all): Path<Vec<String>>) -> Value {
    json!(all)
}

#[get("/two/{a}/{b}")]
async fn scalar_of_two(Path(one): Path<u32>) -> String {
    one.to_string()
}

#[get("/three/{a}/{b}")]
async fn three_of_two(Path(three): Path<(u8, u8, u8)>) -> Value {
    json!(three)
}

#[get("/first/{a}/{b}")]
async fn one_of_two(Path((first,)): Path<(u8,)>) -> String {
    first.to_string()
}

#[tokio::test]
async fn a_path_of_one_parameter_becomes_a_scalar() {
    let client = Client::new();
    for (path, expected) in [
        ("/scalar/7", "7"),
        ("/text/a%20b/c", "a b/c"),
        ("/newtype/8", "8"),
        ("/enum/green", "Green"),
        ("/enum/red", "Red"),
        ("/one/-3", "-3"),
        ("/map/1/2", r#"{"a":"2","z":"1"}"#),
        ("/any/1/2", r#"{"a":"1","z":"2"}"#),
        ("/pairs/1/2", r#"[["z","1"],["a","2"]]"#),
        ("/values/1/2", r#"["1","2"]"#),
    ] {
        let response = client.get(path).send().await;
        assert_eq!((response.status(), &*response.text()), (200, expected), "{path}");
    }
}

#[tokio::test]
async fn a_path_that_does_not_fit_is_answered_with_the_parameters_name() {
    let client = Client::new();
    for (path, why) in [
        ("/scalar/x", "path parameter `id` is not valid: `x` is not a whole number of 32 bits, from 0"),
        ("/newtype/x", "path parameter `id` is not valid: `x` is not a whole number of 32 bits, from 0"),
        (
            "/enum/blue",
            "path parameter `colour` is not valid: unknown variant `blue`, expected `red` or `green`",
        ),
        ("/one/200", "path parameter `only` is not valid: `200` is not a whole number of 8 bits"),
        ("/tuple/300/x", "path parameter `z` is not valid: `300` is not a whole number from 0 to 255"),
    ] {
        let response = client.get(path).send().await;
        let expected = json!({"Code": "BadRequestError", "Message": why});
        assert_eq!((response.status(), response.json::<Value>()), (400, expected), "{path}");
    }
}

#[tokio::test]
async fn more_or_fewer_than_the_routes_parameters_is_the_applications_fault() {
    let client = Client::new().env("CHALICE_DEBUG", "1");
    for (path, why) in [
        ("/two/1/2", "`Path<u32>` takes one path parameter, and this route has `a`, `b`"),
        ("/three/1/2", "`Path<(u8, u8, u8)>` takes 3 path parameters, and this route has `a`, `b`"),
        ("/first/1/2", "`Path<(u8,)>` takes one path parameter, and this route has `a`, `b`"),
    ] {
        let response = client.get(path).send().await;
        let said =
            format!("500 InternalServerError: An internal server error occurred.\n  caused by: {why}\n");
        assert_eq!((response.status(), response.text()), (500, said));
    }
}

#[get("/query/pairs")]
async fn query_pairs(Query(pairs): Query<Vec<(String, String)>>) -> Value {
    json!(pairs)
}

#[get("/query/numbers")]
async fn query_numbers(Query(pairs): Query<Vec<(String, u8)>>) -> Value {
    json!(pairs)
}

#[derive(Deserialize)]
struct Search {
    q: String,
    #[serde(flatten)]
    page: Page,
}

#[derive(Deserialize)]
struct Page {
    limit: u32,
}

#[get("/query/flat")]
async fn flat(Query(search): Query<Search>) -> Value {
    json!([search.q, search.page.limit])
}

#[get("/query/two")]
async fn two_of_one_query(Query(page): Query<Page>, query: QueryParams) -> Value {
    json!([page.limit, query.get("q")])
}

#[tokio::test]
async fn a_query_becomes_every_pair_of_it() {
    let response = Client::new().get("/query/pairs?b=1&a=2&b=3").send().await;
    assert_eq!(response.text(), r#"[["a","2"],["b","1"],["b","3"]]"#);

    let wrong = Client::new().get("/query/numbers?b=1&a=2&b=x").send().await;
    let why = "query parameter `b` is not valid: `x` is not a whole number from 0 to 255";
    assert_eq!(wrong.json::<Value>(), json!({"Code": "BadRequestError", "Message": why}));
}

#[tokio::test]
async fn what_a_flattened_struct_cannot_take_is_named_and_two_arguments_can() {
    let client = Client::new();
    let wrong = client.get("/query/flat?q=a&limit=5").send().await;
    let why = "query parameter `limit` is not valid: invalid type: string \"5\", expected u32";
    assert_eq!(wrong.json::<Value>(), json!({"Code": "BadRequestError", "Message": why}));
    assert_eq!(client.get("/query/two?q=a&limit=5").send().await.text(), r#"[5,"a"]"#);
}

macro_rules! of_variables {
    ($name:ident, $path:literal, $method:literal, $type:literal, $cors:expr, $handler:literal) => {
        #[route($path, methods = [$method], content_types = [$type], cors = $cors, name = $handler)]
        async fn $name() -> &'static str {
            $handler
        }
    };
}
of_variables!(made, "/made", "PUT", "text/plain", Cors::any(), "made_by_a_macro");

#[tokio::test]
async fn options_may_be_variables_of_a_macro() {
    let request = Client::new().put("/made").header("Content-Type", "text/plain").body("x").send().await;
    let of_cors = request.header("access-control-allow-origin");
    assert_eq!((request.status(), of_cors, &*request.text()), (200, Some("*"), "made_by_a_macro"));
}

#[deprecated]
#[get("/old")]
async fn old() -> &'static str {
    "old"
}

#[tokio::test]
async fn a_deprecated_handler_is_no_use_of_it() {
    assert_eq!(Client::new().get("/old").send().await.text(), "old");
}

struct Limit(u8);

#[derive(Debug)]
struct TooMany;

impl std::fmt::Display for TooMany {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("too many")
    }
}

impl std::error::Error for TooMany {}

macro_rules! of_types {
    ($path:ty, $state:ty, $made:ty, $error:ty, $response:ty) => {
        #[init]
        fn limit() -> $made {
            Ok(Limit(3))
        }

        #[get("/types/{a}/{b}")]
        async fn of_types(pair: $path, limit: $state) -> Result<String, TooMany> {
            let Path((a, b)) = pair;
            if a + b > limit.0 { Err(TooMany) } else { Ok(format!("{a} and {b}")) }
        }

        #[error_handler]
        fn too_many(error: $error) -> $response {
            (418, error.to_string())
        }
    };
}
of_types!(Path<(u8, u8)>, State<Limit>, Result<Limit>, &TooMany, (u16, String));

#[tokio::test]
async fn types_may_be_variables_of_a_macro() {
    let client = Client::new();
    let answer = async |path| {
        let response = client.get(path).send().await;
        (response.status(), response.text())
    };
    assert_eq!(answer("/types/1/2").await, (200, "1 and 2".to_owned()));
    assert_eq!(answer("/types/2/2").await, (418, "too many".to_owned()));
}

mod members {
    use chalice::prelude::*;

    chalice::blueprint! { url_prefix: "/teams/{team}" }

    #[get("/members/{id}")]
    async fn member(Path((team, id)): Path<(String, u32)>, request: Request) -> String {
        format!("member {id} of {team}, by {:?}", request.resource_path())
    }
}

#[tokio::test]
async fn a_parameter_of_a_prefix_stands_before_those_of_the_route() {
    let response = Client::new().get("/teams/red%20ones/members/7").send().await;
    assert_eq!(response.text(), "member 7 of red ones, by Some(\"/teams/{team}/members/{id}\")");
}
