//! Carries a plan out: one file per kind of resource, each with what to read, make, change and delete. After each
//! call that changes something, the record is on disk before the next one.

mod event_source_mapping;
mod function;
mod log_group;
mod observe;
mod package;
mod permission;
mod rest_api;
mod role;
mod rule;
mod tags;

pub use observe::observe;
pub use package::Delivery;

use crate::aws::{AwsError, Cloud, Package};
use crate::deployed::{Deployed, Recorded};
use crate::error::{Error, Failure, Result, Status};
use crate::model::{Application, Attribute, Kind, OWNER_TAG, Resource, ResourceId, Spec};
use crate::plan::{Action, Change, Found, Outputs, Plan, Step, recorded_label};
use crate::project::FileError;
use crate::report::Report;
use crate::words::count;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use thiserror::Error as ThisError;

/// Does each step in its order and stops at the first that fails.
pub async fn execute(
    plan: &Plan,
    application: &Application,
    workshop: &mut Workshop<'_>,
    delivery: Option<Delivery<'_>>,
) -> Result<()> {
    for (resource, found) in &plan.refreshed {
        workshop.refresh(resource, found)?;
    }
    let package = package::deliver(plan, delivery, workshop.cloud).await?;
    for (done, step) in plan.steps.iter().enumerate() {
        let outputs =
            Outputs::of_names(application, &workshop.cloud.destination).with_recorded(workshop.deployed);
        let result = workshop.step(step, &outputs, package.as_ref()).await;
        result.map_err(|error| Stopped { done, of: plan.steps.len(), error })?;
    }
    Ok(())
}

/// What every step works with.
pub struct Workshop<'a> {
    pub cloud: &'a Cloud,
    pub deployed: &'a mut Deployed,
    pub report: &'a Report,
    /// How many resources were there and are no more.
    pub deleted: usize,
}

/// One resource's new look, and what is known of its old one.
struct Work<'a> {
    id: &'a ResourceId,
    within: Option<ResourceId>,
    /// None: it is made.
    found: Option<&'a Found>,
    changes: &'a [Change],
    outputs: &'a Outputs,
}

impl Work<'_> {
    fn changes(&self, property: &str) -> bool {
        self.changes.iter().any(|change| change.property() == property)
    }
}

impl Workshop<'_> {
    async fn step(&mut self, step: &Step, outputs: &Outputs, package: Option<&Package>) -> Result<()> {
        let (spec, found, changes) = match &step.action {
            Action::Create { spec, changes } => (spec, None, changes),
            Action::Update { spec, found, changes, .. } => (spec, Some(found), changes),
            Action::Delete(recorded) => return self.delete(recorded).await,
        };
        let work = Work { id: &step.resource, within: spec.within(), found, changes, outputs };
        if self.deployed.get(work.id).is_some() {
            self.record(&work, |recorded| recorded.sent = None)?;
        }
        match spec {
            Spec::LogGroup(log_group) => log_group::apply(self, &work, log_group).await?,
            Spec::Role(role) => role::apply(self, &work, role).await?,
            Spec::RestApi(api) => rest_api::apply_shell(self, &work, api).await?,
            Spec::Function(function) => function::apply(self, &work, function, package).await?,
            Spec::Permission(permission) => permission::apply(self, &work, permission).await?,
            Spec::RestApiContents(contents) => rest_api::apply_contents(self, &work, contents).await?,
            Spec::EventSourceMapping(mapping) => event_source_mapping::apply(self, &work, mapping).await?,
            Spec::Rule(rule) => rule::apply(self, &work, rule).await?,
        }
        let sent = self.deployed.hash(&outputs.properties(spec));
        self.record(&work, |recorded| recorded.sent = Some(sent))?;
        Ok(())
    }

    async fn delete(&mut self, recorded: &Recorded) -> Result<()> {
        let deleted = match recorded.id.kind {
            Kind::LogGroup => log_group::delete(self, recorded).await,
            Kind::IamRole => role::delete(self, recorded).await,
            Kind::RestApi => rest_api::delete_shell(self, recorded).await,
            Kind::LambdaFunction => function::delete(self, recorded).await,
            Kind::Permission => permission::delete(self, recorded).await,
            Kind::RestApiContents => rest_api::delete_contents(self, recorded).await,
            Kind::EventSourceMapping => event_source_mapping::delete(self, recorded).await,
            Kind::Rule => rule::delete(self, recorded).await,
        };
        match deleted {
            Err(error) if error.is_not_found() => {
                self.report.note(format!("Already gone: {}", recorded_label(recorded)));
            }
            result => {
                result?;
                self.deleted += 1;
            }
        }
        self.deployed.forget(&recorded.id)?;
        Ok(())
    }

    /// Records a resource of ours as it was found.
    fn refresh(&mut self, resource: &Resource, found: &Found) -> Result<(), FileError> {
        let new = Recorded::new(resource.id.clone(), resource.spec.within());
        let tags = found.properties.get("tags").and_then(Json::as_object);
        let ours = tags::keys(&resource.spec);
        self.deployed.record(new, |recorded| {
            for (attribute, value) in &found.attributes {
                recorded.set(*attribute, value);
            }
            if recorded.tags.is_empty() {
                recorded.tags = tags
                    .into_iter()
                    .flat_map(|tags| tags.keys())
                    .filter(|key| ours.contains(key))
                    .cloned()
                    .collect();
            }
        })
    }

    /// The value of the tag that says whose a resource is.
    fn owner(&self) -> String {
        self.deployed.names().owner_in(&self.cloud.destination.region)
    }

    /// Whether something whose making was only begun is there, and is ours.
    fn owns(&self, tags: Option<&BTreeMap<String, String>>) -> bool {
        tags.and_then(|tags| tags.get(OWNER_TAG)) == Some(&self.owner())
    }

    fn record(&mut self, work: &Work<'_>, change: impl FnOnce(&mut Recorded)) -> Result<(), FileError> {
        self.deployed.record(Recorded::new(work.id.clone(), work.within.clone()), change)
    }
}

/// What a deleting step deletes, by an attribute that its record must have.
fn recorded_as(recorded: &Recorded, attribute: Attribute) -> Result<&str, AwsError> {
    recorded.attribute(attribute).ok_or_else(|| AwsError::Unusable {
        what: format!("the record of {} has no {}", recorded.id, attribute.key()),
        hint: "restore the state file from version control".to_owned(),
    })
}

/// A plan that was carried out in part.
#[derive(Debug, ThisError)]
#[error("{error}")]
pub struct Stopped {
    done: usize,
    of: usize,
    error: Error,
}

impl Failure for Stopped {
    fn details(&self) -> Option<String> {
        let done = match self.done {
            0 => format!("none of {} is complete; what was begun is recorded", count(self.of, "step")),
            done => format!("{done} of {} are done and recorded", count(self.of, "step")),
        };
        let own = self.error.details();
        Some(own.map_or(done.clone(), |own| format!("{own}\n\n{done}")))
    }

    fn hint(&self) -> Option<String> {
        let hint = self.error.hint();
        hint.or_else(|| {
            Some("run the command again once this is put right: it goes on from there".to_owned())
        })
    }

    fn causes(&self) -> Vec<String> {
        self.error.causes()
    }

    fn status(&self) -> Status {
        self.error.status()
    }
}
