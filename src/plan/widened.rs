//! What a plan lets functions do that they could not do before, for a reader to think about.

use super::{Action, Change, Found, Plan, Shown, Step};
use crate::model::{ALLOWED, DENIAL, DENIED, IF, Role, Spec, by_grant};
use serde_json::Value as Json;

/// A role that may do more.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Widened {
    pub role: String,
    /// `s3:GetObject on arn:aws:s3:::b/*`, what is no longer denied or bounded, the policies that are attached.
    pub grants: Vec<String>,
}

/// The roles that exist and are granted more; a new role is no surprise.
pub fn widened(plan: &Plan) -> Vec<Widened> {
    let mut widened: Vec<Widened> = Vec::new();
    for (role, grants) in plan.steps.iter().filter_map(of_step) {
        // A role that grows in one step and shrinks in another is one role to a reader.
        let at = widened.iter().position(|known| known.role == role).unwrap_or_else(|| {
            widened.push(Widened { role: role.to_owned(), grants: Vec::new() });
            widened.len() - 1
        });
        for grant in grants {
            if !widened[at].grants.contains(&grant) {
                widened[at].grants.push(grant);
            }
        }
    }
    widened.retain(|role| !role.grants.is_empty());
    widened
}

fn of_step(step: &Step) -> Option<(&str, Vec<String>)> {
    let Action::Update { spec: Spec::Role(role), found, changes, .. } = &step.action else { return None };
    let before = by_grant(found.properties.get("policy").unwrap_or(&Json::Null));
    let of_change = |change: &Change| match change.property() {
        "policy" => grant(change, &before).into_iter().collect(),
        "permissions_boundary" => unbounded(found).into_iter().collect(),
        "managed_policies" => attached(role, found),
        _ => Vec::new(),
    };
    Some((&role.name, changes.iter().flat_map(of_change).collect()))
}

/// `before`: all grants that the role had.
fn grant(change: &Change, before: &Json) -> Option<String> {
    let name = change.field.strip_prefix("policy.")?;
    let is = |shown: &Shown, verdict: &str| matches!(shown, Shown::Text(text) if text == verdict);
    match (&change.before, &change.after) {
        (Shown::Nothing, after) if is(after, ALLOWED) => {
            let was_free = name.split_once(IF).is_some_and(|(plain, _)| before.get(plain).is_some());
            (!was_free).then(|| name.to_owned())
        }
        (denied, Shown::Nothing) if is(denied, DENIED) => {
            Some(format!("{}, which was denied", name.strip_prefix(DENIAL).unwrap_or(name)))
        }
        _ => None,
    }
}

/// Another boundary may bound less, too.
fn unbounded(found: &Found) -> Option<String> {
    let boundary = found.properties.get("permissions_boundary")?.as_str()?;
    Some(format!("what the permissions boundary {boundary} held back"))
}

fn attached(role: &Role, found: &Found) -> Vec<String> {
    let before = found.properties.get("managed_policies").and_then(Json::as_array);
    let had = |arn: &String| before.is_some_and(|before| before.iter().any(|had| had == arn));
    let new = role.managed_policies.iter().filter(|arn| !had(arn));
    new.map(|arn| format!("the policy {arn}")).collect()
}
