//! The lines that a warning says to add, and what comes of them.

use super::{Config, statements};
use serde_json::{Value as Json, json};

const VARIABLES: &[(&str, &str)] =
    &[("DB_PARAMETER", "/app/db/url"), ("DB_SECRET", "prod/db"), ("KMS_KEY_ALIAS", "alias/app")];

#[test]
fn the_lines_have_what_the_arn_has_around_the_variable() {
    let config = Config { variables: VARIABLES, ..Config::default() };
    let policy = config.policy(&["kms/decrypt", "secretsmanager/get_secret_value", "ssm/get_parameter"]);
    assert_eq!(
        policy.warnings[0],
        r#"the policy allows `kms`, `secretsmanager` and `ssm` on every resource, as nothing in .chalice/config.json names the program's; add to stage `dev`, names put right:

    "iam": {
      "resources": {
        "kms": ["${KMS_KEY_ALIAS}"],
        "secretsmanager": ["secret:${DB_SECRET}-??????"],
        "ssm": ["parameter${DB_PARAMETER}"]
      }
    }
"#
    );
}

#[test]
fn the_lines_followed_are_the_programs_resources() {
    let resources: &[(&str, &[&str])] = &[
        ("kms", &["alias/app"]),
        ("secretsmanager", &["secret:prod/db-??????"]),
        ("ssm", &["parameter/app/db/url"]),
    ];
    let policy = Config { resources, variables: VARIABLES, ..Config::default() }
        .policy(&["secretsmanager/get_secret_value", "ssm/get_parameter"]);
    assert_eq!(policy.warnings, Vec::<String>::new());
    let through = |service: &str| -> Json {
        json!({
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": ["arn:aws:kms:eu-west-1:123456789012:key/*"],
            "Condition": {
                "StringLike": {"kms:ViaService": format!("{service}.eu-west-1.amazonaws.com")},
                "ForAnyValue:StringEquals": {"kms:ResourceAliases": ["alias/app"]},
            },
        })
    };
    assert_eq!(
        statements(&policy),
        json!([
            {
                "Effect": "Allow",
                "Action": ["secretsmanager:GetSecretValue"],
                "Resource": ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-??????"],
            },
            {
                "Effect": "Allow",
                "Action": ["ssm:GetParameter"],
                "Resource": ["arn:aws:ssm:eu-west-1:123456789012:parameter/app/db/url"],
            },
            through("secretsmanager"),
            through("ssm"),
        ])
    );
}

#[test]
fn a_variable_that_is_about_a_key_is_hinted_at_as_what_it_holds() {
    let hint = |name: &str, value: &str| {
        let config =
            Config { resources: &[("s3", &["b", "b/*"])], variables: &[(name, value)], ..Config::default() };
        config.policy(&["s3/put_object"]).warnings
    };
    let expected = |variable: &str, key: &str| {
        format!(
            "the variable `{variable}` of stage `dev` is about a KMS key: if `s3` is encrypted with it, add \
             `\"kms\": [\"{key}\"]` to `iam.resources`, and the policy lets the program use it through them"
        )
    };
    let rows = [
        ("KMS_KEY_ALIAS", "alias/app", "${KMS_KEY_ALIAS}"),
        ("KMS_KEY_ALIAS", "app", "alias/${KMS_KEY_ALIAS}"),
        ("KMS_KEY_ID", "1234abcd-12ab-34cd-56ef-1234567890ab", "key/${KMS_KEY_ID}"),
        ("KEY", "arn:aws:kms:eu-west-1:123456789012:key/ab-12", "${KEY}"),
    ];
    for (variable, value, key) in rows {
        assert_eq!(hint(variable, value), [expected(variable, key)]);
    }
}
