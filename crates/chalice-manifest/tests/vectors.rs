#![allow(clippy::expect_used)] // a vector that is not what it should be fails its test
//! Rows recorded from Chalice 1.34. Where we differ on purpose, the row and the reason stand in `DIFFERENT`.

use chalice_manifest::{Cors, Segment, content_type_matches, join_path, segments};
use serde_json::Value;

/// (file, row, why)
const DIFFERENT: &[(&str, usize, &str)] = &[
    ("view_args", 2, "Chalice has no greedy parameters; here `{p+}` names one"),
    (
        "route_validation",
        1,
        "Chalice lets `a` pass and API Gateway refuses it; here it is refused before a deploy",
    ),
    ("route_validation", 3, "an unknown option is a compile error: tests/compile_fail of the chalice crate"),
];

fn rows(name: &str, text: &str) -> Vec<Value> {
    let rows: Vec<Value> = serde_json::from_str(text).expect("the vectors are JSON");
    assert!(!rows.is_empty());
    let differs = |row: usize| DIFFERENT.iter().any(|&(file, index, _)| (file, index) == (name, row));
    rows.into_iter().enumerate().filter(|&(row, _)| !differs(row)).map(|(_, value)| value).collect()
}

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
    let rows = rows("route_validation", include_str!("../../../fixtures/vectors/route_validation.json"));
    let cases: Vec<&str> = rows.iter().filter_map(|row| row["case"].as_str()).collect();
    // Each has its test in resolve.rs: the empty path, CORS beside OPTIONS, two CORS configurations on one path.
    assert_eq!(cases, ["''", "cors+OPTIONS", "diff cors"]);
}
