//! From config.json and what was typed to [`Settings`], for one stage.

use super::config::keys::default_of;
use super::config::{Config, ConfigError, Member, Problem, check, name_fault};
use super::function::Resolving;
use super::policy_file::PolicyFile;
use super::scopes::Scopes;
use super::{
    ApiEndpoint, Architecture, BuildSettings, Builder, EndpointType, FunctionSettings, NamedFunction,
    Overrides, Settings,
};
use crate::project::Project;
use std::collections::BTreeMap;

impl Settings {
    /// Reads config.json and the policy files that it names, and reports all that is wrong with them.
    pub fn load(project: &Project, overrides: &Overrides) -> Result<Self, ConfigError> {
        Self::of_config(project, &Config::read(project)?, overrides)
    }

    pub(super) fn of_config(
        project: &Project,
        config: &Config,
        overrides: &Overrides,
    ) -> Result<Self, ConfigError> {
        let mut problems = check(config);
        if let Some(problem) = config.unknown_stage(&overrides.stage) {
            problems.push(problem);
            return Err(ConfigError::all(&config.source, problems));
        }
        let resolving = Resolving { project, config, overrides };
        match resolving.settings(&mut problems) {
            Some(settings) if problems.is_empty() => Ok(settings),
            _ => Err(ConfigError::all(&config.source, problems)),
        }
    }
}

impl Resolving<'_> {
    /// None where `problems` say why.
    fn settings(&self, problems: &mut Vec<Problem>) -> Option<Settings> {
        let scopes = Scopes::of_stage(self.config, &self.overrides.stage);
        let app_name = self.config.root.get("app_name").and_then(|member| member.node.text());
        let endpoint = self.endpoint(&scopes).map_err(|problem| problems.push(problem));
        let iam = self.iam(&scopes, &self.environments(), problems);
        let default_function = self.default_function(&iam.statements).map_err(|found| problems.extend(found));
        let functions = self.functions(&iam.statements, problems);
        let names: Vec<&str> = functions.keys().map(String::as_str).collect();
        problems.extend(app_name.and_then(|app_name| self.name_fault(app_name, &names)));
        let typed_stage = self.overrides.api_gateway_stage.as_deref();
        if let Some((message, hint)) =
            typed_stage.and_then(|stage| name_fault("`--api-gateway-stage`", stage))
        {
            problems.push(Problem::nowhere(message).hint(hint));
        }
        let api_gateway_stage = typed_stage.or_else(|| scopes.text("api_gateway_stage"));
        Some(Settings {
            project: self.project.clone(),
            app_name: app_name?.to_owned(),
            stage: self.overrides.stage.clone(),
            api_gateway_stage: api_gateway_stage
                .map_or_else(|| default_of("api_gateway_stage"), str::to_owned),
            endpoint: endpoint.ok()?,
            minimum_compression_size: scopes.whole("minimum_compression_size"),
            architecture: match scopes.text("lambda_architecture") {
                Some("arm64") => Architecture::Arm64,
                _ => Architecture::X86_64,
            },
            build: self.build(&scopes),
            iam,
            default_function: default_function.ok()?,
            functions,
        })
    }

    /// The objects that name functions; the stage's come last, so that their places are those that are kept.
    fn named(&self) -> impl Iterator<Item = &Member> {
        let stage = self.config.stage(&self.overrides.stage);
        let scopes = [Some(&self.config.root), stage].into_iter().flatten();
        scopes.filter_map(|scope| scope.get("lambda_functions")?.node.members()).flatten()
    }

    /// The variables of all functions of the stage, of those without a name first.
    fn environments(&self) -> Vec<BTreeMap<String, String>> {
        let stage = &self.overrides.stage;
        let named = self.named().map(|member| Scopes::of_function(self.config, stage, &member.name));
        let scopes = std::iter::once(Scopes::of_stage(self.config, stage)).chain(named);
        scopes.map(|scopes| scopes.environment()).collect()
    }

    fn functions(
        &self,
        statements: &[serde_json::Value],
        problems: &mut Vec<Problem>,
    ) -> BTreeMap<String, NamedFunction> {
        let mut functions = BTreeMap::new();
        for member in self.named() {
            let settings: Option<FunctionSettings> =
                self.named_function(&member.name, statements).map_err(|found| problems.extend(found)).ok();
            if let Some(settings) = settings {
                let place = self.config.source.place(&member.name_span);
                functions.insert(member.name.clone(), NamedFunction { settings, place });
            }
        }
        functions
    }

    fn build(&self, scopes: &Scopes<'_>) -> BuildSettings {
        let text = |key| scopes.text_within("build", key);
        let features = scopes.find_within("build", "features");
        BuildSettings {
            package: text("package"),
            bin: text("bin"),
            features: features.map(|member| member.node.texts()).unwrap_or_default(),
            profile: text("profile"),
            builder: match text("builder").as_deref() {
                Some("cargo") => Builder::Cargo,
                Some("zigbuild") => Builder::Zigbuild,
                Some("cross") => Builder::Cross,
                _ => Builder::Auto,
            },
            bucket: self.overrides.bucket.clone().or_else(|| text("bucket")),
        }
    }

    fn endpoint(&self, scopes: &Scopes<'_>) -> Result<ApiEndpoint, Problem> {
        let source = &self.config.source;
        let endpoint_type = scopes.find("api_gateway_endpoint_type");
        let kind = match endpoint_type.and_then(|member| member.node.text()) {
            Some("PRIVATE") => EndpointType::Private,
            Some("REGIONAL") => EndpointType::Regional,
            _ => EndpointType::Edge,
        };
        let vpc_endpoint = scopes.find("api_gateway_endpoint_vpce");
        let policy_file = scopes.find("api_gateway_policy_file");
        match (kind, vpc_endpoint, policy_file) {
            (EndpointType::Edge | EndpointType::Regional, Some(vpc_endpoint), _) => {
                let message = "`api_gateway_endpoint_vpce` is for a private API only";
                return Err(Problem::at(source, &vpc_endpoint.name_span, message)
                    .hint("remove it, or set `\"api_gateway_endpoint_type\": \"PRIVATE\"`"));
            }
            (EndpointType::Private, Some(vpc_endpoint), Some(policy_file)) => {
                let message = "`api_gateway_policy_file` and `api_gateway_endpoint_vpce` exclude each other";
                return Err(Problem::at(source, &policy_file.name_span, message)
                    .also(source.place(&vpc_endpoint.name_span), "and this")
                    .hint("keep the file, or keep the endpoints and have the policy made from them"));
            }
            (EndpointType::Private, None, None) => {
                let span = endpoint_type.map_or(0..0, |member| member.node.span.clone());
                let message = "a private API needs `api_gateway_policy_file` or `api_gateway_endpoint_vpce`";
                return Err(Problem::at(source, &span, message)
                    .hint("set `api_gateway_endpoint_vpce` to the VPC endpoints that may reach it"));
            }
            _ => {}
        }
        let policy = match policy_file {
            Some(member) => {
                let named_by = source.place(&member.node.span);
                let name = member.node.text().unwrap_or_default();
                let otherwise = "or correct `api_gateway_policy_file`";
                Some(PolicyFile::read(self.project, name, Some(named_by), otherwise)?.document)
            }
            None => None,
        };
        let vpc_endpoints = vpc_endpoint.map(|member| member.node.texts()).unwrap_or_default();
        Ok(ApiEndpoint { kind, vpc_endpoints, policy })
    }
}
