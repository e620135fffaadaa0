//! What an API answers: the methods of each path, as the CLI writes them into API Gateway's document and the test
//! client takes them.

use std::collections::BTreeMap;

use crate::resolve::{Preflight, Resolved, ResolvedRoute};

/// All that API Gateway takes.
const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// One method of one path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Operation<'a> {
    pub path: &'a str,
    /// None: every method that no other operation of the path has.
    pub method: Option<&'a str>,
    pub answered: Answered<'a>,
}

/// What answers an operation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answered<'a> {
    ByRoute(&'a ResolvedRoute),
    /// OPTIONS, for CORS: where several origins are allowed by the function, else by API Gateway itself.
    ByCors(Preflight<'a>),
    /// The function's 405, which names the methods that there are; API Gateway alone would say 403, "Missing
    /// Authentication Token". Who gets that far is who may call the route.
    WithNoMethod(&'a ResolvedRoute),
}

impl Resolved {
    /// By path; in each, the routes' own methods come first.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let mut by_path: BTreeMap<&str, Vec<&ResolvedRoute>> = BTreeMap::new();
        for route in &self.routes {
            by_path.entry(&route.path).or_default().push(route);
        }
        let mut preflights: BTreeMap<&str, Preflight<'_>> =
            self.preflights().into_iter().map(|preflight| (preflight.path, preflight)).collect();
        let of_path = |(path, routes): (_, Vec<_>)| operations(path, &routes, preflights.remove(path));
        by_path.into_iter().flat_map(of_path).collect()
    }

    /// None: API Gateway answers itself that there is nothing.
    pub fn operation(&self, path: &str, method: &str) -> Option<Operation<'_>> {
        if !METHODS.contains(&method) {
            return None;
        }
        let operations = self.operations();
        let mut of_path = operations.into_iter().filter(|operation| operation.path == path);
        of_path.find(|operation| operation.method.is_none_or(|own| own == method))
    }
}

fn operations<'a>(
    path: &'a str,
    routes: &[&'a ResolvedRoute],
    preflight: Option<Preflight<'a>>,
) -> Vec<Operation<'a>> {
    let operation = |method, answered| Operation { path, method, answered };
    let mut operations: Vec<Operation<'a>> = Vec::new();
    for &route in routes {
        let methods = route.methods.iter();
        operations.extend(methods.map(|method| operation(Some(method), Answered::ByRoute(route))));
    }
    let route_of = |method: &str| routes.iter().find(|route| route.methods.iter().any(|own| own == method));
    // The function answers HEAD as GET without a body, and whoever may GET may do that.
    if let (Some(get), None) = (route_of("GET"), route_of("HEAD")) {
        operations.push(operation(Some("HEAD"), Answered::ByRoute(get)));
    }
    operations.extend(preflight.map(|preflight| operation(Some("OPTIONS"), Answered::ByCors(preflight))));
    let has = |method: &str| operations.iter().any(|operation| operation.method == Some(method));
    if !METHODS.iter().all(|method| has(method))
        && let Some(route) = most_open(routes)
    {
        operations.push(operation(None, Answered::WithNoMethod(route)));
    }
    operations
}

/// A route that anyone may call, if there is one: nobody can reach the function by a method that it does not have
/// who could not reach it by one that it has.
fn most_open<'a>(routes: &[&'a ResolvedRoute]) -> Option<&'a ResolvedRoute> {
    let is_open = |route: &&&ResolvedRoute| route.authorizer.is_none() && !route.api_key_required;
    routes.iter().find(is_open).or(routes.first()).copied()
}
