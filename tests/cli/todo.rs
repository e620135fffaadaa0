//! The README's first command: `fixtures/apps/todo`, deployed to the sandbox with the tables that it needs, answers.

use crate::harness::{Proxy, Response, Sandbox, copy_of, http, quick};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn the_application_of_the_readme_answers_on_both_of_its_stages() {
    let project = copy_of("todo");
    // What the functions of `dev` call goes through a proxy, which writes it down.
    let proxy = Proxy::start(Sandbox::shared().url());
    set_variable(project.path(), "dev", "AWS_ENDPOINT_URL_DYNAMODB", &proxy.url());
    let dev = deploy(project.path(), "dev");
    let created = send(&dev, "POST", "todos", &json!({"title": " buy milk "}));
    assert_eq!(created.status, 201, "{}", created.text());
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let milk = json!({"id": id, "title": "buy milk", "done": false});
    assert_eq!(created.json(), milk);
    let entry = format!("todos/{id}");
    assert_eq!(get(&dev, &entry), (200, milk.clone()));
    assert_eq!(get(&dev, "todos"), (200, json!({"todos": [milk]})));
    assert_eq!(get(&dev, "search?q=ilk&done=false"), (200, json!([milk])));
    assert_eq!(rchalice(project.path(), &["invoke", "-n", "count_open"], "dev"), "{\"open\": 1}\n");

    // The other stage is the same program with another table.
    let prod = deploy(project.path(), "prod");
    assert_eq!(get(&prod, "todos"), (200, json!({"todos": []})));
    assert_eq!(get(&prod, &entry), (404, not_found(&id)));

    let done = json!({"id": id, "title": "buy oat milk", "done": true});
    let replaced = send(&dev, "PUT", &entry, &json!({"title": "buy oat milk", "done": true}));
    assert_eq!((replaced.status, replaced.json()), (200, done.clone()));
    assert_eq!(get(&dev, "search?q=oat%20milk&done=true"), (200, json!([done])));
    let missing = send(&prod, "PUT", &entry, &json!({"title": "buy oat milk"}));
    assert_eq!((missing.status, missing.json()), (404, not_found(&id)));
    assert_eq!(rchalice(project.path(), &["invoke", "-n", "count_open"], "dev"), "{\"open\": 0}\n");

    assert_eq!(send(&dev, "DELETE", &entry, &Value::Null).status, 204);
    let gone = send(&dev, "DELETE", &entry, &Value::Null);
    assert_eq!((gone.status, gone.json()), (404, not_found(&id)));

    let blank = send(&dev, "POST", "todos", &json!({"title": " "}));
    assert_eq!((blank.status, &blank.json()["Code"]), (400, &json!("BadRequestError")));
    assert_eq!(get(&dev, "nothing"), (403, json!({"message": "Missing Authentication Token"})));

    // The generated policy grants what was called, and nothing that was not.
    let called: BTreeSet<String> =
        proxy.calls().iter().map(|call| format!("{}:{}", call.service, call.operation)).collect();
    let policy: Value = serde_json::from_str(&gen_policy(project.path())).unwrap();
    assert_eq!(granted_on(&policy, "arn:aws:dynamodb:*:*:table/todos-dev"), called, "{policy:#}");
}

/// The actions that a policy grants on one resource, beside those that are for logs.
fn granted_on(policy: &Value, resource: &str) -> BTreeSet<String> {
    let statements = policy["Statement"].as_array().unwrap().iter();
    let granting = statements.filter(|statement| !statement["Action"].to_string().contains("logs:"));
    let actions = granting.flat_map(|statement| {
        assert_eq!(statement["Resource"], json!([resource]), "{policy:#}");
        statement["Action"].as_array().unwrap().iter().map(|action| action.as_str().unwrap().to_owned())
    });
    actions.collect()
}

fn set_variable(project: &Path, stage: &str, name: &str, value: &str) {
    let file = project.join(".chalice/config.json");
    let mut config: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    config["stages"][stage]["environment_variables"][name] = json!(value);
    fs::write(file, config.to_string()).unwrap();
}

fn not_found(id: &str) -> Value {
    json!({"Code": "NotFoundError", "Message": format!("there is no entry {id}")})
}

/// The stage's URL.
fn deploy(project: &Path, stage: &str) -> String {
    let printed = rchalice(project, &["deploy"], stage);
    let url = rchalice(project, &["url"], stage).trim().to_owned();
    assert!(printed.contains(&format!("  - Rest API URL: {url}\n")), "{printed}");
    url
}

fn rchalice(project: &Path, command: &[&str], stage: &str) -> String {
    quick(project).in_shared_sandbox().args(command).args(["--sandbox", "--stage", stage]).run().ok().stdout
}

fn gen_policy(project: &Path) -> String {
    quick(project).arg("gen-policy").run().ok().stdout
}

fn get(url: &str, path: &str) -> (u16, Value) {
    let response = http("GET", &format!("{url}{path}"), &[], "");
    (response.status, response.json())
}

fn send(url: &str, method: &str, path: &str, body: &Value) -> Response {
    let headers = [("Content-Type", "application/json")];
    http(method, &format!("{url}{path}"), &headers, body.to_string())
}
