//! Plans of small applications: what is there, what should be, and the steps between the two.

mod widened;

use super::*;
use crate::model::{Attribute, Code, Destination, Function, Kind, LogGroup, Names, Permission, Role, Value};
use crate::settings::{Architecture, FunctionSettings, RoleSettings};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

fn names() -> Names {
    Names { app: "shop".to_owned(), stage: "dev".to_owned() }
}

fn destination() -> Destination {
    Destination {
        partition: "aws".to_owned(),
        account: "111111111111".to_owned(),
        region: "eu-west-1".to_owned(),
        endpoint: None,
        instance: None,
    }
}

fn id(kind: Kind, name: &str) -> ResourceId {
    ResourceId::new(kind, name)
}

fn role(actions: &[&str]) -> Resource {
    let statement = json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
    let tags = names().tags(&BTreeMap::new());
    let spec = Spec::Role(Role {
        name: "shop-dev".to_owned(),
        tags,
        statements: vec![statement.into()],
        path: "/".to_owned(),
        permissions_boundary: None,
        managed_policies: std::collections::BTreeSet::new(),
    });
    Resource { id: id(Kind::IamRole, "default-role"), spec }
}

fn function(environment: &[(&str, &str)]) -> Resource {
    let environment =
        environment.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let settings = FunctionSettings {
        memory_size: 128,
        timeout: 60,
        environment,
        tags: BTreeMap::new(),
        reserved_concurrency: None,
        vpc: None,
        layers: Vec::new(),
        xray: None,
        log_retention_in_days: None,
        role: RoleSettings::Generated { statements: Vec::new() },
    };
    let spec = Spec::Function(Box::new(Function {
        name: "shop-dev".to_owned(),
        handler: "api_handler".to_owned(),
        role: Value::Output(id(Kind::IamRole, "default-role"), Attribute::Arn),
        tags: names().tags(&BTreeMap::new()),
        architecture: Architecture::X86_64,
        code: Code { sha256: "code".to_owned() },
        settings,
    }));
    Resource { id: id(Kind::LambdaFunction, "api_handler"), spec }
}

fn application(resources: &[Resource]) -> Application {
    Application { names: names(), resources: resources.to_vec() }
}

/// A stage in which exactly `there` exists, made and recorded by rchalice.
struct Stage {
    deployed: Deployed,
    observed: Observed,
    _folder: tempfile::TempDir,
}

impl Stage {
    fn with(there: &[Resource]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut deployed = Deployed::open(&folder.path().join("dev.json"), &names(), &destination()).unwrap();
        let mut observed = Observed::default();
        let mut outputs = Outputs::of_names(&application(there), &destination());
        for resource in there {
            let mut found = Found::default();
            found.attributes.insert(Attribute::Arn, format!("arn of {}", resource.id.name));
            found.attributes.insert(Attribute::Name, "shop-dev".to_owned());
            outputs.set(&resource.id, Attribute::Arn, format!("arn of {}", resource.id.name));
            found.properties = object(outputs.properties(&resource.spec));
            let sent = deployed.hash(&outputs.properties(&resource.spec));
            let new = Recorded::new(resource.id.clone(), resource.spec.within());
            deployed
                .record(new, |recorded| {
                    recorded.set(Attribute::Arn, format!("arn of {}", resource.id.name));
                    recorded.set(Attribute::Name, "shop-dev");
                    recorded.tags = vec!["team".to_owned()];
                    recorded.sent = Some(sent);
                })
                .unwrap();
            observed.0.insert(resource.id.clone(), found);
        }
        Self { deployed, observed, _folder: folder }
    }

    fn property(&mut self, resource: &ResourceId, name: &str) -> &mut Json {
        self.observed.0.get_mut(resource).unwrap().properties.get_mut(name).unwrap()
    }

    fn plan(&self, wanted: &[Resource]) -> Plan {
        let application = application(wanted);
        let mut outputs = Outputs::of_names(&application, &destination()).with_recorded(&self.deployed);
        for resource in wanted.iter().filter(|resource| !self.observed.0.contains_key(&resource.id)) {
            outputs.forget(&resource.id);
        }
        plan(&application, &self.deployed, &self.observed, &outputs)
    }

    fn shown(&self, wanted: &[Resource]) -> String {
        display(&self.plan(wanted))
    }
}

fn object(json: Json) -> Map<String, Json> {
    if let Json::Object(map) = json { map } else { Map::new() }
}

fn steps(plan: &Plan) -> Vec<(Phase, String)> {
    plan.steps.iter().map(|step| (step.phase, step.resource.to_string())).collect()
}

#[test]
fn what_is_as_it_should_be_takes_no_step() {
    let resources = [role(&["a:B"]), function(&[("GREETING", "hello")])];
    assert_eq!(Stage::with(&resources).shown(&resources), "Nothing to change");
}

