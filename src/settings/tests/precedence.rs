//! Which of several values holds: Chalice's answers, and where ours differ on purpose.

use super::super::config::ConfigError;
use super::super::{API_HANDLER, ApiEndpoint, Architecture, Builder, EndpointType, Overrides, RoleSettings};
use super::super::{Settings, Vpc};
use super::{load, overrides, project};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What Chalice 1.34 resolves, recorded by running it.
const VECTORS: &str = include_str!("../../../fixtures/config/chalice-1.34.json");

fn texts(value: &Value) -> BTreeMap<String, String> {
    serde_json::from_value(value.clone()).unwrap()
}

#[test]
fn every_row_that_chalice_resolves_is_resolved_alike() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let (_dir, project) = project(&[("config.json", &vectors["disk"].to_string())]);
    for case in vectors["cases"].as_array().unwrap() {
        let loaded = Settings::load(&project, &overrides(case["stage"].as_str().unwrap()));
        if case["stage"] == "nosuch" {
            // Chalice takes an unknown stage for an empty one.
            assert!(loaded.is_err());
            continue;
        }
        let settings = loaded.unwrap();
        let function = settings.function(case["function"].as_str().unwrap());
        // The model adds the tag of the application to this and to all else that takes tags.
        let mut tags = texts(&case["tags"]);
        tags.remove("aws-chalice");
        assert_eq!(json!(function.timeout), case["lambda_timeout"], "{case}");
        assert_eq!(function.environment, texts(&case["environment_variables"]), "{case}");
        assert_eq!(function.tags, tags, "{case}");
        assert_eq!(json!(settings.api_gateway_stage), case["api_gateway_stage"], "{case}");
        assert_eq!(function.role, RoleSettings::Generated { statements: Vec::new() }, "{case}");
    }
}

/// Every key at every scope, with nulls among them.
#[test]
fn every_key_is_taken_from_the_scope_that_chalice_takes_it_from() {
    const ROWS: &str = include_str!("../../../fixtures/config/chalice-1.34-scopes.json");
    let rows: Vec<Value> = serde_json::from_str(ROWS).unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        let resolved = resolved(&row["config"].to_string(), "dev", &["f", API_HANDLER]);
        assert_eq!(resolved.unwrap(), row["expected"], "{}", row["config"]);
    }
}

/// Settings in the notation of the rows.
fn resolved(config: &str, stage: &str, functions: &[&str]) -> Result<Value, ConfigError> {
    let policy = r#"{"Version": "2012-10-17", "Statement": []}"#;
    let policies = ["p1.json", "p2.json", "policy-dev.json", "policy-prod.json"].map(|name| (name, policy));
    let (_dir, project) = project(&[&[("config.json", config)][..], &policies].concat());
    let settings = Settings::load(&project, &overrides(stage))?;
    let mut resolved = json!({"api": {
        "stage": settings.api_gateway_stage,
        "endpoint_type": format!("{:?}", settings.endpoint.kind).to_uppercase(),
        "vpc_endpoints": settings.endpoint.vpc_endpoints,
        "minimum_compression_size": settings.minimum_compression_size,
        "architecture": format!("{:?}", settings.architecture).to_lowercase(),
    }});
    for name in functions {
        let function = settings.function(name);
        let vpc = function.vpc.clone().unwrap_or(Vpc { subnet_ids: vec![], security_group_ids: vec![] });
        resolved[name] = json!({
            "memory_size": function.memory_size,
            "timeout": function.timeout,
            "environment_variables": function.environment,
            "tags": function.tags,
            "reserved_concurrency": function.reserved_concurrency,
            "subnet_ids": vpc.subnet_ids,
            "security_group_ids": vpc.security_group_ids,
            "layers": function.layers,
            "xray": function.xray,
            "log_retention_in_days": function.log_retention_in_days,
            "role": match &function.role {
                RoleSettings::Given { arn } => json!({"given": arn}),
                RoleSettings::Generated { .. } => json!("generated"),
                RoleSettings::FromFile { file, .. } => json!({"file": file.file_name().unwrap().to_str()}),
            },
        });
    }
    Ok(resolved)
}

