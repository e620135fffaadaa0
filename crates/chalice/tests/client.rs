//! What the test client does as API Gateway and Lambda do, and what it says to whoever uses it wrongly.
#![allow(clippy::unwrap_used, clippy::panic)] // a failed expectation fails the test
#![allow(clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them

use std::env;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::sync::Mutex;

use chalice::prelude::*;
use chalice::test::Client;
use serde_json::{Value, json};

chalice::app! { name: "client", main: false }

#[authorizer]
async fn only_of_v1(request: AuthRequest) -> AuthResponse {
    let allowed = json!({"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*/v1/GET/*"});
    AuthResponse::policy(json!({"Version": "2012-10-17", "Statement": [allowed]}), request.token())
}

#[get("/stage")]
async fn stage(request: Request) -> Value {
    json!([request.context()["stage"], request.context()["path"]])
}

#[get("/guarded", authorizer = only_of_v1)]
async fn guarded() {}

#[tokio::test]
async fn the_stage_of_the_api_is_that_of_the_deploy() {
    let project = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client");
    if env::var("CARGO_MANIFEST_DIR").as_deref() != Ok(project) {
        return again_as_a_test_of(project);
    }
    let guarded =
        async |client: &Client| client.get("/guarded").header("Authorization", "ada").send().await.status();
    let client = Client::new();
    assert_eq!(client.get("/stage").send().await.json::<Value>(), json!(["v1", "/v1/stage"]));
    assert_eq!(guarded(&client).await, 204);
    let client = Client::new().stage("prod");
    assert_eq!(client.get("/stage").send().await.json::<Value>(), json!(["v2", "/v2/stage"]));
    assert_eq!(guarded(&client).await, 403);
}

/// A test's own environment cannot be changed while others run.
fn again_as_a_test_of(project: &str) {
    let test = "the_stage_of_the_api_is_that_of_the_deploy";
    let mut again = Command::new(env::current_exe().unwrap());
    let again = again.args([test, "--exact"]).env("CARGO_MANIFEST_DIR", project).output().unwrap();
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
}

#[tokio::test]
async fn without_a_config_the_stage_is_chalices_default() {
    let response = Client::new().get("/stage").send().await;
    assert_eq!(response.json::<Value>(), json!(["api", "/api/stage"]));
}

#[get("/variables")]
async fn variables() -> Result<Value> {
    let read = || chalice::env::var("TABLE").ok();
    let spawned = tokio::spawn(async move { read() }).await?;
    let blocking = tokio::task::spawn_blocking(read).await?;
    Ok(json!([read(), spawned, blocking]))
}

#[tokio::test]
async fn variables_of_the_client_reach_the_tasks_of_its_handlers() {
    let client = Client::new().env("TABLE", "users");
    assert_eq!(client.get("/variables").send().await.json::<Value>(), json!(["users", "users", "users"]));
}

#[tokio::test]
async fn clients_that_disagree_leave_a_task_without_the_variable() {
    let (one, other) = (Client::new().env("TABLE", "a"), Client::new().env("TABLE", "b"));
    assert_eq!(one.get("/variables").send().await.json::<Value>(), json!(["a", "a", "a"]));
    assert_eq!(other.get("/variables").send().await.json::<Value>(), json!(["b", null, null]));
    drop(one);
    assert_eq!(other.get("/variables").send().await.json::<Value>(), json!(["b", "b", "b"]));
}

#[tokio::test]
async fn an_answer_to_head_and_one_without_content_have_no_body() {
    let client = Client::new();
    for (method, path, status) in [
        ("HEAD", "/nowhere", 403),
        ("HEAD", "/guarded", 401),
        ("HEAD", "/stage", 200),
        ("GET", "/empty", 204),
    ] {
        let response = client.request(method, path).send().await;
        assert_eq!((response.status(), &*response.text()), (status, ""), "{method} {path}");
    }
}

#[get("/empty")]
async fn empty() -> Response {
    Response::new("not to be seen").status(204)
}

#[get("/headers")]
async fn headers(headers: Headers) -> Value {
    json!([headers.get("x-t"), headers.get_list("x-t").collect::<Vec<_>>()])
}

#[tokio::test]
async fn the_values_of_a_header_stand_in_the_order_sent_however_it_is_spelled() {
    let request = Client::new();
    let request = request.get("/headers").header("x-t", "1").header("X-T", "2").header("x-t", "3");
    assert_eq!(request.send().await.json::<Value>(), json!(["3", ["1", "2", "3"]]));
}

fn panic_of(what: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(what)).unwrap_err();
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
fn a_path_without_its_slash_and_a_url_are_refused() {
    assert_eq!(
        panic_of(|| drop(Client::new().get("stage"))),
        "`stage` is no path: a path starts with `/`, as in `/stage`"
    );
    assert_eq!(
        panic_of(|| drop(Client::new().get("https://example.com/a?b=c"))),
        "`https://example.com/a?b=c` is no path: a path starts with `/`, as in `/a?b=c`"
    );
}

#[test]
fn a_header_that_no_client_can_send_is_refused() {
    assert_eq!(
        panic_of(|| drop(Client::new().get("/").header("X-Name", "Zoë"))),
        "the header `X-Name: Zoë` cannot be sent: a name is ASCII without spaces and a value visible ASCII; encode the \
         rest, as with percent signs"
    );
}

#[tokio::test]
async fn a_body_that_does_not_fit_fails_at_the_test_with_status_and_body() {
    static PLACES: Mutex<Vec<(String, u32)>> = Mutex::new(Vec::new());
    let response = Client::new().get("/stage").send().await;
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let place = panic.location().unwrap();
        PLACES.lock().unwrap().push((place.file().to_owned(), place.line()));
        before(panic);
    }));
    let line = line!() + 1;
    let said = panic_of(|| _ = response.json::<u32>());
    assert_eq!(
        said,
        "the body does not fit: invalid type: sequence, expected u32 at line 1 column 0\nstatus 200, body: \
         [\"api\",\"/api/stage\"]"
    );
    assert!(PLACES.lock().unwrap().contains(&(file!().to_owned(), line)));
}
