//! What an authorizer answers: an IAM policy, written as Chalice writes it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::AuthRequest;
use super::denied::{Guarded, denied};
use crate::error::BoxError;
use crate::event::{AnyEvent, FromEvent};
use crate::{Error, Result};

/// Which routes a caller may use: Chalice's `AuthResponse`.
///
/// ```
/// use chalice::prelude::*;
///
/// #[authorizer(ttl_seconds = 30)]
/// async fn check(request: AuthRequest) -> Result<AuthResponse> {
///     Ok(match request.token() {
///         "admin" => AuthResponse::new(["*"], "admin"),
///         "reader" => AuthResponse::new([AuthRoute::new("/users/{id}", ["GET"])], "reader").context("team", "sales"),
///         _ => return Err(Error::unauthorized("unknown token")), // answered 401
///     })
/// }
///
/// #[get("/users/{id}", authorizer = check)]
/// async fn user(id: u32, request: Request) -> String {
///     format!("{id} for {}", request.context()["authorizer"]["principalId"])
/// }
/// ```
///
/// A policy of your own, and what the handler is told beside it:
///
/// ```
/// use chalice::prelude::*;
/// use serde_json::json;
///
/// let everything = json!({"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": ["*"]});
/// let document = json!({"Version": "2012-10-17", "Statement": [everything]});
/// let response = AuthResponse::policy(document, "ada").context("team", "sales").context("level", 3);
/// assert_ne!(response, AuthResponse::deny("ada"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct AuthResponse {
    principal_id: String,
    grants: Grants,
    context: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq)]
enum Grants {
    Routes(Vec<AuthRoute>),
    Policy(Value),
}

/// A path with the methods that are permitted on it: Chalice's `AuthRoute`.
///
/// ```
/// use chalice::prelude::*;
///
/// let response = AuthResponse::new([AuthRoute::new("/orders/{id}", ["GET", "PUT"]), "/status".into()], "ada");
/// # drop(response);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuthRoute {
    pub(super) path: String,
    pub(super) methods: Vec<String>,
}

impl AuthRoute {
    /// A path as a route has it permits that route: `{id}` is every value, where Chalice would take it literally. Any
    /// other path is a pattern: `*` and `{id}` in it are any text, slashes too, and `*` alone is every path.
    ///
    /// A policy of IAM knows no other wildcard, so `/items/{id}` is permitted as `/items/*`, which `/items/5/sub` and
    /// `/items/new` match. Where these are routes with an authorizer too, and not permitted, the policy denies them. It
    /// cannot where the denial would reach a route that is permitted: `/items/*/sub`, beside a permitted
    /// `/items/{id}/sub/{part}`, has `/items/1/sub/sub` in it. Such a route checks for itself who calls:
    /// `request.context()["authorizer"]["principalId"]`.
    pub fn new<M: Into<String>>(path: impl Into<String>, methods: impl IntoIterator<Item = M>) -> Self {
        Self { path: path.into(), methods: methods.into_iter().map(Into::into).collect() }
    }
}

