//! What API Gateway asks an authorizer.

use serde::Deserialize;

use crate::event::{AnyEvent, FromEvent};
use crate::state::Needs;
use crate::{Error, Result};

/// Whether a request may come through: Chalice's `AuthRequest`, the argument of an [`macro@crate::authorizer`].
///
/// ```
/// use chalice::prelude::*;
///
/// #[authorizer]
/// async fn check(request: AuthRequest) -> Result<AuthResponse> {
///     println!("a {} for {}", request.auth_type(), request.method_arn()); // a TOKEN for arn:…/GET/orders
///     match request.token().strip_prefix("Bearer ") {
///         Some("secret") => Ok(AuthResponse::new(["*"], "admin")),
///         _ => Ok(AuthResponse::deny("nobody")),
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct AuthRequest {
    event: Event,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(rename = "type")]
    auth_type: String,
    authorization_token: String,
    method_arn: String,
}

impl AuthRequest {
    /// Always `TOKEN`.
    pub fn auth_type(&self) -> &str {
        &self.event.auth_type
    }

    /// What the request's header holds, as it was sent.
    pub fn token(&self) -> &str {
        &self.event.authorization_token
    }

    /// The method and path that were requested, as an ARN.
    pub fn method_arn(&self) -> &str {
        &self.event.method_arn
    }
}

impl FromEvent for AuthRequest {
    const NEEDS: Needs = Needs::Nothing;

    async fn from_event(event: &AnyEvent) -> Result<Self> {
        let event = event.json().map_err(|error: Error| {
            Error::bad_request(format!("not an event for an authorizer: {}", error.message()))
        })?;
        Ok(Self { event })
    }
}
