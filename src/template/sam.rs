//! A SAM template. Names are left to CloudFormation, so there is no FunctionName and no RoleName; rules alone have the
//! names that a deploy gives them.

use super::logical_id::logical_id;
use super::sam_events;
use crate::error::Failure;
use crate::model::{
    Application, Attribute, Function, Kind, LIVE, Location, LogGroup, NO_PATH, Permission, RUNTIME, Render,
    Resource, ResourceId, RestApi, RestApiContents, Role, Spec, Value, architecture, endpoint_type, tracing,
    trust_policy,
};
use crate::settings::API_HANDLER;
use serde_json::{Map, Value as Json, json};
use thiserror::Error;

pub fn sam(application: &Application) -> Result<Json, TemplateError> {
    let mut resources = Map::new();
    let mut outputs = Map::new();
    for resource in &application.resources {
        let entries = match &resource.spec {
            Spec::LogGroup(log_group) => vec![log_group_resource(&resource.id, log_group)],
            Spec::Role(role) => vec![role_resource(&resource.id, role)],
            Spec::Function(function) => {
                let (id, mut body) = function_resource(&resource.id, function);
                let events = events(&resource.id, application);
                if !events.is_empty() {
                    body["Properties"]["Events"] = Json::Object(events);
                }
                vec![(id, body)]
            }
            // SAM adds what lets an event source in.
            Spec::Permission(permission) if permission.is_of_event_source() => Vec::new(),
            Spec::Permission(permission) => vec![permission_resource(permission)],
            Spec::RestApiContents(contents) => {
                outputs.extend(rest_api_outputs(contents));
                vec![rest_api_resource(&resource.id, contents, application)]
            }
            // The contents' resource holds the shell too, the function's what invokes it.
            Spec::RestApi(_) | Spec::EventSourceMapping(_) | Spec::Rule(_) => Vec::new(),
        };
        for (id, body) in entries {
            if resources.insert(id.clone(), body).is_some() {
                return Err(TemplateError::SameLogicalId { id, name: resource.id.name.clone() });
            }
        }
    }
    Ok(json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Outputs": outputs,
        "Resources": resources,
    }))
}

#[derive(Debug, Error)]
pub enum TemplateError {
    #[error("two resources would have the logical id `{id}` in the template, `{name}` is one of them")]
    SameLogicalId { id: String, name: String },
}

impl Failure for TemplateError {
    fn hint(&self) -> Option<String> {
        let Self::SameLogicalId { .. } = self;
        Some(
            "logical ids have letters and digits only: rename a handler so that they differ in more than `_`"
                .to_owned(),
        )
    }
}

/// References in place of outputs.
struct References;

impl Render for References {
    fn value(&self, value: &Value) -> Option<Json> {
        Some(match value {
            Value::Known(text) => json!(text),
            Value::Output(id, Attribute::Arn) if id.kind == Kind::IamRole => {
                json!({"Fn::GetAtt": [resource_id(id), "Arn"]})
            }
            Value::Output(..) | Value::Location(_) | Value::Joined(_) => {
                let mut variables = Map::new();
                let text = substitution(value, &mut variables);
                if variables.is_empty() {
                    json!({"Fn::Sub": text})
                } else {
                    json!({"Fn::Sub": [text, variables]})
                }
            }
        })
    }
}

/// The value in the notation of `Fn::Sub`, whose variables hold what only SAM resolves.
fn substitution(value: &Value, variables: &mut Map<String, Json>) -> String {
    match value {
        Value::Known(text) => text.replace("${", "${!"),
        Value::Location(Location::Partition) => "${AWS::Partition}".to_owned(),
        Value::Location(Location::Region) => "${AWS::Region}".to_owned(),
        Value::Location(Location::Account) => "${AWS::AccountId}".to_owned(),
        // CloudFormation names the functions after the stack, and a policy that referred to them would be a cycle.
        Value::Output(_, Attribute::LogGroupArn) => {
            "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/${AWS::StackName}-*"
                .to_owned()
        }
        Value::Output(id, Attribute::InvokeArn) => {
            let function = resource_id(id);
            variables.insert(format!("{function}Live"), json!({"Ref": format!("{function}.Alias")}));
            format!("${{{function}Live}}")
        }
        Value::Output(id, Attribute::Id) => format!("${{{}}}", resource_id(id)),
        Value::Output(id, _) => format!("${{{}.Arn}}", resource_id(id)),
        Value::Joined(parts) => parts.iter().map(|part| substitution(part, variables)).collect(),
    }
}

/// As Chalice calls them; the API and its function have names of their own.
fn resource_id(id: &ResourceId) -> String {
    match id.kind {
        Kind::LambdaFunction if id.name == API_HANDLER => "APIHandler".to_owned(),
        Kind::RestApi | Kind::RestApiContents => "RestAPI".to_owned(),
        Kind::LambdaFunction
        | Kind::IamRole
        | Kind::LogGroup
        | Kind::Permission
        | Kind::EventSourceMapping
        | Kind::Rule => logical_id(&id.name),
    }
}

fn render(tree: &crate::model::Tree) -> Json {
    References.tree(tree).unwrap_or_default()
}

fn log_group_resource(id: &ResourceId, log_group: &LogGroup) -> (String, Json) {
    let function = resource_id(&ResourceId::new(Kind::LambdaFunction, &log_group.handler));
    let id = if log_group.handler == API_HANDLER { "APIHandlerLogGroup".to_owned() } else { resource_id(id) };
    let properties = json!({
        "LogGroupName": {"Fn::Sub": format!("/aws/lambda/${{{function}}}")},
        "RetentionInDays": log_group.retention_in_days,
    });
    (id, json!({"Type": "AWS::Logs::LogGroup", "Properties": properties}))
}

