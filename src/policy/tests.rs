//! The whole way from a binary's marks to a policy. Real binaries are for `tests/cli/policy`.

mod beside;
mod guessed;
mod hints;
mod keys;
mod refused;
mod scopes;

use super::actions::{needed, service_names};
use super::binary::Binary;
use super::operations::{Operation, Operations, operations};
use super::{Policy, Wanted, of_binary};
use crate::model::{Location, Render, Value};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// What stands in the constants of a program that calls these operations, `dynamodb/get_item`.
fn constants(operations: &[&str]) -> Vec<u8> {
    let path = |operation: &&str| {
        let (service, module) = operation.split_once('/').unwrap();
        format!("/home/u/.cargo/registry/src/i/aws-sdk-{service}-1.2.3/src/operation/{module}.rs")
    };
    operations.iter().map(path).collect::<String>().into_bytes()
}

fn read(constants: &[u8], symbols: Option<&[u8]>) -> Operations {
    operations(&Binary { symbols, constants: vec![constants] })
}

fn names(operations: &Operations) -> Vec<String> {
    operations.found.keys().map(|operation| format!("{}/{}", operation.service, operation.module)).collect()
}

#[derive(Default)]
struct Config<'a> {
    resources: &'a [(&'a str, &'a [&'a str])],
    variables: &'a [(&'a str, &'a str)],
    statements: &'a [Json],
    sdk_users: Option<&'a [&'a str]>,
}

impl Config<'_> {
    fn policy(&self, operations: &[&str]) -> Policy {
        self.policy_of(&constants(operations))
    }

    fn policy_of(&self, constants: &[u8]) -> Policy {
        let texts = |list: &&[&str]| list.iter().map(|text| (*text).to_owned()).collect::<BTreeSet<String>>();
        let resources =
            self.resources.iter().map(|(service, names)| ((*service).to_owned(), texts(names))).collect();
        let variables: BTreeMap<String, String> =
            self.variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let wanted = Wanted {
            stage: "dev",
            resources: &resources,
            variables: &variables,
            statements: self.statements,
            others: &[],
        };
        let sdk_users = self.sdk_users.as_ref().map(texts);
        of_binary(&Binary { symbols: None, constants: vec![constants] }, sdk_users.as_ref(), &wanted)
    }
}

struct Here;

impl Render for Here {
    fn value(&self, value: &Value) -> Option<Json> {
        Some(Json::String(match value {
            Value::Known(text) => text.clone(),
            Value::Location(Location::Partition) => "aws".to_owned(),
            Value::Location(Location::Region) => "eu-west-1".to_owned(),
            Value::Location(Location::Account) => "123456789012".to_owned(),
            Value::Joined(parts) => {
                parts.iter().map(|part| self.value(part).unwrap().as_str().unwrap().to_owned()).collect()
            }
            Value::Output(..) => return None,
        }))
    }
}

fn statements(policy: &Policy) -> Json {
    policy.statements.iter().map(|statement| Here.tree(statement).unwrap()).collect()
}

#[test]
fn a_path_names_the_operation_wherever_the_sdk_was_built() {
    let found = |text: &str| names(&read(text.as_bytes(), None));
    let expected = ["dynamodb/get_item"];
    assert_eq!(
        found("/home/u/.cargo/registry/src/i-1/aws-sdk-dynamodb-1.136.0/src/operation/get_item.rs"),
        expected
    );
    assert_eq!(found(r"C:\Users\u\.cargo\aws-sdk-dynamodb-1.136.0\src\operation\get_item.rs"), expected);
    assert_eq!(found("/app/vendor/aws-sdk-dynamodb/src/operation/get_item.rsand what follows"), expected);
    assert_eq!(
        found("/home/u/.cargo/git/checkouts/aws-sdk-rust-c1b/0a1/sdk/dynamodb/src/operation/get_item.rs"),
        expected
    );
    let versions = |text: &str| read(text.as_bytes(), None).found.into_values().next().unwrap().versions;
    assert_eq!(
        versions("/x/aws-sdk-s3-1.2.0-rc.1/src/operation/get_object.rs"),
        ["1.2.0-rc.1".to_owned()].into()
    );
}

