//! IAM policy documents as sets of grants, so that two of them can be held against each other.

use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// The statements of a policy document, which may have one without a list around it.
pub fn statements(document: &Json) -> Vec<Json> {
    match document.get("Statement") {
        Some(Json::Array(statements)) => statements.clone(),
        Some(statement) => vec![statement.clone()],
        None => Vec::new(),
    }
}

/// What IAM takes of inline policies, all of one role together, in characters without white space.
pub const LONGEST_POLICY: usize = 10_240;

/// What `statement` grants, or denies, and `others` do not; None: nothing. It has no `Sid`, as one of `others` may have
/// the same, and IAM takes each only once in a policy.
pub fn beyond(statement: &Json, others: &[Json]) -> Option<Json> {
    let others = Others::new(statement, others);
    if others.have_it_whole {
        return None;
    }
    let Some(own) = plain_pairs(statement) else { return Some(others.unnamed) };
    with_actions(others.unnamed, &own.difference(&others.pairs).map(|(action, _)| action).collect())
}

/// What both `statement` and `others` grant, or deny: the actions of `statement` that `others` have on all of its
/// resources. None: nothing.
pub fn shared(statement: &Json, others: &[Json]) -> Option<Json> {
    let others = Others::new(statement, others);
    if others.have_it_whole {
        return Some(others.unnamed);
    }
    let own = plain_pairs(statement)?;
    let lacking: BTreeSet<&String> = own.difference(&others.pairs).map(|(action, _)| action).collect();
    let actions = own.iter().map(|(action, _)| action).filter(|action| !lacking.contains(action)).collect();
    with_actions(others.unnamed, &actions)
}

/// What a statement is held against.
struct Others {
    /// The statement without its name.
    unnamed: Json,
    have_it_whole: bool,
    pairs: BTreeSet<(String, String)>,
}

impl Others {
    fn new(statement: &Json, others: &[Json]) -> Self {
        let unnamed = without_sid(statement);
        let alike = || others.iter().filter(|other| denies(other) == denies(statement));
        Self {
            have_it_whole: alike().any(|other| without_sid(other) == unnamed),
            pairs: alike().filter_map(plain_pairs).flatten().collect(),
            unnamed,
        }
    }
}

fn with_actions(mut statement: Json, actions: &BTreeSet<&String>) -> Option<Json> {
    if actions.is_empty() {
        return None;
    }
    statement["Action"] = json!(actions);
    Some(statement)
}

pub fn denies(statement: &Json) -> bool {
    statement["Effect"] == "Deny"
}

fn without_sid(statement: &Json) -> Json {
    let mut unnamed = statement.clone();
    if let Some(fields) = unnamed.as_object_mut() {
        fields.remove("Sid");
    }
    unnamed
}

/// Each grant as `action on resource`, with its condition after an ` if `, and each denial as `denial of action on
/// resource`, so that every one of them can be seen to come and go. A statement that names what it is not about stands as
/// it is.
pub fn by_grant(document: &Json) -> Json {
    let mut shown = Map::new();
    for statement in statements(document) {
        let verdict = if denies(&statement) { DENIED } else { ALLOWED };
        let names = pairs(&statement).unwrap_or_else(|| vec![in_order(&without_sid(&statement))]);
        shown.extend(names.into_iter().map(|name| (name, verdict.into())));
    }
    Json::Object(shown)
}

/// How [`by_grant`] says what a grant or a denial does.
pub const ALLOWED: &str = "allowed";
pub const DENIED: &str = "denied";

/// Before the name of a denial.
pub const DENIAL: &str = "denial of ";

/// Before the condition of a grant or a denial.
pub const IF: &str = " if {";

