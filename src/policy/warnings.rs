//! What a user should know of a generated policy: what could not be read, what is granted wider than need be, what the
//! program needs beside it.

use super::actions::{Action, Prefix};
use super::allowed::allows;
use super::explain::Row;
use super::keys::KEY_USERS;
use super::misnamed::correction;
use super::operations::{Marks, Operation, Operations};
use super::queue_url::is_url;
use super::scope::Named;
use super::size::Widened;
use super::statements::Scopes;
use super::variable::Variable;
use super::{Wanted, guess};
use crate::words::{count, list};
use serde_json::Value as Json;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// That the marks are missing or contradict each other.
pub fn of_marks(operations: &Operations) -> Option<String> {
    if operations.is_unreadable() {
        return Some(
            "the bootstrap holds the AWS SDK, but was stripped of what tells the calls that it makes: the policy \
             allows none; build it with `strip = \"none\"` or without `-Zlocation-detail=none`, or add what it needs \
             to `iam.statements` in .chalice/config.json"
                .to_owned(),
        );
    }
    let differing = operations.disagreeing();
    if differing.is_empty() {
        return None;
    }
    let missing = |operation: &&Operation| match operations.found.get(*operation) {
        Some(Marks { symbol: false, .. }) => format!("{operation} (no symbol)"),
        _ => format!("{operation} (no path)"),
    };
    let named: Vec<String> = differing.iter().map(missing).collect();
    Some(format!(
        "the two marks that tell a call to AWS do not agree on {}: the policy allows them all, but one that left \
         neither mark would be missing; see `rchalice gen-policy --explain`, add what is missing to `iam.statements`, \
         and report the versions of rchalice and of the SDK",
        list(&named, "and")
    ))
}

/// That services are granted on `*`.
pub fn of_scopes(unscoped: &[Action], wanted: &Wanted<'_>) -> Option<String> {
    let services: BTreeSet<&str> = unscoped.iter().map(|action| action.prefix.as_str()).collect();
    if services.is_empty() {
        return None;
    }
    let services: Vec<&str> = services.into_iter().collect();
    Some(format!(
        "the policy allows {} on every resource, as nothing in .chalice/config.json names the program's; add to stage \
         `{}`, names put right:\n\n{}\n",
        list(&services, "and"),
        wanted.stage,
        guess::lines(unscoped, wanted.variables)
    ))
}

/// That resources of config.json are none, or of no kind that their service has.
pub fn of_names(actions: &BTreeSet<Action>, scopes: &Scopes) -> Vec<String> {
    let mut warnings = Vec::new();
    for (service, named) in scopes {
        let Some(prefix) = Prefix::find(service) else { continue };
        for resource in named {
            let fault = if let Some((why, written)) = correction(service, resource) {
                format!("is the ARN of nothing: {why}, so write `{written}`")
            } else if !Named(resource).types(prefix).is_empty() {
                continue;
            } else if service == "sqs" && is_url(resource) {
                "is no URL of a queue: it looks like `https://sqs.REGION.amazonaws.com/ACCOUNT/QUEUE`"
                    .to_owned()
            } else {
                format!("is no resource of it: they look like {}", list(&examples(prefix, actions), "or"))
            };
            warnings.push(format!(
                "`iam.resources` in .chalice/config.json names `{resource}` of {service}, which {fault}"
            ));
        }
    }
    warnings
}

/// How the resources look that the program is about: of the types that most of its actions know first, or of any types
/// where it calls nothing of the service.
fn examples(prefix: Prefix, actions: &BTreeSet<Action>) -> Vec<String> {
    const MOST: usize = 4;
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for action in actions.iter().filter(|action| action.prefix == prefix.name) {
        for name in guess::plain(&prefix.types_of(&action.name)) {
            *uses.entry(name).or_default() += 1;
        }
    }
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for (name, arn) in prefix.types() {
        let Some(resource) = arn.splitn(6, ':').nth(5) else { continue };
        if uses.is_empty() || uses.contains_key(name) {
            let of_example = known.entry(guess::example(prefix.name, resource)).or_default();
            *of_example = uses.get(name).copied().unwrap_or_default().max(*of_example);
        }
    }
    let mut known: Vec<(String, usize)> = known.into_iter().collect();
    known.sort_by_key(|(example, uses)| (Reverse(*uses), example.len()));
    known.into_iter().map(|(example, _)| example).take(MOST).collect()
}

