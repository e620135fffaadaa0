//! Roles and their inline policies.

use super::{AwsError, Cloud};
use aws_sdk_iam::types::Tag;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// A role as it is.
#[derive(Clone, Debug)]
pub struct RoleFound {
    pub arn: String,
    pub trust_policy: Json,
    /// None: no inline policy of that name.
    pub policy: Option<Json>,
    pub tags: BTreeMap<String, String>,
    pub path: String,
    pub permissions_boundary: Option<String>,
}

/// A role to be made.
pub struct NewRole<'a> {
    pub name: &'a str,
    pub path: &'a str,
    pub permissions_boundary: Option<&'a str>,
    pub trust_policy: &'a Json,
    pub tags: &'a BTreeMap<String, String>,
}

impl Cloud {
    /// The role `name` with its inline policy `policy`.
    pub async fn role(&self, name: &str, policy: &str) -> Result<Option<RoleFound>, AwsError> {
        let role = match self.iam.get_role().role_name(name).send().await {
            Ok(output) => output.role,
            Err(error) => return not_found_is_none(AwsError::call("iam", "GetRole", error)),
        };
        let Some(role) = role else { return Ok(None) };
        let document = match self.iam.get_role_policy().role_name(name).policy_name(policy).send().await {
            Ok(output) => Some(document(output.policy_document())),
            Err(error) => not_found_is_none(AwsError::call("iam", "GetRolePolicy", error))?,
        };
        let tags = role.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect();
        let boundary = role.permissions_boundary().and_then(|boundary| boundary.permissions_boundary_arn());
        Ok(Some(RoleFound {
            arn: role.arn().to_owned(),
            trust_policy: document_of(role.assume_role_policy_document()),
            policy: document,
            tags,
            path: role.path().to_owned(),
            permissions_boundary: boundary.map(str::to_owned),
        }))
    }

    /// Returns the ARN.
    pub async fn create_role(&self, role: &NewRole<'_>) -> Result<String, AwsError> {
        let call = self.iam.create_role().role_name(role.name).path(role.path);
        let call = call.assume_role_policy_document(role.trust_policy.to_string());
        let call = call.set_permissions_boundary(role.permissions_boundary.map(str::to_owned));
        let output = call.set_tags(Some(sdk_tags(role.tags)?)).send().await;
        let output = output.map_err(|error| AwsError::call("iam", "CreateRole", error))?;
        Ok(output.role().map(|role| role.arn().to_owned()).unwrap_or_default())
    }

    pub async fn put_role_policy(&self, role: &str, policy: &str, document: &Json) -> Result<(), AwsError> {
        let call = self.iam.put_role_policy().role_name(role).policy_name(policy);
        let output = call.policy_document(document.to_string()).send().await;
        output.map(drop).map_err(|error| AwsError::call("iam", "PutRolePolicy", error))
    }

    pub async fn update_trust_policy(&self, role: &str, document: &Json) -> Result<(), AwsError> {
        let call = self.iam.update_assume_role_policy().role_name(role).policy_document(document.to_string());
        call.send().await.map(drop).map_err(|error| AwsError::call("iam", "UpdateAssumeRolePolicy", error))
    }

    /// Sets the boundary, or removes it.
    pub async fn set_permissions_boundary(&self, role: &str, arn: Option<&str>) -> Result<(), AwsError> {
        let Some(arn) = arn else {
            let output = self.iam.delete_role_permissions_boundary().role_name(role).send().await;
            return output
                .map(drop)
                .map_err(|error| AwsError::call("iam", "DeleteRolePermissionsBoundary", error));
        };
        let call = self.iam.put_role_permissions_boundary().role_name(role).permissions_boundary(arn);
        let output = call.send().await;
        output.map(drop).map_err(|error| AwsError::call("iam", "PutRolePermissionsBoundary", error))
    }

    pub async fn attach_role_policy(&self, role: &str, arn: &str) -> Result<(), AwsError> {
        let output = self.iam.attach_role_policy().role_name(role).policy_arn(arn).send().await;
        output.map(drop).map_err(|error| AwsError::call("iam", "AttachRolePolicy", error))
    }

    pub async fn detach_role_policy(&self, role: &str, arn: &str) -> Result<(), AwsError> {
        let output = self.iam.detach_role_policy().role_name(role).policy_arn(arn).send().await;
        output.map(drop).map_err(|error| AwsError::call("iam", "DetachRolePolicy", error))
    }

    pub async fn tag_role(&self, role: &str, tags: &BTreeMap<String, String>) -> Result<(), AwsError> {
        let output = self.iam.tag_role().role_name(role).set_tags(Some(sdk_tags(tags)?)).send().await;
        output.map(drop).map_err(|error| AwsError::call("iam", "TagRole", error))
    }

    pub async fn untag_role(&self, role: &str, keys: Vec<String>) -> Result<(), AwsError> {
        let output = self.iam.untag_role().role_name(role).set_tag_keys(Some(keys)).send().await;
        output.map(drop).map_err(|error| AwsError::call("iam", "UntagRole", error))
    }

    /// Deletes the role and what IAM wants gone first: its inline policies, its attachments.
    pub async fn delete_role(&self, name: &str) -> Result<(), AwsError> {
        for policy in self.inline_policies(name).await? {
            let output = self.iam.delete_role_policy().role_name(name).policy_name(policy).send().await;
            output.map_err(|error| AwsError::call("iam", "DeleteRolePolicy", error))?;
        }
        for arn in self.attached_policies(name).await? {
            self.detach_role_policy(name, &arn).await?;
        }
        let output = self.iam.delete_role().role_name(name).send().await;
        output.map(drop).map_err(|error| AwsError::call("iam", "DeleteRole", error))
    }

    async fn inline_policies(&self, role: &str) -> Result<Vec<String>, AwsError> {
        let mut pages = self.iam.list_role_policies().role_name(role).into_paginator().items().send();
        let mut names = Vec::new();
        while let Some(name) = pages.next().await {
            names.push(name.map_err(|error| AwsError::call("iam", "ListRolePolicies", error))?);
        }
        Ok(names)
    }

    /// The ARNs of the policies that are attached to the role.
    pub async fn attached_policies(&self, role: &str) -> Result<Vec<String>, AwsError> {
        let mut pages =
            self.iam.list_attached_role_policies().role_name(role).into_paginator().items().send();
        let mut arns = Vec::new();
        while let Some(policy) = pages.next().await {
            let policy = policy.map_err(|error| AwsError::call("iam", "ListAttachedRolePolicies", error))?;
            arns.extend(policy.policy_arn().map(str::to_owned));
        }
        Ok(arns)
    }
}

fn sdk_tags(tags: &BTreeMap<String, String>) -> Result<Vec<Tag>, AwsError> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect::<Result<_, _>>().map_err(|error| AwsError::Unusable {
        what: error.to_string(),
        hint: "check \"tags\" in .chalice/config.json".to_owned(),
    })
}

fn document_of(text: Option<&str>) -> Json {
    text.map_or(Json::Null, document)
}

/// IAM gives documents percent-encoded.
fn document(text: &str) -> Json {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    serde_json::from_str(&decoded).unwrap_or(Json::Object(Map::new()))
}

fn not_found_is_none<T>(error: AwsError) -> Result<Option<T>, AwsError> {
    if error.is_not_found() { Ok(None) } else { Err(error) }
}
