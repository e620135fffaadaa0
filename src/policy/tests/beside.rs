//! What calls need beside the action of their own name.

use super::Config;
use serde_json::{Value as Json, json};

fn warnings(operation: &str, statements: &[Json]) -> Vec<String> {
    let (service, _) = operation.split_once('/').unwrap();
    let resources: &[(&str, &[&str])] = match service {
        "athena" => &[("athena", &["workgroup/w"])],
        "transcribe" => &[("transcribe", &["transcription-job/*"])],
        "dynamodb" => &[("dynamodb", &["table/t"])],
        "redshiftdata" => &[("redshift-data", &["*"])],
        "scheduler" => &[("scheduler", &["schedule/default/s"])],
        _ => &[],
    };
    Config { resources, statements, ..Config::default() }.policy(&[operation]).warnings
}

fn allow(actions: &[&str]) -> Json {
    json!({"Effect": "Allow", "Action": actions, "Resource": "*"})
}

#[test]
fn a_role_may_be_passed_on_if_a_statement_allows_it_in_whatever_words() {
    let hint = "`scheduler:CreateSchedule` may hand a role to a service, which takes `iam:PassRole` on that role; if \
                yours does, add to `iam.statements` in .chalice/config.json:\n\n    \
                {\"Effect\": \"Allow\", \"Action\": [\"iam:PassRole\"], \"Resource\": [\"arn:aws:iam::ACCOUNT:role/NAME\"]}\n";
    let told = |statement: Json| warnings("scheduler/create_schedule", &[statement]);
    let silencing = [
        allow(&["iam:PassRole"]),
        allow(&["s3:GetObject", "iam:*"]),
        json!({"Effect": "Allow", "Action": "IAM:Pass????", "Resource": "*"}),
        json!({"Effect": "Allow", "Action": "*", "Resource": "*"}),
        json!({"Effect": "Allow", "NotAction": ["s3:*"], "Resource": "*"}),
    ];
    for statement in silencing {
        assert_eq!(told(statement.clone()), Vec::<String>::new(), "{statement}");
    }
    let others = [
        json!({"Effect": "Deny", "Action": "iam:PassRole", "Resource": "*"}),
        json!({"Effect": "Allow", "NotAction": ["iam:Pass*"], "Resource": "*"}),
        json!({"Effect": "Allow", "Action": "s3:*", "Resource": "iam:PassRole"}),
        allow(&["iam:PassRoles"]),
    ];
    for statement in others {
        assert_eq!(told(statement.clone()), [hint], "{statement}");
    }
}

#[test]
fn the_data_api_of_redshift_needs_a_way_to_sign_in() {
    let hint = "`redshift-data:ExecuteStatement` signs in to the database with the program's permissions: add the one \
                of these that yours uses to `iam.statements` in .chalice/config.json:\n\n    \
                {\"Effect\": \"Allow\", \"Action\": [\"secretsmanager:GetSecretValue\"], \"Resource\": [\"arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-??????\"]}\n    \
                {\"Effect\": \"Allow\", \"Action\": [\"redshift:GetClusterCredentialsWithIAM\"], \"Resource\": [\"arn:aws:redshift:REGION:ACCOUNT:dbname:CLUSTER/DATABASE\"]}\n    \
                {\"Effect\": \"Allow\", \"Action\": [\"redshift:GetClusterCredentials\"], \"Resource\": [\"arn:aws:redshift:REGION:ACCOUNT:dbuser:CLUSTER/USER\"]}\n    \
                {\"Effect\": \"Allow\", \"Action\": [\"redshift-serverless:GetCredentials\"], \"Resource\": [\"arn:aws:redshift-serverless:REGION:ACCOUNT:workgroup/ID\"]}\n";
    let statement = "redshiftdata/execute_statement";
    assert_eq!(warnings(statement, &[]), [hint]);
    assert_eq!(warnings("redshiftdata/list_statements", &[]), Vec::<String>::new());
    for action in
        ["secretsmanager:GetSecretValue", "redshift:GetClusterCredentialsWithIAM", "redshift-serverless:*"]
    {
        assert_eq!(warnings(statement, &[allow(&[action])]), Vec::<String>::new(), "{action}");
    }
}

