//! What things are called on AWS: Chalice's names, so that a stage can be taken over.

use super::{Location, Tree, Value};
use crate::settings::API_HANDLER;
use std::collections::BTreeMap;

/// Chalice's own tag.
pub const CHALICE_TAG: &str = "aws-chalice";
/// Says whose a resource is: nothing without it is adopted or deleted.
pub const OWNER_TAG: &str = "rchalice";

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Names {
    pub app: String,
    pub stage: String,
}

impl Names {
    /// `<app>-<stage>` for the REST API's function, `<app>-<stage>-<handler>` for others.
    pub fn function(&self, handler: &str) -> String {
        if handler == API_HANDLER { self.prefix() } else { format!("{}-{handler}", self.prefix()) }
    }

    /// The role that functions share.
    pub fn default_role(&self) -> String {
        self.prefix()
    }

    /// The role of one function, whose policy is not generated.
    pub fn own_role(&self, handler: &str) -> String {
        format!("{}-{handler}", self.prefix())
    }

    /// `<app>-<stage>-<handler>-event`.
    pub fn rule(&self, handler: &str) -> String {
        format!("{}-{handler}-event", self.prefix())
    }

    pub fn rest_api(&self) -> String {
        self.app.clone()
    }

    fn prefix(&self) -> String {
        format!("{}-{}", self.app, self.stage)
    }

    /// The value of the owner tag.
    pub fn owner(&self) -> Value {
        Value::Joined(vec![format!("{}/{}/", self.app, self.stage).into(), Value::Location(Location::Region)])
    }

    /// The same in one region.
    pub fn owner_in(&self, region: &str) -> String {
        format!("{}/{}/{region}", self.app, self.stage)
    }

    /// The user's tags and ours.
    pub fn tags(&self, user: &BTreeMap<String, String>) -> Tree {
        let version = env!("CARGO_PKG_VERSION");
        let chalice = format!("version={version}:stage={}:app={}", self.stage, self.app);
        let ours = [(CHALICE_TAG, chalice.into()), (OWNER_TAG, self.owner())];
        let mut tags: BTreeMap<String, Value> =
            user.iter().map(|(key, value)| (key.clone(), Value::Known(value.clone()))).collect();
        tags.extend(ours.map(|(key, value): (&str, Value)| (key.to_owned(), value)));
        tags.into_iter().map(|(key, value)| (key, Tree::Value(value))).collect()
    }
}
