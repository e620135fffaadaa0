//! Stacks: what the sandbox holds before the first deploy.

use super::wait::{Attempt, until};
use super::{AwsError, Cloud};
use aws_sdk_cloudformation::types::{Capability, Stack, StackStatus};
use std::time::Duration;

const STACK_DEADLINE: Duration = Duration::from_mins(2);

/// What became of a stack.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StackState {
    Absent,
    Complete,
    /// It was not completed, and can only be deleted.
    Failed,
}

impl Cloud {
    /// The template as it was sent.
    pub async fn stack_template(&self, name: &str) -> Result<String, AwsError> {
        let output = self.cloudformation.get_template().stack_name(name).send().await;
        let output = output.map_err(|error| AwsError::call("cloudformation", "GetTemplate", error))?;
        Ok(output.template_body().unwrap_or_default().to_owned())
    }

    pub async fn stack(&self, name: &str) -> Result<StackState, AwsError> {
        let stacks = match self.cloudformation.describe_stacks().stack_name(name).send().await {
            Ok(output) => output.stacks.unwrap_or_default(),
            Err(error) => {
                let error = AwsError::call("cloudformation", "DescribeStacks", error);
                return if error.is_not_found() { Ok(StackState::Absent) } else { Err(error) };
            }
        };
        Ok(match stacks.first().and_then(Stack::stack_status) {
            None | Some(StackStatus::DeleteComplete) => StackState::Absent,
            Some(StackStatus::CreateComplete | StackStatus::UpdateComplete) => StackState::Complete,
            Some(_) => StackState::Failed,
        })
    }

    /// Creates the stack and waits until it is complete.
    pub async fn create_stack(&self, name: &str, template: &str) -> Result<(), AwsError> {
        let call = self.cloudformation.create_stack().stack_name(name).template_body(template);
        let output = call.capabilities(Capability::CapabilityIam).send().await;
        output.map_err(|error| AwsError::call("cloudformation", "CreateStack", error))?;
        self.wait_for_stack(name).await
    }

    /// Brings the stack in line with the template and waits until it is.
    pub async fn update_stack(&self, name: &str, template: &str) -> Result<(), AwsError> {
        let call = self.cloudformation.update_stack().stack_name(name).template_body(template);
        let output = call.capabilities(Capability::CapabilityIam).send().await;
        match output.map_err(|error| AwsError::call("cloudformation", "UpdateStack", error)) {
            Err(error) if error.says("No updates") => Ok(()),
            result => {
                result?;
                self.wait_for_stack(name).await
            }
        }
    }

    /// Deletes the stack and waits until it is gone.
    pub async fn delete_stack(&self, name: &str) -> Result<(), AwsError> {
        let output = self.cloudformation.delete_stack().stack_name(name).send().await;
        output.map_err(|error| AwsError::call("cloudformation", "DeleteStack", error))?;
        until(&self.report, "the stack to go", STACK_DEADLINE, async || match self.stack(name).await? {
            StackState::Absent => Ok(Attempt::Done(())),
            StackState::Complete | StackState::Failed => {
                Ok(Attempt::Again(AwsError::NotYet(format!("the stack `{name}` is still there"))))
            }
        })
        .await
    }

    async fn wait_for_stack(&self, name: &str) -> Result<(), AwsError> {
        until(&self.report, "the stack", STACK_DEADLINE, async || {
            let output = self.cloudformation.describe_stacks().stack_name(name).send().await;
            let output = output.map_err(|error| AwsError::call("cloudformation", "DescribeStacks", error))?;
            let stack = output.stacks().first();
            match stack.and_then(Stack::stack_status) {
                Some(StackStatus::CreateComplete | StackStatus::UpdateComplete) => Ok(Attempt::Done(())),
                Some(StackStatus::CreateInProgress | StackStatus::UpdateInProgress) => {
                    Ok(Attempt::Again(AwsError::NotYet(format!("the stack `{name}` is not complete"))))
                }
                status => Err(AwsError::Unusable {
                    what: format!(
                        "the stack `{name}` ended as {}: {}",
                        status.map_or("unknown", StackStatus::as_str),
                        stack.and_then(Stack::stack_status_reason).unwrap_or("no reason given")
                    ),
                    hint: "check the template".to_owned(),
                }),
            }
        })
        .await
    }
}
