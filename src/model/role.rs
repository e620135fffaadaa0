//! The role that functions run under, with its one inline policy.

use super::policy::{is_covered, statements};
use super::{Property, Render, Tree, Value};
use serde_json::{Map, Value as Json, json};

#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// The role's name, and its inline policy's.
    pub name: String,
    pub tags: Tree,
    /// The policy's statements.
    pub statements: Vec<Tree>,
}

impl Role {
    pub fn properties(&self) -> Vec<Property> {
        vec![
            Property::exact("trust_policy", trust_policy()),
            Property::policy(self.policy()),
            Property::tags(self.tags.clone()),
        ]
    }

    pub fn policy(&self) -> Tree {
        [("Version", "2012-10-17".into()), ("Statement", Tree::List(self.statements.clone()))]
            .into_iter()
            .collect()
    }

    /// What grants both what this role grants and what it granted so far; either of the two where it covers
    /// the other, so that a policy that only grows, or only shrinks, is written once.
    pub fn grown(&self, observed: &Map<String, Json>, render: &dyn Render) -> Self {
        let wanted: Vec<Json> =
            self.statements.iter().filter_map(|statement| render.tree(statement)).collect();
        let existing = statements(observed.get("policy").unwrap_or(&Json::Null));
        let lost: Vec<&Json> = existing.iter().filter(|statement| !is_covered(statement, &wanted)).collect();
        let with = |statements: Vec<Tree>| Self { statements, ..self.clone() };
        if lost.is_empty() {
            return self.clone();
        }
        if wanted.iter().all(|statement| is_covered(statement, &existing)) {
            return with(existing.into_iter().map(Tree::from).collect());
        }
        let kept = lost.into_iter().cloned().map(Tree::from);
        with(self.statements.iter().cloned().chain(kept).collect())
    }
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
            "ec2:DetachNetworkInterface",
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
