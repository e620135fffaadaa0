//! IAM policy documents as sets of grants, so that two of them can be held against each other.

use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// The statements of a policy document, which may have one without a list around it.
pub fn statements(document: &Json) -> Vec<Json> {
    match document.get("Statement") {
        Some(Json::Array(statements)) => statements.clone(),
        Some(statement) => vec![statement.clone()],
        None => Vec::new(),
    }
}

/// Whether `others` grant all that `statement` does.
pub fn is_covered(statement: &Json, others: &[Json]) -> bool {
    let granted: BTreeSet<(String, String)> = others.iter().filter_map(grants).flatten().collect();
    others.contains(statement) || grants(statement).is_some_and(|grants| grants.is_subset(&granted))
}

/// Each grant under `action on resource`, and what is no plain grant as it stands.
pub fn by_grant(document: &Json) -> Json {
    let mut shown = Map::new();
    let mut others = Vec::new();
    for statement in statements(document) {
        match grants(&statement) {
            Some(grants) => shown.extend(
                grants
                    .into_iter()
                    .map(|(action, resource)| (format!("{action} on {resource}"), "allowed".into())),
            ),
            None => others.push(statement),
        }
    }
    if !others.is_empty() {
        shown.insert("other statements".to_owned(), Json::Array(others));
    }
    Json::Object(shown)
}

/// The pairs of action and resource of a statement that allows, without conditions; None for any other.
fn grants(statement: &Json) -> Option<BTreeSet<(String, String)>> {
    const PLAIN: [&str; 4] = ["Sid", "Effect", "Action", "Resource"];
    let fields = statement.as_object()?;
    if fields.get("Effect")? != "Allow" || fields.keys().any(|key| !PLAIN.contains(&key.as_str())) {
        return None;
    }
    let actions = texts(fields.get("Action")?)?;
    let resources = texts(fields.get("Resource")?)?;
    let of_action = |action: &String| {
        resources.iter().map(|resource| (action.clone(), resource.clone())).collect::<Vec<_>>()
    };
    Some(actions.iter().flat_map(of_action).collect())
}

fn texts(value: &Json) -> Option<Vec<String>> {
    match value {
        Json::String(text) => Some(vec![text.clone()]),
        Json::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_grant_is_covered_by_several_statements_together() {
        let wanted = json!({"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"});
        let read = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["*"]});
        let write = json!({"Sid": "w", "Effect": "Allow", "Action": ["s3:PutObject"], "Resource": "*"});
        assert!(is_covered(&wanted, &[read.clone(), write]));
        assert!(!is_covered(&wanted, &[read]));
    }

    #[test]
    fn what_has_a_condition_is_covered_by_itself_only() {
        let plain = json!({"Effect": "Allow", "Action": "a:B", "Resource": "*"});
        let bound = json!({"Effect": "Allow", "Action": "a:B", "Resource": "*", "Condition": {"Bool": {}}});
        assert!(!is_covered(&bound, std::slice::from_ref(&plain)));
        assert!(is_covered(&bound, &[plain, bound.clone()]));
    }

    #[test]
    fn a_policy_reads_as_grants() {
        let document = json!({"Statement": [
            {"Effect": "Allow", "Action": ["a:B", "a:C"], "Resource": ["r1"]},
            {"Effect": "Allow", "Action": "a:B", "Resource": "r2"},
            {"Effect": "Deny", "Action": "*", "Resource": "*"},
        ]});
        let expected = json!({
            "a:B on r1": "allowed",
            "a:C on r1": "allowed",
            "a:B on r2": "allowed",
            "other statements": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
        });
        assert_eq!(by_grant(&document), expected);
    }
}
