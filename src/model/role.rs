//! The role that functions run under, with its one inline policy.

use super::policy::{LONGEST_POLICY, beyond, denies, shared, statements};
use super::{Property, Render, Tree, Value};
use crate::settings::IamSettings;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// The role's name, and its inline policy's.
    pub name: String,
    pub tags: Tree,
    /// The policy's statements.
    pub statements: Vec<Tree>,
    /// `/` or `/team/`; a role keeps the one that it was made with.
    pub path: String,
    /// The ARN of the policy that bounds what it may ever do.
    pub permissions_boundary: Option<String>,
    /// ARNs of policies that are attached to it.
    pub managed_policies: BTreeSet<String>,
}

/// The path of a role for which none is given.
pub const NO_PATH: &str = "/";

impl Role {
    pub fn new(name: String, tags: Tree, settings: &IamSettings) -> Self {
        Self {
            name,
            tags,
            statements: Vec::new(),
            path: settings.path.clone().unwrap_or_else(|| NO_PATH.to_owned()),
            permissions_boundary: settings.permissions_boundary.clone(),
            managed_policies: settings.managed_policies.clone(),
        }
    }

    pub fn properties(&self) -> Vec<Property> {
        vec![
            Property::exact("trust_policy", trust_policy()),
            Property::exact("path", path(&self.path)),
            Property::exact("permissions_boundary", json!(self.permissions_boundary)),
            Property::exact("managed_policies", json!(self.managed_policies)),
            Property::policy(self.policy()),
            Property::tags(self.tags.clone()),
        ]
    }

    pub fn policy(&self) -> Tree {
        [("Version", "2012-10-17".into()), ("Statement", Tree::List(self.statements.clone()))]
            .into_iter()
            .collect()
    }

    /// What grants both what this role grants and what it granted so far, and denies what both deny; either of the two
    /// where that is it, so that a policy that only grows, or only shrinks, is written once.
    pub fn grown(&self, observed: &Map<String, Json>, render: &dyn Render) -> Self {
        let attached = observed.get("managed_policies").and_then(Json::as_array).into_iter().flatten();
        let attached = attached.filter_map(Json::as_str).map(str::to_owned);
        let mut grown = self.with_grown_policy(observed, render);
        grown.managed_policies.extend(attached);
        grown
    }

    fn with_grown_policy(&self, observed: &Map<String, Json>, render: &dyn Render) -> Self {
        let wanted: Vec<Json> =
            self.statements.iter().filter_map(|statement| render.tree(statement)).collect();
        let existing = statements(observed.get("policy").unwrap_or(&Json::Null));
        // Each of the two goes beyond the other by what it allows and the other does not, and falls short of it by what
        // it denies and the other does not.
        let differs = |one: &[Json], other: &[Json], denial: bool| {
            one.iter().any(|statement| denies(statement) == denial && beyond(statement, other).is_some())
        };
        if !differs(&existing, &wanted, false) && !differs(&wanted, &existing, true) {
            return self.clone();
        }
        let with = |statements: Vec<Tree>| Self { statements, ..self.clone() };
        if !differs(&wanted, &existing, false) && !differs(&existing, &wanted, true) {
            return with(existing.into_iter().map(Tree::from).collect());
        }
        let lost = existing.iter().filter(|statement| !denies(statement));
        let lost = lost.filter_map(|statement| beyond(statement, &wanted));
        let kept = self.statements.iter().filter_map(|statement| match render.tree(statement) {
            Some(known) if denies(&known) => shared(&known, &existing).map(Tree::from),
            Some(_) | None => Some(statement.clone()),
        });
        let grown = with(kept.chain(lost.map(Tree::from)).collect());
        // Where IAM would not take both, what is new goes before what the old code may still call: a deploy that IAM
        // refuses would be refused for ever.
        if grown.policy_length(render).is_some_and(|length| length <= LONGEST_POLICY) {
            grown
        } else {
            self.clone()
        }
    }

    /// As IAM counts it; None where parts are not known yet.
    pub fn policy_length(&self, render: &dyn Render) -> Option<usize> {
        Some(render.tree(&self.policy())?.to_string().chars().count())
    }
}

/// What a plan compares and shows of a path; nothing where it is the one that roles have anyway.
pub fn path(path: &str) -> Json {
    if path == NO_PATH { Json::Null } else { json!(path) }
}

