//! What rchalice itself needs to deploy one application: its calls, on this application's resources.

use super::call::{Call, Mode, On};
use crate::model::{Application, Function, Location, Role, Rule, Spec, Tree, Value, arn};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// The policy document; `mode`: `Read` for what plans and looks only.
pub fn deployer(calls: &[Call], application: &Application, mode: Mode, bucket: Option<&str>) -> Tree {
    let granted = calls.iter().filter(|call| mode == Mode::Write || call.mode == Mode::Read);
    let mut by_subject: BTreeMap<On, BTreeSet<&str>> = BTreeMap::new();
    for call in granted {
        by_subject.entry(call.on).or_default().extend(call.actions);
    }
    let subjects = Subjects { application, bucket };
    let statement = |(on, actions): (On, BTreeSet<&str>)| {
        let resources = subjects.resources(on);
        let is_empty = actions.is_empty() || resources.is_empty();
        (!is_empty).then(|| allow(&actions, resources, None))
    };
    let mut statements: Vec<Tree> = by_subject.into_iter().filter_map(statement).collect();
    if mode == Mode::Write {
        statements.extend(subjects.on_behalf());
    }
    [("Version", "2012-10-17".into()), ("Statement", Tree::List(statements))].into_iter().collect()
}

struct Subjects<'a> {
    application: &'a Application,
    bucket: Option<&'a str>,
}

impl<'a> Subjects<'a> {
    fn resources(&self, on: On) -> Vec<Value> {
        let has_api = self.specs().any(|spec| matches!(spec, Spec::RestApi(_)));
        let has_mappings = self.specs().any(|spec| matches!(spec, Spec::EventSourceMapping(_)));
        match on {
            On::Function => {
                let names = self.functions().map(|function| format!("function:{}", function.name));
                names
                    .flat_map(|name| [format!("{name}:*"), name])
                    .map(|name| arn("lambda", vec![name.into()]))
                    .collect()
            }
            On::Role => {
                self.roles().map(|role| global("iam", &format!("role{}{}", role.path, role.name))).collect()
            }
            On::LogGroup => {
                let names =
                    self.functions().map(|function| format!("log-group:/aws/lambda/{}:*", function.name));
                names.map(|name| arn("logs", vec![name.into()])).collect()
            }
            On::LogGroups => vec![arn("logs", vec!["log-group:*".into()])],
            On::RestApis if has_api => vec![api("/restapis")],
            On::RestApi if has_api => vec![api("/restapis/*")],
            On::ApiTags if has_api => vec![api("/tags/*")],
            On::EventSourceMapping if has_mappings => {
                vec![arn("lambda", vec!["event-source-mapping:*".into()])]
            }
            On::Rule => {
                let rules = self
                    .specs()
                    .filter_map(|spec| if let Spec::Rule(rule) = spec { Some(rule) } else { None });
                rules.map(Rule::arn).collect()
            }
            On::EventSources if has_mappings => vec!["*".into()],
            On::EventSourceMapping
            | On::EventSources
            | On::Nothing
            | On::Sandbox
            | On::RestApis
            | On::RestApi
            | On::ApiTags => Vec::new(),
            On::PackageBucket => {
                let object = |bucket: &str| {
                    let partition = Value::Location(Location::Partition);
                    Value::Joined(vec!["arn:".into(), partition, format!(":s3:::{bucket}/*").into()])
                };
                self.bucket.map(object).into_iter().collect()
            }
        }
    }

    /// What AWS asks the deployer for in the course of other calls.
    fn on_behalf(&self) -> Vec<Tree> {
        let given = self.functions().filter_map(|function| match &function.role {
            Value::Known(arn) => Some(Value::Known(arn.clone())),
            Value::Output(..) | Value::Location(_) | Value::Joined(_) => None,
        });
        let mut roles = self.resources(On::Role);
        roles.extend(given);
        roles.dedup();
        let to_lambda = json!({"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}});
        let mut statements = vec![allow(&BTreeSet::from(["iam:PassRole"]), roles, Some(to_lambda))];
        let layers: BTreeSet<&str> = self
            .functions()
            .flat_map(|function| function.settings.layers.iter().map(String::as_str))
            .collect();
        if !layers.is_empty() {
            let layers = layers.into_iter().map(Value::from).collect();
            statements.push(allow(&BTreeSet::from(["lambda:GetLayerVersion"]), layers, None));
        }
        if self.functions().any(|function| function.settings.vpc.is_some()) {
            let reads = ["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"];
            statements.push(allow(&BTreeSet::from(reads), vec!["*".into()], None));
        }
        statements
    }

    fn specs(&self) -> impl Iterator<Item = &'a Spec> {
        self.application.resources.iter().map(|resource| &resource.spec)
    }

    fn functions(&self) -> impl Iterator<Item = &'a Function> {
        self.specs()
            .filter_map(|spec| if let Spec::Function(function) = spec { Some(&**function) } else { None })
    }

    fn roles(&self) -> impl Iterator<Item = &'a Role> {
        self.specs().filter_map(|spec| if let Spec::Role(role) = spec { Some(role) } else { None })
    }
}

fn allow(actions: &BTreeSet<&str>, resources: Vec<Value>, condition: Option<Json>) -> Tree {
    let resources = Tree::List(resources.into_iter().map(Tree::Value).collect());
    let fields = [("Effect", "Allow".into()), ("Action", json!(actions).into()), ("Resource", resources)];
    fields.into_iter().chain(condition.map(|condition| ("Condition", condition.into()))).collect()
}

/// IAM knows no region.
fn global(service: &str, resource: &str) -> Value {
    Value::Joined(vec![
        "arn:".into(),
        Value::Location(Location::Partition),
        format!(":{service}::").into(),
        Value::Location(Location::Account),
        format!(":{resource}").into(),
    ])
}

/// API Gateway's ARNs name no account, and paths in place of resources.
fn api(path: &str) -> Value {
    Value::Joined(vec![
        "arn:".into(),
        Value::Location(Location::Partition),
        ":apigateway:".into(),
        Value::Location(Location::Region),
        format!("::{path}").into(),
    ])
}