#[test]
fn a_functions_variables_at_the_top_work_as_documented() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let dev = load(&vectors["disk"].to_string(), "dev").unwrap();
    // Chalice ignores the variable called "ignored".
    let expected = json!({"g": "1", "ignored": "x", "s": "1", "sf": "1", "o": "sf"});
    assert_eq!(dev.function("f").environment, texts(&expected));
    assert_eq!(dev.function("f").timeout, 4);
    let prod = load(&vectors["disk"].to_string(), "prod").unwrap();
    assert_eq!(prod.function("f").timeout, 3, "a stage is stronger than a function at the top");
    let q = load(&vectors["disk"].to_string(), "q").unwrap();
    assert_eq!(q.function("f").timeout, 2);
}

#[test]
fn what_is_typed_stands_between_a_stages_function_and_the_stage() {
    let config = r#"{
      "app_name": "todo",
      "stages": {"dev": {
        "api_gateway_stage": "v1",
        "autogen_policy": true,
        "build": {"bucket": "written"},
        "lambda_functions": {"own": {"autogen_policy": true}}
      }}
    }"#;
    let policy = r#"{"Version": "2012-10-17", "Statement": []}"#;
    let (_dir, project) = project(&[("config.json", config), ("policy-dev.json", policy)]);
    let typed = Overrides {
        stage: "dev".to_owned(),
        api_gateway_stage: Some("v2".to_owned()),
        autogen_policy: Some(false),
        bucket: Some("typed".to_owned()),
    };
    let settings = Settings::load(&project, &typed).unwrap();
    assert_eq!(settings.api_gateway_stage, "v2");
    assert_eq!(settings.build.bucket.as_deref(), Some("typed"));
    let from_file = RoleSettings::FromFile {
        file: project.chalice_dir().join("policy-dev.json"),
        document: serde_json::from_str(policy).unwrap(),
        statements: Vec::new(),
    };
    assert_eq!(settings.function(API_HANDLER).role, from_file);
    assert_eq!(settings.function("own").role, RoleSettings::Generated { statements: Vec::new() });
}

