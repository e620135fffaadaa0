//! Application − (Deployed, Observed) = Plan: a pure difference, in steps of (resource, phase).
//!
//! **grow** makes what is new and widens what old and new code share, **switch** changes what serves, **shrink**
//! takes away what is no longer needed. A deploy that stops anywhere leaves the old version serving with all it
//! needs, and the next one goes on from there. Nothing here knows a kind of resource.

mod diff;
mod display;
mod observed;
mod outputs;
#[cfg(test)]
mod tests;
mod widened;

pub use diff::{Change, Shown};
pub use display::{display, json, label, recorded_label};
pub use observed::{Found, Observed};
pub use outputs::Outputs;
pub use widened::{Widened, widened};

use crate::deployed::{Deployed, Recorded};
use crate::model::{Application, Resource, ResourceId, Spec};
pub use diff::differences;
use std::collections::BTreeSet;

/// What to do, in this order.
#[derive(Clone, Debug)]
pub struct Plan {
    pub steps: Vec<Step>,
    /// Exists and is ours, but is not recorded, or not as it is: to be recorded before the first step.
    pub refreshed: Vec<(Resource, Found)>,
    /// What is not as it was made and stays so, each as a sentence.
    pub left_as_is: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Step {
    pub resource: ResourceId,
    pub phase: Phase,
    pub action: Action,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Phase {
    Grow,
    Switch,
    Shrink,
}

#[derive(Clone, Debug)]
pub enum Action {
    Create {
        spec: Spec,
        changes: Vec<Change>,
    },
    Update {
        spec: Spec,
        found: Found,
        changes: Vec<Change>,
        /// It is not as rchalice left it.
        drifted: bool,
    },
    Delete(Recorded),
}

impl Step {
    pub fn changes(&self) -> &[Change] {
        match &self.action {
            Action::Create { changes, .. } | Action::Update { changes, .. } => changes,
            Action::Delete(_) => &[],
        }
    }
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// What leads from what is there to `application`.
pub fn plan(application: &Application, deployed: &Deployed, observed: &Observed, outputs: &Outputs) -> Plan {
    let mut steps = Vec::new();
    let (mut refreshed, mut left_as_is) = (Vec::new(), Vec::new());
    for resource in &application.resources {
        let Some(found) = observed.0.get(&resource.id) else {
            steps.push(create(resource, outputs));
            continue;
        };
        if !is_recorded(found, deployed.get(&resource.id)) {
            refreshed.push((resource.clone(), found.clone()));
        }
        let note =
            |left: &str| format!("the {} is {left} by somebody else, and stays so", label(&resource.spec));
        left_as_is.extend(found.left_as_is.map(note));
        steps.extend(update(resource, found, deployed, outputs));
    }
    steps.extend(deletions(application, deployed));
    // Stable: within a phase each resource comes after what it needs, and what is deleted before what that needs. What
    // leads to a function goes before the function's role grants less.
    let leads_no_more =
        |step: &Step| matches!(step.action, Action::Delete(_)) && step.resource.kind.leads_to_functions();
    steps.sort_by_key(|step| (step.phase, !leads_no_more(step)));
    Plan { steps, refreshed, left_as_is }
}

fn is_recorded(found: &Found, recorded: Option<&Recorded>) -> bool {
    let Some(recorded) = recorded else { return false };
    found.attributes.iter().all(|(attribute, value)| recorded.attribute(*attribute) == Some(value))
}

fn create(resource: &Resource, outputs: &Outputs) -> Step {
    let changes = differences(&resource.spec, &Found::default(), None, outputs);
    let action = Action::Create { spec: resource.spec.clone(), changes };
    let phase = if resource.id.kind.leads_to_functions() { Phase::Switch } else { Phase::Grow };
    Step { resource: resource.id.clone(), phase, action }
}

/// The steps that change a resource; none when it is as it should be.
fn update(resource: &Resource, found: &Found, deployed: &Deployed, outputs: &Outputs) -> Vec<Step> {
    let recorded = deployed.get(&resource.id);
    let sent = recorded.and_then(|recorded| recorded.sent.as_ref());
    let is_as_sent = |spec: &Spec| sent == Some(&deployed.hash(&outputs.properties(spec)));
    let found = &as_far_as_readable(found, resource, is_as_sent(&resource.spec), outputs);
    let step = |spec: &Spec, phase| {
        let changes = differences(spec, found, recorded, outputs);
        let drifted = is_as_sent(spec);
        let action = Action::Update { spec: spec.clone(), found: found.clone(), changes, drifted };
        Step { resource: resource.id.clone(), phase, action }
    };
    let differs = |spec: &Spec| found.unfinished || !differences(spec, found, recorded, outputs).is_empty();
    if !differs(&resource.spec) {
        return Vec::new();
    }
    let Some(grown) = resource.spec.grown(&found.properties, outputs) else {
        return vec![step(&resource.spec, Phase::Switch)];
    };
    let grow = differs(&grown).then(|| step(&grown, Phase::Grow));
    let done: Vec<Change> = differences(&grown, found, recorded, outputs);
    let shrink = (grown != resource.spec).then(|| {
        let mut shrink = step(&resource.spec, Phase::Shrink);
        if let Action::Update { changes, .. } = &mut shrink.action {
            changes.retain(|change| !done.contains(change));
        }
        shrink
    });
    grow.into_iter().chain(shrink).collect()
}

/// What AWS could not read is as it was sent where nothing else was wanted since, and else is sent anew.
fn as_far_as_readable(found: &Found, resource: &Resource, is_as_sent: bool, outputs: &Outputs) -> Found {
    let mut found = found.clone();
    for name in found.unreadable.iter().filter(|_| is_as_sent) {
        let wanted = outputs.properties(&resource.spec)[*name].clone();
        found.properties.insert((*name).to_owned(), wanted);
    }
    found
}

/// What is recorded but no longer wanted, the youngest first; a part goes with its whole.
fn deletions(application: &Application, deployed: &Deployed) -> Vec<Step> {
    let wanted: BTreeSet<&ResourceId> = application.resources.iter().map(|resource| &resource.id).collect();
    let mut gone: Vec<&Recorded> = Vec::new();
    for recorded in deployed.resources().iter().rev().filter(|recorded| !wanted.contains(&recorded.id)) {
        let whole = recorded.within.as_ref().filter(|whole| !wanted.contains(whole));
        let deleted = whole.and_then(|whole| deployed.get(whole)).unwrap_or(recorded);
        if !gone.iter().any(|known| known.id == deleted.id) {
            gone.push(deleted);
        }
    }
    let step = |recorded: &Recorded| Step {
        resource: recorded.id.clone(),
        phase: Phase::Shrink,
        action: Action::Delete(recorded.clone()),
    };
    gone.into_iter().map(step).collect()
}
