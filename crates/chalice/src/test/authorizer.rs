//! What API Gateway does about a route's authorizer before it calls the route's function.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chalice_manifest::gateway::{Answered, Matched, Operation, Permission, method_arn, permission};
use chalice_manifest::{ResolvedAuthorizer, ResolvedAuthorizerKind, ResolvedRouteAuthorizer};
use serde_json::{Map, Value, json};

use super::gateway::{API_ARN, NO_TOKEN, Refused};
use super::{RequestBuilder, Started};

const UNAUTHORIZED: Refused =
    Refused { status: 401, error_type: "UnauthorizedException", body: r#"{"message":"Unauthorized"}"# };

/// The authorizer's function failed.
const FAILED: Refused =
    Refused { status: 500, error_type: "AuthorizerConfigurationException", body: r#"{"message":null}"# };

/// What the authorizer's function answered is no policy.
const MISCONFIGURED: Refused = Refused {
    status: 500,
    error_type: "AuthorizerConfigurationException",
    body: r#"{"message": "Internal server error"}"#,
};

const NOT_ALLOWED: Refused = Refused {
    status: 403,
    error_type: "AccessDeniedException",
    body: r#"{"Message":"User is not authorized to access this resource"}"#,
};

const DENIED: Refused = Refused {
    status: 403,
    error_type: "AccessDeniedException",
    body: "{\"Message\":\"User is not authorized to access this resource with an explicit deny in an identity-based \
           policy\"}",
};

/// What stands in `requestContext.authorizer`, or API Gateway's own answer.
///
/// Nothing is verified that lies outside of the application: whoever signs a request comes through, a Cognito token's
/// claims are taken as they are, and a function outside of the application permits whoever brings it a token.
pub(super) async fn authorize(
    started: &Started,
    request: &RequestBuilder<'_>,
    matched: &Matched,
    operation: &Operation<'_>,
) -> Result<Value, Refused> {
    let route = match operation.answered {
        Answered::ByRoute(route) | Answered::WithNoMethod(route) => route,
        // A browser sends no token with a preflight.
        Answered::ByCors(_) => return Ok(Value::Null),
    };
    let Some(ResolvedRouteAuthorizer { name, scopes }) = &route.authorizer else { return Ok(Value::Null) };
    let mut authorizers = started.gateway.resolved.authorizers.iter();
    let Some(authorizer) = authorizers.find(|authorizer| authorizer.name == *name) else {
        return Ok(Value::Null);
    };
    match &authorizer.kind {
        ResolvedAuthorizerKind::Iam => {
            request.header_value("authorization").map(|_| Value::Null).ok_or(NO_TOKEN)
        }
        ResolvedAuthorizerKind::Custom(custom) => token(request, &custom.header).map(|_| Value::Null),
        ResolvedAuthorizerKind::Cognito(cognito) => {
            let claims = claims(token(request, &cognito.header)?).ok_or(UNAUTHORIZED)?;
            if has_scope(&claims, scopes) {
                Ok(json!({"claims": as_texts(claims)}))
            } else {
                Err(UNAUTHORIZED)
            }
        }
        ResolvedAuthorizerKind::Builtin { header, .. } => {
            let token = token(request, header)?;
            ask(started, authorizer, request, matched, token).await
        }
    }
}

fn token<'a>(request: &'a RequestBuilder<'_>, header: &str) -> Result<&'a str, Refused> {
    request.header_value(header).filter(|value| !value.is_empty()).ok_or(UNAUTHORIZED)
}

/// The second part of a JSON web token.
fn claims(token: &str) -> Option<Map<String, Value>> {
    let token = token.strip_prefix("Bearer ").unwrap_or(token);
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&claims).ok()
}

/// A token needs one of the scopes that a route names.
fn has_scope(claims: &Map<String, Value>, wanted: &[String]) -> bool {
    let granted = claims.get("scope").and_then(Value::as_str).unwrap_or_default();
    wanted.is_empty() || granted.split(' ').any(|scope| wanted.iter().any(|wanted| wanted == scope))
}

/// Claims reach a function as texts, a list as `[a b]`.
fn as_texts(claims: Map<String, Value>) -> Map<String, Value> {
    let text = |value: Value| match value {
        Value::String(text) => text,
        Value::Array(items) => {
            let items = items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
            format!("[{}]", items.collect::<Vec<_>>().join(" "))
        }
        other => other.to_string(),
    };
    let claims = claims.into_iter().filter(|(_, value)| !value.is_null());
    claims.map(|(name, value)| (name, text(value).into())).collect()
}

/// Calls the authorizer's function.
async fn ask(
    started: &Started,
    authorizer: &ResolvedAuthorizer,
    request: &RequestBuilder<'_>,
    matched: &Matched,
    token: &str,
) -> Result<Value, Refused> {
    let arn = method_arn(API_ARN, &started.gateway.stage, &request.method, &matched.path);
    let event = json!({"type": "TOKEN", "authorizationToken": token, "methodArn": arn}).to_string();
    let context = request.client.context(&authorizer.name);
    let instance = started.instance(&authorizer.name).await;
    let answer = match instance.handle(&authorizer.name, event.into(), context).await {
        Ok(answer) => serde_json::from_slice::<Value>(&answer.json).map_err(|_| MISCONFIGURED)?,
        Err(failure) if failure.error_message == "Unauthorized" => return Err(UNAUTHORIZED),
        Err(_) => return Err(FAILED),
    };
    if !answer["policyDocument"].is_object() {
        return Err(MISCONFIGURED);
    }
    match permission(&answer["policyDocument"], &arn) {
        Permission::Allowed => Ok(handed_over(&answer)),
        Permission::NotAllowed => Err(NOT_ALLOWED),
        Permission::Denied => Err(DENIED),
    }
}

fn handed_over(answer: &Value) -> Value {
    let mut context: Map<String, Value> = answer["context"].as_object().cloned().unwrap_or_default();
    context.insert("principalId".to_owned(), answer["principalId"].clone());
    Value::Object(context)
}
