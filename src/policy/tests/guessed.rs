//! Operations that no list of IAM's actions has.

use super::{Config, statements};
use crate::policy::actions::needed;
use crate::policy::operations::Operation;
use serde_json::json;

fn actions(operation: &str) -> String {
    let (service, module) = operation.split_once('/').unwrap();
    let actions = needed(&Operation::new(service, module)).actions;
    actions.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

#[test]
fn services_whose_actions_are_not_called_as_their_operations_have_them_in_the_table() {
    let query = "neptune-db:ReadDataViaQuery neptune-db:WriteDataViaQuery neptune-db:DeleteDataViaQuery";
    let graph =
        "neptune-graph:ReadDataViaQuery neptune-graph:WriteDataViaQuery neptune-graph:DeleteDataViaQuery";
    let cases = [
        ("timestreamquery/query", "timestream:Select timestream:DescribeEndpoints"),
        ("keyspaces/get_table", "cassandra:Select"),
        ("keyspaces/create_keyspace", "cassandra:Create"),
        ("keyspaces/delete_type", "cassandra:Drop"),
        (
            "keyspaces/get_table_auto_scaling_settings",
            "application-autoscaling:DescribeScalableTargets application-autoscaling:DescribeScalingPolicies",
        ),
        ("budgets/describe_budget", "budgets:ViewBudget"),
        ("budgets/update_budget", "budgets:ModifyBudget"),
        ("neptunedata/execute_gremlin_query", query),
        ("neptunedata/execute_open_cypher_query", query),
        ("neptunedata/get_gremlin_query_status", "neptune-db:GetQueryStatus"),
        ("neptunegraph/execute_query", graph),
        ("databasemigration/describe_migration_projects", "dms:ListMigrationProjects"),
        ("verifiedpermissions/batch_is_authorized", "verifiedpermissions:IsAuthorized"),
        ("cloudsearchdomain/upload_documents", "cloudsearch:document"),
        ("securityhub/get_findings_v2", "securityhub:GetFindings"),
        ("s3control/get_bucket", "s3-outposts:GetBucket"),
        ("connectparticipant/send_message", ""),
        ("codecatalyst/get_project", ""),
        ("redshiftdata/get_statement_result_v2", "redshift-data:GetStatementResult"),
    ];
    for (operation, expected) in cases {
        assert_eq!(actions(operation), expected, "{operation}");
    }
}

#[test]
fn an_operation_of_a_service_that_nobody_knows_is_allowed_on_everything_with_a_warning() {
    let policy = Config::default().policy(&["qldbsession/send_command"]);
    let expected = json!([{"Effect": "Allow", "Action": ["qldbsession:SendCommand"], "Resource": "*"}]);
    assert_eq!(statements(&policy), expected);
    assert_eq!(
        policy.warnings,
        [
            "this rchalice does not know `aws-sdk-qldbsession`: the actions are taken to be called as the operations \
             are, and allowed on every resource; update rchalice, or check the policy with `rchalice gen-policy`"
        ]
    );
}

/// One that is more is an operation for `exceptions.tsv`, or one whose action has its name; then change the number.
#[test]
fn no_more_than_these_operations_are_without_an_action_that_is_known() {
    let table = include_str!("../data/actions.tsv");
    let unlisted = table.lines().filter_map(|line| line.strip_prefix("unlisted\t"));
    assert_eq!(unlisted.flat_map(|row| row.split(' ')).count(), 823);
}

#[test]
fn an_action_that_is_a_guess_is_granted_on_what_its_service_was_given_with_a_warning() {
    let config = Config { resources: &[("dynamodb", &["table/t"])], ..Config::default() };
    let policy = config.policy(&["dynamodb/brand_new_call", "dynamodb/get_item", "glue/get_glossary"]);
    let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/t";
    assert_eq!(
        statements(&policy),
        json!([
            {"Effect": "Allow", "Action": ["dynamodb:BrandNewCall", "dynamodb:GetItem"], "Resource": [table]},
            {"Effect": "Allow", "Action": ["glue:GetGlossary"], "Resource": "*"},
        ])
    );
    assert_eq!(
        policy.warnings,
        [
            "rchalice's list of IAM actions lacks 2 operations of the program: the policy allows a guess by the name:\n\n    \
          dynamodb:BrandNewCall  for BrandNewCall of aws-sdk-dynamodb, on what `iam.resources` names of dynamodb\n    \
          glue:GetGlossary  for GetGlossary of aws-sdk-glue, on every resource\n\n\
          where AWS refuses such a call, it names the action that is missing; add it to `iam.statements` in \
          .chalice/config.json:\n\n    \
          {\"Effect\": \"Allow\", \"Action\": [\"SERVICE:ACTION\"], \"Resource\": [\"RESOURCE\"]}\n"
        ]
    );
    let of_none = Config { resources: &[("dynamodb", &["orders"])], ..Config::default() };
    let warnings = of_none.policy(&["dynamodb/brand_new_call"]).warnings;
    let line = "    dynamodb:BrandNewCall  for BrandNewCall of aws-sdk-dynamodb, on every resource\n";
    assert!(warnings[1].contains(line), "{warnings:?}");
    let explained = crate::policy::table(&policy.rows);
    let expected = "\
ACTIONS                OPERATION     CRATE                   MARKS  NOTE
dynamodb:BrandNewCall  BrandNewCall  aws-sdk-dynamodb 1.2.3  path   a guess by the operation's name: no list of actions has it
dynamodb:GetItem       GetItem       aws-sdk-dynamodb 1.2.3  path
glue:GetGlossary       GetGlossary   aws-sdk-glue 1.2.3      path   a guess by the operation's name: no list of actions has it
";
    assert_eq!(explained, expected);
}
