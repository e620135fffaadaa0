//! Settings + Manifest + Artifact → Application.

use super::event_source_mapping::polling_statements;
use super::function::Code;
use super::role::{logs_statement, vpc_statement, xray_statement};
use super::{
    Application, Attribute, EventSourceMapping, Function, Kind, LogGroup, Names, Permission, Resource,
    ResourceId, RestApi, RestApiContents, Role, Rule, Spec, Tree, Value, openapi,
};
use crate::error::{Failure, Result};
use crate::settings::{API_HANDLER, FunctionSettings, RoleSettings, Settings, unknown_function};
use chalice_manifest::{
    EventSource, EventSourceFault, Handler, Place, Resolved, ResolvedAuthorizerKind, fill,
};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// What API Gateway allows in one API.
const MOST_RESOURCES: usize = 300;

/// What should exist for one stage; what the program's own calls to AWS need is added by [`Application::grant`].
pub fn build(settings: &Settings, manifest: &Resolved, code: &Code) -> Result<Application> {
    let names = Names { app: settings.app_name.clone(), stage: settings.stage.clone() };
    let manifest = &filled(settings, manifest)?;
    let handlers = handlers(manifest);
    check_names(&names, &handlers)?;
    check_configured(settings, &handlers)?;
    check_resources(manifest)?;

    let mut resources = Vec::new();
    resources.extend(handlers.iter().filter_map(|handler| log_group(settings, &names, handler)));
    resources.extend(roles(settings, &names, &handlers, manifest));
    if !manifest.routes.is_empty() {
        resources.push(rest_api(settings, &names));
    }
    resources.extend(handlers.iter().map(|handler| function(settings, &names, handler, code)));
    if !manifest.routes.is_empty() {
        resources.extend(rest_api_contents(settings, &names, manifest));
    }
    for (handler, source) in event_sources(manifest) {
        resources.extend(EventSourceMapping::of_handler(&names, handler, source));
        if let Some(rule) = Rule::of_handler(&names, handler, source) {
            check_name("rule", names.rule(handler), handler)?;
            resources.extend(rule);
        }
    }
    Ok(Application { names, resources })
}

/// Why the parts do not make an application.
#[derive(Debug, Error)]
pub enum BuildError {
    #[error("the application has no handlers")]
    NoHandlers,
    #[error("the {kind} name `{name}` has {} characters, AWS allows 64", name.len())]
    NameTooLong { kind: &'static str, name: String, handler: String },
    #[error("the variable `{variable}` of {user} is not set in stage `{stage}` ({file}:{line})")]
    UnsetVariable { variable: String, user: &'static str, stage: String, file: String, line: u32 },
    #[error(
        "the CORS origin `{origin}` of `{path}` is `*` in stage `{stage}`, any origin, and credentials are allowed \
         ({file}:{line})"
    )]
    AnyOriginWithCredentials { origin: String, path: String, stage: String, file: String, line: u32 },
    #[error("{event_source} cannot be deployed to stage `{stage}`: {fault} ({file}:{line})")]
    InvalidEventSource {
        event_source: String,
        fault: Box<EventSourceFault>,
        stage: String,
        file: String,
        line: u32,
    },
    #[error("the API has {count} resources (parts of paths), API Gateway allows 300")]
    TooManyResources { count: usize },
}

impl Failure for BuildError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoHandlers => {
                "add a function with `#[route(\"/\")]` or `#[lambda_function]` to the crate, or \
                name the crate that has them in `blueprints` of `app!`"
                    .to_owned()
            }
            Self::NameTooLong { handler, .. } => {
                format!("shorten the name of the handler `{handler}`, the stage or \"app_name\"")
            }
            Self::UnsetVariable { variable, stage, .. } => format!(
                "add \"{variable}\" to \"environment_variables\" of stage \"{stage}\" in .chalice/config.json"
            ),
            Self::AnyOriginWithCredentials { .. } => {
                "set the variable to an origin, as in \"https://example.com\", in .chalice/config.json: browsers refuse \
                 `*` here, and an answer that repeats every origin lets every site act as its visitors"
                    .to_owned()
            }
            Self::InvalidEventSource { .. } => {
                "change the attribute, or the variables that it names, in .chalice/config.json".to_owned()
            }
            Self::TooManyResources { .. } => {
                "split the application, or match the rest of a path with one `{name+}`".to_owned()
            }
        })
    }
}

