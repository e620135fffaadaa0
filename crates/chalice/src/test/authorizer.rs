//! What API Gateway does about a route's authorizer before it calls the route's function.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chalice_manifest::gateway::{Matched, Permission, method_arn, permission};
use chalice_manifest::{Resolved, ResolvedAuthorizer, ResolvedAuthorizerKind};
use serde_json::{Map, Value, json};

use super::gateway::{API_ARN, Gateway};
use super::{RequestBuilder, Started};

/// An answer of API Gateway's own: its status and body.
pub(super) struct Refused {
    pub(super) status: u16,
    pub(super) body: Value,
}

/// What stands in `requestContext.authorizer`, or API Gateway's own answer.
///
/// As with `chalice local`, signatures and tokens are not verified: signed requests and those for a function outside
/// of the application come through, and a Cognito token's claims are taken as they are.
pub(super) async fn authorize(
    started: &Started,
    request: &RequestBuilder<'_>,
    matched: &Matched,
) -> Result<Value, Refused> {
    let Some(name) = authorizer_of(&started.resolved, request, matched) else { return Ok(Value::Null) };
    let mut authorizers = started.resolved.authorizers.iter();
    let Some(authorizer) = authorizers.find(|authorizer| authorizer.name == name) else {
        return Ok(Value::Null);
    };
    match &authorizer.kind {
        ResolvedAuthorizerKind::Iam | ResolvedAuthorizerKind::Custom(_) => Ok(Value::Null),
        ResolvedAuthorizerKind::Cognito(cognito) => {
            claims(token(request, &cognito.header)?).ok_or_else(unauthorized)
        }
        ResolvedAuthorizerKind::Builtin { header, .. } => {
            let token = token(request, header)?;
            ask(started, authorizer, request, matched, token).await
        }
    }
}

fn authorizer_of<'a>(
    resolved: &'a Resolved,
    request: &RequestBuilder<'_>,
    matched: &Matched,
) -> Option<&'a str> {
    let of_method = |method: &str| {
        let mut routes = resolved.routes.iter();
        routes.find(|route| {
            route.path == matched.resource_path && route.methods.iter().any(|own| own == method)
        })
    };
    let by_get = || if request.method == "HEAD" { of_method("GET") } else { None };
    let route = of_method(&request.method).or_else(by_get)?;
    Some(&route.authorizer.as_ref()?.name)
}

fn unauthorized() -> Refused {
    Refused { status: 401, body: json!({"message": "Unauthorized"}) }
}

fn token<'a>(request: &'a RequestBuilder<'_>, header: &str) -> Result<&'a str, Refused> {
    let mut headers = request.headers.iter();
    let found = headers.find(|(name, value)| name.eq_ignore_ascii_case(header) && !value.is_empty());
    found.map(|(_, value)| value.as_str()).ok_or_else(unauthorized)
}

/// The second part of a JSON web token.
fn claims(token: &str) -> Option<Value> {
    let token = token.strip_prefix("Bearer ").unwrap_or(token);
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let principal = claims["cognito:username"].as_str().or(claims["sub"].as_str()).map(str::to_owned);
    Some(json!({"claims": claims, "principalId": principal}))
}

/// Calls the authorizer's function.
async fn ask(
    started: &Started,
    authorizer: &ResolvedAuthorizer,
    request: &RequestBuilder<'_>,
    matched: &Matched,
    token: &str,
) -> Result<Value, Refused> {
    let misconfigured = || Refused { status: 500, body: json!({"message": null}) };
    let arn = method_arn(API_ARN, &started.gateway.stage, &request.method, &matched.path);
    let event = json!({"type": "TOKEN", "authorizationToken": token, "methodArn": arn}).to_string();
    let context = request.client.context(&authorizer.name);
    let answer = match started.instance.handle(&authorizer.name, event.into(), context).await {
        Ok(answer) => serde_json::from_slice::<Value>(&answer.json).map_err(|_| misconfigured())?,
        Err(failure) if failure.error_message == "Unauthorized" => return Err(unauthorized()),
        Err(_) => return Err(misconfigured()),
    };
    let refused = |message: &str| Refused { status: 403, body: json!({ "Message": message }) };
    match permission(&answer["policyDocument"], &arn) {
        Permission::Allowed => Ok(handed_over(&answer)),
        Permission::NotAllowed => Err(refused("User is not authorized to access this resource")),
        Permission::Denied => {
            Err(refused("User is not authorized to access this resource with an explicit deny"))
        }
    }
}

fn handed_over(answer: &Value) -> Value {
    let mut context: Map<String, Value> = answer["context"].as_object().cloned().unwrap_or_default();
    context.insert("principalId".to_owned(), answer["principalId"].clone());
    Value::Object(context)
}

impl Gateway {
    /// What a refusal looks like to the caller.
    pub(super) fn refusal(&self, refused: &Refused) -> super::TestResponse {
        self.own_response(refused.status, &refused.body)
    }
}