#[test]
fn what_only_looks_like_a_mark_is_none() {
    let nothing: [&str; 5] = [
        "/x/aws-sdk-dynamodb-1.136.0/src/operation/get_item/builders.rs",
        "/x/my-crate-1.0.0/src/operation/get_item.rs",
        "/builds/sdk/dynamodb/src/operation/get_item.rs",
        "/x/aws-sdk-dynamodb-1.136.0/src/operation/.rs",
        "aws-sdk-dynamodb-1.136.0/src/operation/get_item.rs",
    ];
    for text in nothing {
        assert_eq!(names(&read(text.as_bytes(), None)), Vec::<String>::new(), "{text}");
    }
    let symbols = [
        "_ZN122_$LT$aws_sdk_s3..config..ServiceRuntimePlugin$u20$as$u20$aws_smithy_runtime_api..client..runtime_plugin\
         ..RuntimePlugin$GT$6config17hae45caa4ba05dc83E",
        "_ZN16aws_sdk_dynamodb9operation8get_item7GetItem11orchestrate17hae45caa4ba05dc83E",
    ];
    assert_eq!(names(&read(b"", Some(symbols.join("\0").as_bytes()))), Vec::<String>::new());
}

#[test]
fn a_symbol_names_the_operation_in_both_ways_of_mangling() {
    let legacy = "_ZN128_$LT$aws_sdk_dynamodb..operation..get_item..GetItem$u20$as$u20$aws_smithy_runtime_api..client..\
                  runtime_plugin..RuntimePlugin$GT$6config17hdaae22bb6270d73aE";
    let v0 = "_RNvXs_NtNtCs5FgtuKUp63j_16aws_sdk_dynamodb9operation8get_itemNtB4_7GetItemNtNtNtCs2Exvol4bmGa_22\
              aws_smithy_runtime_api6client14runtime_plugin13RuntimePlugin6config";
    for symbol in [legacy, v0] {
        let names_of_symbols = format!("\0main\0{symbol}\0printf\0");
        let found = read(b"", Some(names_of_symbols.as_bytes()));
        assert_eq!(names(&found), ["dynamodb/get_item"], "{symbol}");
    }
}

#[test]
fn a_mark_without_the_other_is_warned_of_where_both_could_be_there() {
    let path = constants(&["dynamodb/get_item"]);
    assert_eq!(read(&path, None).disagreeing(), Vec::<&Operation>::new());
    assert_eq!(read(&path, Some(b"\0main\0")).disagreeing(), [&Operation::new("dynamodb", "get_item")]);
}

#[test]
fn a_binary_that_was_stripped_of_both_marks_is_warned_of() {
    let policy = Config::default().policy_of(b"amz-sdk-invocation-id");
    assert!(policy.statements.is_empty());
    assert!(
        policy.warnings[0].starts_with("the bootstrap holds the AWS SDK, but was stripped"),
        "{policy:?}"
    );
    assert_eq!(Config::default().policy_of(b"no sdk").warnings, Vec::<String>::new());
}

#[test]
fn what_the_sdk_does_for_itself_is_not_granted() {
    let chain = ["sso/get_role_credentials", "ssooidc/create_token", "sts/assume_role", "s3/create_session"];
    let policy = Config::default().policy(&chain);
    assert_eq!(statements(&policy), json!([]));
    assert_eq!(policy.rows.iter().filter(|row| row.dropped.is_some()).count(), 4);
}

#[test]
fn a_role_that_the_program_itself_assumes_is_granted() {
    let of_crate = Config { sdk_users: Some(&["aws-sdk-sts"]), ..Config::default() };
    let provider =
        [&constants(&["sts/assume_role"])[..], b"/x/aws-config-1.13.0/src/sts/assume_role.rs"].concat();
    let role = Config { resources: &[("sts", &["role/other"])], ..Config::default() };
    let expected = json!([{
        "Effect": "Allow",
        "Action": ["sts:AssumeRole"],
        "Resource": ["arn:aws:iam::123456789012:role/other"],
    }]);
    assert_eq!(statements(&role.policy_of(&provider)), expected);
    assert_eq!(statements(&of_crate.policy(&["sts/assume_role"]))[0]["Action"], json!(["sts:AssumeRole"]));
    let not_used = Config { sdk_users: Some(&["aws-sdk-s3"]), ..Config::default() };
    assert_eq!(statements(&not_used.policy(&["sts/assume_role"])), json!([]));
}

