//! What a plan lets functions do that they could not do before, for a reader to think about.

use super::{Action, Change, Phase, Plan, Shown, Step};
use crate::model::Spec;

/// A role whose policy grows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Widened {
    pub role: String,
    /// `s3:GetObject on arn:aws:s3:::b/*`, or the ARN of a policy that is attached.
    pub grants: Vec<String>,
}

/// The roles that exist and are granted more; a new role is no surprise.
pub fn widened(plan: &Plan) -> Vec<Widened> {
    plan.steps.iter().filter(|step| step.phase != Phase::Shrink).filter_map(of_step).collect()
}

fn of_step(step: &Step) -> Option<Widened> {
    let Action::Update { spec: Spec::Role(role), changes, .. } = &step.action else { return None };
    let grants: Vec<String> = changes.iter().filter_map(grant).collect();
    (!grants.is_empty()).then(|| Widened { role: role.name.clone(), grants })
}

fn grant(change: &Change) -> Option<String> {
    match (change.property(), &change.before, &change.after) {
        ("policy", Shown::Nothing, Shown::Text(_)) => change.field.strip_prefix("policy.").map(str::to_owned),
        ("managed_policies", _, Shown::Text(policies)) => Some(format!("the attached policies {policies}")),
        _ => None,
    }
}
