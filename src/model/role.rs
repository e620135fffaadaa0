//! The role that functions run under, with its one inline policy.

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
            Property::exact("policy", self.policy()),
            Property::tags(self.tags.clone()),
        ]
    }

    pub fn policy(&self) -> Tree {
        [("Version", "2012-10-17".into()), ("Statement", Tree::List(self.statements.clone()))]
            .into_iter()
            .collect()
    }

    /// This role, with the statements that it has now kept beside the ones it should have.
    pub fn grown(&self, observed: &Map<String, Json>, render: &dyn Render) -> Self {
        let wanted: Vec<Json> =
            self.statements.iter().filter_map(|statement| render.tree(statement)).collect();
        let kept = observed.get("policy").and_then(|policy| policy.get("Statement")).and_then(Json::as_array);
        let kept = kept.into_iter().flatten().filter(|statement| !wanted.contains(statement)).cloned();
        let statements = self.statements.iter().cloned().chain(kept.map(Tree::from)).collect();
        Self { statements, ..self.clone() }
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