fn pairs(statement: &Json) -> Option<Vec<String>> {
    const KNOWN: [&str; 5] = ["Sid", "Effect", "Action", "Resource", "Condition"];
    let fields = statement.as_object()?;
    if fields.keys().any(|key| !KNOWN.contains(&key.as_str())) {
        return None;
    }
    let denial = if fields.get("Effect")? == "Deny" { DENIAL } else { "" };
    let condition = fields.get("Condition").map(|condition| format!(" if {}", in_order(condition)));
    let condition = condition.unwrap_or_default();
    let (actions, resources) = (texts(fields.get("Action")?)?, texts(fields.get("Resource")?)?);
    let of_action = |action: &String| {
        let name = |resource: &String| format!("{denial}{action} on {resource}{condition}");
        resources.iter().map(name).collect::<Vec<_>>()
    };
    Some(actions.iter().flat_map(of_action).collect())
}

/// The same text for the same value, whatever the order of its keys.
fn in_order(value: &Json) -> String {
    let mut value = value.clone();
    value.sort_all_objects();
    value.to_string()
}

/// The pairs of action and resource of a statement without conditions; None for any other.
fn plain_pairs(statement: &Json) -> Option<BTreeSet<(String, String)>> {
    const PLAIN: [&str; 4] = ["Sid", "Effect", "Action", "Resource"];
    let fields = statement.as_object()?;
    if fields.keys().any(|key| !PLAIN.contains(&key.as_str())) {
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

    #[test]
    fn a_statement_goes_beyond_others_by_the_actions_that_they_do_not_grant_on_all_of_its_resources() {
        let wanted =
            json!({"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": ["a", "b"]});
        let read = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["a", "b"]});
        let write = json!({"Sid": "w", "Effect": "Allow", "Action": ["s3:PutObject"], "Resource": "a"});
        let rest = json!({"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": ["a", "b"]});
        assert_eq!(beyond(&wanted, &[read.clone(), write.clone()]), Some(rest.clone()));
        assert_eq!(beyond(&wanted, &[read, write, rest]), None);
    }

    #[test]
    fn what_is_left_of_a_statement_does_not_take_its_name_along() {
        let old = json!({"Sid": "Table", "Effect": "Allow", "Action": ["a:B", "a:C"], "Resource": "r"});
        let new = json!({"Sid": "Table", "Effect": "Allow", "Action": ["a:B", "a:D"], "Resource": "r"});
        let rest = json!({"Effect": "Allow", "Action": ["a:C"], "Resource": "r"});
        assert_eq!(beyond(&old, std::slice::from_ref(&new)), Some(rest));
        let denied = json!({"Sid": "No", "Effect": "Deny", "Action": "a:E", "Resource": "*"});
        let unnamed = json!({"Effect": "Deny", "Action": ["a:E"], "Resource": "*"});
        assert_eq!(beyond(&denied, &[new]), Some(unnamed.clone()));
        assert_eq!(beyond(&denied, &[unnamed]), None);
    }

    #[test]
    fn what_has_a_condition_is_granted_by_itself_only() {
        let plain = json!({"Effect": "Allow", "Action": "a:B", "Resource": "*"});
        let bound = json!({"Effect": "Allow", "Action": "a:B", "Resource": "*", "Condition": {"Bool": {}}});
        assert_eq!(beyond(&bound, std::slice::from_ref(&plain)), Some(bound.clone()));
        assert_eq!(beyond(&bound, &[plain, bound.clone()]), None);
    }

    #[test]
    fn a_policy_reads_as_grants() {
        let document = json!({"Statement": [
            {"Effect": "Allow", "Action": ["a:B", "a:C"], "Resource": ["r1"]},
            {"Effect": "Allow", "Action": "a:B", "Resource": "r2"},
            {"Effect": "Deny", "Action": "*", "Resource": "*"},
            {"Effect": "Allow", "Action": "a:D", "Resource": "*", "Condition": {"Bool": {"b": "1", "a": "1"}}},
            {"Sid": "One", "Effect": "Allow", "NotAction": "a:*", "Resource": "*"},
        ]});
        let expected = json!({
            "a:B on r1": "allowed",
            "a:C on r1": "allowed",
            "a:B on r2": "allowed",
            "denial of * on *": "denied",
            r#"a:D on * if {"Bool":{"a":"1","b":"1"}}"#: "allowed",
            r#"{"Effect":"Allow","NotAction":"a:*","Resource":"*"}"#: "allowed",
        });
        assert_eq!(by_grant(&document), expected);
    }
}
