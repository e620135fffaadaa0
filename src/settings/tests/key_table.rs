//! The table of keys against the file's reader.

use super::super::config::keys::{KEYS, Key, Kind, Scope};
use super::{failure, load};

#[test]
fn every_key_is_accepted_in_its_scopes_and_refused_in_the_others() {
    for key in KEYS {
        for scope in [Scope::Top, Scope::Stage, Scope::Function] {
            let config = config_with(key, scope);
            let loaded = load(&config, "dev");
            if matches!(key.kind, Kind::Refused { .. }) || !key.scopes.contains(&scope) {
                assert!(loaded.is_err(), "{config}");
                assert!(failure(&config).contains(&format!("`{}`", key.name)), "{}", failure(&config));
            } else if let Err(error) = loaded {
                panic!("{config}\n{}", super::rendered(error));
            }
        }
    }
}

#[test]
fn every_key_of_a_section_is_accepted_at_the_top_and_in_a_stage() {
    for section in KEYS {
        let Kind::Section(keys) = section.kind else { continue };
        for key in keys {
            for scope in [Scope::Top, Scope::Stage] {
                let config = object_in(
                    scope,
                    &format!("\"{}\": {{\"{}\": {}}}", section.name, key.name, example(key)),
                );
                if let Err(error) = load(&config, "dev") {
                    panic!("{config}\n{}", super::rendered(error));
                }
            }
        }
    }
}

#[test]
fn every_key_stands_once_and_says_what_it_is() {
    for (position, key) in KEYS.iter().enumerate() {
        assert!(!key.doc.is_empty() && !key.doc.ends_with('.'), "{}", key.name);
        assert!(KEYS[..position].iter().all(|earlier| earlier.name != key.name), "{}", key.name);
    }
}

fn config_with(key: &Key, scope: Scope) -> String {
    let both = match key.name {
        "subnet_ids" => ", \"security_group_ids\": [\"a\"]",
        "security_group_ids" => ", \"subnet_ids\": [\"a\"]",
        "api_gateway_endpoint_vpce" => ", \"api_gateway_endpoint_type\": \"PRIVATE\"",
        _ => "",
    };
    object_in(scope, &format!("\"{}\": {}{both}", key.name, example(key)))
}

fn object_in(scope: Scope, members: &str) -> String {
    let name = if members.starts_with("\"app_name\"") { "" } else { "\"app_name\": \"todo\", " };
    match scope {
        Scope::Top => format!("{{{name}{members}}}"),
        Scope::Stage => format!("{{\"app_name\": \"todo\", \"stages\": {{\"dev\": {{{members}}}}}}}"),
        Scope::Function => {
            format!("{{\"app_name\": \"todo\", \"lambda_functions\": {{\"f\": {{{members}}}}}}}")
        }
    }
}

fn example(key: &Key) -> String {
    match &key.kind {
        _ if key.name == "api_gateway_policy_file" => "null".to_owned(),
        Kind::Version => "\"2.0\"".to_owned(),
        Kind::Text | Kind::Name | Kind::TextOrList => "\"a\"".to_owned(),
        Kind::PolicyArn => "\"arn:aws:iam::123456789012:policy/p\"".to_owned(),
        Kind::PolicyArns => "[\"arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess\"]".to_owned(),
        Kind::RolePath => "\"/team/\"".to_owned(),
        Kind::Resources => "{\"dynamodb\": [\"table/orders\"], \"cloudwatchlogs\": []}".to_owned(),
        Kind::RoleArn => "\"arn:aws:iam::123456789012:role/r\"".to_owned(),
        Kind::Bool => "true".to_owned(),
        Kind::Never { .. } => "false".to_owned(),
        Kind::Whole { least, .. } => least.to_string(),
        Kind::Days(days) => days[0].to_string(),
        Kind::OneOf(choices) if choices.contains(&"REGIONAL") => "\"REGIONAL\"".to_owned(),
        Kind::OneOf(choices) => format!("\"{}\"", choices[0]),
        Kind::Texts | Kind::Environment => "{\"a\": \"b\"}".to_owned(),
        Kind::TextList => "[\"a\"]".to_owned(),
        Kind::Statements => "[{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}]".to_owned(),
        Kind::Named(Scope::Stage) => "{\"dev\": {}}".to_owned(),
        Kind::Section(_) | Kind::Named(_) | Kind::Refused { .. } => "{}".to_owned(),
    }
}
