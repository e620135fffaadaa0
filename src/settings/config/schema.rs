//! The table of keys as a JSON schema, for editors.

use super::keys::{KEYS, Key, Kind, Scope};
use serde_json::{Map, Value as Json, json};

/// The schema of `.chalice/config.json`, as new projects get it beside their own.
pub fn schema() -> Json {
    let mut schema = object_of(KEYS, Scope::Top);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!(".chalice/config.json");
    schema["required"] = json!(["app_name"]);
    schema
}

/// An object with the keys that may stand at `scope`, and no others.
fn object_of(keys: &[Key], scope: Scope) -> Json {
    let properties: Map<String, Json> = keys
        .iter()
        .filter(|key| key.scopes.contains(&scope))
        .filter_map(|key| Some((key.name.to_owned(), property(key, scope)?)))
        .collect();
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// None for a key that is refused.
fn property(key: &Key, scope: Scope) -> Option<Json> {
    let strings = json!({"type": "array", "items": {"type": "string"}});
    let mut property = match &key.kind {
        Kind::Version => json!({"type": ["string", "number"]}),
        Kind::Text | Kind::RoleArn | Kind::PolicyArn | Kind::RolePath => json!({"type": "string"}),
        Kind::Name => json!({"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}),
        Kind::Bool => json!({"type": "boolean"}),
        Kind::Whole { least, most, .. } => json!({"type": "integer", "minimum": least, "maximum": most}),
        Kind::Days(days) => json!({"enum": days}),
        Kind::OneOf(choices) => json!({"enum": choices}),
        Kind::Texts => json!({"type": "object", "additionalProperties": {"type": "string"}}),
        Kind::Environment => json!({
            "type": "object",
            "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_]*$"},
            "additionalProperties": {"type": "string"},
        }),
        Kind::TextList | Kind::PolicyArns => strings,
        Kind::Resources => json!({"type": "object", "additionalProperties": strings}),
        Kind::TextOrList => json!({"anyOf": [{"type": "string"}, strings]}),
        Kind::Statements => json!({"type": "array", "items": {"type": "object", "required": ["Effect"]}}),
        Kind::Section(keys) => object_of(keys, scope),
        Kind::Named(of) => json!({"type": "object", "additionalProperties": object_of(KEYS, *of)}),
        Kind::Never { .. } => json!({"const": false}),
        Kind::Refused { .. } => return None,
    };
    property["description"] = json!(key.doc);
    if !key.default.is_empty() {
        property["$comment"] = json!(format!("default: {}", key.default));
    }
    Some(property)
}
