//! What a plan says that a role may do more than before.

use super::{Resource, Stage, role};
use crate::model::Spec;
use crate::plan::{Widened, widened};
use serde_json::{Value as Json, json};

const BOUNDARY: &str = "arn:aws:iam::111111111111:policy/boundary";

/// The role with these statements, which `change` may change further.
fn with(statements: &[&Json], change: impl Fn(&mut crate::model::Role)) -> Resource {
    let mut resource = role(&[]);
    if let Spec::Role(role) = &mut resource.spec {
        role.statements = statements.iter().map(|statement| (*statement).clone().into()).collect();
        change(role);
    }
    resource
}

fn told(before: &Resource, after: &Resource) -> Vec<String> {
    let mut widened = widened(&Stage::with(std::slice::from_ref(before)).plan(std::slice::from_ref(after)));
    let Some(Widened { role, grants }) = widened.pop() else { return Vec::new() };
    assert_eq!((role.as_str(), widened.len()), ("shop-dev", 0));
    grants
}

fn through(service: &str) -> Json {
    json!({
        "Effect": "Allow",
        "Action": ["kms:Decrypt"],
        "Resource": ["key"],
        "Condition": {"StringEquals": {"kms:ViaService": service}},
    })
}

#[test]
fn a_statement_with_a_condition_beside_another_is_told() {
    let (s3, sqs) = (through("s3.eu-west-1.amazonaws.com"), through("sqs.eu-west-1.amazonaws.com"));
    let all = json!({"Effect": "Allow", "Action": "iam:*", "Resource": "*", "Condition": {"Bool": {"a:B": "true"}}});
    let told = told(&with(&[&s3], |_| ()), &with(&[&s3, &sqs, &all], |_| ()));
    let expected = [
        r#"iam:* on * if {"Bool":{"a:B":"true"}}"#,
        r#"kms:Decrypt on key if {"StringEquals":{"kms:ViaService":"sqs.eu-west-1.amazonaws.com"}}"#,
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_denial_that_goes_or_gets_a_condition_is_told() {
    let allow = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"});
    let deny = json!({"Effect": "Deny", "Action": ["s3:DeleteObject", "s3:PutObject"], "Resource": "*"});
    let deny_one = json!({"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"});
    let bound =
        json!({"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*", "Condition": {"Bool": {}}});
    let of = |statements: &[&Json]| with(statements, |_| ());
    let all = ["s3:DeleteObject on *, which was denied", "s3:PutObject on *, which was denied"];
    assert_eq!(told(&of(&[&allow, &deny]), &of(&[&allow])), all);
    assert_eq!(told(&of(&[&allow, &deny]), &of(&[&allow, &deny_one])), all[..1]);
    assert_eq!(told(&of(&[&allow, &deny_one]), &of(&[&allow, &bound])), all[1..]);
    assert_eq!(told(&of(&[&allow, &deny_one]), &of(&[&allow, &deny])), Vec::<String>::new());
}

#[test]
fn a_statement_that_names_what_it_does_not_allow_is_told_whole() {
    let others = json!({"Sid": "A", "Effect": "Allow", "NotAction": "iam:*", "Resource": "*"});
    let but_mine = json!({"Effect": "Deny", "Action": "s3:*", "NotResource": "mine"});
    let expected = [
        r#"{"Action":"s3:*","Effect":"Deny","NotResource":"mine"}, which was denied"#,
        r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#,
    ];
    assert_eq!(told(&with(&[&but_mine], |_| ()), &with(&[&others], |_| ())), expected);
}

#[test]
fn what_is_allowed_under_a_condition_only_is_no_more_than_before() {
    let plain = json!({"Effect": "Allow", "Action": ["a:B", "a:C"], "Resource": "*"});
    let bound = json!({"Effect": "Allow", "Action": "a:B", "Resource": "*", "Condition": {"Bool": {}}});
    let of = |statements: &[&Json]| with(statements, |_| ());
    assert_eq!(told(&of(&[&plain]), &of(&[&bound])), Vec::<String>::new());
    assert_eq!(told(&of(&[&bound]), &of(&[&plain])), ["a:B on *", "a:C on *"]);
}

#[test]
fn a_boundary_that_goes_and_a_policy_that_is_attached_are_told() {
    let attached = |names: &[&str]| {
        let arns: Vec<String> = names.iter().map(|name| format!("arn:aws:iam::aws:policy/{name}")).collect();
        with(&[], move |role| role.managed_policies = arns.iter().cloned().collect())
    };
    assert_eq!(
        told(&attached(&["A", "B"]), &attached(&["B", "C"])),
        ["the policy arn:aws:iam::aws:policy/C"]
    );
    assert_eq!(told(&attached(&["A", "B"]), &attached(&["B"])), Vec::<String>::new());
    let bounded = |boundary: Option<&str>| {
        let boundary = boundary.map(str::to_owned);
        with(&[], move |role| role.permissions_boundary.clone_from(&boundary))
    };
    let held = format!("what the permissions boundary {BOUNDARY} held back");
    assert_eq!(told(&bounded(Some(BOUNDARY)), &bounded(None)), std::slice::from_ref(&held));
    let other = format!("{BOUNDARY}-2");
    assert_eq!(told(&bounded(Some(BOUNDARY)), &bounded(Some(&other))), [held]);
    assert_eq!(told(&bounded(None), &bounded(Some(BOUNDARY))), Vec::<String>::new());
}
