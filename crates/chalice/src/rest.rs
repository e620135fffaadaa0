//! The REST API's Lambda function: from an event of API Gateway to the proxy response.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use bytes::Bytes;
use chalice_manifest::{Cors, content_type_matches};

use crate::application::Application;
use crate::guard::guarded;
use crate::registry::Handler;
use crate::request::Envelope;
use crate::response::{Accepted, error_response, render};
use crate::scope::Scope;
use crate::{Error, LambdaContext, Request, Response, log};

/// The routes by path, as API Gateway matched it.
pub(crate) struct RestApi {
    paths: HashMap<String, Vec<Served>>,
    binary_types: Vec<String>,
}

/// One route of a path.
struct Served {
    /// Its index in the resolved routes.
    route: usize,
    cors: Option<Cors>,
}

/// What answers a request.
enum Target<'a> {
    Route(&'a Served),
    /// An OPTIONS request that CORS answers.
    Preflight,
    NoMethod,
}

impl RestApi {
    /// `cors` is that of each resolved route, filled.
    pub(crate) fn new(application: &Application, cors: Vec<Option<Cors>>) -> Self {
        let mut paths: HashMap<String, Vec<Served>> = HashMap::new();
        for ((index, route), cors) in application.resolved.routes.iter().enumerate().zip(cors) {
            paths.entry(route.path.clone()).or_default().push(Served { route: index, cors });
        }
        Self { paths, binary_types: application.resolved.app.effective_binary_types() }
    }

    pub(crate) async fn handle(
        &self,
        application: &Application,
        scope: &Arc<Scope>,
        event: &Bytes,
        context: LambdaContext,
    ) -> Vec<u8> {
        let request_id = context.aws_request_id().to_owned();
        let Some(mut envelope) = Envelope::parse(event) else {
            let unknown = error_response(500, "InternalServerError", "Unknown request.");
            return self.rendered(unknown, None, &request_id);
        };
        let served = self.paths.get(&envelope.resource_path).map_or(&[][..], Vec::as_slice);
        envelope.matched = !served.is_empty();
        let target = target(application, served, &envelope.method);
        let cors = match target {
            Target::Route(route) => route.cors.as_ref(),
            Target::Preflight | Target::NoMethod => served.iter().find_map(|route| route.cors.as_ref()),
        };
        let request = Request::new(envelope, context, Arc::clone(scope));
        let mut response = match target {
            Target::Route(served) => call(application, served, &request).await,
            Target::Preflight => preflight(application, served),
            Target::NoMethod => no_method(application, served, request.method()),
        };
        if let Some(cors) = cors {
            add_cors(&mut response, cors, request.headers().get("origin"));
        }
        self.rendered(response, Some(&request), &request_id)
    }

    fn rendered(&self, mut response: Response, request: Option<&Request>, request_id: &str) -> Vec<u8> {
        let accept = request.and_then(|request| request.headers().get("accept"));
        let only_head = request.is_some_and(|request| request.method() == "HEAD");
        let accepted = Accepted { accept, binary_types: &self.binary_types, only_head };
        render(&mut response, accepted).unwrap_or_else(|why| {
            log::Line::error("the response cannot be sent")
                .field("error", &why)
                .of_request(request_id)
                .write();
            let mut internal = Error::internal(why).response();
            internal.headers.extend(response.headers.into_iter().filter(|(name, _)| is_cors_header(name)));
            render(&mut internal, accepted).unwrap_or_else(|_| {
                // One of the CORS headers was what could not be sent.
                internal.headers.clear();
                render(&mut internal, accepted).unwrap_or_default()
            })
        })
    }
}

fn target<'a>(application: &Application, served: &'a [Served], method: &str) -> Target<'a> {
    let with_method = |method: &str| {
        let has = |served: &&Served| {
            application.resolved.routes[served.route].methods.iter().any(|own| own == method)
        };
        served.iter().find(has)
    };
    if let Some(route) = with_method(method) {
        return Target::Route(route);
    }
    match method {
        "HEAD" => with_method("GET").map_or(Target::NoMethod, Target::Route),
        "OPTIONS" if served.iter().any(|route| route.cors.is_some()) => Target::Preflight,
        _ => Target::NoMethod,
    }
}

async fn call(application: &Application, served: &Served, request: &Request) -> Response {
    let route = &application.resolved.routes[served.route];
    if let Some(content_type) = request.headers().get("content-type")
        && !content_type_matches(content_type, &route.content_types)
    {
        let message = format!("Unsupported media type: {content_type}");
        return error_response(415, "UnsupportedMediaType", &message);
    }
    let Handler::Route { call, .. } = application.entry(route.record).handler else {
        return no_method(application, &[], request.method());
    };
    let line = |message: &str| {
        log::Line::error(message)
            .field("handler", &route.handler.name)
            .field("path", &route.path)
            .of_request(request.lambda_context().aws_request_id())
    };
    match guarded(&request.scope().env, || call(request.clone())).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => {
            if let [cause, deeper @ ..] = &error.causes()[..] {
                let line = line("the handler failed").field("error", cause).list("causes", deeper);
                line.field("errorType", error.cause_type().unwrap_or_default()).write();
            }
            error.response()
        }
        Err(panic) => {
            line("the handler panicked")
                .field("error", &panic.message)
                .field("location", &panic.location)
                .write();
            Error::internal(panic.message).response()
        }
    }
}

fn preflight(application: &Application, served: &[Served]) -> Response {
    let with_cors = served.iter().filter(|route| route.cors.is_some());
    let methods: BTreeSet<&str> = with_cors.flat_map(|route| methods(application, route)).collect();
    let methods: Vec<&str> = methods.into_iter().chain(["OPTIONS"]).collect();
    Response::new(()).header("Access-Control-Allow-Methods", methods.join(","))
}

fn no_method(application: &Application, served: &[Served], method: &str) -> Response {
    let allowed: BTreeSet<&str> = served.iter().flat_map(|route| methods(application, route)).collect();
    let allowed: Vec<&str> = allowed.into_iter().collect();
    let error = Error::method_not_allowed(format!("Unsupported method: {method}"));
    error.response().header("Allow", allowed.join(", "))
}

fn methods<'a>(application: &'a Application, served: &Served) -> impl Iterator<Item = &'a str> {
    application.resolved.routes[served.route].methods.iter().map(String::as_str)
}

/// A header that the handler set itself wins.
fn add_cors(response: &mut Response, cors: &Cors, origin: Option<&str>) {
    let mut add = |name: &str, value: String| {
        if response.header_value(name).is_none() {
            response.headers.push((name.to_owned(), value));
        }
    };
    if let Some(allowed) = allowed_origin(cors, origin) {
        add("Access-Control-Allow-Origin", allowed.to_owned());
    }
    for (name, value) in cors.headers() {
        add(name, value);
    }
    if cors.depends_on_origin() {
        response.headers.push(("Vary".to_owned(), "Origin".to_owned()));
    }
}

fn allowed_origin<'a>(cors: &'a Cors, origin: Option<&'a str>) -> Option<&'a str> {
    if let [only] = &cors.allow_origins[..] {
        return Some(only);
    }
    let origin = origin?;
    cors.allow_origins.iter().any(|allowed| allowed == origin || allowed == "*").then_some(origin)
}

fn is_cors_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("access-control-") || name == "vary"
}
