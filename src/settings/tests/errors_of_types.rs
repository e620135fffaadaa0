//! Values of another type than their key has.

use super::failure;

#[test]
fn a_number_in_quotes_is_a_string() {
    let config = r#"{
  "app_name": "todo",
  "lambda_timeout": "60"
}
"#;
    let shown = r#"error: `lambda_timeout` is a number of seconds, got a string

 --> .chalice/config.json:3:21
  |
3 |   "lambda_timeout": "60"
  |                     ^^^^

hint: write `60`, without quotes
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_boolean_in_quotes_is_a_string() {
    let config = r#"{
  "app_name": "todo",
  "manage_iam_role": "false"
}
"#;
    let shown = r#"error: `manage_iam_role` is `true` or `false`, got a string

 --> .chalice/config.json:3:22
  |
3 |   "manage_iam_role": "false"
  |                      ^^^^^^^

hint: write `false`, without quotes
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_number_is_no_boolean() {
    let config = r#"{
  "app_name": "todo",
  "xray": 1
}
"#;
    let shown = r#"error: `xray` is `true` or `false`, got a number

 --> .chalice/config.json:3:11
  |
3 |   "xray": 1
  |           ^

hint: give `true` or `false`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_number_is_no_string() {
    let config = r#"{
  "app_name": "todo",
  "api_gateway_stage": 1
}
"#;
    let shown = r#"error: `api_gateway_stage` is a string, got a number

 --> .chalice/config.json:3:24
  |
3 |   "api_gateway_stage": 1
  |                        ^

hint: write `"1"`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_string_is_no_list() {
    let config = r#"{
  "app_name": "todo",
  "layers": "arn:aws:lambda:eu-west-1:1:layer:a:1"
}
"#;
    let shown = r#"error: `layers` is a list of strings, got a string

 --> .chalice/config.json:3:13
  |
3 |   "layers": "arn:aws:lambda:eu-west-1:1:layer:a:1"
  |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

hint: write `["arn:aws:lambda:eu-west-1:1:layer:a:1"]`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_list_of_strings_holds_no_numbers() {
    let config = r#"{
  "app_name": "todo",
  "subnet_ids": ["a", 1]
}
"#;
    let shown = r#"error: 2 problems in `.chalice/config.json`

a function in a VPC needs `subnet_ids` and `security_group_ids`; only `subnet_ids` is set
 --> .chalice/config.json:3:3
  |
3 |   "subnet_ids": ["a", 1]
  |   ^^^^^^^^^^^^
hint: set `security_group_ids`, or remove `subnet_ids`

`subnet_ids` is a list of strings, got a number in it
 --> .chalice/config.json:3:23
  |
3 |   "subnet_ids": ["a", 1]
  |                       ^
hint: write it in quotes
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn vpc_endpoints_are_a_string_or_a_list() {
    let config = r#"{
  "app_name": "todo",
  "api_gateway_endpoint_type": "PRIVATE",
  "api_gateway_endpoint_vpce": 1
}
"#;
    let shown = r#"error: `api_gateway_endpoint_vpce` is a string or a list of strings, got a number

 --> .chalice/config.json:4:32
  |
4 |   "api_gateway_endpoint_vpce": 1
  |                                ^

hint: give a string or a list of strings
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn stages_are_an_object() {
    let config = r#"{
  "app_name": "todo",
  "stages": ["dev"]
}
"#;
    let shown = r#"error: `stages` is an object of stages, got a list

 --> .chalice/config.json:3:13
  |
3 |   "stages": ["dev"]
  |             ^^^^^^^

hint: write `{"dev": {}}`
"#;
    assert_eq!(failure(config), shown);
}
