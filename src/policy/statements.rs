//! IAM actions and the resources of config.json → statements, the same ones in the same order for the same input.

use super::actions::{Action, Prefix, prefix_of};
use super::scope::Named;
use crate::model::{Location, Tree, Value};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The resources that config.json names, by IAM prefix.
pub type Scopes = BTreeMap<String, BTreeSet<String>>;

/// `"resources"` of config.json, whose services may be called as IAM or as the SDK's crates do.
pub fn scopes(resources: &BTreeMap<String, BTreeSet<String>>) -> Scopes {
    let mut scopes = Scopes::new();
    for (service, named) in resources {
        let prefix = prefix_of(service).unwrap_or(service);
        scopes.entry(prefix.to_owned()).or_default().extend(named.iter().cloned());
    }
    scopes
}

/// Actions on resources.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    pub prefix: String,
    /// Names without the prefix.
    pub actions: Vec<String>,
    pub resources: Vec<Value>,
    /// The service that must make the call for the program; None: the program itself.
    pub via: Option<String>,
}

/// The grants, and what is granted on `*` for want of a resource in config.json.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grants {
    pub grants: Vec<Grant>,
    pub unscoped: Vec<Action>,
}

pub fn grants(actions: &BTreeSet<Action>, scopes: &Scopes) -> Grants {
    let mut unscoped = Vec::new();
    // By prefix and resources; the texts order the grants.
    let mut groups: BTreeMap<(&str, Vec<&str>), Vec<&str>> = BTreeMap::new();
    for action in actions {
        let resources = match resources(action, scopes) {
            Scope::Unknowable => vec!["*"],
            Scope::Named(resources) => resources,
            Scope::Refused => continue,
            Scope::Missing => {
                unscoped.push(action.clone());
                vec!["*"]
            }
        };
        groups.entry((&action.prefix, resources)).or_default().push(&action.name);
    }
    let grant = |((prefix, resources), actions): ((&str, Vec<&str>), Vec<&str>)| {
        let arn = |resource: &&str| match Prefix::find(prefix) {
            Some(prefix) => Named(resource).arn(prefix),
            None => (*resource).into(),
        };
        Grant {
            prefix: prefix.to_owned(),
            actions: actions.into_iter().map(str::to_owned).collect(),
            resources: resources.iter().map(arn).collect(),
            via: None,
        }
    };
    let mut grants: Vec<Grant> = groups.into_iter().map(grant).collect();
    grants.extend(for_keys(actions, scopes));
    Grants { grants, unscoped }
}

enum Scope<'a> {
    /// The action knows no resource.
    Unknowable,
    Named(Vec<&'a str>),
    /// config.json has an empty list for its service.
    Refused,
    /// The action knows resources, and config.json names none for it.
    Missing,
}

/// Whether config.json refuses the action, with an empty list of resources of its service.
pub fn is_refused(action: &Action, scopes: &Scopes) -> bool {
    scopes.get(&action.prefix).is_some_and(BTreeSet::is_empty)
}

fn resources<'a>(action: &Action, scopes: &'a Scopes) -> Scope<'a> {
    if is_refused(action, scopes) {
        return Scope::Refused;
    }
    let named = scopes.get(&action.prefix);
    let all = |named: &'a BTreeSet<String>| Scope::Named(named.iter().map(String::as_str).collect());
    let Some(prefix) = Prefix::find(&action.prefix) else { return named.map_or(Scope::Missing, all) };
    if !prefix.has(&action.name) {
        // No list tells its resources: a new operation most likely takes those of its service.
        return named.map_or(Scope::Unknowable, all);
    }
    let types = prefix.types_of(&action.name);
    if types.is_empty() {
        return Scope::Unknowable;
    }
    let fitting = named.into_iter().flatten().filter(|resource| Named(resource).is_one_of(prefix, &types));
    let fitting: Vec<&str> = fitting.map(String::as_str).collect();
    match (&*fitting, action.prefix.as_str(), action.name.as_str()) {
        ([], "execute-api", "ManageConnections") => Scope::Named(vec![CONNECTIONS]),
        ([], _, _) => Scope::Missing,
        _ => Scope::Named(fitting),
    }
}

/// The clients of every WebSocket API of the application's account and region: its API's id is known to AWS alone, and
/// nothing but connections is of use to the action.
const CONNECTIONS: &str = "*/*/*/@connections/*";

/// The services that use a customer's KMS key in the caller's name, by IAM prefix.
pub const KEY_USERS: [&str; 8] = ["dynamodb", "kinesis", "logs", "s3", "secretsmanager", "sns", "sqs", "ssm"];

/// What the services that the program calls need of the keys that config.json names under `kms`.
fn for_keys(actions: &BTreeSet<Action>, scopes: &Scopes) -> Vec<Grant> {
    let keys = scopes.get("kms").filter(|keys| !keys.is_empty());
    let (Some(keys), Some(kms)) = (keys, Prefix::find("kms")) else { return Vec::new() };
    let used = |prefix: &str| actions.iter().any(|action| action.prefix == prefix);
    let users = KEY_USERS.iter().filter(|prefix| used(prefix));
    let grant = |service: &&str| Grant {
        prefix: "kms".to_owned(),
        actions: vec!["Decrypt".to_owned(), "GenerateDataKey".to_owned()],
        resources: keys.iter().map(|key| Named(key).arn(kms)).collect(),
        via: Some((*service).to_owned()),
    };
    users.map(grant).collect()
}

impl Grant {
    pub fn statement(&self) -> Tree {
        let actions: Vec<String> =
            self.actions.iter().map(|name| format!("{}:{name}", self.prefix)).collect();
        let mut fields = vec![("Effect", "Allow".into()), ("Action", json!(actions).into())];
        let resources = self.resources.iter().cloned().map(Tree::Value);
        fields.push(match &self.resources[..] {
            [Value::Known(all)] if all == "*" => ("Resource", "*".into()),
            _ => ("Resource", Tree::List(resources.collect())),
        });
        if let Some(service) = &self.via {
            let host = vec![
                format!("{service}.").into(),
                Value::Location(Location::Region),
                ".amazonaws.com".into(),
            ];
            let equals: Tree = [("kms:ViaService", Tree::Value(Value::Joined(host)))].into_iter().collect();
            fields.push(("Condition", [("StringEquals", equals)].into_iter().collect()));
        }
        fields.into_iter().collect()
    }
}
