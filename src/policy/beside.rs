//! What some calls need beside the actions of their own, because the service turns to another one with the program's
//! permissions. Which, and on what, an argument decides: so it is shown, with the statements to add, and not granted.

use super::actions::Action;
use super::allowed::allows;
use crate::words::list;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// A need of several actions.
struct Need {
    /// The actions that have it, of one service or several.
    of: &'static [&'static str],
    /// What follows the action, or several of them.
    one: &'static str,
    several: &'static str,
    statements: &'static [Statement],
    enough: Enough,
    told: Told,
}

struct Statement {
    actions: &'static [&'static str],
    resources: &'static [&'static str],
}

/// Which of the statements a program needs.
enum Enough {
    Any,
    All,
}

/// Whether every call has the need, or only some: then it is for who looks at the policy, and not for each deploy.
#[derive(PartialEq)]
enum Told {
    Always,
    OnAsking,
}

const WRITES: &str =
    "writes to its bucket with the program's permissions: add to `iam.statements` in .chalice/config.json";

const NEEDS: &[Need] = &[
    Need {
        of: &[
            "redshift-data:BatchExecuteStatement",
            "redshift-data:DescribeTable",
            "redshift-data:ExecuteStatement",
            "redshift-data:ListDatabases",
            "redshift-data:ListSchemas",
            "redshift-data:ListTables",
        ],
        one: "signs in to the database with the program's permissions: add the one of these that yours uses to \
              `iam.statements` in .chalice/config.json",
        several: "sign in to the database with the program's permissions: add the one of these that yours uses to \
                  `iam.statements` in .chalice/config.json",
        statements: &[
            Statement {
                actions: &["secretsmanager:GetSecretValue"],
                resources: &["arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-??????"],
            },
            Statement {
                actions: &["redshift:GetClusterCredentialsWithIAM"],
                resources: &["arn:aws:redshift:REGION:ACCOUNT:dbname:CLUSTER/DATABASE"],
            },
            Statement {
                actions: &["redshift:GetClusterCredentials"],
                resources: &["arn:aws:redshift:REGION:ACCOUNT:dbuser:CLUSTER/USER"],
            },
            Statement {
                actions: &["redshift-serverless:GetCredentials"],
                resources: &["arn:aws:redshift-serverless:REGION:ACCOUNT:workgroup/ID"],
            },
        ],
        enough: Enough::Any,
        told: Told::Always,
    },
    Need {
        of: &["athena:StartQueryExecution"],
        one: "reads the catalogue of Glue, the data and its results' bucket with the program's permissions: add to \
              `iam.statements` in .chalice/config.json what yours reads",
        several: "",
        statements: &[
            Statement {
                actions: &["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable"],
                resources: &[
                    "arn:aws:glue:REGION:ACCOUNT:catalog",
                    "arn:aws:glue:REGION:ACCOUNT:database/DATABASE",
                    "arn:aws:glue:REGION:ACCOUNT:table/DATABASE/*",
                ],
            },
            Statement {
                actions: &["s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:PutObject"],
                resources: &["arn:aws:s3:::BUCKET", "arn:aws:s3:::BUCKET/*"],
            },
        ],
        enough: Enough::All,
        told: Told::Always,
    },
    Need {
        of: &["athena:GetQueryResults"],
        one: "reads the results from their bucket with the program's permissions: add to `iam.statements` in \
              .chalice/config.json",
        several: "",
        statements: &[Statement { actions: &["s3:GetObject"], resources: &["arn:aws:s3:::BUCKET/*"] }],
        enough: Enough::All,
        told: Told::Always,
    },
    Need {
        of: &["dynamodb:ExportTableToPointInTime"],
        one: WRITES,
        several: "",
        statements: &[Statement {
            actions: &["s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectAcl"],
            resources: &["arn:aws:s3:::BUCKET/*"],
        }],
        enough: Enough::All,
        told: Told::Always,
    },
    Need {
        of: &["polly:StartSpeechSynthesisTask"],
        one: WRITES,
        several: "",
        statements: &[Statement { actions: &["s3:PutObject"], resources: &["arn:aws:s3:::BUCKET/*"] }],
        enough: Enough::All,
        told: Told::Always,
    },
    Need {
        of: &["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
        one: "applies the guardrail that it is given with the program's permissions: where yours gives one, add to \
              `iam.statements` in .chalice/config.json",
        several: "apply the guardrail that they are given with the program's permissions: where yours gives one, add \
                  to `iam.statements` in .chalice/config.json",
        statements: &[Statement {
            actions: &["bedrock:ApplyGuardrail"],
            resources: &["arn:aws:bedrock:REGION:ACCOUNT:guardrail/ID"],
        }],
        enough: Enough::All,
        told: Told::OnAsking,
    },
    Need {
        of: &["secretsmanager:BatchGetSecretValue"],
        one: "lists the secrets that its filters fit with the program's permissions: where yours gives filters, add to \
              `iam.statements` in .chalice/config.json",
        several: "",
        statements: &[Statement { actions: &["secretsmanager:ListSecrets"], resources: &["*"] }],
        enough: Enough::All,
        told: Told::OnAsking,
    },
    Need {
        of: &["transcribe:StartMedicalTranscriptionJob", "transcribe:StartTranscriptionJob"],
        one: "reads the recording from S3 with the program's permissions: add to `iam.statements` in \
              .chalice/config.json, with `s3:PutObject` where the text goes to a bucket of yours",
        several: "read the recordings from S3 with the program's permissions: add to `iam.statements` in \
                  .chalice/config.json, with `s3:PutObject` where the texts go to a bucket of yours",
        statements: &[Statement { actions: &["s3:GetObject"], resources: &["arn:aws:s3:::BUCKET/*"] }],
        enough: Enough::All,
        told: Told::Always,
    },
    Need {
        of: &[
            "rekognition:CompareFaces",
            "rekognition:DetectCustomLabels",
            "rekognition:DetectFaces",
            "rekognition:DetectLabels",
            "rekognition:DetectModerationLabels",
            "rekognition:DetectProtectiveEquipment",
            "rekognition:DetectText",
            "rekognition:IndexFaces",
            "rekognition:RecognizeCelebrities",
            "rekognition:SearchFacesByImage",
            "rekognition:SearchUsersByImage",
            "rekognition:StartCelebrityRecognition",
            "rekognition:StartContentModeration",
            "rekognition:StartFaceDetection",
            "rekognition:StartFaceSearch",
            "rekognition:StartLabelDetection",
            "rekognition:StartMediaAnalysisJob",
            "rekognition:StartPersonTracking",
            "rekognition:StartSegmentDetection",
            "rekognition:StartTextDetection",
            "textract:AnalyzeDocument",
            "textract:AnalyzeExpense",
            "textract:AnalyzeID",
            "textract:DetectDocumentText",
            "textract:StartDocumentAnalysis",
            "textract:StartDocumentTextDetection",
            "textract:StartExpenseAnalysis",
            "textract:StartLendingAnalysis",
        ],
        one: "reads objects of S3 that it is given with the program's permissions: where yours gives some, add to \
              `iam.statements` in .chalice/config.json",
        several: "read objects of S3 that they are given with the program's permissions: where yours gives some, add \
                  to `iam.statements` in .chalice/config.json",
        statements: &[Statement { actions: &["s3:GetObject"], resources: &["arn:aws:s3:::BUCKET/*"] }],
        enough: Enough::All,
        told: Told::OnAsking,
    },
];

/// What a user is told.
#[derive(Default)]
pub struct Hints {
    pub warnings: Vec<String>,
    /// For who looks at the policy.
    pub notes: Vec<String>,
}

/// Of what `actions` need that neither they nor `statements`, those of config.json, allow.
pub fn hints(actions: &BTreeSet<Action>, statements: &[Json]) -> Hints {
    let granted: BTreeSet<String> = actions.iter().map(ToString::to_string).collect();
    let mut hints = Hints::default();
    for need in NEEDS {
        let of: Vec<&str> = need.of.iter().copied().filter(|action| granted.contains(*action)).collect();
        let is_allowed = |action: &&str| granted.contains(*action) || allows(statements, action);
        if of.is_empty() || need.is_met(&is_allowed) {
            continue;
        }
        let told = if need.told == Told::Always { &mut hints.warnings } else { &mut hints.notes };
        told.push(need.hint(&of));
    }
    hints
}

impl Need {
    fn is_met(&self, is_allowed: &dyn Fn(&&str) -> bool) -> bool {
        let holds = |statement: &Statement| statement.actions.iter().all(is_allowed);
        match self.enough {
            Enough::Any => self.statements.iter().any(holds),
            Enough::All => self.statements.iter().all(holds),
        }
    }

    fn hint(&self, of: &[&str]) -> String {
        let line = |Statement { actions, resources }: &Statement| {
            format!("    {{\"Effect\": \"Allow\", \"Action\": {actions:?}, \"Resource\": {resources:?}}}\n")
        };
        let lines: String = self.statements.iter().map(line).collect();
        let why = if of.len() == 1 { self.one } else { self.several };
        format!("{} {why}:\n\n{lines}", list(of, "and"))
    }
}