#[test]
fn actions_stand_on_the_resources_of_their_types_and_apart_where_they_know_none() {
    let config = Config {
        resources: &[
            ("dynamodb", &["table/orders", "table/orders/index/*"]),
            ("s3", &["uploads", "uploads/*"]),
            ("cloudwatchlogs", &["log-group:audit:*"]),
        ],
        ..Config::default()
    };
    let operations = [
        "cloudwatch/put_metric_data",
        "cloudwatchlogs/put_log_events",
        "dynamodb/get_item",
        "dynamodb/list_tables",
        "dynamodb/query",
        "s3/get_object",
        "s3/list_objects_v2",
    ];
    let policy = config.policy(&operations);
    assert_eq!(policy.warnings, Vec::<String>::new());
    let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders";
    assert_eq!(
        statements(&policy),
        json!([
            {"Effect": "Allow", "Action": ["cloudwatch:PutMetricData"], "Resource": "*"},
            {"Effect": "Allow", "Action": ["dynamodb:ListTables"], "Resource": "*"},
            {"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": [table]},
            {"Effect": "Allow", "Action": ["dynamodb:Query"], "Resource": [table, format!("{table}/index/*")]},
            {
                "Effect": "Allow",
                "Action": ["logs:PutLogEvents"],
                "Resource": ["arn:aws:logs:eu-west-1:123456789012:log-group:audit:*"],
            },
            {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::uploads"]},
            {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::uploads/*"]},
        ])
    );
}

#[test]
fn a_service_without_a_scope_is_granted_on_everything_with_one_warning_and_the_lines_to_add() {
    let config = Config { variables: &[("TABLE_NAME", "orders"), ("QUEUE", "q")], ..Config::default() };
    let policy = config.policy(&["dynamodb/get_item", "dynamodb/query", "sqs/send_message"]);
    let everything = json!([
        {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": "*"},
        {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": "*"},
    ]);
    assert_eq!(statements(&policy), everything);
    assert_eq!(
        policy.warnings,
        [
            "the policy allows `dynamodb` and `sqs` on every resource, as nothing in .chalice/config.json names the \
          program's; add to stage `dev`, names put right:\n\n    \
          \"iam\": {\n      \"resources\": {\n        \
          \"dynamodb\": [\"table/${TABLE_NAME}\", \"table/${TABLE_NAME}/index/*\"],\n        \
          \"sqs\": [\"${QUEUE}\"]\n      }\n    }\n"
        ]
    );
}

#[test]
fn the_connections_of_web_socket_clients_are_those_of_the_account_unless_an_api_is_named() {
    let operation = ["apigatewaymanagement/post_to_connection"];
    let granted_on = |resources: &[(&str, &[&str])]| {
        let policy = Config { resources, ..Config::default() }.policy(&operation);
        assert_eq!(policy.warnings, Vec::<String>::new());
        statements(&policy)
    };
    let on = |resource: &str| {
        let resource = format!("arn:aws:execute-api:eu-west-1:123456789012:{resource}");
        json!([{"Effect": "Allow", "Action": ["execute-api:ManageConnections"], "Resource": [resource]}])
    };
    assert_eq!(granted_on(&[]), on("*/*/*/@connections/*"));
    let named = "a1b2c3/api/POST/@connections/*";
    assert_eq!(granted_on(&[("execute-api", &[named])]), on(named));
}

#[test]
fn a_call_that_hands_over_a_role_says_so_until_a_statement_allows_it() {
    let ask = Config::default().policy(&["scheduler/create_schedule"]);
    assert!(ask.warnings.iter().any(|warning| warning.contains("`iam:PassRole`")), "{ask:?}");
    let statement =
        json!({"Effect": "Allow", "Action": ["iam:PassRole"], "Resource": ["arn:aws:iam::1:role/r"]});
    let allowed = Config { statements: &[statement], ..Config::default() };
    let warnings = allowed.policy(&["scheduler/create_schedule"]).warnings;
    assert!(!warnings.iter().any(|warning| warning.contains("PassRole")), "{warnings:?}");
}

#[test]
fn other_ways_to_aws_are_named_with_the_statement_to_add() {
    let warnings = |text: &str| Config::default().policy_of(text.as_bytes()).warnings;
    let object_store = warnings("/home/u/.cargo/registry/src/i/object_store-0.12.4/src/aws/client.rs");
    assert!(object_store[0].contains("through object_store"), "{object_store:?}");
    assert!(object_store[0].contains(r#""s3:ListBucket", "s3:PutObject"]"#), "{object_store:?}");
    assert_eq!(warnings("/x/object_store-0.12.4/src/memory.rs"), Vec::<String>::new());
    let rows = [
        ("GET /secretsmanager/get?secretId=", "secretsmanager:GetSecretValue"),
        ("GET /systemsmanager/parameters/get?name=", "ssm:GetParameter"),
        ("/x/aws-sdk-rds-1.2.3/src/auth_token.rs", "rds-db:connect"),
        ("/x/aws-sdk-dsql-1.2.3/src/auth_token.rs", "dsql:DbConnect"),
        (r"C:\x\rust-s3-0.37.0\src\bucket.rs", "through rust-s3"),
        ("/app/vendor/rust-s3/src/bucket.rs", "through rust-s3"),
        ("/x/opendal-0.54.1/src/services/s3/core.rs", "through opendal"),
        ("/x/opendal-service-s3-0.55.0/src/core.rs", "through opendal"),
        ("/x/rusoto_core-0.48.0/src/client.rs", "through rusoto"),
        ("/x/aws-sign-v4-0.3.0/src/lib.rs", "through aws-sign-v4"),
        ("/x/reqsign-0.16.5/src/aws/v4.rs", "through reqsign"),
        ("/x/reqsign-aws-v4-1.0.0/src/sign_request.rs", "through reqsign"),
    ];
    for (text, named) in rows {
        assert!(warnings(text)[0].contains(named), "{text}: {:?}", warnings(text));
    }
    assert_eq!(
        warnings("/x/trust-s3-1.0.0/src/a.rs /x/rust-s3-tools-1.0.0/src/a.rs rust-s3"),
        Vec::<String>::new()
    );
}

#[test]
fn a_program_signs_requests_itself_where_nothing_else_in_it_does_or_it_depends_on_the_sdks_signer() {
    let names_it = |text: &str, config: &Config| {
        config.policy_of(text.as_bytes()).warnings.iter().any(|warning| warning.contains("signs itself"))
    };
    let (alone, with_sdk) = ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 amz-sdk-invocation-id");
    let known = "AWS4-HMAC-SHA256 /x/object_store-0.14.2/src/aws/client.rs";
    let signer = Config { sdk_users: Some(&["aws-sigv4"]), ..Config::default() };
    assert!(names_it(alone, &Config::default()) && names_it(with_sdk, &signer));
    assert!(!names_it(with_sdk, &Config::default()) && !names_it(known, &Config::default()));
    assert!(!names_it("no signature", &signer));
}

#[test]
fn the_same_input_gives_the_same_policy() {
    let operations = ["s3/put_object", "dynamodb/query", "sqs/send_message", "dynamodb/get_item"];
    let mut others = operations;
    others.reverse();
    let config = Config { resources: &[("s3", &["b/*", "a/*"])], ..Config::default() };
    let (one, other) = (config.policy(&operations), config.policy(&others));
    assert_eq!(statements(&one).to_string(), statements(&other).to_string());
    assert_eq!(one.warnings, other.warnings);
}

#[test]
fn the_famous_exceptions_are_in_the_table() {
    let cases: [(&str, &str); 36] = [
        ("s3/list_objects_v2", "s3:ListBucket"),
        ("s3/list_objects", "s3:ListBucket"),
        ("s3/head_bucket", "s3:ListBucket"),
        ("s3/head_object", "s3:GetObject"),
        ("s3/list_buckets", "s3:ListAllMyBuckets"),
        ("s3/upload_part", "s3:PutObject"),
        ("s3/create_multipart_upload", "s3:PutObject"),
        ("s3/delete_objects", "s3:DeleteObject"),
        ("s3/copy_object", "s3:GetObject s3:GetObjectTagging s3:PutObject s3:PutObjectTagging"),
        ("s3/get_bucket_lifecycle_configuration", "s3:GetLifecycleConfiguration"),
        ("s3/delete_bucket_cors", "s3:PutBucketCORS"),
        ("s3/write_get_object_response", "s3-object-lambda:WriteGetObjectResponse"),
        ("lambda/invoke", "lambda:InvokeFunction"),
        ("lambda/invoke_with_response_stream", "lambda:InvokeFunction"),
        ("dynamodb/batch_get_item", "dynamodb:BatchGetItem"),
        ("dynamodb/transact_get_items", "dynamodb:GetItem"),
        (
            "dynamodb/transact_write_items",
            "dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem dynamodb:ConditionCheckItem",
        ),
        (
            "dynamodb/execute_statement",
            "dynamodb:PartiQLSelect dynamodb:PartiQLInsert dynamodb:PartiQLUpdate dynamodb:PartiQLDelete",
        ),
        ("sqs/send_message_batch", "sqs:SendMessage"),
        ("sns/publish_batch", "sns:Publish"),
        ("kms/re_encrypt", "kms:ReEncryptFrom kms:ReEncryptTo"),
        ("bedrockruntime/converse_stream", "bedrock:InvokeModelWithResponseStream"),
        ("apigatewaymanagement/post_to_connection", "execute-api:ManageConnections"),
        ("rdsdata/execute_statement", "rds-data:ExecuteStatement secretsmanager:GetSecretValue"),
        (
            "secretsmanager/batch_get_secret_value",
            "secretsmanager:BatchGetSecretValue secretsmanager:GetSecretValue",
        ),
        ("sesv2/send_email", "ses:SendEmail ses:SendRawEmail ses:SendTemplatedEmail"),
        ("sesv2/send_bulk_email", "ses:SendBulkEmail ses:SendBulkTemplatedEmail"),
        (
            "sqs/start_message_move_task",
            "sqs:StartMessageMoveTask sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes sqs:SendMessage",
        ),
        ("cloudwatch/put_metric_data", "cloudwatch:PutMetricData"),
        ("cloudwatchlogs/put_log_events", "logs:PutLogEvents"),
        ("sfn/start_execution", "states:StartExecution"),
        ("eventbridge/put_events", "events:PutEvents"),
        ("rds/modify_db_cluster", "rds:ModifyDBCluster"),
        ("iotdataplane/publish", "iot:Publish"),
        ("sts/get_caller_identity", ""),
        ("cognitoidentityprovider/initiate_auth", ""),
    ];
    for (operation, expected) in cases {
        let (service, module) = operation.split_once('/').unwrap();
        let actions = needed(&Operation::new(service, module)).actions;
        assert_eq!(
            actions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            expected,
            "{operation}"
        );
    }
    let of_api_gateway = needed(&Operation::new("apigateway", "create_rest_api")).actions;
    assert_eq!(of_api_gateway[0].to_string(), "apigateway:POST");
}

#[test]
fn every_exception_is_in_the_table_as_it_is_written() {
    for row in include_str!("data/exceptions.tsv").lines().filter(|line| !line.starts_with('#')) {
        let [service, operation, actions, reason] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        assert!(!reason.is_empty(), "{row}");
        let found = needed(&Operation::new(service, &operation.to_lowercase())).actions;
        let name = |action: &str| action.split_once(':').map_or(action, |(_, name)| name).to_owned();
        let found: Vec<String> = found.iter().map(|action| action.name.clone()).collect();
        let expected: Vec<String> = actions.split(' ').filter(|action| *action != "-").map(name).collect();
        assert_eq!(found, expected, "{row}");
    }
}

#[test]
fn the_table_has_every_service_of_aws() {
    let table = include_str!("data/actions.tsv");
    assert!(table.lines().filter(|line| line.starts_with("crate\t")).count() >= 438);
    assert!(service_names().contains("dynamodb") && service_names().contains("cloudwatchlogs"));
}