fn role_resource(id: &ResourceId, role: &Role) -> (String, Json) {
    let id = resource_id(id);
    let mut document = render(&role.policy());
    for statement in document["Statement"].as_array_mut().into_iter().flatten() {
        // Functions that differ in a deploy share one pattern here.
        if let Some(Json::Array(resources)) = statement.get_mut("Resource") {
            resources.dedup();
        }
    }
    let policy = json!({"PolicyDocument": document, "PolicyName": format!("{id}Policy")});
    let mut properties = json!({
        "AssumeRolePolicyDocument": trust_policy(),
        "Policies": [policy],
        "Tags": tag_list(&render(&role.tags)),
    });
    if role.path != NO_PATH {
        properties["Path"] = json!(role.path);
    }
    if let Some(boundary) = &role.permissions_boundary {
        properties["PermissionsBoundary"] = json!(boundary);
    }
    if !role.managed_policies.is_empty() {
        properties["ManagedPolicyArns"] = json!(role.managed_policies);
    }
    (id, json!({"Type": "AWS::IAM::Role", "Properties": properties}))
}

fn function_resource(id: &ResourceId, function: &Function) -> (String, Json) {
    let settings = &function.settings;
    let mut properties = json!({
        "Runtime": RUNTIME,
        "Handler": function.handler,
        "CodeUri": "./deployment.zip",
        "Tags": render(&function.tags),
        "Tracing": tracing(settings),
        "Timeout": settings.timeout,
        "MemorySize": settings.memory_size,
        "Architectures": [architecture(function.architecture)],
        "Role": References.value(&function.role),
        "AutoPublishAlias": LIVE,
        // Without it only new code, not a new variable, would make a version.
        "AutoPublishAliasAllProperties": true,
    });
    if !settings.environment.is_empty() {
        properties["Environment"] = json!({"Variables": settings.environment});
    }
    if let Some(vpc) = &settings.vpc {
        properties["VpcConfig"] =
            json!({"SubnetIds": vpc.subnet_ids, "SecurityGroupIds": vpc.security_group_ids});
    }
    if let Some(limit) = settings.reserved_concurrency {
        properties["ReservedConcurrentExecutions"] = json!(limit);
    }
    if !settings.layers.is_empty() {
        properties["Layers"] = json!(settings.layers);
    }
    (resource_id(id), json!({"Type": "AWS::Serverless::Function", "Properties": properties}))
}

/// What invokes the function.
fn events(function: &ResourceId, application: &Application) -> Map<String, Json> {
    let specs = application.resources.iter().map(|resource| &resource.spec);
    let event = |spec: &Spec| match spec {
        Spec::EventSourceMapping(mapping) if mapping.function == *function => {
            Some(sam_events::of_mapping(mapping, &References))
        }
        Spec::Rule(rule) if rule.function == *function => Some(sam_events::of_rule(rule)),
        Spec::EventSourceMapping(_)
        | Spec::Rule(_)
        | Spec::LogGroup(_)
        | Spec::Role(_)
        | Spec::RestApi(_)
        | Spec::Function(_)
        | Spec::Permission(_)
        | Spec::RestApiContents(_) => None,
    };
    specs.filter_map(event).collect()
}

fn permission_resource(permission: &Permission) -> (String, Json) {
    let function = resource_id(&permission.function);
    let properties = json!({
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": format!("{function}.Alias")},
        "Principal": permission.principal,
        "SourceArn": References.value(&permission.source_arn),
    });
    let resource = json!({"Type": "AWS::Lambda::Permission", "Properties": properties});
    (format!("{function}InvokePermission"), resource)
}

fn rest_api_resource(
    id: &ResourceId,
    contents: &RestApiContents,
    application: &Application,
) -> (String, Json) {
    let mut properties = json!({
        "Name": application.names.rest_api(),
        "StageName": contents.stage,
        // Without it SAM adds a stage of its own, called `Stage`.
        "OpenApiVersion": "2.0",
        "DefinitionBody": render(&contents.document),
    });
    if contents.tracing {
        properties["TracingEnabled"] = json!(true);
    }
    if let Some(api) = shell(application) {
        let vpc_endpoints = &api.endpoint.vpc_endpoints;
        properties["EndpointConfiguration"] = json!({"Type": endpoint_type(api.endpoint.kind)});
        if !vpc_endpoints.is_empty() {
            properties["EndpointConfiguration"]["VPCEndpointIds"] = json!(vpc_endpoints);
        }
        properties["Tags"] = render(&api.tags);
    }
    (resource_id(id), json!({"Type": "AWS::Serverless::Api", "Properties": properties}))
}

fn shell(application: &Application) -> Option<&RestApi> {
    application.resources.iter().find_map(|Resource { spec, .. }| match spec {
        Spec::RestApi(api) => Some(api),
        Spec::LogGroup(_)
        | Spec::Role(_)
        | Spec::Function(_)
        | Spec::Permission(_)
        | Spec::RestApiContents(_)
        | Spec::EventSourceMapping(_)
        | Spec::Rule(_) => None,
    })
}

fn rest_api_outputs(contents: &RestApiContents) -> Map<String, Json> {
    let url =
        format!("https://${{RestAPI}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{}/", contents.stage);
    let outputs = [
        ("RestAPIId", json!({"Ref": "RestAPI"})),
        ("APIHandlerName", json!({"Ref": "APIHandler"})),
        ("APIHandlerArn", json!({"Fn::GetAtt": ["APIHandler", "Arn"]})),
        ("EndpointURL", json!({"Fn::Sub": url})),
    ];
    outputs.map(|(name, value)| (name.to_owned(), json!({"Value": value}))).into_iter().collect()
}

fn tag_list(tags: &Json) -> Json {
    let tags = tags.as_object().into_iter().flatten();
    tags.map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}
