//! What holds for one function.

use super::config::keys::default_of;
use super::config::{Config, Problem};
use super::policy_file::PolicyFile;
use super::scopes::Scopes;
use super::{API_HANDLER, FunctionSettings, Overrides, RoleSettings, Vpc};
use crate::project::Project;

/// Lambda's limit on the names and values of a function's variables together.
const MOST_ENVIRONMENT_BYTES: usize = 4096;
/// Lambda's limit on a function's name.
const LONGEST_FUNCTION_NAME: usize = 64;

/// What function settings are resolved from.
pub struct Resolving<'a> {
    pub project: &'a Project,
    pub config: &'a Config,
    pub overrides: &'a Overrides,
}

impl Resolving<'_> {
    /// What holds for the functions that config.json does not name.
    ///
    /// `statements`: those of config.json, for every role.
    pub fn default_function(
        &self,
        statements: &[serde_json::Value],
    ) -> Result<FunctionSettings, Vec<Problem>> {
        let scopes = Scopes::of_stage(self.config, &self.overrides.stage);
        let too_large = self.environment_fault(&scopes, "the environment variables");
        self.function(&scopes, statements, too_large.into_iter().collect())
    }

    pub fn named_function(
        &self,
        name: &str,
        statements: &[serde_json::Value],
    ) -> Result<FunctionSettings, Vec<Problem>> {
        let scopes = Scopes::of_function(self.config, &self.overrides.stage, name);
        let mut problems = Vec::new();
        if scopes.is_functions_own("environment_variables") {
            let whose = format!("the environment variables of function `{name}`");
            problems.extend(self.environment_fault(&scopes, &whose));
        }
        self.function(&scopes, statements, problems)
    }

    fn function(
        &self,
        scopes: &Scopes<'_>,
        statements: &[serde_json::Value],
        mut problems: Vec<Problem>,
    ) -> Result<FunctionSettings, Vec<Problem>> {
        let vpc = self.vpc(scopes).map_err(|problem| problems.push(problem));
        let role = self.role(scopes, statements).map_err(|problem| problems.push(problem));
        let (Ok(vpc), Ok(role), []) = (vpc, role, &*problems) else {
            return Err(problems);
        };
        Ok(FunctionSettings {
            memory_size: scopes
                .whole("lambda_memory_size")
                .unwrap_or_else(|| default_of("lambda_memory_size")),
            timeout: scopes.whole("lambda_timeout").unwrap_or_else(|| default_of("lambda_timeout")),
            environment: scopes.environment(),
            tags: scopes.merged("tags"),
            reserved_concurrency: scopes.whole("reserved_concurrency"),
            vpc,
            layers: scopes.texts("layers"),
            xray: scopes.bool("xray"),
            log_retention_in_days: scopes.whole("log_retention_in_days"),
            role,
        })
    }

    fn environment_fault(&self, scopes: &Scopes<'_>, whose: &str) -> Option<Problem> {
        let variables = scopes.merged("environment_variables");
        let bytes: usize = variables.iter().map(|(name, value)| name.len() + value.len()).sum();
        let member = scopes.find("environment_variables").filter(|_| bytes > MOST_ENVIRONMENT_BYTES)?;
        let message = format!("{whose} take {bytes} bytes, and Lambda allows {MOST_ENVIRONMENT_BYTES}");
        let problem = Problem::at(&self.config.source, &member.name_span, message);
        Some(problem.hint("keep large values in S3 or in SSM parameters, and their names in variables"))
    }

    fn vpc(&self, scopes: &Scopes<'_>) -> Result<Option<Vpc>, Problem> {
        let (subnet_ids, security_group_ids) =
            (scopes.texts("subnet_ids"), scopes.texts("security_group_ids"));
        let (given, missing) = match (subnet_ids.is_empty(), security_group_ids.is_empty()) {
            (true, true) => return Ok(None),
            (false, false) => return Ok(Some(Vpc { subnet_ids, security_group_ids })),
            (false, true) => ("subnet_ids", "security_group_ids"),
            (true, false) => ("security_group_ids", "subnet_ids"),
        };
        let span = scopes.find(given).map_or(0..0, |member| member.name_span.clone());
        let message = format!("a function in a VPC needs `{given}` and `{missing}`; only `{given}` is set");
        Err(Problem::at(&self.config.source, &span, message)
            .hint(format!("set `{missing}`, or remove `{given}`")))
    }

    fn role(&self, scopes: &Scopes<'_>, statements: &[serde_json::Value]) -> Result<RoleSettings, Problem> {
        if let Some(manage) =
            scopes.find("manage_iam_role").filter(|member| member.node.bool() == Some(false))
        {
            let Some(arn) = scopes.find("iam_role_arn") else {
                let message = "`manage_iam_role` is false, but there is no `iam_role_arn`";
                return Err(Problem::at(&self.config.source, &manage.node.span, message).hint(
                    "add `iam_role_arn`, the role to run under, or remove `manage_iam_role` to have one made",
                ));
            };
            return Ok(RoleSettings::Given { arn: arn.node.text().unwrap_or_default().to_owned() });
        }
        let statements = statements.to_vec();
        let typed = match scopes.find_in_stage_function("autogen_policy") {
            Some(_) => None,
            None => self.overrides.autogen_policy,
        };
        let autogen = typed.or(scopes.bool("autogen_policy")).unwrap_or_else(|| default_of("autogen_policy"));
        if autogen {
            return Ok(RoleSettings::Generated { statements });
        }
        let named = scopes.find("iam_policy_file");
        let default_name = format!("policy-{}.json", self.overrides.stage);
        let name = named.and_then(|member| member.node.text()).unwrap_or(&default_name);
        let asking = named.or_else(|| scopes.find("autogen_policy").filter(|_| typed.is_none()));
        let named_by = asking.map(|member| self.config.source.place(&member.node.span));
        let otherwise = match (named, typed) {
            (Some(_), _) => "or correct `iam_policy_file`",
            (None, Some(_)) => "name another with `iam_policy_file`, or leave out `--no-autogen-policy`",
            (None, None) => "name another with `iam_policy_file`, or set `autogen_policy` to true",
        };
        let PolicyFile { file, document } = PolicyFile::read(self.project, name, named_by, otherwise)?;
        if let Some(problem) = self.doubled_sid(scopes, &file, &document) {
            return Err(problem);
        }
        Ok(RoleSettings::FromFile { file, document, statements })
    }

    /// That names on AWS would be too long, if so.
    pub fn name_fault(&self, app_name: &str, named_functions: &[&str]) -> Option<Problem> {
        let stage = &self.overrides.stage;
        let base = format!("{app_name}-{stage}");
        let others = named_functions.iter().filter(|name| **name != API_HANDLER);
        let names = others.map(|name| format!("{base}-{name}"));
        let longest = std::iter::once(base.clone()).chain(names).max_by_key(String::len)?;
        if longest.len() <= LONGEST_FUNCTION_NAME {
            return None;
        }
        let span = self.config.root.get("app_name")?.node.span.clone();
        let length = longest.len();
        let message = format!(
            "the function's name `{longest}` has {length} characters, and Lambda allows {LONGEST_FUNCTION_NAME}"
        );
        Some(Problem::at(&self.config.source, &span, message).hint(
            "shorten `app_name`, the stage's name or the handler's: a function is called \
             `<app_name>-<stage>-<handler>`",
        ))
    }
}
