//! Authorizers: what routes name, joined with the functions that the names stand for.

use std::collections::BTreeMap;

use super::ResolvedRoute;
use super::prefix::Prefixes;
use super::problem::Problem;
use crate::record::{Authorizer, AuthorizerKind, Cognito, Custom, Place, Record, RouteAuthorizer};

/// What API Gateway's document uses for signed requests, and for API keys.
const IAM_NAME: &str = "sigv4";
const RESERVED: [&str; 2] = [IAM_NAME, "api_key"];

/// What a route says about its authorizer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResolvedRouteAuthorizer {
    /// The name of a [`ResolvedAuthorizer`].
    pub name: String,
    pub scopes: Vec<String>,
}

/// An authorizer as API Gateway's document describes it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResolvedAuthorizer {
    /// With every prefix, where it is a function of the application.
    pub name: String,
    pub kind: ResolvedAuthorizerKind,
    /// Of the function, or of the first route that names it.
    pub place: Place,
}

/// Chalice's four kinds of authorizers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ResolvedAuthorizerKind {
    /// The Lambda function of the authorizer's name.
    Builtin {
        header: String,
        ttl_seconds: Option<u32>,
        execution_role: Option<String>,
    },
    Iam,
    Cognito(Cognito),
    Custom(Custom),
}

/// Gives the routes their authorizers.
pub(super) fn resolve(
    records: &[Record],
    prefixes: &Prefixes<'_>,
    routes: &mut [ResolvedRoute],
) -> (Vec<ResolvedAuthorizer>, Vec<Problem>) {
    let mut found: BTreeMap<String, ResolvedAuthorizer> = BTreeMap::new();
    let mut problems = Vec::new();
    for route in routes {
        let Some(Record::Route(written)) = records.get(route.record) else { continue };
        let Some(RouteAuthorizer { kind, scopes }) = &written.authorizer else { continue };
        let place = &route.handler.place;
        let Some(authorizer) = named(records, prefixes, kind, place) else {
            let AuthorizerKind::Builtin { name, .. } = kind else { continue };
            problems.push(Problem::UnknownAuthorizer {
                name: name.clone(),
                path: route.path.clone(),
                place: place.clone(),
            });
            continue;
        };
        let name = authorizer.name.clone();
        if RESERVED.contains(&name.as_str()) && authorizer.kind != ResolvedAuthorizerKind::Iam {
            problems
                .push(Problem::ReservedAuthorizer { name: name.clone(), place: authorizer.place.clone() });
        }
        match found.get(&name) {
            Some(first) if first.kind != authorizer.kind => problems.push(Problem::DifferingAuthorizers {
                name: name.clone(),
                first: first.place.clone(),
                second: authorizer.place,
            }),
            Some(_) => {}
            None => _ = found.insert(name.clone(), authorizer),
        }
        route.authorizer = Some(ResolvedRouteAuthorizer { name, scopes: scopes.clone() });
    }
    (found.into_values().collect(), problems)
}

/// None: the function is not there.
fn named(
    records: &[Record],
    prefixes: &Prefixes<'_>,
    kind: &AuthorizerKind,
    place: &Place,
) -> Option<ResolvedAuthorizer> {
    let at_route =
        |name: &str, kind| ResolvedAuthorizer { name: name.to_owned(), kind, place: place.clone() };
    Some(match kind {
        AuthorizerKind::Iam => at_route(IAM_NAME, ResolvedAuthorizerKind::Iam),
        AuthorizerKind::Cognito(cognito) => {
            at_route(&cognito.name, ResolvedAuthorizerKind::Cognito(cognito.clone()))
        }
        AuthorizerKind::Custom(custom) => {
            at_route(&custom.name, ResolvedAuthorizerKind::Custom(custom.clone()))
        }
        AuthorizerKind::Builtin { name, module } => {
            let own = |record: &Record| match record {
                Record::Authorizer(authorizer)
                    if authorizer.handler.name == *name && authorizer.handler.place.module == *module =>
                {
                    Some(authorizer.clone())
                }
                Record::Authorizer(_)
                | Record::App(_)
                | Record::Blueprint(_)
                | Record::Route(_)
                | Record::LambdaFunction(_)
                | Record::EventHandler(_) => None,
            };
            let Authorizer { handler, header, ttl_seconds, execution_role } = records.iter().find_map(own)?;
            ResolvedAuthorizer {
                name: prefixes.named(&handler).name,
                kind: ResolvedAuthorizerKind::Builtin { header, ttl_seconds, execution_role },
                place: handler.place,
            }
        }
    })
}
