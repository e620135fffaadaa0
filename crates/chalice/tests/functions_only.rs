//! An application without routes: what it is has the variables of its functions, and nothing is started for an API.
#![allow(clippy::unwrap_used)] // a failed expectation fails the test
#![allow(clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them

use std::env;
use std::process::Command;
use std::sync::Mutex;

use chalice::prelude::*;
use chalice::test::Client;
use serde_json::json;

chalice::app! { name: "functions-only", main: false }

/// What `#[init]` has found, as often as it ran.
static FOUND: Mutex<Vec<String>> = Mutex::new(Vec::new());

#[init]
fn remember_greeting(env: Env) -> Result<()> {
    FOUND.lock().unwrap().push(env.get("GREETING")?);
    Ok(())
}

#[lambda_function]
async fn greet(name: String, env: Env) -> Result<String> {
    Ok(format!("{} {name}", env.get("GREETING")?))
}

/// `tests/functions_only/.chalice/config.json` has the variable for `greet` alone.
#[tokio::test]
async fn init_runs_for_the_functions_that_there_are_and_with_their_variables() {
    let project = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/functions_only");
    if env::var("CARGO_MANIFEST_DIR").as_deref() != Ok(project) {
        return again_as_a_test_of(project);
    }
    let client = Client::new();
    for name in ["gret", "api_handler"] {
        let error = client.invoke(name, json!("ada")).await.unwrap_err();
        let expected = format!("this binary has no handler `{name}`; it has `greet`");
        assert_eq!((&*error.error_type, error.error_message), ("Runtime.HandlerNotFound", expected));
    }
    assert_eq!(client.get("/greet").send().await.status(), 403);
    assert!(FOUND.lock().unwrap().is_empty());

    assert_eq!(client.invoke("greet", json!("ada")).await, Ok(json!("hello ada")));
    assert_eq!(*FOUND.lock().unwrap(), ["hello"]);
}

/// The client reads config.json in the folder that cargo names to a test.
fn again_as_a_test_of(project: &str) {
    let mut test = Command::new(env::current_exe().unwrap());
    let output = test.env("CARGO_MANIFEST_DIR", project).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