/// A path as a pattern of an ARN.
fn pattern(path: &str) -> String {
    let path = path.strip_prefix('/').unwrap_or(path);
    let pattern = |segment| if is_parameter(segment) { "*" } else { segment };
    path.split('/').map(pattern).collect::<Vec<_>>().join("/")
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

/// The path with every method.
impl From<&str> for AuthRoute {
    fn from(path: &str) -> Self {
        Self::new(path, ["*"])
    }
}

/// The path with every method.
impl From<String> for AuthRoute {
    fn from(path: String) -> Self {
        Self::new(path, ["*"])
    }
}

impl AuthResponse {
    /// Permits these routes, and no others. `principal_id` says who the caller is.
    pub fn new<R: Into<AuthRoute>>(
        routes: impl IntoIterator<Item = R>,
        principal_id: impl Into<String>,
    ) -> Self {
        Self::of(Grants::Routes(routes.into_iter().map(Into::into).collect()), principal_id)
    }

    /// Permits nothing: the caller is known and is answered 403.
    pub fn deny(principal_id: impl Into<String>) -> Self {
        Self::of(Grants::Routes(Vec::new()), principal_id)
    }

    /// An IAM policy document of your own, for what routes cannot say.
    pub fn policy(document: Value, principal_id: impl Into<String>) -> Self {
        Self::of(Grants::Policy(document), principal_id)
    }

    fn of(grants: Grants, principal_id: impl Into<String>) -> Self {
        Self { principal_id: principal_id.into(), grants, context: BTreeMap::new() }
    }

    /// A value for the handler: `request.context()["authorizer"][name]`, as text.
    #[must_use]
    #[allow(clippy::needless_pass_by_value)] // `3` and `true` read better than `&3` and `&true`
    pub fn context(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.context.insert(name.into(), value.to_string());
        self
    }

    /// What API Gateway takes, for a request whose ARN is `method_arn`.
    fn to_json(&self, method_arn: &str, guarded: &[Guarded<'_>]) -> Value {
        let document = match &self.grants {
            Grants::Policy(document) => document.clone(),
            Grants::Routes(routes) => {
                let allowed = routes.iter().flat_map(|route| {
                    let pattern = pattern(&route.path);
                    route.methods.iter().map(move |method| resource(method_arn, method, &pattern))
                });
                let mut statements = vec![statement("Allow", &allowed.collect::<Vec<_>>())];
                let denied = denied(routes, guarded).into_iter().flat_map(|(method, path)| {
                    let pattern = pattern(path);
                    // API Gateway overlooks a slash at the end.
                    let with_slash = (!pattern.ends_with('*')).then(|| format!("{pattern}/"));
                    [Some(pattern), with_slash]
                        .into_iter()
                        .flatten()
                        .map(|pattern| resource(method_arn, method, &pattern))
                });
                let denied: Vec<String> = denied.collect();
                if !denied.is_empty() {
                    statements.push(statement("Deny", &denied));
                }
                json!({"Version": "2012-10-17", "Statement": statements})
            }
        };
        json!({"context": self.context, "principalId": self.principal_id, "policyDocument": document})
    }
}

/// An ARN in the API and stage of `method_arn`.
fn resource(method_arn: &str, method: &str, pattern: &str) -> String {
    let api_and_stage: Vec<&str> = method_arn.splitn(3, '/').take(2).collect();
    format!("{}/{method}/{pattern}", api_and_stage.join("/"))
}

fn statement(effect: &str, resources: &[String]) -> Value {
    json!({"Action": "execute-api:Invoke", "Effect": effect, "Resource": resources})
}

/// What an [`macro@crate::authorizer`] may return.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the answer of an authorizer",
    label = "return `AuthResponse` or `Result<AuthResponse>`"
)]
pub trait IntoAuthResponse {
    fn into_auth_response(self) -> Result<AuthResponse>;
}

impl IntoAuthResponse for AuthResponse {
    fn into_auth_response(self) -> Result<AuthResponse> {
        Ok(self)
    }
}

impl<E: Into<BoxError> + 'static> IntoAuthResponse for Result<AuthResponse, E> {
    fn into_auth_response(self) -> Result<AuthResponse> {
        self.map_err(Error::from_boxed)
    }
}

/// The authorizer's answer as the function's.
#[doc(hidden)]
pub async fn answer(answer: Result<AuthResponse>, event: &AnyEvent) -> Result<Vec<u8>> {
    let response = answer.map_err(|error| match error.status() {
        // This very word makes API Gateway answer 401; any other error is a 500 to the caller.
        401 => Error::unauthorized("Unauthorized"),
        _ => error,
    })?;
    let request = AuthRequest::from_event(event).await?;
    let routes = event.scope().application.iter().flat_map(|application| &application.routes);
    let guarded = routes.filter(|route| route.is_guarded());
    let guarded: Vec<_> = guarded.map(|route| Guarded::new(&route.path, route.methods())).collect();
    Ok(serde_json::to_vec(&response.to_json(request.method_arn(), &guarded))?)
}

#[cfg(test)]
#[path = "../../../../fixtures/vectors/rows.rs"]
#[allow(clippy::expect_used, clippy::panic, dead_code)]
// a vector that is not what it should be fails its test
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_those_of_chalice() {
        let text = include_str!("../../../../fixtures/vectors/auth_response.json");
        let rows = vectors::rows("auth_response", text);
        for (number, row) in rows.iter().enumerate() {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
            let routes = list(&row["routes"]).into_iter().map(|route| match &route {
                Value::String(path) => AuthRoute::from(path.as_str()),
                route => AuthRoute::new(text(&route["path"]), list(&route["methods"]).iter().map(text)),
            });
            let response = AuthResponse::new(routes, "u").context("k", "v");
            assert_eq!(response.to_json(&text(&row["method_arn"]), &[]), row["expected"], "row {number}");
        }
    }

    #[test]
    fn a_parameter_permits_every_value() {
        let response = AuthResponse::new([AuthRoute::new("/b/{x}/c/{rest+}", ["GET"])], "u");
        let json = response.to_json("arn:aws:execute-api:r:1:api/dev/POST/x", &[]);
        let resource = &json["policyDocument"]["Statement"][0]["Resource"][0];
        assert_eq!(resource, "arn:aws:execute-api:r:1:api/dev/GET/b/*/c/*");
    }
}
