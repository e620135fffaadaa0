//! IAM actions and the resources of config.json → statements, the same ones in the same order for the same input.

use super::actions::{Action, Prefix, prefix_of};
use super::keys::{ByAlias, KEY_USERS, by_alias, through};
use super::scope::{Named, Resource, region_of};
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
    /// The host of the service that must make the call for the program; None: the program itself.
    pub via: Option<Value>,
    /// What the aliases of a key must be, as an operator and its values.
    pub aliases: Option<(&'static str, Vec<String>)>,
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
    let mut groups: BTreeMap<(&str, Subject), Vec<&str>> = BTreeMap::new();
    for action in actions {
        let everything = || vec![Subject::Resources(vec![Resource::whole("*")])];
        let subjects = match resources(action, scopes) {
            Scope::Unknowable => everything(),
            Scope::Named(subjects) => subjects,
            Scope::Refused => continue,
            Scope::Missing => {
                unscoped.push(action.clone());
                everything()
            }
        };
        for subject in subjects {
            groups.entry((&action.prefix, subject)).or_default().push(&action.name);
        }
    }
    let grant = |((prefix, subject), actions): ((&str, Subject), Vec<&str>)| {
        let actions = actions.into_iter().map(str::to_owned).collect();
        subject.grant(prefix, actions, None)
    };
    let mut grants: Vec<Grant> = groups.into_iter().map(grant).collect();
    grants.extend(for_keys(actions, scopes));
    Grants { grants, unscoped }
}

/// What a statement is about.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Subject<'a> {
    Resources(Vec<Resource<'a>>),
    Keys(ByAlias<'a>),
}

impl Subject<'_> {
    fn grant(&self, prefix: &str, actions: Vec<String>, via: Option<Value>) -> Grant {
        let (resources, aliases) = match (self, Prefix::find(prefix)) {
            (Self::Resources(resources), _) => (resources.iter().flat_map(Resource::arns).collect(), None),
            (Self::Keys(keys), Some(kms)) => (keys.keys(kms), Some(keys.condition())),
            (Self::Keys(_), None) => (Vec::new(), None),
        };
        Grant { prefix: prefix.to_owned(), actions, resources, via, aliases }
    }
}

enum Scope<'a> {
    /// The action knows no resource.
    Unknowable,
    Named(Vec<Subject<'a>>),
    /// config.json has an empty list for its service.
    Refused,
    /// The action knows resources, and config.json names none for it.
    Missing,
}

/// Whether config.json refuses the action, with an empty list of resources of its service.
pub fn is_refused(action: &Action, scopes: &Scopes) -> bool {
    scopes.get(&action.prefix).is_some_and(BTreeSet::is_empty)
}

/// Whether config.json names resources that the action is granted on.
pub fn is_scoped(action: &Action, scopes: &Scopes) -> bool {
    matches!(resources(action, scopes), Scope::Named(_))
}

fn resources<'a>(action: &Action, scopes: &'a Scopes) -> Scope<'a> {
    if is_refused(action, scopes) {
        return Scope::Refused;
    }
    // A call for the parameters below a path is about the path itself.
    let is_of_path = (&*action.prefix, &*action.name) == ("ssm", "GetParametersByPath");
    let named = || {
        let named = scopes.get(&action.prefix).into_iter().flatten().map(String::as_str);
        named
            .flat_map(move |name| std::iter::once(name).chain(name.strip_suffix("/*").filter(|_| is_of_path)))
    };
    let Some(prefix) = Prefix::find(&action.prefix) else { return Scope::Unknowable };
    if !prefix.has(&action.name) {
        // No list tells its resources: a new operation most likely takes those of its service.
        let every: Vec<&str> = prefix.types().into_keys().collect();
        let subjects = subjects(prefix, &every, named());
        return if subjects.is_empty() { Scope::Unknowable } else { Scope::Named(subjects) };
    }
    let types = prefix.types_of(&action.name);
    if types.is_empty() {
        return Scope::Unknowable;
    }
    let subjects = subjects(prefix, &types, named());
    match (&*subjects, action.prefix.as_str(), action.name.as_str()) {
        ([], "execute-api", "ManageConnections") => {
            Scope::Named(self::subjects(prefix, &types, std::iter::once(CONNECTIONS)))
        }
        ([], _, _) => Scope::Missing,
        _ => Scope::Named(subjects),
    }
}

/// Those of `named` that are of the types.
fn subjects<'a>(
    prefix: Prefix,
    types: &[&str],
    named: impl Iterator<Item = &'a str> + Clone,
) -> Vec<Subject<'a>> {
    let resources: BTreeSet<Resource> =
        named.clone().filter_map(|resource| Named(resource).among(prefix, types)).collect();
    let resources: Vec<Resource> = resources.into_iter().collect();
    let mut subjects: Vec<Subject> =
        (!resources.is_empty()).then_some(Subject::Resources(resources)).into_iter().collect();
    if prefix.name == "kms" && types.contains(&"key") {
        subjects.extend(by_alias(prefix, named).into_iter().map(Subject::Keys));
    }
    subjects
}

/// The clients of every WebSocket API of the application's account and region: its API's id is known to AWS alone, and
/// nothing but connections is of use to the action.
const CONNECTIONS: &str = "*/*/*/@connections/*";

/// What the services that the program calls need of the keys that config.json names under `kms`.
fn for_keys(actions: &BTreeSet<Action>, scopes: &Scopes) -> Vec<Grant> {
    let (Some(keys), Some(kms)) = (scopes.get("kms"), Prefix::find("kms")) else { return Vec::new() };
    let mut places: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
    for key in keys {
        places.entry(region_of(key)).or_default().push(key);
    }
    let mut grants = Vec::new();
    for service in KEY_USERS.into_iter().filter(|user| actions.iter().any(|action| action.prefix == *user)) {
        for (region, keys) in &places {
            for subject in subjects(kms, &["key"], keys.iter().copied()) {
                grants.push(subject.grant("kms", through(service, actions), Some(host(service, *region))));
            }
        }
    }
    grants
}

/// As `kms:ViaService` has it: a service calls KMS in the region where the key is.
fn host(service: &str, region: Option<&str>) -> Value {
    match region {
        Some(region) => Value::Known(format!("{service}.{region}.amazonaws.com")),
        None => Value::Joined(vec![
            format!("{service}.").into(),
            Value::Location(Location::Region),
            ".amazonaws.com".into(),
        ]),
    }
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
        let mut conditions: Vec<(&str, Tree)> = Vec::new();
        if let Some(host) = &self.via {
            let like: Tree = [("kms:ViaService", Tree::Value(host.clone()))].into_iter().collect();
            // A region may have wildcards: that of a key's ARN, and that of `gen-policy`.
            conditions.push(("StringLike", like));
        }
        if let Some((operator, aliases)) = &self.aliases {
            let of_key: Tree = [("kms:ResourceAliases", json!(aliases).into())].into_iter().collect();
            conditions.push((operator, of_key));
        }
        if !conditions.is_empty() {
            fields.push(("Condition", conditions.into_iter().collect()));
        }
        fields.into_iter().collect()
    }
}