/// The Lambda functions, by handler name.
fn handlers(manifest: &Resolved) -> Vec<String> {
    let mut handlers: Vec<String> =
        manifest.functions.iter().map(|function| function.handler.name.clone()).collect();
    handlers.sort();
    if !manifest.routes.is_empty() {
        handlers.push(API_HANDLER.to_owned());
    }
    handlers
}

fn check_names(names: &Names, handlers: &[String]) -> Result<(), BuildError> {
    if handlers.is_empty() {
        return Err(BuildError::NoHandlers);
    }
    handlers.iter().try_for_each(|handler| check_name("function", names.function(handler), handler))
}

/// AWS allows as much for functions as for rules.
fn check_name(kind: &'static str, name: String, handler: &str) -> Result<(), BuildError> {
    if name.len() > 64 {
        return Err(BuildError::NameTooLong { kind, name, handler: handler.to_owned() });
    }
    Ok(())
}

/// A function that config.json names but no handler has is a typing error.
fn check_configured(settings: &Settings, handlers: &[String]) -> Result<()> {
    let known: Vec<&str> = handlers.iter().map(String::as_str).collect();
    let unknown = settings.functions.iter().find(|(name, _)| !known.contains(&name.as_str()));
    unknown.map_or(Ok(()), |(name, named)| Err(unknown_function(&named.place, name, &known).into()))
}

/// Each part of a path is a resource, shared by the paths that begin alike; the root is one too.
fn check_resources(manifest: &Resolved) -> Result<(), BuildError> {
    let mut nodes = BTreeSet::from([""]);
    for route in &manifest.routes {
        let path = route.path.trim_end_matches('/');
        nodes.extend(path.match_indices('/').skip(1).map(|(end, _)| &path[..end]));
        nodes.insert(path);
    }
    if nodes.len() > MOST_RESOURCES {
        return Err(BuildError::TooManyResources { count: nodes.len() });
    }
    Ok(())
}

/// The manifest with `${NAME}` filled from the variables of the function that it is about.
fn filled(settings: &Settings, manifest: &Resolved) -> Result<Resolved, BuildError> {
    let filled = |text: &mut String, user: &'static str, place: &Place| {
        fill_text(settings, API_HANDLER, text, (user, place))
    };
    let mut manifest = manifest.clone();
    for route in &mut manifest.routes {
        let place = route.handler.place.clone();
        let Some(cors) = &mut route.cors else { continue };
        let written = cors.allow_origins.clone();
        let mut origins = cors.allow_origins.iter_mut();
        origins.try_for_each(|origin| filled(origin, "a CORS origin", &place))?;
        if let Some(at) = cors.any_origin_with_credentials() {
            return Err(BuildError::AnyOriginWithCredentials {
                origin: written[at].clone(),
                path: route.path.clone(),
                stage: settings.stage.clone(),
                file: place.file,
                line: place.line,
            });
        }
    }
    for function in &mut manifest.functions {
        let Some(source) = &mut function.source else { continue };
        fill_source(settings, &function.handler, source)?;
    }
    for authorizer in &mut manifest.authorizers {
        let place = authorizer.place.clone();
        let mut texts = texts(&mut authorizer.kind).into_iter();
        texts.try_for_each(|text| filled(text, "an authorizer", &place))?;
    }
    Ok(manifest)
}

