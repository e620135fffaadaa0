//! What is wrong whatever the values: JSON, keys, stages.

use super::failure;

#[test]
fn bad_json_says_line_and_column() {
    let config = r#"{
  "app_name": "todo"
  "version": "2.0"
}
"#;
    let shown = r#"error: `.chalice/config.json` is not JSON: a comma is missing here

 --> .chalice/config.json:2:21
  |
2 |   "app_name": "todo"
  |                     ^

hint: put a `,` between the entries
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_comment_is_not_json() {
    let config = r#"{
  "app_name": "todo",
  // the timeout
  "lambda_timeout": 10
}
"#;
    let shown = r"error: `.chalice/config.json` is not JSON: it has a comment here

 --> .chalice/config.json:3:3
  |
3 |   // the timeout
  |   ^

hint: remove the comment
";
    assert_eq!(failure(config), shown);
}

#[test]
fn a_trailing_comma_is_not_json() {
    let config = r#"{
  "app_name": "todo",
  "lambda_timeout": 10,
}
"#;
    let shown = r#"error: `.chalice/config.json` is not JSON: a comma follows the last entry

 --> .chalice/config.json:3:23
  |
3 |   "lambda_timeout": 10,
  |                       ^

hint: remove the comma
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_line_break_in_a_string_is_not_json() {
    let config = r#"{
  "app_name": "todo",
  "iam_role_arn": "arn:
"
}
"#;
    let shown = r#"error: `.chalice/config.json` is not JSON: a string goes on past the line's end

 --> .chalice/config.json:3:23
  |
3 |   "iam_role_arn": "arn:
  |                       ^

