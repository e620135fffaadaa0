//! From `--stage`, `--profile` and `--sandbox` to an account and the record of what was deployed there.

use crate::aws::{Access, AwsError, Cloud, StackState};
use crate::cli;
use crate::deployed::{Deployed, DeployedError};
use crate::error::{Failure, Result};
use crate::model::Names;
use crate::project::{self, Project};
use crate::report::Report;
use crate::sandbox;
use crate::settings::{Environment, Identity};
use std::path::PathBuf;
use thiserror::Error;

/// What every command has at hand.
pub struct Context<'a> {
    pub project: &'a Project,
    pub environment: &'a Environment,
    pub report: &'a Report,
}

impl Context<'_> {
    /// AWS or the sandbox, which is started if need be.
    pub async fn connect(&self, target: &cli::Target) -> Result<Cloud> {
        let access = if target.sandbox {
            let endpoint = sandbox::endpoint(self.environment, self.report).await?;
            Access::Sandbox { url: endpoint.url, instance: endpoint.instance }
        } else {
            Access::Account { profile: target.profile.clone() }
        };
        Ok(Cloud::connect(&access, self.report).await?)
    }

    /// The record of a stage, for a command that may be its first.
    pub fn deployed(&self, target: &cli::Target, names: &Names, cloud: &Cloud) -> Result<Deployed> {
        let file = self.deployed_file(target);
        match Deployed::open(&file, names, &cloud.destination) {
            Err(DeployedError::SandboxGone) => {
                project::delete(&file)?;
                Ok(Deployed::open(&file, names, &cloud.destination)?)
            }
            result => Ok(result?),
        }
    }

    /// The record of a stage, for a command that needs one; that the stage exists is checked only without it.
    pub async fn existing(&self, target: &cli::Target) -> Result<Deployed> {
        match self.find_existing(target).await? {
            Some(deployed) => Ok(deployed),
            None => Err(NotDeployed { stage: target.stage.clone(), sandbox: target.sandbox }.into()),
        }
    }

    pub async fn find_existing(&self, target: &cli::Target) -> Result<Option<Deployed>> {
        let identity = Identity::load(self.project, &target.stage)?;
        let Some(deployed) = Deployed::load(&self.deployed_file(target))? else {
            identity.in_config()?;
            return Ok(None);
        };
        deployed.check_application(&identity.app_name)?;
        if target.sandbox {
            let running = sandbox::running(self.environment).await?;
            let instance = running.as_ref().map(|endpoint| endpoint.instance.as_str());
            if instance.is_none() || deployed.instance() != instance {
                deployed.discard()?;
                return Ok(None);
            }
        }
        Ok(Some(deployed))
    }

    /// Creates what `.chalice/sandbox.json` says an account would already hold.
    pub async fn furnish_sandbox(&self, cloud: &Cloud, app: &str) -> Result<()> {
        let Some(template) = project::read_if_there(&self.project.sandbox_template())? else { return Ok(()) };
        let stack = format!("{app}-sandbox");
        let state = cloud.stack(&stack).await?;
        if state == StackState::Failed {
            cloud.delete_stack(&stack).await?;
        }
        let made = if state == StackState::Complete {
            if cloud.stack_template(&stack).await? == template {
                return Ok(());
            }
            self.report.note("Updating what .chalice/sandbox.json names");
            cloud.update_stack(&stack, &template).await
        } else {
            self.report.note("Creating what .chalice/sandbox.json names");
            cloud.create_stack(&stack, &template).await
        };
        Ok(made.map_err(|source| NotFurnished { source })?)
    }

    fn deployed_file(&self, target: &cli::Target) -> PathBuf {
        if target.sandbox {
            self.project.sandbox_deployed_file(&target.stage)
        } else {
            self.project.deployed_file(&target.stage)
        }
    }
}

/// `.chalice/sandbox.json` is not what CloudFormation takes.
#[derive(Debug, Error)]
#[error("the sandbox cannot make what `.chalice/sandbox.json` names")]
struct NotFurnished {
    source: AwsError,
}

impl Failure for NotFurnished {
    fn hint(&self) -> Option<String> {
        Some("put the CloudFormation template right and run the command again".to_owned())
    }
}

/// A command is about what was deployed, and nothing was.
#[derive(Debug, Error)]
#[error("nothing is deployed to stage `{stage}`{}", if *sandbox { " of the sandbox" } else { "" })]
pub struct NotDeployed {
    stage: String,
    sandbox: bool,
}

impl Failure for NotDeployed {
    fn hint(&self) -> Option<String> {
        let flag = if self.sandbox { " --sandbox" } else { "" };
        Some(format!("run `rchalice deploy --stage {}{flag}` first", self.stage))
    }
}
