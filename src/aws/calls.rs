//! Every call of this folder with the IAM actions that it takes: for `gen-policy --deployer`, and for the hint where one
//! is refused. A test holds the table against the calls.

use crate::policy::{Call, Mode, On};
use Mode::{Read, Write};
use On::{
    ApiTags, EventSourceMapping, EventSources, Function, LogGroup, LogGroups, Nothing, PackageBucket,
    RestApi, RestApis, Role, Rule, Sandbox,
};

const fn call(
    service: &'static str,
    operation: &'static str,
    actions: &'static [&'static str],
    on: On,
    mode: Mode,
) -> Call {
    Call { service, operation, actions, on, mode }
}

pub static CALLS: &[Call] = &[
    call("apigateway", "CreateDeployment", &["apigateway:POST"], RestApi, Write),
    call("apigateway", "CreateRestApi", &["apigateway:POST", "apigateway:PUT"], RestApis, Write),
    call("apigateway", "DeleteRestApi", &["apigateway:DELETE"], RestApi, Write),
    call("apigateway", "DeleteStage", &["apigateway:DELETE"], RestApi, Write),
    call("apigateway", "GetDeployment", &["apigateway:GET"], RestApi, Read),
    call("apigateway", "GetRestApi", &["apigateway:GET"], RestApi, Read),
    call("apigateway", "GetRestApis", &["apigateway:GET"], RestApis, Read),
    call("apigateway", "GetStage", &["apigateway:GET"], RestApi, Read),
    call("apigateway", "PutRestApi", &["apigateway:PUT"], RestApi, Write),
    call("apigateway", "TagResource", &["apigateway:PUT"], ApiTags, Write),
    call("apigateway", "UntagResource", &["apigateway:DELETE"], ApiTags, Write),
    call("apigateway", "UpdateRestApi", &["apigateway:PATCH"], RestApi, Write),
    call("apigateway", "UpdateStage", &["apigateway:PATCH"], RestApi, Write),
    call("cloudformation", "CreateStack", &["cloudformation:CreateStack"], Sandbox, Write),
    call("cloudformation", "DeleteStack", &["cloudformation:DeleteStack"], Sandbox, Write),
    call("cloudformation", "DescribeStacks", &["cloudformation:DescribeStacks"], Sandbox, Read),
    call("cloudformation", "GetTemplate", &["cloudformation:GetTemplate"], Sandbox, Read),
    call("cloudformation", "UpdateStack", &["cloudformation:UpdateStack"], Sandbox, Write),
    call("events", "DeleteRule", &["events:DeleteRule"], Rule, Write),
    call("events", "DescribeRule", &["events:DescribeRule"], Rule, Read),
    call("events", "ListTagsForResource", &["events:ListTagsForResource"], Rule, Read),
    call("events", "ListTargetsByRule", &["events:ListTargetsByRule"], Rule, Read),
    call("events", "PutRule", &["events:PutRule", "events:TagResource"], Rule, Write),
    call("events", "PutTargets", &["events:PutTargets"], Rule, Write),
    call("events", "RemoveTargets", &["events:RemoveTargets"], Rule, Write),
    call("events", "TagResource", &["events:TagResource"], Rule, Write),
    call("events", "UntagResource", &["events:UntagResource"], Rule, Write),
    call("iam", "AttachRolePolicy", &["iam:AttachRolePolicy"], Role, Write),
    call("iam", "CreateRole", &["iam:CreateRole", "iam:TagRole"], Role, Write),
    call("iam", "DeleteRole", &["iam:DeleteRole"], Role, Write),
    call("iam", "DeleteRolePermissionsBoundary", &["iam:DeleteRolePermissionsBoundary"], Role, Write),
    call("iam", "DeleteRolePolicy", &["iam:DeleteRolePolicy"], Role, Write),
    call("iam", "DetachRolePolicy", &["iam:DetachRolePolicy"], Role, Write),
    call("iam", "GetRole", &["iam:GetRole"], Role, Read),
    call("iam", "GetRolePolicy", &["iam:GetRolePolicy"], Role, Read),
    call("iam", "ListAttachedRolePolicies", &["iam:ListAttachedRolePolicies"], Role, Read),
    call("iam", "ListRolePolicies", &["iam:ListRolePolicies"], Role, Read),
    call("iam", "PutRolePermissionsBoundary", &["iam:PutRolePermissionsBoundary"], Role, Write),
    call("iam", "PutRolePolicy", &["iam:PutRolePolicy"], Role, Write),
    call("iam", "TagRole", &["iam:TagRole"], Role, Write),
    call("iam", "UntagRole", &["iam:UntagRole"], Role, Write),
    call("iam", "UpdateAssumeRolePolicy", &["iam:UpdateAssumeRolePolicy"], Role, Write),
    call("lambda", "AddPermission", &["lambda:AddPermission"], Function, Write),
    call("lambda", "CreateAlias", &["lambda:CreateAlias"], Function, Write),
    call("lambda", "CreateEventSourceMapping", &["lambda:CreateEventSourceMapping"], EventSources, Write),
    call("lambda", "CreateEventSourceMapping", &["lambda:TagResource"], EventSourceMapping, Write),
    call("lambda", "CreateFunction", &["lambda:CreateFunction", "lambda:TagResource"], Function, Write),
    call(
        "lambda",
        "DeleteEventSourceMapping",
        &["lambda:DeleteEventSourceMapping"],
        EventSourceMapping,
        Write,
    ),
    call("lambda", "DeleteFunction", &["lambda:DeleteFunction"], Function, Write),
    call("lambda", "DeleteFunctionConcurrency", &["lambda:DeleteFunctionConcurrency"], Function, Write),
    call("lambda", "GetEventSourceMapping", &["lambda:GetEventSourceMapping"], EventSourceMapping, Read),
    call("lambda", "GetFunction", &["lambda:GetFunction", "lambda:ListTags"], Function, Read),
    call("lambda", "GetPolicy", &["lambda:GetPolicy"], Function, Read),
    call("lambda", "Invoke", &["lambda:InvokeFunction"], Function, Write),
    call("lambda", "ListEventSourceMappings", &["lambda:ListEventSourceMappings"], EventSources, Read),
    call("lambda", "ListVersionsByFunction", &["lambda:ListVersionsByFunction"], Function, Read),
    call("lambda", "PublishVersion", &["lambda:PublishVersion"], Function, Write),
    call("lambda", "PutFunctionConcurrency", &["lambda:PutFunctionConcurrency"], Function, Write),
    call("lambda", "RemovePermission", &["lambda:RemovePermission"], Function, Write),
    call("lambda", "TagResource", &["lambda:TagResource"], Function, Write),
    call("lambda", "UntagResource", &["lambda:UntagResource"], Function, Write),
    call("lambda", "UpdateAlias", &["lambda:UpdateAlias"], Function, Write),
    call(
        "lambda",
        "UpdateEventSourceMapping",
        &["lambda:UpdateEventSourceMapping"],
        EventSourceMapping,
        Write,
    ),
    call("lambda", "UpdateFunctionCode", &["lambda:UpdateFunctionCode"], Function, Write),
    call("lambda", "UpdateFunctionConfiguration", &["lambda:UpdateFunctionConfiguration"], Function, Write),
    call("logs", "CreateLogGroup", &["logs:CreateLogGroup"], LogGroup, Write),
    call("logs", "DeleteRetentionPolicy", &["logs:DeleteRetentionPolicy"], LogGroup, Write),
    call("logs", "DescribeLogGroups", &["logs:DescribeLogGroups"], LogGroups, Read),
    call("logs", "FilterLogEvents", &["logs:FilterLogEvents"], LogGroup, Read),
    call("logs", "PutRetentionPolicy", &["logs:PutRetentionPolicy"], LogGroup, Write),
    call("s3", "HeadObject", &["s3:GetObject"], PackageBucket, Read),
    call("s3", "PutObject", &["s3:PutObject"], PackageBucket, Write),
    call("sts", "GetCallerIdentity", &[], Nothing, Read),
];

