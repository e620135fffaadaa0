//! Services whose actions the user refuses with an empty list.

use super::{Config, statements};
use serde_json::json;

#[test]
fn an_empty_list_grants_nothing_of_its_service_and_a_note_says_so() {
    let config = Config {
        resources: &[("dynamodb", &["table/t"]), ("kms", &[]), ("secretsmanager", &[]), ("sts", &[])],
        sdk_users: Some(&["aws-sdk-sts"]),
        ..Config::default()
    };
    let operations =
        ["dynamodb/get_item", "rdsdata/execute_statement", "sts/assume_role", "sts/get_caller_identity"];
    let policy = config.policy(&operations);
    let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/t";
    assert_eq!(
        statements(&policy),
        json!([
            {"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": [table]},
            {"Effect": "Allow", "Action": ["rds-data:ExecuteStatement"], "Resource": "*"},
        ])
    );
    assert_eq!(
        policy.notes,
        [
            "the policy leaves out `secretsmanager:GetSecretValue` and `sts:AssumeRole`, as `iam.resources` in \
          .chalice/config.json has an empty list for `secretsmanager` and `sts`"
        ]
    );
    let expected = "\
ACTIONS                    OPERATION          CRATE                   MARKS  NOTE
dynamodb:GetItem           GetItem            aws-sdk-dynamodb 1.2.3  path
rds-data:ExecuteStatement  ExecuteStatement   aws-sdk-rdsdata 1.2.3   path   not granted: secretsmanager:GetSecretValue, refused by an empty list in `iam.resources`
(none)                     AssumeRole         aws-sdk-sts 1.2.3       path   not granted: sts:AssumeRole, refused by an empty list in `iam.resources`
(none)                     GetCallerIdentity  aws-sdk-sts 1.2.3       path   needs no permission
";
    assert_eq!(crate::policy::table(&policy.rows), expected);
}

#[test]
fn a_program_that_may_call_sts_for_other_things_is_told_how_to_refuse_roles() {
    let of_crate = Config { sdk_users: Some(&["aws-sdk-sts"]), ..Config::default() };
    let told = "aws-config links `sts:AssumeRole` into every program; as this one calls STS, it may assume roles itself \
                too: if it does not, add `\"sts\": []` to `iam.resources` in .chalice/config.json";
    let warnings = of_crate.policy(&["sts/assume_role", "sts/get_caller_identity"]).warnings;
    assert_eq!(warnings.last().map(String::as_str), Some(told));
    let named = Config { resources: &[("sts", &["role/other"])], ..of_crate };
    assert_eq!(named.policy(&["sts/assume_role", "sts/get_caller_identity"]).warnings, Vec::<String>::new());
}