#[test]
fn a_query_of_athena_reads_the_catalogue_and_writes_its_results() {
    let hint = "`athena:StartQueryExecution` reads the catalogue of Glue, the data and its results' bucket with the \
                program's permissions: add to `iam.statements` in .chalice/config.json what yours reads:\n\n    \
                {\"Effect\": \"Allow\", \"Action\": [\"glue:GetDatabase\", \"glue:GetPartitions\", \"glue:GetTable\"], \"Resource\": [\"arn:aws:glue:REGION:ACCOUNT:catalog\", \"arn:aws:glue:REGION:ACCOUNT:database/DATABASE\", \"arn:aws:glue:REGION:ACCOUNT:table/DATABASE/*\"]}\n    \
                {\"Effect\": \"Allow\", \"Action\": [\"s3:GetBucketLocation\", \"s3:GetObject\", \"s3:ListBucket\", \"s3:PutObject\"], \"Resource\": [\"arn:aws:s3:::BUCKET\", \"arn:aws:s3:::BUCKET/*\"]}\n";
    let start = "athena/start_query_execution";
    assert_eq!(warnings(start, &[]), [hint]);
    assert_eq!(warnings("athena/get_query_execution", &[]), Vec::<String>::new());
    let both = [allow(&["glue:Get*"]), allow(&["s3:*"])];
    assert_eq!(warnings(start, &both), Vec::<String>::new());
    assert_eq!(warnings(start, &both[..1]), [hint]);
}

#[test]
fn what_reads_or_writes_a_bucket_with_every_call_is_warned_of() {
    let cases: [(&str, &[&str], &str); 4] = [
        (
            "athena/get_query_results",
            &["s3:GetObject"],
            "`athena:GetQueryResults` reads the results from their bucket with the program's permissions: add to \
             `iam.statements` in .chalice/config.json",
        ),
        (
            "dynamodb/export_table_to_point_in_time",
            &["s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectAcl"],
            "`dynamodb:ExportTableToPointInTime` writes to its bucket with the program's permissions: add to \
             `iam.statements` in .chalice/config.json",
        ),
        (
            "polly/start_speech_synthesis_task",
            &["s3:PutObject"],
            "`polly:StartSpeechSynthesisTask` writes to its bucket with the program's permissions: add to \
             `iam.statements` in .chalice/config.json",
        ),
        (
            "transcribe/start_transcription_job",
            &["s3:GetObject"],
            "`transcribe:StartTranscriptionJob` reads the recording from S3 with the program's permissions: add to \
             `iam.statements` in .chalice/config.json, with `s3:PutObject` where the text goes to a bucket of yours",
        ),
    ];
    for (operation, actions, hint) in cases {
        let statement =
            format!(r#"{{"Effect": "Allow", "Action": {actions:?}, "Resource": ["arn:aws:s3:::BUCKET/*"]}}"#);
        assert_eq!(warnings(operation, &[]), [format!("{hint}:\n\n    {statement}\n")]);
        assert_eq!(warnings(operation, &[allow(actions)]), Vec::<String>::new());
    }
}

#[test]
fn what_an_argument_of_a_call_takes_is_noted() {
    let notes = |operations: &[&str]| Config::default().policy(operations).notes;
    let guardrail = "`bedrock:InvokeModel` and `bedrock:InvokeModelWithResponseStream` apply the guardrail that they are \
                     given with the program's permissions: where yours gives one, add to `iam.statements` in \
                     .chalice/config.json:\n\n    \
                     {\"Effect\": \"Allow\", \"Action\": [\"bedrock:ApplyGuardrail\"], \"Resource\": [\"arn:aws:bedrock:REGION:ACCOUNT:guardrail/ID\"]}\n";
    assert_eq!(notes(&["bedrockruntime/converse", "bedrockruntime/converse_stream"]), [guardrail]);
    let filters = "`secretsmanager:BatchGetSecretValue` lists the secrets that its filters fit with the program's \
                   permissions: where yours gives filters, add to `iam.statements` in .chalice/config.json:\n\n    \
                   {\"Effect\": \"Allow\", \"Action\": [\"secretsmanager:ListSecrets\"], \"Resource\": [\"*\"]}\n";
    assert_eq!(notes(&["secretsmanager/batch_get_secret_value"])[0], filters);
}

#[test]
fn a_look_at_images_and_documents_in_buckets_is_noted() {
    let operations = ["rekognition/detect_labels", "textract/start_document_text_detection"];
    let note = "`rekognition:DetectLabels` and `textract:StartDocumentTextDetection` read objects of S3 that they are \
                given with the program's permissions: where yours gives some, add to `iam.statements` in \
                .chalice/config.json:\n\n    \
                {\"Effect\": \"Allow\", \"Action\": [\"s3:GetObject\"], \"Resource\": [\"arn:aws:s3:::BUCKET/*\"]}\n";
    assert_eq!(Config::default().policy(&operations).notes, [note]);
    let statement = [allow(&["s3:GetObject"])];
    let allowed = Config { statements: &statement, ..Config::default() };
    assert_eq!(allowed.policy(&operations).notes, Vec::<String>::new());
}