/// Lambda may run functions under the role.
pub fn trust_policy() -> Json {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "",
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }],
    })
}

/// What a function needs to write its logs: its own log groups, no other.
pub fn logs_statement(log_groups: Vec<Value>) -> Tree {
    let streams = log_groups.into_iter().map(|group| Value::Joined(vec![group, ":*".into()]));
    [
        ("Effect", "Allow".into()),
        ("Action", json!(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]).into()),
        ("Resource", Tree::List(streams.map(Tree::Value).collect())),
    ]
    .into_iter()
    .collect()
}

/// What Lambda needs to attach a function to a VPC; these actions know no narrower resource.
pub fn vpc_statement() -> Tree {
    json!({
        "Effect": "Allow",
        "Action": [
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:AssignPrivateIpAddresses",
            "ec2:UnassignPrivateIpAddresses",
        ],
        "Resource": "*",
    })
    .into()
}

/// What active tracing needs; these actions know no narrower resource.
pub fn xray_statement() -> Tree {
    json!({
        "Effect": "Allow",
        "Action": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
        "Resource": "*",
    })
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    struct Nowhere;

    impl Render for Nowhere {
        fn value(&self, _: &Value) -> Option<Json> {
            None
        }
    }

    fn statement(actions: &[String]) -> Json {
        json!({"Effect": "Allow", "Action": actions, "Resource": "*"})
    }

    fn denial(actions: &[&str]) -> Json {
        json!({"Effect": "Deny", "Action": actions, "Resource": "*"})
    }

    /// What the role is granted in between, on its way from `before` to `after`.
    fn between(before: &[String], after: &[String]) -> Json {
        between_all(&[statement(before)], &[statement(after)])
    }

    fn between_all(before: &[Json], after: &[Json]) -> Json {
        let names = crate::model::Names { app: "a".to_owned(), stage: "dev".to_owned() };
        let mut role = Role::new("r".to_owned(), names.tags(&BTreeMap::new()), &IamSettings::default());
        role.statements = after.iter().cloned().map(Tree::from).collect();
        let observed = json!({"policy": {"Statement": before}});
        let grown = role.grown(observed.as_object().unwrap(), &Nowhere);
        grown.statements.iter().map(|statement| Nowhere.tree(statement).unwrap()).collect()
    }

    fn actions(count: usize) -> Vec<String> {
        (0..count).map(|number| format!("ec2:DescribeSomething{number:03}")).collect()
    }

    #[test]
    fn what_old_code_may_call_is_added_action_by_action() {
        let before = [actions(200), vec!["s3:Old".to_owned()]].concat();
        let after = [actions(200), vec!["s3:New".to_owned()]].concat();
        assert_eq!(between(&before, &after), json!([statement(&after), statement(&["s3:Old".to_owned()])]));
    }

    #[test]
    fn a_policy_beside_which_the_old_one_has_no_room_takes_its_place() {
        let (before, after) = (actions(400).split_off(200), actions(200));
        let both = statement(&after).to_string().len() + statement(&before).to_string().len();
        assert!(both > LONGEST_POLICY);
        assert_eq!(between(&before, &after), json!([statement(&after)]));
    }

    #[test]
    fn what_old_or_new_code_may_call_is_not_denied_while_both_serve() {
        let allow = |action: &str| statement(&[action.to_owned()]);
        let (old, new) = (denial(&["s3:Both", "s3:Old"]), denial(&["s3:Both", "s3:New"]));
        assert_eq!(
            between_all(&[allow("s3:A"), old.clone()], &[allow("s3:B"), new.clone()]),
            json!([allow("s3:B"), denial(&["s3:Both"]), allow("s3:A")])
        );
        // One of the two is what both need: it is written once.
        let (less, more) = ([allow("s3:A"), old.clone()], [allow("s3:A")]);
        assert_eq!(between_all(&less, &more), json!(more));
        assert_eq!(between_all(&more, &less), json!(more));
        assert_eq!(
            between_all(std::slice::from_ref(&old), &[allow("s3:B"), old.clone()]),
            json!([allow("s3:B"), old])
        );
        // What has a condition is compared as a whole.
        let mut bound = denial(&["s3:Both"]);
        bound["Condition"] = json!({"Bool": {}});
        let before = [allow("s3:A"), bound.clone()];
        assert_eq!(between_all(&before, &[bound.clone(), new]), json!(before));
    }
}
