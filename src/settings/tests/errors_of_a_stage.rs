//! What one stage's settings cannot be, though each value on its own may be.

use super::super::{Identity, Overrides, Settings, unknown_function};
use super::{failure, load, overrides, project, rendered};

#[test]
fn a_vpc_needs_subnets_and_groups() {
    let config = r#"{
  "app_name": "todo",
  "subnet_ids": ["subnet-1"]
}
"#;
    let shown = r#"error: a function in a VPC needs `subnet_ids` and `security_group_ids`; only `subnet_ids` is set

 --> .chalice/config.json:3:3
  |
3 |   "subnet_ids": ["subnet-1"]
  |   ^^^^^^^^^^^^

hint: set `security_group_ids`, or remove `subnet_ids`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_functions_vpc_needs_subnets_and_groups() {
    let config = r#"{
  "app_name": "todo",
  "lambda_functions": {"f": {"security_group_ids": ["sg-1"]}}
}
"#;
    let shown = r#"error: a function in a VPC needs `security_group_ids` and `subnet_ids`; only `security_group_ids` is set

 --> .chalice/config.json:3:30
  |
3 |   "lambda_functions": {"f": {"security_group_ids": ["sg-1"]}}
  |                              ^^^^^^^^^^^^^^^^^^^^

hint: set `subnet_ids`, or remove `security_group_ids`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn an_unmanaged_role_needs_an_arn() {
    let config = r#"{
  "app_name": "todo",
  "manage_iam_role": false
}
"#;
    let shown = r#"error: `manage_iam_role` is false, but there is no `iam_role_arn`

 --> .chalice/config.json:3:22
  |
3 |   "manage_iam_role": false
  |                      ^^^^^

hint: add `iam_role_arn`, the role to run under, or remove `manage_iam_role` to have one made
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_functions_unmanaged_role_needs_an_arn() {
    let config = r#"{
  "app_name": "todo",
  "stages": {
    "dev": {"lambda_functions": {"f": {"manage_iam_role": false}}}
  }
}
"#;
    let shown = r#"error: `manage_iam_role` is false, but there is no `iam_role_arn`

 --> .chalice/config.json:4:59
  |
4 |     "dev": {"lambda_functions": {"f": {"manage_iam_role": false}}}
  |                                                           ^^^^^

hint: add `iam_role_arn`, the role to run under, or remove `manage_iam_role` to have one made
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn vpc_endpoints_are_for_a_private_api() {
    let config = r#"{
  "app_name": "todo",
  "api_gateway_endpoint_vpce": "vpce-1"
}
"#;
    let shown = r#"error: `api_gateway_endpoint_vpce` is for a private API only

 --> .chalice/config.json:3:3
  |
3 |   "api_gateway_endpoint_vpce": "vpce-1"
  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^

hint: remove it, or set `"api_gateway_endpoint_type": "PRIVATE"`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_private_api_has_a_policy_file_or_vpc_endpoints() {
    let config = r#"{
  "app_name": "todo",
  "api_gateway_endpoint_type": "PRIVATE"
}
"#;
    let shown = r#"error: a private API needs `api_gateway_policy_file` or `api_gateway_endpoint_vpce`

 --> .chalice/config.json:3:32
  |
3 |   "api_gateway_endpoint_type": "PRIVATE"
  |                                ^^^^^^^^^

hint: set `api_gateway_endpoint_vpce` to the VPC endpoints that may reach it
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_private_api_has_not_both() {
    let config = r#"{
  "app_name": "todo",
  "api_gateway_endpoint_type": "PRIVATE",
  "api_gateway_endpoint_vpce": ["vpce-1"],
  "api_gateway_policy_file": "api.json"
}
"#;
    let shown = r#"error: `api_gateway_policy_file` and `api_gateway_endpoint_vpce` exclude each other

 --> .chalice/config.json:5:3
  |
4 |   "api_gateway_endpoint_vpce": ["vpce-1"],
  |   --------------------------- and this
5 |   "api_gateway_policy_file": "api.json"
  |   ^^^^^^^^^^^^^^^^^^^^^^^^^