hint: JSON is stricter than Python and JavaScript: strings in double quotes and on one line, `true`, `false` and `null` in lower case
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn an_unfinished_file_is_not_json() {
    let config = r#"{
  "app_name": "todo",
"#;
    let shown = r"error: `.chalice/config.json` is not JSON: an object that starts here has no end

 --> .chalice/config.json:1:1
  |
1 | {
  | ^

hint: close it with `}`
";
    assert_eq!(failure(config), shown);
}

#[test]
fn an_empty_file_is_not_json() {
    let config = "";
    let shown = r#"error: `.chalice/config.json` is not JSON: it is empty

 --> .chalice/config.json:1:1
  |
1 |
  | ^

hint: write `{"app_name": "my-app"}` for a start
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_list_is_no_config() {
    let config = r"[]
";
    let shown = r"error: `.chalice/config.json` is an object, got a list

 --> .chalice/config.json:1:1
  |
1 | []
  | ^^

hint: start it with `{`, end it with `}`
";
    assert_eq!(failure(config), shown);
}

#[test]
fn an_unknown_key_names_the_nearest() {
    let config = r#"{
  "app_name": "todo",
  "lambda_timout": 10
}
"#;
    let shown = r#"error: unknown key `lambda_timout`

 --> .chalice/config.json:3:3
  |
3 |   "lambda_timout": 10
  |   ^^^^^^^^^^^^^^^

hint: did you mean `lambda_timeout`?
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn the_key_of_the_guides_names_the_real_one() {
    let config = r#"{
  "app_name": "todo",
  "stages": {
    "dev": {
      "lambda_functions": {"api_handler": {"reserved_concurrent_executions": 100}}
    }
  }
}
"#;
    let shown = r#"error: unknown key `reserved_concurrent_executions` in function `api_handler`

 --> .chalice/config.json:5:44
  |
5 |       "lambda_functions": {"api_handler": {"reserved_concurrent_executions": 100}}
  |                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

hint: did you mean `reserved_concurrency`?
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn an_unknown_key_like_no_other_lists_the_keys() {
    let config = r#"{
  "app_name": "todo",
  "lambda_functions": {"f": {"colour": "red"}}
}
"#;
    let shown = r#"error: unknown key `colour` in function `f`

 --> .chalice/config.json:3:30
  |
3 |   "lambda_functions": {"f": {"colour": "red"}}
  |                              ^^^^^^^^

hint: the keys there are `autogen_policy`, `iam_policy_file`, `manage_iam_role`, `iam_role_arn`, `lambda_memory_size`, `lambda_timeout`, `environment_variables`, `tags`, `reserved_concurrency`, `subnet_ids`, `security_group_ids`, `layers`, `xray`, `debug` and `log_retention_in_days`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_key_in_the_wrong_scope_says_where_it_belongs() {
    let config = r#"{
  "app_name": "todo",
  "stages": {"dev": {"version": "2.0"}}
}
"#;
    let shown = r#"error: `version` is no key of a stage

 --> .chalice/config.json:3:22
  |
3 |   "stages": {"dev": {"version": "2.0"}}
  |                      ^^^^^^^^^

hint: move it to the top of the file
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_key_of_a_stage_is_no_key_of_a_function() {
    let config = r#"{
  "app_name": "todo",
  "lambda_functions": {"f": {"lambda_architecture": "arm64"}}
}
"#;
    let shown = r#"error: `lambda_architecture` is no key of a function

 --> .chalice/config.json:3:30
  |
3 |   "lambda_functions": {"f": {"lambda_architecture": "arm64"}}
  |                              ^^^^^^^^^^^^^^^^^^^^^

hint: move it to the top of the file or into a stage
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn an_unknown_key_of_a_section_names_the_section() {
    let config = r#"{
  "app_name": "todo",
  "build": {"profil": "lambda"},
  "iam": {"resource": {}}
}
"#;
    let shown = r#"error: 2 problems in `.chalice/config.json`

unknown key `profil` in `build`
 --> .chalice/config.json:3:13
  |
3 |   "build": {"profil": "lambda"},
  |             ^^^^^^^^
hint: did you mean `profile`?

unknown key `resource` in `iam`
 --> .chalice/config.json:4:11
  |
4 |   "iam": {"resource": {}}
  |           ^^^^^^^^^^
hint: did you mean `resources`?
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_doubled_key_shows_both_places() {
    let config = r#"{
  "app_name": "todo",
  "lambda_timeout": 10,
  "lambda_timeout": 20
}
"#;
    let shown = r#"error: `lambda_timeout` stands twice in the same object

 --> .chalice/config.json:4:3
  |
3 |   "lambda_timeout": 10,
  |   ---------------- first here
4 |   "lambda_timeout": 20
  |   ^^^^^^^^^^^^^^^^

hint: remove one of the two
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn all_problems_are_reported_at_once_in_the_files_order() {
    let config = r#"{
  "app_name": "todo",
  "lambda_timeout": "10",
  "stages": {
    "dev": {
      "lambda_memory_size": 64,
      "tagz": {}
    },
    "prod": {"xray": "false"}
  }
}
"#;
    let shown = r#"error: 4 problems in `.chalice/config.json`

`lambda_timeout` is a number of seconds, got a string
 --> .chalice/config.json:3:21
  |
3 |   "lambda_timeout": "10",
  |                     ^^^^
hint: write `10`, without quotes

`lambda_memory_size` cannot be 64 MB
 --> .chalice/config.json:6:29
  |
6 |       "lambda_memory_size": 64,
  |                             ^^
hint: give a whole number from 128 to 10240

unknown key `tagz` in stage `dev`
 --> .chalice/config.json:7:7
  |
7 |       "tagz": {}
  |       ^^^^^^
hint: did you mean `tags`?

`xray` is `true` or `false`, got a string
 --> .chalice/config.json:9:22
  |
9 |     "prod": {"xray": "false"}
  |                      ^^^^^^^
hint: write `false`, without quotes
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_missing_app_name_says_what_to_add() {
    let config = r#"{"version": "2.0"}
"#;
    let shown = r#"error: `.chalice/config.json` has no `app_name`

 --> .chalice/config.json:1:1
  |
1 | {"version": "2.0"}
  | ^

hint: add `"app_name": "my-app"`, the first part of names on AWS
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_null_app_name_is_a_missing_one() {
    let config = r#"{"app_name": null}
"#;
    let shown = r#"error: `.chalice/config.json` has no `app_name`

 --> .chalice/config.json:1:1
  |
1 | {"app_name": null}
  | ^

hint: add `"app_name": "my-app"`, the first part of names on AWS
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_stage_is_an_object() {
    let config = r#"{
  "app_name": "todo",
  "stages": {"dev": "api"}
}
"#;
    let shown = r#"error: stage `dev` is an object, got a string

 --> .chalice/config.json:3:21
  |
3 |   "stages": {"dev": "api"}
  |                     ^^^^^

hint: write `{}` where nothing is to be set
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_stages_name_becomes_a_part_of_names() {
    let config = r#"{
  "app_name": "todo",
  "stages": {"dev": {}, "my stage": {}}
}
"#;
    let shown = r#"error: the name of a stage cannot be `my stage`: names on AWS have no spaces

 --> .chalice/config.json:3:25
  |
3 |   "stages": {"dev": {}, "my stage": {}}
  |                         ^^^^^^^^^^

hint: use letters, digits, `-` and `_`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_custom_domain_is_not_built_yet() {
    let config = r#"{
  "app_name": "todo",
  "api_gateway_custom_domain": {"domain_name": "api.example.com"}
}
"#;
    let shown = r#"error: `api_gateway_custom_domain` cannot be used: rchalice has no custom domains yet

 --> .chalice/config.json:3:3
  |
3 |   "api_gateway_custom_domain": {"domain_name": "api.example.com"}
  |   ^^^^^^^^^^^^^^^^^^^^^^^^^^^

hint: remove it for now
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_websocket_domain_is_not_built_yet() {
    let config = r#"{
  "app_name": "todo",
  "stages": {"dev": {"websocket_api_custom_domain": {}}}
}
"#;
    let shown = r#"error: `websocket_api_custom_domain` cannot be used: rchalice has no custom domains yet

 --> .chalice/config.json:3:22
  |
3 |   "stages": {"dev": {"websocket_api_custom_domain": {}}}
  |                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

hint: remove it for now
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_profile_is_not_the_projects() {
    let config = r#"{
  "app_name": "todo",
  "profile": "work"
}
"#;
    let shown = r#"error: `profile` cannot be used: a profile belongs to who deploys, not to the project

 --> .chalice/config.json:3:3
  |
3 |   "profile": "work"
  |   ^^^^^^^^^

hint: remove it, and give `--profile` or set `AWS_PROFILE`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_rust_binary_has_no_automatic_layer() {
    let config = r#"{
  "app_name": "todo",
  "automatic_layer": true
}
"#;
    let shown = r#"error: `automatic_layer` cannot be true: a Rust binary has no dependencies to put in a layer

 --> .chalice/config.json:3:22
  |
3 |   "automatic_layer": true
  |                      ^^^^

hint: remove it
"#;
    assert_eq!(failure(config), shown);
}
