//! `iam.statements`: what IAM would refuse, and variables in them.

use super::super::{API_HANDLER, Overrides, RoleSettings, Settings};
use super::{failure, load, overrides, project, rendered};
use serde_json::{Value as Json, json};

fn statements(config: &str) -> Json {
    let settings = load(config, "dev").unwrap();
    let RoleSettings::Generated { statements } = settings.function(API_HANDLER).role.clone() else {
        panic!()
    };
    assert_eq!(statements, settings.iam.statements);
    statements.into()
}

#[test]
fn what_iam_would_refuse_is_refused_at_its_place() {
    let config = r#"{
  "app_name": "todo",
  "iam": {
    "statements": [
      {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
      {"Sid": "Read", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"},
      {"Sid": "has space", "Effect": "Allow", "Action": ["s3:Get*", "nonsense"], "Resource": "orders"},
      {"Sid": 1, "Effect": "Deny", "NotAction": 2, "NotResource": ["arn:aws:s3:::b", "b/*"]},
      {"Effect": "Allow", "Action": [], "Resource": [], "Principal": "*"}
    ]
  }
}
"#;
    let shown = r#"error: 10 problems in `.chalice/config.json`

two IAM statements have the `Sid` `Read`
 --> .chalice/config.json:6:15
  |
5 |       {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
  |               ------ the first one
6 |       {"Sid": "Read", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"},
  |               ^^^^^^
hint: give one of them another name, or none

`Sid` of an IAM statement cannot be `has space`
 --> .chalice/config.json:7:15
  |
7 |       {"Sid": "has space", "Effect": "Allow", "Action": ["s3:Get*", "nonsense"], "Resource": "orders"},
  |               ^^^^^^^^^^^
hint: IAM takes letters and digits, at least one

`Action` of an IAM statement cannot be `nonsense`
 --> .chalice/config.json:7:69
  |
7 |       {"Sid": "has space", "Effect": "Allow", "Action": ["s3:Get*", "nonsense"], "Resource": "orders"},
  |                                                                     ^^^^^^^^^^
hint: IAM takes `*`, or a service and an action such as `s3:GetObject` or `s3:Get*`

`Resource` of an IAM statement cannot be `orders`
 --> .chalice/config.json:7:94
  |
7 |       {"Sid": "has space", "Effect": "Allow", "Action": ["s3:Get*", "nonsense"], "Resource": "orders"},
  |                                                                                              ^^^^^^^^
hint: IAM takes `*`, or an ARN such as `arn:aws:s3:::my-bucket/*`

`Sid` of an IAM statement is a string, got a number
 --> .chalice/config.json:8:15
  |
8 |       {"Sid": 1, "Effect": "Deny", "NotAction": 2, "NotResource": ["arn:aws:s3:::b", "b/*"]},
  |               ^
hint: IAM takes letters and digits, at least one

`NotAction` of an IAM statement is a string or a list of strings, got a number
 --> .chalice/config.json:8:49
  |
8 |       {"Sid": 1, "Effect": "Deny", "NotAction": 2, "NotResource": ["arn:aws:s3:::b", "b/*"]},
  |                                                 ^
hint: IAM takes `*`, or a service and an action such as `s3:GetObject` or `s3:Get*`

`NotResource` of an IAM statement cannot be `b/*`
 --> .chalice/config.json:8:86
  |
8 |       {"Sid": 1, "Effect": "Deny", "NotAction": 2, "NotResource": ["arn:aws:s3:::b", "b/*"]},
  |                                                                                      ^^^^^
hint: IAM takes `*`, or an ARN such as `arn:aws:s3:::my-bucket/*`

`Action` of an IAM statement is empty
 --> .chalice/config.json:9:37
  |
9 |       {"Effect": "Allow", "Action": [], "Resource": [], "Principal": "*"}
  |                                     ^^
hint: IAM takes `*`, or a service and an action such as `s3:GetObject` or `s3:Get*`

`Resource` of an IAM statement is empty
 --> .chalice/config.json:9:53
  |
9 |       {"Effect": "Allow", "Action": [], "Resource": [], "Principal": "*"}
  |                                                     ^^
hint: IAM takes `*`, or an ARN such as `arn:aws:s3:::my-bucket/*`

an IAM statement of a role has no `Principal`
 --> .chalice/config.json:9:57
  |
9 |       {"Effect": "Allow", "Action": [], "Resource": [], "Principal": "*"}
  |                                                         ^^^^^^^^^^^
hint: it has `Sid`, `Effect`, `Action`, `NotAction`, `Resource`, `NotResource` and `Condition`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_condition_that_iam_would_refuse_is_refused_at_its_place() {
    let config = r#"{
  "app_name": "todo",
  "iam": {
    "statements": [
      {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": "aws:SecureTransport"},
      {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {
        "ForAnyValue:StringEqualIfExists": {"aws:TagKeys": ["a"]},
        "aws:SecureTransport": "false",
        "Bool": {"aws:SecureTransport": {"is": false}, "aws:ViaAWSService": [false, null]},
        "NullIfExists": {"aws:TokenIssueTime": true}
      }}
    ]
  }
}
"#;
    let shown = r#"error: 7 problems in `.chalice/config.json`

`Condition` of an IAM statement is an object of operators, got a string
 --> .chalice/config.json:5:71
  |
5 |       {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": "aws:SecureTransport"},
  |                                                                       ^^^^^^^^^^^^^^^^^^^^^
hint: a condition looks like `{"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}`

IAM has no condition operator `ForAnyValue:StringEqualIfExists`
 --> .chalice/config.json:7:9
  |
7 |         "ForAnyValue:StringEqualIfExists": {"aws:TagKeys": ["a"]},
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
hint: did you mean `StringEquals`?

IAM has no condition operator `aws:SecureTransport`
 --> .chalice/config.json:8:9
  |
8 |         "aws:SecureTransport": "false",
  |         ^^^^^^^^^^^^^^^^^^^^^
hint: a condition looks like `{"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}`

`aws:SecureTransport` of a `Condition` is an object of keys, got a string
 --> .chalice/config.json:8:32
  |
8 |         "aws:SecureTransport": "false",
  |                                ^^^^^^^
hint: a condition looks like `{"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}`

`aws:SecureTransport` of a `Condition` is a value or a list of values, got an object
 --> .chalice/config.json:9:41
  |
9 |         "Bool": {"aws:SecureTransport": {"is": false}, "aws:ViaAWSService": [false, null]},
  |                                         ^^^^^^^^^^^^^
hint: a condition looks like `{"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}`

`aws:ViaAWSService` of a `Condition` is a value or a list of values, got a list
 --> .chalice/config.json:9:77
  |
9 |         "Bool": {"aws:SecureTransport": {"is": false}, "aws:ViaAWSService": [false, null]},
  |                                                                             ^^^^^^^^^^^^^
hint: a condition looks like `{"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}`

IAM has no condition operator `NullIfExists`
  --> .chalice/config.json:10:9
   |
10 |         "NullIfExists": {"aws:TokenIssueTime": true}
   |         ^^^^^^^^^^^^^^
hint: did you mean `Null`?
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn what_iam_takes_passes() {
    let all = r#"[
      {"Effect": "Allow", "Action": "*", "Resource": "*"},
      {"Sid": "A1", "Effect": "Allow", "Action": ["s3:Get*", "*:*", "execute-api:Invoke?"], "Resource": "arn:aws:s3:::b/*"},
      {"Sid": "A2", "Effect": "Deny", "NotAction": "iam:*", "NotResource": ["arn:*:s3:::b"], "Condition": {"Bool": {"a": true}}},
      {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition":
        {"ForAllValues:StringLikeIfExists": {"aws:TagKeys": ["a", "b"]}, "numericlessthan": {"s3:max-keys": 3}}}
    ]"#;
    let config = format!(r#"{{"app_name": "todo", "iam": {{"statements": {all}}}}}"#);
    assert_eq!(statements(&config), serde_json::from_str::<Json>(all).unwrap());
}

#[test]
fn statements_of_several_scopes_take_each_others_place_so_their_names_may_be_the_same() {
    let config = r#"{
      "app_name": "todo",
      "iam": {"statements": [{"Sid": "A", "Effect": "Allow", "Action": "a:A", "Resource": "*"}]},
      "stages": {"dev": {"iam": {"statements": [{"Sid": "A", "Effect": "Allow", "Action": "a:B", "Resource": "*"}]}}}
    }"#;
    assert_eq!(
        statements(config),
        json!([{"Sid": "A", "Effect": "Allow", "Action": "a:B", "Resource": "*"}])
    );
}

#[test]
fn a_statement_that_joins_those_of_a_policy_file_has_a_name_of_its_own() {
    let config = r#"{
  "app_name": "todo",
  "autogen_policy": false,
  "iam": {"statements": [{"Sid": "A", "Effect": "Allow", "Action": "a:A", "Resource": "*"}]}
}
"#;
    let file = r#"{"Version": "2012-10-17", "Statement": {"Sid": "A", "Effect": "Allow", "Action": "a:B", "Resource": "*"}}"#;
    let (_dir, project) = project(&[("config.json", config), ("policy-dev.json", file)]);
    let shown = r#"error: the policy file `.chalice/policy-dev.json` has a statement with the `Sid` `A` too

 --> .chalice/config.json:4:34
  |
4 |   "iam": {"statements": [{"Sid": "A", "Effect": "Allow", "Action": "a:A", "Resource": "*"}]}
  |                                  ^^^

hint: they are put into one policy: give one of them another name, or none
"#;
    let failed = Settings::load(&project, &Overrides { ..overrides("dev") }).unwrap_err();
    assert_eq!(rendered(failed), shown);
}

#[test]
fn variables_fill_resources_and_conditions_and_iams_own_variables_stay() {
    let config = r#"{
      "app_name": "todo",
      "stages": {"dev": {
        "environment_variables": {"BUCKET": "in", "TABLE_ARN": "arn:aws:dynamodb:r:1:table/t", "ORG": "o-1"},
        "lambda_functions": {"f": {"environment_variables": {"BUCKET": "out"}}},
        "iam": {"statements": [
          {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${BUCKET}/${aws:username}/*"},
          {"Effect": "Allow", "Action": "a:${BUCKET}", "Resource": ["${TABLE_ARN}", "arn:aws:s3:::x${*}$${BUCKET}"]},
          {"Effect": "Deny", "Action": "a:B", "Resource": "*", "Condition": {
            "StringEquals": {"aws:PrincipalOrgID": "${ORG}", "a:${ORG}": ["${BUCKET}", "${aws:PrincipalTag/x, 'y'}"]},
            "Bool": {"aws:SecureTransport": false}
          }}
        ]}
      }}
    }"#
    .replace("a:${BUCKET}", "a:A");
    let expected = json!([
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": ["arn:aws:s3:::in/${aws:username}/*", "arn:aws:s3:::out/${aws:username}/*"],
        },
        {
            "Effect": "Allow",
            "Action": "a:A",
            "Resource": ["arn:aws:dynamodb:r:1:table/t", "arn:aws:s3:::x${*}${BUCKET}"],
        },
        {"Effect": "Deny", "Action": "a:B", "Resource": "*", "Condition": {
            "StringEquals": {
                "aws:PrincipalOrgID": "o-1",
                "a:${ORG}": ["in", "out", "${aws:PrincipalTag/x, 'y'}"],
            },
            "Bool": {"aws:SecureTransport": false},
        }},
    ]);
    assert_eq!(statements(&config), expected);
}

#[test]
fn a_variable_that_is_not_set_or_is_no_arn_is_refused() {
    let config = r#"{
  "app_name": "todo",
  "environment_variables": {"BUCKET": "in"},
  "iam": {"statements": [
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${BUKET}/*"},
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "${BUCKET}"}
  ]}
}
"#;
    let shown = r#"error: 2 problems in `.chalice/config.json`

the variable `BUKET` is not set in stage `dev`
 --> .chalice/config.json:5:63
  |
5 |     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${BUKET}/*"},
  |                                                               ^^^^^^^^^^^^^^^^^^^^^^^^^
hint: did you mean `${BUCKET}`?

`Resource` of an IAM statement cannot be `in`
 --> .chalice/config.json:6:63
  |
6 |     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "${BUCKET}"}
  |                                                               ^^^^^^^^^^^
hint: IAM takes `*`, or an ARN such as `arn:aws:s3:::my-bucket/*`
"#;
    assert_eq!(failure(config), shown);
}