/// That the table does not have a service: it is newer, or AWS has closed it.
pub fn of_unknown_services(services: &BTreeSet<&str>) -> Option<String> {
    let names: Vec<String> = services.iter().map(|service| format!("aws-sdk-{service}")).collect();
    (!names.is_empty()).then(|| {
        format!(
            "this rchalice does not know {}: the actions are taken to be called as the operations are, and allowed on \
             every resource; update rchalice, or check the policy with `rchalice gen-policy`",
            list(&names, "and")
        )
    })
}

/// That a call hands a role to a service, where no statement of config.json allows that.
pub fn of_passed_roles(actions: &BTreeSet<Action>, statements: &[Json]) -> Option<String> {
    let passing = actions.iter().filter(|action| action.passes_role());
    let passing: Vec<String> = passing.map(ToString::to_string).collect();
    (!passing.is_empty() && !allows(statements, "iam:PassRole")).then(|| {
        format!(
            "{} may hand a role to a service, which takes `iam:PassRole` on that role; if yours does, add to \
             `iam.statements` in .chalice/config.json:\n\n    \
             {{\"Effect\": \"Allow\", \"Action\": [\"iam:PassRole\"], \"Resource\": [\"arn:aws:iam::ACCOUNT:role/NAME\"]}}\n",
            list(&passing, "and")
        )
    })
}

/// That config.json refuses what operations need.
pub fn of_refused(rows: &[Row]) -> Option<String> {
    let refused = || rows.iter().filter(|row| row.dropped.is_none()).flat_map(|row| &row.refused);
    let actions: BTreeSet<String> = refused().map(ToString::to_string).collect();
    let services: BTreeSet<&str> = refused().map(|action| action.prefix.as_str()).collect();
    (!actions.is_empty()).then(|| {
        format!(
            "the policy leaves out {}, as `iam.resources` in .chalice/config.json has an empty list for {}",
            list(&actions.into_iter().collect::<Vec<_>>(), "and"),
            list(&services.into_iter().collect::<Vec<_>>(), "and")
        )
    })
}

/// That services may need a key which no resource names: a warning where a variable of the stage is about one.
pub fn of_keys(actions: &BTreeSet<Action>, scopes: &Scopes, wanted: &Wanted<'_>) -> Option<OfKeys> {
    let is_key = |(name, value): &(&String, &String)| {
        value.contains(":kms:") || name.to_uppercase().split('_').any(|word| word == "KMS")
    };
    let users: Vec<&str> =
        KEY_USERS.into_iter().filter(|user| actions.iter().any(|action| action.prefix == *user)).collect();
    if users.is_empty() || scopes.contains_key("kms") {
        return None;
    }
    let users = list(&users, "or");
    let Some((variable, value)) = wanted.variables.iter().find(is_key) else {
        return Some(OfKeys::Note(format!(
            "where a KMS key of yours encrypts what {users} holds, the program needs the key too: name it under \
             `iam.resources` in .chalice/config.json, as in `\"kms\": [\"key/ID\"]`"
        )));
    };
    let key = Variable { name: variable, value }.within("kms", "key/", "");
    Some(OfKeys::Warning(format!(
        "the variable `{variable}` of stage `{}` is about a KMS key: if {users} is encrypted with it, add \
         `\"kms\": [\"{key}\"]` to `iam.resources`, and the policy lets the program use it through them",
        wanted.stage,
    )))
}

pub enum OfKeys {
    Warning(String),
    /// For who looks at the policy.
    Note(String),
}

/// That actions had to be written with prefixes.
pub fn of_size(widened: &[Widened]) -> Option<String> {
    if widened.is_empty() {
        return None;
    }
    let pattern = |Widened { pattern, stands_for, more }: &Widened| {
        format!("\n    {pattern}  for {}, allows {more} more", count(*stands_for, "action"))
    };
    let patterns: String = widened.iter().map(pattern).collect();
    let more = widened.iter().map(|widened| widened.more).sum();
    Some(format!(
        "action by action the policy would be longer than the 10,240 characters that IAM takes, so it has prefixes, \
         which allow {} that the program does not call:\n{patterns}\n\n\
         fewer or shorter names under `iam.resources` in .chalice/config.json make room\n",
        count(more, "action")
    ))
}
