//! Values that a key cannot have.

use super::failure;

#[test]
fn memory_has_a_range() {
    let config = r#"{
  "app_name": "todo",
  "lambda_memory_size": 64
}
"#;
    let shown = r#"error: `lambda_memory_size` cannot be 64 MB

 --> .chalice/config.json:3:25
  |
3 |   "lambda_memory_size": 64
  |                         ^^

hint: give a whole number from 128 to 10240
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_timeout_has_a_range() {
    let config = r#"{
  "app_name": "todo",
  "lambda_timeout": 901
}
"#;
    let shown = r#"error: `lambda_timeout` cannot be 901 seconds

 --> .chalice/config.json:3:21
  |
3 |   "lambda_timeout": 901
  |                     ^^^

hint: give a whole number from 1 to 900
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn seconds_are_whole() {
    let config = r#"{
  "app_name": "todo",
  "lambda_timeout": 1.5
}
"#;
    let shown = r#"error: `lambda_timeout` cannot be 1.5 seconds

 --> .chalice/config.json:3:21
  |
3 |   "lambda_timeout": 1.5
  |                     ^^^

hint: give a whole number from 1 to 900
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn logs_are_kept_for_the_days_that_cloudwatch_takes() {
    let config = r#"{
  "app_name": "todo",
  "log_retention_in_days": 8
}
"#;
    let shown = r#"error: `log_retention_in_days` cannot be 8 days

 --> .chalice/config.json:3:28
  |
3 |   "log_retention_in_days": 8
  |                            ^

hint: CloudWatch Logs takes 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_compression_size_has_a_range() {
    let config = r#"{
  "app_name": "todo",
  "minimum_compression_size": 10485761
}
"#;
    let shown = r#"error: `minimum_compression_size` cannot be 10485761 bytes

 --> .chalice/config.json:3:31
  |
3 |   "minimum_compression_size": 10485761
  |                               ^^^^^^^^

hint: give a whole number from 0 to 10485760
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_reserved_concurrency_is_not_negative() {
    let config = r#"{
  "app_name": "todo",
  "reserved_concurrency": -1
}
"#;
    let shown = r#"error: `reserved_concurrency` cannot be -1 concurrent invocations

 --> .chalice/config.json:3:27
  |
3 |   "reserved_concurrency": -1
  |                           ^^

hint: give a whole number, 0 or more
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_value_of_the_environment_is_a_string() {
    let config = r#"{
  "app_name": "todo",
  "environment_variables": {"PORT": 8080}
}
"#;
    let shown = r#"error: `PORT` is a string, got a number

 --> .chalice/config.json:3:37
  |
3 |   "environment_variables": {"PORT": 8080}
  |                                     ^^^^

hint: write `"8080"`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_tag_is_a_string() {
    let config = r#"{
  "app_name": "todo",
  "stages": {"dev": {"tags": {"billed": true}}}
}
"#;
    let shown = r#"error: `billed` is a string, got `true`

 --> .chalice/config.json:3:41
  |
3 |   "stages": {"dev": {"tags": {"billed": true}}}
  |                                         ^^^^

hint: write `"true"`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_variable_has_a_name_that_lambda_takes() {
    let config = r#"{
  "app_name": "todo",
  "environment_variables": {"MY-TABLE": "t"}
}
"#;
    let shown = r#"error: `MY-TABLE` cannot be the name of an environment variable

 --> .chalice/config.json:3:29
  |
3 |   "environment_variables": {"MY-TABLE": "t"}
  |                             ^^^^^^^^^^

hint: start with a letter, go on with letters, digits and `_`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_variable_that_lambda_sets_is_reserved() {
    let config = r#"{
  "app_name": "todo",
  "environment_variables": {"AWS_REGION": "eu-west-1"}
}
"#;
    let shown = r#"error: `AWS_REGION` is a variable that Lambda sets itself

 --> .chalice/config.json:3:29
  |
3 |   "environment_variables": {"AWS_REGION": "eu-west-1"}
  |                             ^^^^^^^^^^^^

hint: give it another name
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_variable_stands_once() {
    let config = r#"{
  "app_name": "todo",
  "environment_variables": {"A": "1", "A": "2"}
}
"#;
    let shown = r#"error: `A` stands twice in the same object

 --> .chalice/config.json:3:39
  |
3 |   "environment_variables": {"A": "1", "A": "2"}
  |                             ---       ^^^
  |                             |
  |                             first here

hint: remove one of the two
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_newer_version_is_refused() {
    let config = r#"{
  "version": "3.0",
  "app_name": "todo"
}
"#;
    let shown = r#"error: version `3.0` is newer than 2.0, the latest

 --> .chalice/config.json:2:14
  |
