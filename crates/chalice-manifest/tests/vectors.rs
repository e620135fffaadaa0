#![allow(clippy::expect_used, clippy::panic)] // a vector that is not what it should be fails its test
//! Rows recorded from Chalice 1.34; where we differ on purpose, `fixtures/vectors/differences.json` says why.

#[path = "../../../fixtures/vectors/rows.rs"]
#[allow(dead_code)] // the CLI reads more
mod vectors;

use chalice_manifest::gateway::{Router, arn_matches, method_arn};
use chalice_manifest::{
    App, Cors, Cron, Handler, Place, Rate, Record, Route, RouteCors, Segment, Target, Unit,
    content_type_matches, join_path, resolve, schedule_fault, segments,
};
use serde_json::{Value, json};
use vectors::rows;

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

#[test]
fn prefixes_join_as_in_chalice() {
    for row in rows("url_prefix", include_str!("../../../fixtures/vectors/url_prefix.json")) {
        let text = |key: &str| row[key].as_str().expect("a string");
        assert_eq!(join_path(text("prefix"), text("path")), text("expected"), "{row}");
    }
}

#[test]
fn content_types_match_as_in_chalice() {
    for row in rows("content_type_match", include_str!("../../../fixtures/vectors/content_type_match.json")) {
        let header = row["header"].as_str().expect("a string");
        assert_eq!(content_type_matches(header, &strings(&row["valid"])), row["expected"], "{row}");
    }
}

#[test]
fn parameters_are_found_as_in_chalice() {
    for row in rows("view_args", include_str!("../../../fixtures/vectors/view_args.json")) {
        let found = segments(row["path"].as_str().expect("a string")).expect("a valid path");
        let names: Vec<&str> = found.into_iter().filter_map(Segment::parameter).collect();
        assert_eq!(names, strings(&row["expected"]), "{row}");
    }
}

#[test]
fn urls_lead_to_routes_as_in_chalice() {
    for row in rows("local_router", include_str!("../../../fixtures/vectors/local_router.json")) {
        let paths = strings(&row["routes"]);
        let router = Router::new(paths.iter().map(String::as_str));
        let matched = router.matched(row["url"].as_str().expect("a string")).map_or(Value::Null, |matched| {
            let mut query = json!({});
            for (name, value) in matched.query {
                match &mut query[name] {
                    Value::Array(values) => values.push(value.into()),
                    empty => *empty = json!([value]),
                }
            }
            json!({"route": matched.resource_path, "path_params": matched.parameters, "query": query})
        });
        assert_eq!(matched, row["expected"], "{row}");
    }
}

#[test]
fn arns_match_as_in_chalice() {
    for row in rows("arn_match", include_str!("../../../fixtures/vectors/arn_match.json")) {
        let text = |key: &str| row[key].as_str().expect("a string");
        assert_eq!(arn_matches(text("pattern"), text("arn")), row["expected"], "{row}");
    }
}

#[test]
fn the_arn_of_a_request_is_built_as_in_chalice() {
    for row in rows("local_arn_build", include_str!("../../../fixtures/vectors/local_arn_build.json")) {
        let text = |key: &str| row[key].as_str().expect("a string");
        let api = "arn:aws:execute-api:mars-west-1:123456789012:ymy8tbxw7b";
        assert_eq!(method_arn(api, "api", text("method"), text("path")), row["expected"], "{row}");
    }
}

#[test]
fn rates_are_written_as_in_chalice() {
    for row in rows("rate", include_str!("../../../fixtures/vectors/rate.json")) {
        let unit = match row["unit"].as_str() {
            Some("MINUTES") => Unit::Minutes,
            Some("HOURS") => Unit::Hours,
            Some("DAYS") => Unit::Days,
            other => panic!("no unit {other:?}"),
        };
        let value = u32::try_from(row["value"].as_u64().expect("a number")).expect("small");
        let written = Rate { value, unit }.to_string();
        let accepted = schedule_fault(&written).is_none().then_some(written);
        assert_eq!(json!(accepted), row["expected"], "{row}");
    }
}

#[test]
fn crons_are_written_as_in_chalice() {
    for row in rows("cron", include_str!("../../../fixtures/vectors/cron.json")) {
        let fields: Vec<String> = row["args"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|field| field.as_str().map_or_else(|| field.to_string(), str::to_owned))
            .collect();
        let written = Cron(fields.try_into().expect("six fields")).to_string();
        assert_eq!(written, row["expected"], "{row}");
        assert_eq!(schedule_fault(&written), None);
    }
}

#[test]
fn cors_headers_are_those_of_chalice() {
    for row in rows("cors_headers", include_str!("../../../fixtures/vectors/cors_headers.json")) {
        let args = &row["args"];
        let cors = Cors {
            allow_headers: strings(&args["allow_headers"]),
            expose_headers: strings(&args["expose_headers"]),
            max_age: args["max_age"].as_u64().map(|seconds| u32::try_from(seconds).expect("small")),
            allow_credentials: args["allow_credentials"] == true,
            ..Cors::any()
        };
        let origin = ("Access-Control-Allow-Origin", cors.allow_origins[0].clone());
        let headers = [origin].into_iter().chain(cors.headers());
        let headers: Value = headers.map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
        assert_eq!(headers, row["expected"], "{row}");
    }
}

#[test]
fn routes_are_refused_as_in_chalice() {
    for row in rows("route_validation", include_str!("../../../fixtures/vectors/route_validation.json")) {
        let problems = match row["case"].as_str() {
            Some("''") => problems(&[route("", "GET", RouteCors::Inherit)]),
            Some("'a'") => problems(&[route("a", "GET", RouteCors::Inherit)]),
            // A compile error, which that test brings about.
            Some("unknown kw") => include_str!("../../chalice/tests/compile_fail/unknown_option.stderr")
                .matches("unknown option `corz`")
                .count(),
            Some("cors+OPTIONS") => {
                problems(&[route("/x", "GET", RouteCors::On), route("/x", "OPTIONS", RouteCors::Inherit)])
            }
            Some("diff cors") => {
                let other = RouteCors::Own(Cors { max_age: Some(1), ..Cors::any() });
                problems(&[route("/x", "GET", RouteCors::On), route("/x", "POST", other)])
            }
            Some("same cors in another order") => {
                let with = |headers: [&str; 2]| {
                    RouteCors::Own(Cors { allow_headers: headers.map(str::to_owned).to_vec(), ..Cors::any() })
                };
                problems(&[route("/x", "GET", with(["A", "B"])), route("/x", "POST", with(["B", "A"]))])
            }
            other => panic!("no case for {other:?}"),
        };
        assert_eq!(problems, usize::from(!row["error"].is_null()), "{row}");
    }
}

fn problems(routes: &[Record]) -> usize {
    let app =
        App { place: place(), name: "app".to_owned(), cors: None, blueprints: vec![], binary_types: None };
    let records = [&[Record::App(app)], routes].concat();
    resolve(&records).err().unwrap_or_default().len()
}

fn place() -> Place {
    let text = str::to_owned;
    let (package, version, module, file) = (text("app"), text("0.1.0"), text("app"), text("src/lib.rs"));
    Place { package, version, target: Target::Lib, module, file, line: 1 }
}

fn route(path: &str, method: &str, cors: RouteCors) -> Record {
    let handler = Handler { place: place(), name: "view".to_owned(), summary: None, description: None };
    Record::Route(Route {
        handler,
        path: path.to_owned(),
        methods: vec![method.to_owned()],
        cors,
        authorizer: None,
        api_key_required: false,
        content_types: vec!["application/json".to_owned()],
        stream: false,
    })
}
