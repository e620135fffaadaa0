//! Who may call a route: API keys and authorizers.

use super::integration_uri;
use crate::model::{Kind, ResourceId, Tree};
use chalice_manifest::{
    Cognito, Custom, Resolved, ResolvedAuthorizer, ResolvedAuthorizerKind, ResolvedRoute,
};
use serde_json::{Value as Json, json};

/// The document's `securityDefinitions`.
pub(super) fn definitions(manifest: &Resolved) -> Vec<(String, Tree)> {
    let mut definitions = Vec::new();
    if manifest.routes.iter().any(|route| route.api_key_required) {
        let api_key = json!({"type": "apiKey", "name": "x-api-key", "in": "header"});
        definitions.push(("api_key".to_owned(), api_key.into()));
    }
    let of_authorizer = |authorizer: &ResolvedAuthorizer| (authorizer.name.clone(), definition(authorizer));
    definitions.extend(manifest.authorizers.iter().map(of_authorizer));
    definitions
}

/// An operation's `security`; None: everyone may call it.
pub(super) fn of_route(route: &ResolvedRoute) -> Option<Json> {
    let api_key = route.api_key_required.then(|| json!({"api_key": []}));
    let authorizer = route.authorizer.as_ref().map(|authorizer| {
        let scopes = json!(authorizer.scopes);
        Json::Object([(authorizer.name.clone(), scopes)].into_iter().collect())
    });
    let all: Vec<Json> = api_key.into_iter().chain(authorizer).collect();
    (!all.is_empty()).then(|| json!(all))
}

fn definition(authorizer: &ResolvedAuthorizer) -> Tree {
    match &authorizer.kind {
        ResolvedAuthorizerKind::Iam => Tree::Map(scheme("Authorization", "awsSigv4")),
        ResolvedAuthorizerKind::Builtin { header, ttl_seconds, execution_role } => {
            let function = ResourceId::new(Kind::LambdaFunction, &authorizer.name);
            let uri = integration_uri(&function).into();
            token(header, uri, *ttl_seconds, execution_role.as_deref())
        }
        ResolvedAuthorizerKind::Custom(Custom { header, uri, ttl_seconds, invoke_role, .. }) => {
            token(header, uri.as_str().into(), Some(*ttl_seconds), invoke_role.as_deref())
        }
        ResolvedAuthorizerKind::Cognito(Cognito { header, provider_arns, .. }) => {
            let kind = "cognito_user_pools";
            let mut fields = scheme(header, kind);
            let authorizer = json!({"type": kind, "providerARNs": provider_arns});
            fields.push(("x-amazon-apigateway-authorizer".into(), authorizer.into()));
            Tree::Map(fields)
        }
    }
}

/// A function that is asked with the header's value.
fn token(header: &str, uri: Tree, ttl_seconds: Option<u32>, role: Option<&str>) -> Tree {
    let mut authorizer: Vec<(String, Tree)> =
        vec![("type".into(), "token".into()), ("authorizerUri".into(), uri)];
    if let Some(role) = role {
        authorizer.push(("authorizerCredentials".into(), role.into()));
    }
    if let Some(seconds) = ttl_seconds {
        authorizer.push(("authorizerResultTtlInSeconds".into(), json!(seconds).into()));
    }
    let mut fields = scheme(header, "custom");
    fields.push(("x-amazon-apigateway-authorizer".into(), Tree::Map(authorizer)));
    Tree::Map(fields)
}

fn scheme(header: &str, kind: &str) -> Vec<(String, Tree)> {
    vec![
        ("in".into(), "header".into()),
        ("type".into(), "apiKey".into()),
        ("name".into(), header.into()),
        ("x-amazon-apigateway-authtype".into(), kind.into()),
    ]
}