hint: keep the file, or keep the endpoints and have the policy made from them
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn an_unknown_stage_names_the_nearest() {
    let config = r#"{
  "app_name": "todo",
  "stages": {"dev": {}, "prod": {}}
}
"#;
    let shown = r#"error: there is no stage `prd` in `.chalice/config.json`

 --> .chalice/config.json:3:3
  |
3 |   "stages": {"dev": {}, "prod": {}}
  |   ^^^^^^^^

hint: did you mean `prod`? The stages are `dev` and `prod`
"#;
    assert_eq!(rendered(load(config, "prd").unwrap_err()), shown);
}

#[test]
fn an_unknown_stage_like_no_other_lists_the_stages() {
    let config = r#"{
  "app_name": "todo",
  "stages": {"dev": {}, "prod": {}}
}
"#;
    let shown = r#"error: there is no stage `test` in `.chalice/config.json`

 --> .chalice/config.json:3:3
  |
3 |   "stages": {"dev": {}, "prod": {}}
  |   ^^^^^^^^

hint: add it below `stages`, or use `dev` or `prod`
"#;
    assert_eq!(rendered(load(config, "test").unwrap_err()), shown);
}

#[test]
fn without_stages_only_dev_exists() {
    let config = r#"{
  "app_name": "todo",
  "version": "2.0"
}
"#;
    let shown = r#"error: there is no stage `prod` in `.chalice/config.json`

 --> .chalice/config.json:1:1
  |
1 | {
  | ^

hint: use `dev`, or add `"stages": {"prod": {}}`
"#;
    assert_eq!(rendered(load(config, "prod").unwrap_err()), shown);
}

#[test]
fn a_typed_api_stage_has_the_characters_of_names() {
    let config = r#"{
  "app_name": "todo",
  "version": "2.0"
}
"#;
    let (_dir, project) = project(&[("config.json", config)]);
    let typed = Overrides { api_gateway_stage: Some("v1/x".to_owned()), ..overrides("dev") };
    let shown = r"error: `--api-gateway-stage` cannot be `v1/x`: names on AWS have no `/`

hint: use letters, digits, `-` and `_`
";
    assert_eq!(rendered(Settings::load(&project, &typed).unwrap_err()), shown);
}

#[test]
fn a_functions_name_has_an_end() {
    let config = r#"{
  "app_name": "todo",
  "stages": {
    "dev": {"lambda_functions": {"ffffffffffffffffffffffffffffffffffffffffffffffffffffffff": {}}}
  }
}
"#;
    let shown = r#"error: the function's name `todo-dev-ffffffffffffffffffffffffffffffffffffffffffffffffffffffff` has 65 characters, and Lambda allows 64

 --> .chalice/config.json:2:15
  |
2 |   "app_name": "todo",
  |               ^^^^^^