2 |   "version": "3.0",
  |              ^^^^^

hint: write `"version": "2.0"`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_version_is_a_number() {
    let config = r#"{
  "version": "two",
  "app_name": "todo"
}
"#;
    let shown = r#"error: `version` is a number such as 2.0, got `two`

 --> .chalice/config.json:2:14
  |
2 |   "version": "two",
  |              ^^^^^

hint: write `"version": "2.0"`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn an_app_name_has_the_characters_of_names_on_aws() {
    let config = r#"{"app_name": "my app"}
"#;
    let shown = r#"error: `app_name` cannot be `my app`: names on AWS have no spaces

 --> .chalice/config.json:1:14
  |
1 | {"app_name": "my app"}
  |              ^^^^^^^^

hint: use letters, digits, `-` and `_`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn an_app_name_is_not_empty() {
    let config = r#"{"app_name": ""}
"#;
    let shown = r#"error: `app_name` is empty

 --> .chalice/config.json:1:14
  |
1 | {"app_name": ""}
  |              ^^

hint: use letters, digits, `-` and `_`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn an_endpoint_type_is_one_of_three() {
    let config = r#"{
  "app_name": "todo",
  "api_gateway_endpoint_type": "Regional"
}
"#;
    let shown = r#"error: `api_gateway_endpoint_type` cannot be `Regional`

 --> .chalice/config.json:3:32
  |
3 |   "api_gateway_endpoint_type": "Regional"
  |                                ^^^^^^^^^^

hint: did you mean `REGIONAL`? There are `EDGE`, `REGIONAL` and `PRIVATE`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn an_architecture_is_one_of_two() {
    let config = r#"{
  "app_name": "todo",
  "lambda_architecture": "riscv"
}
"#;
    let shown = r#"error: `lambda_architecture` cannot be `riscv`

 --> .chalice/config.json:3:26
  |
3 |   "lambda_architecture": "riscv"
  |                          ^^^^^^^

hint: choose `x86_64` or `arm64`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_builder_is_one_of_four() {
    let config = r#"{
  "app_name": "todo",
  "build": {"builder": "zig"}
}
"#;
    let shown = r#"error: `builder` cannot be `zig`

 --> .chalice/config.json:3:24
  |
3 |   "build": {"builder": "zig"}
  |                        ^^^^^

hint: choose `auto`, `cargo`, `zigbuild` or `cross`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_role_is_an_arn() {
    let config = r#"{
  "app_name": "todo",
  "iam_role_arn": "my-role"
}
"#;
    let shown = r#"error: `iam_role_arn` is the ARN of a role, got `my-role`

 --> .chalice/config.json:3:19
  |
3 |   "iam_role_arn": "my-role"
  |                   ^^^^^^^^^

hint: a role's ARN looks like `arn:aws:iam::123456789012:role/my-role`
"#;
    assert_eq!(failure(config), shown);
}

#[test]
fn a_statement_says_what_it_allows() {
    let config = r#"{
  "app_name": "todo",
  "iam": {
    "statements": [
      {"Effect": "Allow", "Resource": "*"},
      {"Effect": "allow", "Action": "*", "Resource": "*"},
      {"Effect": "Deny", "Action": "*", "NotAction": "*", "Resource": "*"},
      {"Effect": "Deny", "Action": "*", "Resource": "*", "NotResource": "*"},
      "s3:*"
    ]
  }
}
"#;
    let shown = r#"error: 5 problems in `.chalice/config.json`

the IAM statement has no `Action`
 --> .chalice/config.json:5:7
  |
5 |       {"Effect": "Allow", "Resource": "*"},
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
hint: a statement looks like `{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}`

the `Effect` of an IAM statement is `Allow` or `Deny`, got `allow`
 --> .chalice/config.json:6:7
  |
6 |       {"Effect": "allow", "Action": "*", "Resource": "*"},
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
hint: a statement looks like `{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}`

the IAM statement has both `Action` and `NotAction`
 --> .chalice/config.json:7:7
  |
7 |       {"Effect": "Deny", "Action": "*", "NotAction": "*", "Resource": "*"},
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
hint: a statement looks like `{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}`

the IAM statement has both `Resource` and `NotResource`
 --> .chalice/config.json:8:7
  |
8 |       {"Effect": "Deny", "Action": "*", "Resource": "*", "NotResource": "*"},
  |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
hint: a statement looks like `{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}`

an IAM statement is an object, got a string
 --> .chalice/config.json:9:7
  |
9 |       "s3:*"
  |       ^^^^^^
hint: a statement looks like `{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}`
"#;
    assert_eq!(failure(config), shown);
}
