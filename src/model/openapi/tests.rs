//! The documents that Chalice 1.34 wrote for two applications, and this module's for the same ones.

use super::document;
use crate::model::{Attribute, Kind, Location, Render, ResourceId, Value};
use crate::project::{Project, write_whole};
use crate::settings::{API_HANDLER, Overrides, Settings};
use crate::vectors;
use chalice_manifest::resolve;
use serde_json::{Value as Json, json};

/// Values in the notation of the recorded documents.
struct Placeholders;

impl Render for Placeholders {
    fn value(&self, value: &Value) -> Option<Json> {
        Some(match value {
            Value::Known(text) => json!(text),
            Value::Location(Location::Partition) => json!("{partition}"),
            Value::Location(Location::Region) => json!("{region_name}"),
            Value::Location(Location::Account) => json!("{account}"),
            Value::Output(id, Attribute::InvokeArn) => json!(format!("{{{}_lambda_arn}}", id.name)),
            Value::Output(..) => return None,
            Value::Joined(parts) => {
                let parts = parts.iter().map(|part| self.value(part)?.as_str().map(str::to_owned));
                json!(parts.collect::<Option<String>>()?)
            }
        })
    }
}

fn settings() -> Settings {
    let dir = tempfile::tempdir().unwrap();
    write_whole(&dir.path().join(".chalice/config.json"), br#"{"version": "2.0", "app_name": "app"}"#)
        .unwrap();
    let project = Project::at(dir.path()).unwrap();
    Settings::load(&project, &Overrides { stage: "dev".to_owned(), ..Overrides::default() }).unwrap()
}

fn place() -> Json {
    json!({
        "package": "app", "version": "0.1.0", "target": "lib", "module": "app", "file": "src/lib.rs", "line": 1,
    })
}

fn route(path: &str, authorizer: &Json) -> Json {
    json!({
        "kind": "route", "place": place(), "name": "index", "summary": null, "description": null, "path": path,
        "methods": ["GET"], "cors": "off", "authorizer": authorizer, "api_key_required": false,
        "content_types": ["application/json"], "stream": false,
    })
}

fn written(records: &[Json]) -> Json {
    let app = json!({
        "kind": "app", "place": place(), "name": "app", "cors": null, "blueprints": [], "binary_types": null,
    });
    of_records(&[&[app], records].concat())
}

fn of_records(records: &[Json]) -> Json {
    let records: Vec<_> =
        records.iter().map(|record| serde_json::from_value(record.clone()).unwrap()).collect();
    let function = ResourceId::new(Kind::LambdaFunction, API_HANDLER);
    let tree = document(&settings(), &resolve(&records).unwrap(), &function);
    Placeholders.tree(&tree).unwrap()
}

fn assert_is(mut written: Json, expected: &Json) {
    let differences = vectors::differences("swagger");
    let added = |place: &'static str| differences.iter().filter_map(move |one| one[place].as_str());
    for name in added("document").filter(|name| expected.get(name).is_none()) {
        let removed = written.as_object_mut().unwrap().remove(name);
        let origins = |one: &Json| one.to_string().matches("Access-Control-Allow-Origin\":\"'").count();
        assert_eq!(removed.as_ref().map(origins), one_cors(expected).then_some(2), "{written:#}");
    }
    for (path, operations) in written["paths"].as_object_mut().unwrap() {
        let operations = operations.as_object_mut().unwrap();
        for name in added("every").filter(|name| expected["paths"][path].get(name).is_none()) {
            let Some(mut ours) = operations.remove(name) else {
                assert!(name == "head" && !operations.contains_key("get"), "{path} has no {name}");
                continue;
            };
            let is_like = |other: &Json| {
                if name != "head" {
                    for own in ["consumes", "summary", "description"] {
                        ours[own] = other[own].clone();
                    }
                }
                let all_of =
                    |one: &Json| one.as_object().unwrap().values().filter(|own| !own.is_null()).count();
                all_of(&ours) == all_of(other)
                    && other.as_object().unwrap().iter().all(|(key, own)| ours[key] == *own)
            };
            assert!(operations.values().any(is_like), "{path}: {name}");
        }
    }
    assert_eq!(&written, expected, "{written:#}");
}

/// Whether there are preflights, and all the same but for their methods.
fn one_cors(document: &Json) -> bool {
    let preflights = document["paths"].as_object().unwrap().values().map(|operations| {
        let headers = &operations["options"]["x-amazon-apigateway-integration"]["responses"]["default"];
        let mut headers = headers["responseParameters"].clone();
        headers.as_object_mut()?.remove("method.response.header.Access-Control-Allow-Methods");
        Some(headers)
    });
    let mut preflights = preflights.flatten();
    preflights.next().is_some_and(|first| preflights.all(|other| other == first))
}

#[test]
fn documents_are_those_of_chalice() {
    let rows = vectors::rows("swagger", include_str!("../../../fixtures/vectors/swagger.json"));
    for row in rows.iter().filter(|row| row.get("records").is_some()) {
        assert_is(of_records(row["records"].as_array().unwrap()), &row["expected"]);
    }
    assert_is(written(&[route("/", &Json::Null)]), &rows[0]["expected"]);

    let builtin = json!({
        "kind": "authorizer", "place": place(), "name": "au", "summary": null, "description": null,
        "header": "X-H", "ttl_seconds": 5, "execution_role": "arn:role",
    });
    let header = "Authorization";
    let cognito = json!({"cognito": {"name": "cog", "header": header, "provider_arns": ["arn:c"]}});
    let custom = json!({"custom": {
        "name": "cu", "header": header, "uri": "uri", "ttl_seconds": 300, "invoke_role": "arn:i",
    }});
    let own = json!({"builtin": {"name": "au", "module": "app"}});
    let records = [
        builtin,
        route("/1", &json!({"kind": own, "scopes": ["s"]})),
        route("/2", &json!({"kind": "iam", "scopes": []})),
        route("/3", &json!({"kind": cognito, "scopes": ["q"]})),
        route("/4", &json!({"kind": custom, "scopes": []})),
    ];
    assert_is(written(&records), &rows[1]["expected"]);
}

#[test]
fn a_streaming_route_has_the_streaming_integration() {
    let mut route = route("/", &Json::Null);
    route["stream"] = json!(true);
    let integration = &written(&[route])["paths"]["/"]["get"]["x-amazon-apigateway-integration"];
    assert_eq!(integration["responseTransferMode"], "STREAM");
    assert_eq!(
        integration["uri"],
        "arn:{partition}:apigateway:{region_name}:lambda:path/2021-11-15/functions/{api_handler_lambda_arn}/\
         response-streaming-invocations"
    );
}