hint: shorten `app_name`, the stage's name or the handler's: a function is called `<app_name>-<stage>-<handler>`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn an_environment_has_a_size() {
    let value = "x".repeat(4096);
    let config = format!("{{\"app_name\": \"todo\",\n\"environment_variables\": {{\"A\":\n\"{value}\"}}}}\n");
    let shown = r#"error: the environment variables take 4097 bytes, and Lambda allows 4096

 --> .chalice/config.json:2:1
  |
2 | "environment_variables": {"A":
  | ^^^^^^^^^^^^^^^^^^^^^^^

hint: keep large values in S3 or in SSM parameters, and their names in variables
"#;
    assert_eq!(failure(&config), shown);
    let fits = config.replacen('x', "", 1);
    assert!(load(&fits, "dev").is_ok());
}

#[test]
fn a_functions_environment_counts_what_it_is_merged_from() {
    let value = "x".repeat(4000);
    let config = format!(
        "{{\"app_name\": \"todo\",\n\"lambda_functions\": {{\"f\": {{\n\"environment_variables\": {{\"SOME\": \"{}\"}}\n}}}},\n\
         \"environment_variables\": {{\"A\":\n\"{value}\"}}}}\n",
        "y".repeat(92)
    );
    let error = load(&config, "dev").unwrap_err().to_string();
    assert_eq!(error, "the environment variables of function `f` take 4097 bytes, and Lambda allows 4096");
}

#[test]
fn a_missing_config_says_where_a_project_comes_from() {
    let (_dir, project) = project(&[]);
    let shown = format!(
        "error: there is no `.chalice/config.json` in `{}`

hint: run it in a project's folder, name that with `--project-dir`, or make a project with `rchalice new-project`
",
        project.root().display()
    );
    assert_eq!(rendered(Settings::load(&project, &overrides("dev")).unwrap_err()), shown);
}

#[test]
fn what_was_deployed_is_identified_though_the_rest_of_the_config_is_faulty() {
    let config =
        r#"{"app_name": "todo", "lambda_timout": 1, "autogen_policy": false, "stages": {"prod": 1}}"#;
    let (_dir, project) = project(&[("config.json", config)]);
    let identity = Identity::load(&project, "gone").unwrap();
    assert_eq!((&*identity.app_name, &*identity.stage), ("todo", "gone"));
    let shown = r#"error: there is no stage `gone` in `.chalice/config.json`

 --> .chalice/config.json:1:67
  |
1 | {"app_name": "todo", "lambda_timout": 1, "autogen_policy": false, "stages": {"prod": 1}}
  |                                                                   ^^^^^^^^

hint: add it below `stages`, or use `prod`
"#;
    assert_eq!(rendered(identity.in_config().unwrap_err()), shown);
    assert!(Identity::load(&project, "prod").unwrap().in_config().is_ok());
}

#[test]
fn a_stage_is_no_path() {
    let (_dir, project) = project(&[("config.json", r#"{"app_name": "todo"}"#)]);
    let shown = r"error: `--stage` cannot be `../prod`: names on AWS have no `.`

hint: use letters, digits, `-` and `_`
";
    assert_eq!(rendered(Identity::load(&project, "../prod").unwrap_err()), shown);
}

#[test]
fn an_identity_needs_an_app_name() {
    let (_dir, project) = project(&[("config.json", r#"{"app_name": 1}"#)]);
    let shown = r#"error: `app_name` is a string, got a number

 --> .chalice/config.json:1:14
  |
1 | {"app_name": 1}
  |              ^

hint: write `"1"`
"#;
    assert_eq!(rendered(Identity::load(&project, "dev").unwrap_err()), shown);
}

#[test]
fn a_function_that_no_handler_has_is_shown_where_it_is_named() {
    let config = "{\n  \"app_name\": \"todo\",\n  \"lambda_functions\": {\"api_handlr\": {}}\n}\n";
    let place = load(config, "dev").unwrap().functions["api_handlr"].place.clone();
    let known = ["api_handler", "cleanup"];
    let shown = r#"error: no handler is called `api_handlr`

 --> .chalice/config.json:3:24
  |
3 |   "lambda_functions": {"api_handlr": {}}
  |                        ^^^^^^^^^^^^

hint: did you mean `api_handler`?
"#;
    assert_eq!(rendered(unknown_function(&place, "api_handlr", &known)), shown);
    let far = rendered(unknown_function(&place, "x", &known));
    assert!(far.ends_with("\nhint: the handlers are `api_handler` and `cleanup`\n"), "{far}");
}

#[test]
fn a_file_that_is_no_text_says_so() {
    let (dir, project) = project(&[]);
    crate::project::write_whole(&dir.path().join(".chalice/config.json"), b"\xff").unwrap();
    let shown = rendered(Settings::load(&project, &overrides("dev")).unwrap_err());
    assert!(shown.starts_with("error: cannot read `"), "{shown}");
    assert!(shown.contains("\ncause: stream did not contain valid UTF-8\n"), "{shown}");
}

#[test]
fn what_several_functions_share_is_reported_once() {
    let config = r#"{"app_name": "todo", "manage_iam_role": false, "lambda_functions": {"f": {}, "g": {}}}"#;
    let error = load(config, "dev").unwrap_err().to_string();
    assert_eq!(error, "`manage_iam_role` is false, but there is no `iam_role_arn`");
}