#[test]
fn without_stages_there_is_dev_with_chalices_defaults() {
    let settings = load(r#"{"app_name": "todo"}"#, "dev").unwrap();
    let function = settings.function(API_HANDLER);
    assert_eq!((function.memory_size, function.timeout), (128, 60));
    assert_eq!((&*settings.app_name, &*settings.stage), ("todo", "dev"));
    assert_eq!(settings.api_gateway_stage, "api");
    assert_eq!(settings.architecture, Architecture::X86_64);
    assert_eq!(
        settings.endpoint,
        ApiEndpoint { kind: EndpointType::Edge, vpc_endpoints: Vec::new(), policy: None }
    );
    assert_eq!(settings.build.builder, Builder::Auto);
    assert!(function.vpc.is_none() && function.layers.is_empty() && function.xray.is_none());
    assert!(load(r#"{"app_name": "todo"}"#, "prod").is_err());
}

#[test]
fn debug_reaches_the_framework_as_a_variable() {
    let config = r#"{"app_name": "todo", "stages": {"dev": {"debug": true, "lambda_functions": {"quiet": {"debug": false}}}}}"#;
    let settings = load(config, "dev").unwrap();
    let variable = |function: &str| settings.function(function).environment.get("CHALICE_DEBUG").cloned();
    assert_eq!((variable("api_handler").as_deref(), variable("quiet")), (Some("1"), None));
}

#[test]
fn null_is_not_set() {
    let config = r#"{"app_name": "todo", "lambda_timeout": 9, "stages": {"dev": {"lambda_timeout": null}}}"#;
    assert_eq!(load(config, "dev").unwrap().function(API_HANDLER).timeout, 9);
}

#[test]
fn each_key_of_a_section_has_its_own_precedence() {
    let config = r#"{
      "app_name": "todo",
      "build": {"package": "api", "features": ["a"], "builder": "cargo"},
      "iam": {"statements": [{"Effect": "Allow", "Action": "a:A", "Resource": "*"}]},
      "stages": {"dev": {"build": {"builder": "cross"}}, "prod": {"iam": {"statements": []}}}
    }"#;
    let dev = load(config, "dev").unwrap();
    assert_eq!(dev.build.package.as_deref(), Some("api"));
    assert_eq!(dev.build.features, ["a"]);
    assert_eq!(dev.build.builder, Builder::Cross);
    let statement = json!({"Effect": "Allow", "Action": "a:A", "Resource": "*"});
    assert_eq!(dev.function("f").role, RoleSettings::Generated { statements: vec![statement] });
    let prod = load(config, "prod").unwrap();
    assert_eq!(prod.function("f").role, RoleSettings::Generated { statements: Vec::new() });
}

#[test]
fn a_function_may_run_under_a_role_and_in_a_vpc_of_its_own() {
    let config = r#"{
      "app_name": "todo",
      "subnet_ids": ["s"], "security_group_ids": ["g"],
      "stages": {"dev": {"lambda_functions": {
        "f": {"manage_iam_role": false, "iam_role_arn": "arn:aws:iam::123456789012:role/r"},
        "out": {"subnet_ids": [], "security_group_ids": []}
      }}}
    }"#;
    let settings = load(config, "dev").unwrap();
    let arn = "arn:aws:iam::123456789012:role/r".to_owned();
    assert_eq!(settings.function("f").role, RoleSettings::Given { arn });
    let vpc = Vpc { subnet_ids: vec!["s".to_owned()], security_group_ids: vec!["g".to_owned()] };
    assert_eq!(settings.function("f").vpc, Some(vpc));
    assert_eq!(settings.function("out").vpc, None);
    assert_eq!(settings.function(API_HANDLER).role, RoleSettings::Generated { statements: Vec::new() });
}

#[test]
fn a_private_api_takes_its_policy_from_a_file() {
    let config = r#"{
      "app_name": "todo", "api_gateway_endpoint_type": "PRIVATE", "api_gateway_policy_file": "api.json"
    }"#;
    let policy = r#"{"Statement": {"Effect": "Deny"}}"#;
    let (_dir, project) = project(&[("config.json", config), ("api.json", policy)]);
    let endpoint = Settings::load(&project, &overrides("dev")).unwrap().endpoint;
    assert_eq!(endpoint.kind, EndpointType::Private);
    assert_eq!(endpoint.policy, Some(serde_json::from_str(policy).unwrap()));
}

#[test]
fn the_seeds_configs_load() {
    let config = r#"{
      "version": "2.0",
      "app_name": "my-api",
      "stages": {"dev": {
        "api_gateway_stage": "api",
        "environment_variables": {"DEBUG": "true", "TABLE_NAME": "dev-table"},
        "lambda_functions": {"api_handler": {"lambda_timeout": 10, "lambda_memory_size": 256}},
        "tags": {"Environment": "dev", "Project": "my-api"}
      }}
    }"#;
    let settings = load(config, "dev").unwrap();
    let named = &settings.functions["api_handler"];
    assert_eq!((named.settings.timeout, named.settings.memory_size), (10, 256));
    assert_eq!(named.settings.tags.len(), 2);
    assert_eq!(&named.place.text[named.place.span.clone()], "\"api_handler\"");
}

#[test]
fn a_function_named_twice_has_its_place_in_the_stage() {
    let config = r#"{
      "app_name": "todo", "lambda_functions": {"f": {}, "top": {}},
      "stages": {"dev": {"lambda_functions": {"f": {}}}, "prod": {"lambda_functions": {"other": {}}}}
    }"#;
    let settings = load(config, "dev").unwrap();
    assert_eq!(settings.functions.keys().collect::<Vec<_>>(), ["f", "top"]);
    assert_eq!(settings.functions["f"].place.span.start, config.rfind("\"f\"").unwrap());
}
