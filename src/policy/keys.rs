//! The keys of KMS that config.json names by their aliases.
//!
//! IAM knows a key by its ARN alone: a statement on an alias is about the alias, and allows nobody to use the key. So the
//! statement is on every key of the place, under the condition that it has the alias. `kms:ResourceAliases` asks the key;
//! `kms:RequestAlias` would ask the request, and a service that reads what it has encrypted names the key by its ARN.

use super::actions::{Action, Prefix};
use super::scope::{Named, Resource};
use crate::model::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The services that use a customer's KMS key in the caller's name, by IAM prefix.
pub const KEY_USERS: [&str; 8] = ["dynamodb", "kinesis", "logs", "s3", "secretsmanager", "sns", "sqs", "ssm"];

/// How the actions' names begin for which nothing is encrypted anew.
const WRITE_NOTHING: [&str; 12] = [
    "BatchGet",
    "ChangeMessageVisibility",
    "Delete",
    "Describe",
    "Filter",
    "Get",
    "List",
    "PartiQLSelect",
    "Query",
    "Receive",
    "Scan",
    "SubscribeToShard",
];

/// The actions of KMS that a service takes in the caller's name for those of `actions` that are its own.
pub fn through(service: &str, actions: &BTreeSet<Action>) -> Vec<String> {
    let names = || actions.iter().filter(|action| action.prefix == service).map(|action| &*action.name);
    let mut through = vec!["Decrypt"];
    // A parameter of the standard tier is encrypted by the key itself, others by a data key.
    if service == "ssm" && names().any(|name| name == "PutParameter") {
        through.push("Encrypt");
    }
    if names().any(|name| !WRITE_NOTHING.iter().any(|start| name.starts_with(start))) {
        through.push("GenerateDataKey");
    }
    through.into_iter().map(str::to_owned).collect()
}

/// Keys of one account and region, by their aliases.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct ByAlias<'a> {
    /// An ARN up to the resource; empty: the application's.
    place: &'a str,
    /// `alias/orders`.
    aliases: Vec<&'a str>,
}

/// The names of `named` that are of aliases, and of nothing else.
pub fn by_alias<'a>(kms: Prefix, named: impl Iterator<Item = &'a str>) -> Vec<ByAlias<'a>> {
    let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in named.filter(|name| Named(name).types(kms) == ["alias"]) {
        let (place, alias) = name.split_at(name.rfind(':').map_or(0, |colon| colon + 1));
        places.entry(place).or_default().push(alias);
    }
    places.into_iter().map(|(place, aliases)| ByAlias { place, aliases }).collect()
}

impl ByAlias<'_> {
    /// Every key of the place.
    pub fn keys(&self, kms: Prefix) -> Vec<Value> {
        let every = format!("{}key/*", self.place);
        Named(&every).among(kms, &["key"]).as_ref().map(Resource::arns).unwrap_or_default()
    }

    /// What has to be so of them: the operator and the aliases.
    pub fn condition(&self) -> (&'static str, Vec<String>) {
        let has_wildcard = self.aliases.iter().any(|alias| alias.contains(['*', '?']));
        let operator = if has_wildcard { "ForAnyValue:StringLike" } else { "ForAnyValue:StringEquals" };
        (operator, self.aliases.iter().map(|alias| (*alias).to_owned()).collect())
    }
}