#[test]
fn a_policy_grows_before_the_code_switches_and_shrinks_after_it() {
    let stage = Stage::with(&[role(&["a:B", "a:C"]), function(&[])]);
    let plan = stage.plan(&[role(&["a:C", "a:D"]), function(&[("GREETING", "hello")])]);
    let role_words = "IAM role `default-role`".to_owned();
    let expected = [
        (Phase::Grow, role_words.clone()),
        (Phase::Switch, "Lambda function `api_handler`".to_owned()),
        (Phase::Shrink, role_words),
    ];
    assert_eq!(steps(&plan), expected);
    let statements = |step: &Step| match &step.action {
        Action::Update { spec: Spec::Role(role), .. } => role.statements.len(),
        action => panic!("{action:?}"),
    };
    assert_eq!(statements(&plan.steps[0]), 2, "both policies hold while both versions may serve");
    assert_eq!(statements(&plan.steps[2]), 1);
    assert_eq!(
        display(&plan),
        "~ IAM role shop-dev
      policy.a:D on *: allowed
      policy.a:B on *: allowed → (none)
~ Lambda function shop-dev
      environment.GREETING: \"hello\"

2 resources: 0 to create, 2 to change, 0 to delete"
    );
}

#[test]
fn a_policy_that_only_grows_or_only_shrinks_is_written_once() {
    let stage = Stage::with(&[role(&["a:B"])]);
    assert_eq!(steps(&stage.plan(&[role(&["a:B", "a:C"])])).len(), 1);
    assert_eq!(stage.plan(&[role(&["a:B", "a:C"])]).steps[0].phase, Phase::Grow);
    let stage = Stage::with(&[role(&["a:B", "a:C"])]);
    assert_eq!(
        steps(&stage.plan(&[role(&["a:B"])])),
        [(Phase::Shrink, "IAM role `default-role`".to_owned())]
    );
}

#[test]
fn what_is_no_longer_wanted_goes_last_the_youngest_first_and_parts_go_with_their_whole() {
    let api = id(Kind::RestApi, "rest_api");
    let handler = function(&[]);
    let permission = Resource {
        id: id(Kind::Permission, "api_handler-rest_api"),
        spec: Spec::Permission(Permission::for_rest_api(&api, &handler.id, "shop-dev".to_owned())),
    };
    let log_group =
        LogGroup { name: "/l".to_owned(), handler: "api_handler".to_owned(), retention_in_days: 7 };
    let log_group = Resource { id: id(Kind::LogGroup, "l"), spec: Spec::LogGroup(log_group) };
    let stage = Stage::with(&[log_group, role(&["a:B"]), handler, permission]);
    let expected = ["Lambda function `api_handler`", "log group `l`"];
    let plan = stage.plan(&[role(&["a:B"])]);
    assert_eq!(steps(&plan), expected.map(|words| (Phase::Shrink, words.to_owned())));
}

#[test]
fn values_of_secrets_are_not_shown() {
    let before = [
        ("API_KEY", "one"),
        ("DATABASE", "postgres://me:one@db/shop"),
        ("PLAIN", "one"),
        ("RANDOM", "0123456789abcdef0123456789abcdef"),
    ];
    let after = [
        ("API_KEY", "two"),
        ("DATABASE", "postgres://me:two@db/shop"),
        ("PLAIN", "two"),
        ("RANDOM", "fedcba9876543210fedcba9876543210"),
    ];
    let stage = Stage::with(&[role(&["a:B"]), function(&before)]);
    assert_eq!(
        stage.shown(&[role(&["a:B"]), function(&after)]),
        "~ Lambda function shop-dev
      environment.API_KEY: (hidden) → (hidden)
      environment.DATABASE: (hidden) → (hidden)
      environment.PLAIN: \"one\" → \"two\"
      environment.RANDOM: (hidden) → (hidden)

1 resource: 0 to create, 1 to change, 0 to delete"
    );
}

#[test]
fn tags_of_others_and_another_version_of_rchalice_are_no_change() {
    let resources = [role(&["a:B"])];
    let mut stage = Stage::with(&resources);
    let tags = stage.property(&resources[0].id, "tags");
    tags["created-by"] = json!("the organisation");
    tags["aws-chalice"] = json!("version=9.9.9:stage=dev:app=shop");
    assert_eq!(stage.shown(&resources), "Nothing to change");
    // One that rchalice set and no longer wants is another matter.
    stage.property(&resources[0].id, "tags")["team"] = json!("a");
    assert!(stage.shown(&resources).contains("      tags.team: \"a\" → (none)\n"));
}

#[test]
fn what_was_changed_since_is_told_from_what_is_wanted_anew() {
    let resources = [role(&["a:B"]), function(&[("GREETING", "hello")])];
    let mut stage = Stage::with(&resources);
    *stage.property(&resources[1].id, "memory_size") = json!(1024);
    let shown = stage.shown(&resources);
    assert!(shown.starts_with(
        "~ Lambda function shop-dev (changed by somebody else)\n      memory_size: 1024 → 128\n"
    ));
    let shown = stage.shown(&[role(&["a:B"]), function(&[])]);
    assert!(shown.starts_with("~ Lambda function shop-dev\n"), "{shown}");
}

#[test]
fn a_resource_that_is_made_makes_what_refers_to_it_known_only_afterwards() {
    let resources = [role(&["a:B"]), function(&[])];
    let mut stage = Stage::with(&resources);
    stage.observed.0.remove(&resources[0].id); // somebody deleted the role
    let plan = stage.plan(&resources);
    let expected = [
        (Phase::Grow, "IAM role `default-role`".to_owned()),
        (Phase::Switch, "Lambda function `api_handler`".to_owned()),
    ];
    assert_eq!(steps(&plan), expected);
    assert!(display(&plan).contains("      role: \"arn of default-role\" → (known afterwards)\n"));
}
