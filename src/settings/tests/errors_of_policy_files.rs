//! The files of policies that config.json asks for.

use super::super::{Overrides, Settings};
use super::{failure, overrides, project, rendered};

#[test]
fn a_missing_policy_file_is_asked_for_by_autogen_policy() {
    let config = r#"{
  "app_name": "todo",
  "autogen_policy": false
}
"#;
    let shown = r#"error: the policy file `.chalice/policy-dev.json` is not there

 --> .chalice/config.json:3:21
  |
3 |   "autogen_policy": false
  |                     ^^^^^

hint: write the policy into it, name another with `iam_policy_file`, or set `autogen_policy` to true
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_missing_policy_file_is_asked_for_by_its_name() {
    let config = r#"{
  "app_name": "todo",
  "autogen_policy": false,
  "iam_policy_file": "mine.json"
}
"#;
    let shown = r#"error: the policy file `.chalice/mine.json` is not there

 --> .chalice/config.json:4:22
  |
4 |   "iam_policy_file": "mine.json"
  |                      ^^^^^^^^^^^

hint: write the policy into it, or correct `iam_policy_file`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_missing_policy_file_may_be_asked_for_by_what_was_typed() {
    let config = r#"{
  "app_name": "todo",
  "stages": {"dev": {}}
}
"#;
    let (_dir, project) = project(&[("config.json", config)]);
    let typed = Overrides { autogen_policy: Some(false), ..overrides("dev") };
    let shown = r"error: the policy file `.chalice/policy-dev.json` is not there

hint: write the policy into it, name another with `iam_policy_file`, or leave out `--no-autogen-policy`
";
    assert_eq!(rendered(Settings::load(&project, &typed).unwrap_err()), shown);
}

#[test]
fn a_missing_api_policy_file_is_asked_for_by_its_name() {
    let config = r#"{
  "app_name": "todo",
  "api_gateway_policy_file": "api.json"
}
"#;
    let shown = r#"error: the policy file `.chalice/api.json` is not there

 --> .chalice/config.json:3:30
  |
3 |   "api_gateway_policy_file": "api.json"
  |                              ^^^^^^^^^^

hint: write the policy into it, or correct `api_gateway_policy_file`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_policy_file_is_json() {
    let config = r#"{
  "app_name": "todo",
  "autogen_policy": false
}
"#;
    let (_dir, project) = project(&[
        ("config.json", config),
        (
            "policy-dev.json",
            r#"{
  "Statement": [],
}
"#,
        ),
    ]);
    let shown = r#"error: `.chalice/policy-dev.json` is not JSON: a comma follows the last entry

 --> .chalice/policy-dev.json:2:18
  |
2 |   "Statement": [],
  |                  ^
  |
 ::: .chalice/config.json:3:21
  |
3 |   "autogen_policy": false
  |                     ----- asked for here

hint: remove the comma
"#;
    assert_eq!(rendered(Settings::load(&project, &overrides("dev")).unwrap_err()), shown);
}

#[test]
fn a_policy_file_has_statements() {
    let config = r#"{
  "app_name": "todo",
  "autogen_policy": false
}
"#;
    let (_dir, project) = project(&[
        ("config.json", config),
        (
            "policy-dev.json",
            r#"{"Version": "2012-10-17"}
"#,
        ),
    ]);
    let shown = r#"error: `.chalice/policy-dev.json` is no policy: it has no `Statement`

 --> .chalice/policy-dev.json:1:1
  |
1 | {"Version": "2012-10-17"}
  | ^
  |
 ::: .chalice/config.json:3:21
  |
3 |   "autogen_policy": false
  |                     ----- asked for here

hint: a policy looks like `{"Version": "2012-10-17", "Statement": [...]}`
"#;
    assert_eq!(rendered(Settings::load(&project, &overrides("dev")).unwrap_err()), shown);
}

#[test]
fn statements_are_a_list() {
    let config = r#"{
  "app_name": "todo",
  "autogen_policy": false
}
"#;
    let (_dir, project) = project(&[
        ("config.json", config),
        (
            "policy-dev.json",
            r#"{"Statement": "s3:*"}
"#,
        ),
    ]);
    let shown = r#"error: `Statement` in `.chalice/policy-dev.json` is a list, got a string

 --> .chalice/policy-dev.json:1:15
  |
1 | {"Statement": "s3:*"}
  |               ^^^^^^
  |
 ::: .chalice/config.json:3:21
  |
3 |   "autogen_policy": false
  |                     ----- asked for here

hint: a policy looks like `{"Version": "2012-10-17", "Statement": [...]}`
"#;
    assert_eq!(rendered(Settings::load(&project, &overrides("dev")).unwrap_err()), shown);
}

#[test]
fn a_policy_file_is_an_object() {
    let config = r#"{
  "app_name": "todo",
  "autogen_policy": false
}
"#;
    let (_dir, project) = project(&[
        ("config.json", config),
        (
            "policy-dev.json",
            r"[]
",
        ),
    ]);
    let shown = r#"error: `.chalice/policy-dev.json` is no policy but a list

 --> .chalice/policy-dev.json:1:1
  |
1 | []
  | ^
  |
 ::: .chalice/config.json:3:21
  |
3 |   "autogen_policy": false
  |                     ----- asked for here

hint: a policy looks like `{"Version": "2012-10-17", "Statement": [...]}`
"#;
    assert_eq!(rendered(Settings::load(&project, &overrides("dev")).unwrap_err()), shown);
}