/// Fills `${NAME}` from the variables of `function`.
fn fill_text(
    settings: &Settings,
    function: &str,
    text: &mut String,
    (user, place): (&'static str, &Place),
) -> Result<(), BuildError> {
    let variables = &settings.function(function).environment;
    let known = fill(text, |name| variables.get(name).cloned());
    *text = known.map_err(|unset| BuildError::UnsetVariable {
        variable: unset.name,
        user,
        stage: settings.stage.clone(),
        file: place.file.clone(),
        line: place.line,
    })?;
    Ok(())
}

/// Fills what names the source of a handler's events; only then it can be judged.
fn fill_source(settings: &Settings, handler: &Handler, source: &mut EventSource) -> Result<(), BuildError> {
    let Handler { name, place, .. } = handler;
    for text in source.texts_mut() {
        fill_text(settings, name, text, ("an event source", place))?;
    }
    let fault = source.faults().into_iter().next();
    fault.map_or(Ok(()), |fault| {
        Err(BuildError::InvalidEventSource {
            event_source: format!("`#[{}]` of `{name}`", source.attribute()),
            fault: Box::new(fault),
            stage: settings.stage.clone(),
            file: place.file.clone(),
            line: place.line,
        })
    })
}

/// The handlers of events with what delivers them, by handler name.
fn event_sources(manifest: &Resolved) -> impl Iterator<Item = (&str, &EventSource)> {
    let mut sources: Vec<_> = manifest
        .functions
        .iter()
        .filter_map(|function| Some((function.handler.name.as_str(), function.source.as_ref()?)))
        .collect();
    sources.sort_by_key(|(handler, _)| *handler);
    sources.into_iter()
}

/// What names something outside of the binary.
fn texts(kind: &mut ResolvedAuthorizerKind) -> Vec<&mut String> {
    match kind {
        ResolvedAuthorizerKind::Iam => Vec::new(),
        ResolvedAuthorizerKind::Builtin { execution_role, .. } => execution_role.iter_mut().collect(),
        ResolvedAuthorizerKind::Cognito(cognito) => cognito.provider_arns.iter_mut().collect(),
        ResolvedAuthorizerKind::Custom(custom) => {
            [&mut custom.uri].into_iter().chain(&mut custom.invoke_role).collect()
        }
    }
}

fn log_group(settings: &Settings, names: &Names, handler: &str) -> Option<Resource> {
    let retention_in_days = settings.function(handler).log_retention_in_days?;
    let name = format!("/aws/lambda/{}", names.function(handler));
    let id = ResourceId::new(Kind::LogGroup, format!("{handler}-log-group"));
    Some(Resource {
        id,
        spec: Spec::LogGroup(LogGroup { name, handler: handler.to_owned(), retention_in_days }),
    })
}

/// The role that functions with a generated policy share, and one for each function with its own policy.
fn roles(settings: &Settings, names: &Names, handlers: &[String], manifest: &Resolved) -> Vec<Resource> {
    let mut roles: BTreeMap<ResourceId, Role> = BTreeMap::new();
    for handler in handlers {
        let function = settings.function(handler);
        let (id, name) = match &function.role {
            RoleSettings::Given { .. } => continue,
            RoleSettings::Generated { .. } => (default_role_id(), names.default_role()),
            RoleSettings::FromFile { .. } => (own_role_id(handler), names.own_role(handler)),
        };
        let tags = names.tags(&BTreeMap::new());
        let role = roles.entry(id).or_insert_with(|| Role::new(name, tags, &settings.iam));
        for statement in statements(settings, function, handlers, manifest) {
            if !role.statements.contains(&statement) {
                role.statements.push(statement);
            }
        }
    }
    roles.into_iter().map(|(id, role)| Resource { id, spec: Spec::Role(role) }).collect()
}

impl Application {
    /// The statements of the role that functions with a generated policy share; None: no function has one.
    pub fn generated_statements(&self) -> Option<&[Tree]> {
        let role = self.resources.iter().find(|resource| resource.id == default_role_id())?;
        if let Spec::Role(role) = &role.spec { Some(&role.statements) } else { None }
    }

    /// Adds statements to that role's policy.
    pub fn grant(&mut self, statements: Vec<Tree>) {
        let role = self.resources.iter_mut().find(|resource| resource.id == default_role_id());
        if let Some(Spec::Role(role)) = role.map(|resource| &mut resource.spec) {
            role.statements.extend(statements);
        }
    }
}

fn default_role_id() -> ResourceId {
    ResourceId::new(Kind::IamRole, "default-role")
}

fn own_role_id(handler: &str) -> ResourceId {
    ResourceId::new(Kind::IamRole, format!("{handler}_role"))
}

/// What the policy of `function`'s role has to grant.
fn statements(
    settings: &Settings,
    function: &FunctionSettings,
    handlers: &[String],
    manifest: &Resolved,
) -> Vec<Tree> {
    match &function.role {
        RoleSettings::Given { .. } => Vec::new(),
        RoleSettings::FromFile { document, statements, .. } => {
            let of_file = super::policy::statements(document);
            of_file.into_iter().chain(statements.iter().cloned()).map(Tree::from).collect()
        }
        RoleSettings::Generated { statements } => {
            let shares =
                |other: &str| matches!(settings.function(other).role, RoleSettings::Generated { .. });
            let log_group = |handler: &String| {
                Value::Output(ResourceId::new(Kind::LambdaFunction, handler), Attribute::LogGroupArn)
            };
            let sharing = handlers.iter().filter(|other| shares(other));
            let mut all = vec![logs_statement(sharing.map(log_group).collect())];
            let polled = event_sources(manifest).filter(|(handler, _)| shares(handler));
            all.extend(polling_statements(polled.map(|(_, source)| source)));
            all.extend(function.vpc.as_ref().map(|_| vpc_statement()));
            all.extend((function.xray == Some(true)).then(xray_statement));
            all.extend(statements.iter().cloned().map(Tree::from));
            all
        }
    }
}

fn function(settings: &Settings, names: &Names, handler: &str, code: &Code) -> Resource {
    let function = settings.function(handler);
    let role = match &function.role {
        RoleSettings::Given { arn } => arn.as_str().into(),
        RoleSettings::Generated { .. } => Value::Output(default_role_id(), Attribute::Arn),
        RoleSettings::FromFile { .. } => Value::Output(own_role_id(handler), Attribute::Arn),
    };
    let spec = Spec::Function(Box::new(Function {
        name: names.function(handler),
        handler: handler.to_owned(),
        role,
        tags: names.tags(&function.tags),
        architecture: settings.architecture,
        code: code.clone(),
        settings: function.clone(),
    }));
    Resource { id: ResourceId::new(Kind::LambdaFunction, handler), spec }
}

fn rest_api_id() -> ResourceId {
    ResourceId::new(Kind::RestApi, "rest_api")
}

fn rest_api(settings: &Settings, names: &Names) -> Resource {
    let spec = Spec::RestApi(RestApi {
        name: names.rest_api(),
        tags: names.tags(&BTreeMap::new()),
        endpoint: settings.endpoint.clone(),
    });
    Resource { id: rest_api_id(), spec }
}

fn rest_api_contents(settings: &Settings, names: &Names, manifest: &Resolved) -> Vec<Resource> {
    let api = rest_api_id();
    let function = ResourceId::new(Kind::LambdaFunction, API_HANDLER);
    let of_routes = Permission::for_rest_api(&api, &function, names.function(API_HANDLER));
    let contents = RestApiContents {
        stage: settings.api_gateway_stage.clone(),
        tracing: settings.function(API_HANDLER).xray == Some(true),
        document: openapi::document(settings, manifest, &function),
        api,
    };
    let permission = |handler: &str, permission| Resource {
        id: ResourceId::new(Kind::Permission, format!("{handler}-rest_api")),
        spec: Spec::Permission(permission),
    };
    let mut resources = vec![permission(API_HANDLER, of_routes)];
    resources.extend(asked_functions(manifest).map(|name| {
        let function = ResourceId::new(Kind::LambdaFunction, name);
        permission(name, Permission::for_authorizer(&rest_api_id(), &function, names.function(name)))
    }));
    resources.push(Resource {
        // Another stage is another resource: it is made before the old one goes.
        id: ResourceId::new(Kind::RestApiContents, &settings.api_gateway_stage),
        spec: Spec::RestApiContents(contents),
    });
    resources
}

/// The authorizers that API Gateway invokes in its own name; with a role of theirs it needs no permission.
fn asked_functions(manifest: &Resolved) -> impl Iterator<Item = &str> {
    manifest.authorizers.iter().filter_map(|authorizer| match &authorizer.kind {
        ResolvedAuthorizerKind::Builtin { execution_role: None, .. } => Some(authorizer.name.as_str()),
        ResolvedAuthorizerKind::Builtin { execution_role: Some(_), .. }
        | ResolvedAuthorizerKind::Iam
        | ResolvedAuthorizerKind::Cognito(_)
        | ResolvedAuthorizerKind::Custom(_) => None,
    })
}