/// The actions that a call takes; none where it takes none, or is not known.
pub fn actions(service: &str, operation: &str) -> &'static [&'static str] {
    let call = CALLS.iter().find(|call| call.service == service && call.operation == operation);
    call.map_or(&[], |call| call.actions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// As the fields of `Cloud` call the SDK's clients.
    const CLIENTS: [(&str, &str); 8] = [
        ("api_gateway", "apigateway"),
        ("cloudformation", "cloudformation"),
        ("events", "events"),
        ("iam", "iam"),
        ("lambda", "lambda"),
        ("logs", "logs"),
        ("s3", "s3"),
        ("sts", "sts"),
    ];

    #[test]
    fn every_call_of_this_folder_has_its_row_and_every_row_its_call() {
        let mut made = BTreeSet::new();
        for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/aws")) {
            let text = std::fs::read_to_string(&file).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            made.extend(calls(&text.split_whitespace().collect::<String>()));
        }
        let listed = CALLS.iter().map(|call| (call.service.to_owned(), call.operation.to_lowercase()));
        assert_eq!(made, listed.collect());
    }

    #[test]
    fn every_client_is_looked_through_for_calls() {
        let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/aws"));
        let all: String = sources.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
        let fields = all.lines().filter_map(|line| {
            let (field, kind) = line.trim().trim_end_matches(',').split_once(": ")?;
            (kind.starts_with("aws_sdk_") && kind.ends_with("::Client")).then_some(field)
        });
        // A client for the one call that says whose the credentials are; it is no field.
        let clients: BTreeSet<&str> = fields.chain(["sts"]).collect();
        assert_eq!(clients, CLIENTS.into_iter().map(|(client, _)| client).collect());
    }

    #[test]
    fn every_row_names_the_error_that_it_explains() {
        let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/aws"));
        let all: String = sources.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
        for named in all.split("AwsError::call(\"").skip(1) {
            let mut parts = named.split('"');
            let (service, operation) = (parts.next().unwrap(), parts.nth(1).unwrap());
            let is_listed = CALLS.iter().any(|call| (call.service, call.operation) == (service, operation));
            assert!(is_listed, "src/aws/calls.rs has no row for {service} {operation}");
        }
    }

    fn sources(folder: &Path) -> Vec<std::path::PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
    }

    /// `iam.get_role()` → iam, getrole.
    fn calls(text: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (client, service) in CLIENTS {
            for (at, name) in text.match_indices(&format!("{client}.")) {
                let starts = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                let operation = text[at + name.len()..].split("()").next().unwrap_or_default();
                let is_name = operation.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                if starts && is_name && !operation.is_empty() {
                    found.push((service.to_owned(), operation.replace('_', "")));
                }
            }
        }
        found
    }
}
