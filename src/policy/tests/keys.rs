//! What a program's policy has for keys of KMS.

use super::{Config, statements};
use serde_json::{Value as Json, json};

#[test]
fn a_key_is_granted_through_the_services_that_use_it() {
    let noted =
        Config::default().policy(&["s3/put_object", "sqs/send_message", "cloudwatch/put_metric_data"]).notes;
    assert_eq!(
        noted,
        [
            "where a KMS key of yours encrypts what `s3` or `sqs` holds, the program needs the key too: name it under \
          `iam.resources` in .chalice/config.json, as in `\"kms\": [\"key/ID\"]`"
        ]
    );
    let hinted = Config { variables: &[("KMS_KEY_ID", "ab-12")], ..Config::default() };
    assert_eq!(hinted.policy(&["s3/put_object"]).notes, Vec::<String>::new());
    let warnings = hinted.policy(&["s3/put_object"]).warnings;
    assert!(
        warnings.iter().any(|warning| warning.contains(r#""kms": ["key/${KMS_KEY_ID}"]"#)),
        "{warnings:?}"
    );
    let config = Config { resources: &[("kms", &["key/ab-12"]), ("s3", &["b", "b/*"])], ..Config::default() };
    assert_eq!(config.policy(&["s3/put_object"]).notes, Vec::<String>::new());
    assert_eq!(
        statements(&config.policy(&["s3/put_object"]))[1],
        json!({
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": ["arn:aws:kms:eu-west-1:123456789012:key/ab-12"],
            "Condition": {"StringLike": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
        })
    );
}

const OBJECTS: (&str, &[&str]) = ("s3", &["b", "b/*"]);

/// The statements on keys, where nothing is warned of.
fn on_keys(keys: &[&str], operations: &[&str]) -> Vec<Json> {
    let policy = Config { resources: &[("kms", keys), OBJECTS], ..Config::default() }.policy(operations);
    assert_eq!(policy.warnings, Vec::<String>::new());
    let is_of_keys = |statement: &Json| statement["Action"].to_string().contains("kms:");
    statements(&policy)
        .as_array()
        .unwrap()
        .iter()
        .filter(|statement| is_of_keys(statement))
        .cloned()
        .collect()
}

#[test]
fn a_key_that_is_named_by_its_alias_is_any_key_that_has_it() {
    let every = "arn:aws:kms:eu-west-1:123456789012:key/*";
    let through_s3 = |key: &str, condition: Json| {
        json!({
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": [key],
            "Condition": condition,
        })
    };
    let via = json!({"kms:ViaService": "s3.eu-west-1.amazonaws.com"});
    let of = |keys: &[&str]| on_keys(keys, &["s3/put_object"]);
    let equals = |aliases: &[&str]| json!({"StringLike": via, "ForAnyValue:StringEquals": {"kms:ResourceAliases": aliases}});
    assert_eq!(of(&["alias/app", "alias/web"]), [through_s3(every, equals(&["alias/app", "alias/web"]))]);
    let like = json!({"StringLike": via, "ForAnyValue:StringLike": {"kms:ResourceAliases": ["alias/app-*"]}});
    assert_eq!(of(&["alias/app-*"]), [through_s3(every, like)]);
    assert_eq!(
        of(&["arn:aws:kms:eu-west-1:210987654321:alias/app"]),
        [through_s3("arn:aws:kms:eu-west-1:210987654321:key/*", equals(&["alias/app"]))]
    );
    let key = "arn:aws:kms:eu-west-1:123456789012:key/ab-12";
    assert_eq!(
        of(&["alias/app", "key/ab-12"]),
        [through_s3(key, json!({"StringLike": via})), through_s3(every, equals(&["alias/app"]))]
    );
}

#[test]
fn a_service_calls_kms_in_the_region_of_the_key() {
    let via = |region: &str| {
        let key = format!("arn:aws:kms:{region}:123456789012:key/ab-12");
        let statements = on_keys(&[&key], &["s3/get_object"]);
        assert_eq!(statements[0]["Resource"], json!([key]));
        statements[0]["Condition"].clone()
    };
    let through_s3 =
        |region: &str| json!({"StringLike": {"kms:ViaService": format!("s3.{region}.amazonaws.com")}});
    assert_eq!(via("us-east-1"), through_s3("us-east-1"));
    assert_eq!(via("*"), through_s3("*"));
    let both = ["arn:aws:kms:us-east-1:123456789012:key/ab-12", "key/cd-34"];
    let conditions: Vec<Json> =
        on_keys(&both, &["s3/get_object"]).iter().map(|statement| statement["Condition"].clone()).collect();
    assert_eq!(conditions, [through_s3("eu-west-1"), through_s3("us-east-1")]);
}

#[test]
fn a_service_may_do_with_a_key_what_its_calls_take() {
    let of = |operations: &[&str]| -> Vec<Json> {
        let resources: &[(&str, &[&str])] = &[
            ("dynamodb", &["table/t"]),
            ("kms", &["key/ab-12"]),
            ("sqs", &["q"]),
            ("ssm", &["parameter/p"]),
            OBJECTS,
        ];
        let policy = Config { resources, ..Config::default() }.policy(operations);
        assert_eq!(policy.warnings, Vec::<String>::new());
        let all = statements(&policy);
        let on_key = all.as_array().unwrap().iter().filter(|statement| statement.get("Condition").is_some());
        on_key.map(|statement| statement["Action"].clone()).collect()
    };
    let reads = ["dynamodb/query", "s3/get_object", "sqs/receive_message", "sqs/delete_message"];
    assert_eq!(of(&reads), vec![json!(["kms:Decrypt"]); 3]);
    let (write, parameter) = (
        json!(["kms:Decrypt", "kms:GenerateDataKey"]),
        json!(["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]),
    );
    assert_eq!(of(&["s3/upload_part", "ssm/put_parameter"]), [write, parameter]);
}

#[test]
fn a_call_to_kms_itself_is_on_the_same_keys() {
    let key = "arn:aws:kms:eu-west-1:123456789012:key";
    let by_alias = json!({"ForAnyValue:StringEquals": {"kms:ResourceAliases": ["alias/app"]}});
    assert_eq!(
        on_keys(&["alias/app", "key/ab-12"], &["kms/decrypt"]),
        [
            json!({"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": [format!("{key}/ab-12")]}),
            json!({
                "Effect": "Allow",
                "Action": ["kms:Decrypt"],
                "Resource": [format!("{key}/*")],
                "Condition": by_alias,
            }),
        ]
    );
    assert_eq!(
        on_keys(&["alias/app"], &["kms/delete_alias"]),
        [
            json!({
                "Effect": "Allow",
                "Action": ["kms:DeleteAlias"],
                "Resource": ["arn:aws:kms:eu-west-1:123456789012:alias/app"],
            }),
            json!({
                "Effect": "Allow",
                "Action": ["kms:DeleteAlias"],
                "Resource": [format!("{key}/*")],
                "Condition": by_alias,
            }),
        ]
    );
}

#[test]
fn what_is_no_key_is_granted_to_no_service() {
    let config = Config { resources: &[("kms", &["ab-12"]), OBJECTS], ..Config::default() };
    let policy = config.policy(&["s3/put_object"]);
    assert_eq!(
        statements(&policy),
        json!([{"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": ["arn:aws:s3:::b/*"]}])
    );
}
