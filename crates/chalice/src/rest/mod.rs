//! The REST API's Lambda function: from an event of API Gateway to the proxy response.

mod cors;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use chalice_manifest::{Cors, content_type_matches, sort_few};

use crate::application::Application;
use crate::error_handler::{ErrorHandlers, Failed};
use crate::event::{AnyEvent, AnyOutput};
use crate::facts::Route;
use crate::guard::guarded;
use crate::hook::HookKind;
use crate::middleware::{Around, Middleware, Recover, through};
use crate::registry::Handler;
use crate::request::{Envelope, UsualHeader};
use crate::response::{
    Accepted, BodyStream, Content, error_response, prelude, render, take_connection_headers,
};
use crate::{BoxFuture, Error, Request, Response, Result, log};

/// The routes by path, as API Gateway matched it, and what stands around them.
pub(crate) struct RestApi {
    application: Arc<Application>,
    paths: HashMap<Cow<'static, str>, Vec<Served>>,
    binary_types: Vec<String>,
    middleware: Arc<[Middleware<Request>]>,
    error_handlers: ErrorHandlers,
}

/// One route of a path.
struct Served {
    /// Its index in the application's routes.
    route: usize,
    cors: Option<Cors>,
}

/// What answers a request.
#[derive(Clone, Copy)]
enum Target {
    /// The index of one of the application's routes.
    Route(usize),
    /// An OPTIONS request that CORS answers.
    Preflight,
    NoMethod,
}

impl RestApi {
    /// `cors` is that of each resolved route, filled.
    pub(crate) fn new(application: Arc<Application>, cors: Vec<Option<Cors>>, debug: bool) -> Self {
        let mut paths: HashMap<_, Vec<Served>> = HashMap::new();
        for ((index, route), cors) in application.routes.iter().enumerate().zip(cors) {
            paths.entry(route.path.clone()).or_default().push(Served { route: index, cors });
        }
        let middleware = application.hooks().iter().filter_map(|hook| match hook.kind {
            HookKind::Middleware { around, .. } => match around() {
                Around::Http(call) => Some(call),
                Around::LambdaFunction(_) | Around::Source(..) | Around::All(_) => None,
            },
            HookKind::ErrorHandler { .. } | HookKind::Shutdown { .. } => None,
        });
        Self {
            paths,
            binary_types: application.app.effective_binary_types(),
            middleware: middleware.collect(),
            error_handlers: ErrorHandlers::new(&application, debug),
            application,
        }
    }

    pub(crate) async fn handle(self: &Arc<Self>, event: AnyEvent) -> AnyOutput {
        let Some(mut envelope) = Envelope::parse(&event.to_original_event()) else {
            let mut unknown = error_response(500, "InternalServerError", "Unknown request.");
            let accepted = Accepted { accept: None, binary_types: &self.binary_types, only_head: false };
            return AnyOutput::of_json(render(&mut unknown, accepted).unwrap_or_default());
        };
        let served = self.served(&envelope.resource_path);
        envelope.matched = !served.is_empty();
        let target = self.target(served, &envelope.method);
        let cors = served.iter().find_map(|served| match target {
            Target::Route(route) if route != served.route => None,
            Target::Route(_) | Target::Preflight | Target::NoMethod => served.cors.as_ref(),
        });
        let request = Request::new(envelope, &event);
        let mut response = match target {
            // As where API Gateway answers it itself, which no middleware sees.
            Target::Preflight => self.preflight(served),
            Target::Route(_) | Target::NoMethod => self.answer(target, &request).await,
        };
        if let Some(cors) = cors {
            cors::add(&mut response, cors, request.usual_header(UsualHeader::Origin));
        }
        request.forget_inserted();
        let asked = Asked { request: &request, handler: self.handler_name(target) };
        if let Target::Route(route) = target
            && self.route(route).stream
        {
            asked.leave_out_connection_headers(&mut response);
            return streamed(response, asked);
        }
        if let Content::Stream(_) = response.body.0 {
            response = self.collected(target, response, &request).await;
        }
        asked.leave_out_connection_headers(&mut response);
        AnyOutput::of_json(self.rendered(response, asked))
    }

    /// A stream of a route that does not say `stream = true`.
    async fn collected(&self, target: Target, mut response: Response, request: &Request) -> Response {
        let Content::Stream(stream) = std::mem::replace(&mut response.body.0, Content::Empty) else {
            return response;
        };
        match stream.collect(&request.scope().env).await {
            (body, None) => Response { body: body.into(), ..response },
            (_, Some(error)) => {
                let Response { status, body, .. } = self.respond(target, error, request).await;
                response.headers.retain(|(name, _)| cors::is_header(name));
                Response { status, body, headers: response.headers }
            }
        }
    }

    fn served(&self, resource_path: &str) -> &[Served] {
        self.paths.get(resource_path).map_or(&[][..], Vec::as_slice)
    }

    fn route(&self, index: usize) -> &Route {
        &self.application.routes[index]
    }

    fn target(&self, served: &[Served], method: &str) -> Target {
        let with_method = |method: &str| {
            let has = |served: &&Served| self.methods(served).any(|own| own == method);
            served.iter().find(has).map(|served| Target::Route(served.route))
        };
        with_method(method).unwrap_or_else(|| match method {
            "HEAD" => with_method("GET").unwrap_or(Target::NoMethod),
            "OPTIONS" if served.iter().any(|served| served.cors.is_some()) => Target::Preflight,
            _ => Target::NoMethod,
        })
    }

    fn methods(&self, served: &Served) -> impl Iterator<Item = &str> {
        self.route(served.route).methods().iter().map(|method| &**method)
    }

    /// Through the middleware to the handler, and back; whatever fails on the way is answered.
    async fn answer(self: &Arc<Self>, target: Target, request: &Request) -> Response {
        let result = if self.middleware.is_empty() {
            self.handled(target, request.clone()).await
        } else {
            self.through_middleware(target, request.clone()).await
        };
        match result {
            Ok(response) => response,
            Err(error) => self.respond(target, error, request).await,
        }
    }

    fn through_middleware(self: &Arc<Self>, target: Target, request: Request) -> BoxFuture<Result<Response>> {
        let rest = Arc::clone(self);
        let handler = Arc::new(move |request| -> BoxFuture<Result<Response>> {
            let rest = Arc::clone(&rest);
            Box::pin(async move { rest.handled(target, request).await })
        });
        let env = request.scope().env.clone();
        let (rest, failed) = (Arc::clone(self), request.clone());
        let recover: Recover<Request> = Arc::new(move |error| {
            let (rest, request) = (Arc::clone(&rest), failed.clone());
            Box::pin(async move { rest.respond(target, error, &request).await })
        });
        through(&env, &self.middleware, request, handler, Some(recover))
    }

    async fn respond(&self, target: Target, error: Error, request: &Request) -> Response {
        self.error_handlers.respond(Failed { error, request, handler: self.handler_name(target) }).await
    }

    fn handler_name(&self, target: Target) -> Option<&str> {
        match target {
            Target::Route(route) => Some(&*self.route(route).name),
            Target::Preflight | Target::NoMethod => None,
        }
    }

    async fn handled(&self, target: Target, request: Request) -> Result<Response> {
        let Target::Route(route) = target else { return Err(self.no_method(&request)) };
        let route = self.route(route);
        if let Some(content_type) = request.usual_header(UsualHeader::ContentType)
            && !content_type_matches(content_type, route.content_types())
        {
            let message = format!("Unsupported media type: {content_type}");
            return Err(Error::new(415, "UnsupportedMediaType", message));
        }
        let Handler::Route(handler) = *route.handler() else {
            return Err(self.no_method(&request));
        };
        let bare = request.bare();
        match guarded(&bare.scope().env, || handler.call(request)).await {
            Ok(Ok(response)) => {
                bare.forget_inserted();
                Ok(response)
            }
            Ok(Err(error)) => Err(error),
            Err(panic) => Err(Error::from_panic(panic)),
        }
    }

    fn no_method(&self, request: &Request) -> Error {
        let served = request.resource_path().map_or(&[][..], |path| self.served(path));
        let allowed = sorted(served.iter().flat_map(|route| self.methods(route)));
        let message = format!("Unsupported method: {}", request.method());
        Error::method_not_allowed(message).header("Allow", allowed.join(", "))
    }

    fn preflight(&self, served: &[Served]) -> Response {
        let with_cors = served.iter().filter(|route| route.cors.is_some());
        let mut methods = sorted(with_cors.flat_map(|route| self.methods(route)));
        methods.push("OPTIONS");
        Response::new(()).header("Access-Control-Allow-Methods", methods.join(","))
    }

    fn rendered(&self, mut response: Response, asked: Asked<'_>) -> Bytes {
        let accept = asked.request.usual_header(UsualHeader::Accept);
        let only_head = asked.only_head();
        let accepted = Accepted { accept, binary_types: &self.binary_types, only_head };
        render(&mut response, accepted).unwrap_or_else(|why| {
            asked.say_unsent(&why);
            let mut internal = instead(why, response);
            render(&mut internal, accepted).unwrap_or_else(|_| {
                // One of the CORS headers was what could not be sent.
                internal.headers.clear();
                render(&mut internal, accepted).unwrap_or_default()
            })
        })
    }
}

/// What a response answers.
#[derive(Clone, Copy)]
struct Asked<'a> {
    request: &'a Request,
    /// The handler, if it came to that.
    handler: Option<&'a str>,
}

impl Asked<'_> {
    fn only_head(self) -> bool {
        self.request.method() == "HEAD"
    }

    fn leave_out_connection_headers(self, response: &mut Response) {
        let left_out = take_connection_headers(response, self.only_head());
        if !left_out.is_empty() {
            let line =
                log::Line::new(log::Level::Warn, "headers are left out, which are API Gateway's to say");
            self.request.told(line.list("headers", &left_out), self.handler).write();
        }
    }

    fn say_unsent(self, why: &str) {
        let line = log::Line::error("the response cannot be sent").field("error", why);
        self.request.told(line, self.handler).write();
    }
}

/// Each method once.
fn sorted<'a>(methods: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut methods: Vec<&str> = methods.collect();
    sort_few(&mut methods, |a, b| a > b);
    methods.dedup();
    methods
}

/// The 500 in place of a response that cannot be sent; CORS headers stay, so that a page can read it.
fn instead(why: String, unsent: Response) -> Response {
    let mut internal = Error::internal(why).response(false);
    internal.headers.extend(unsent.headers.into_iter().filter(|(name, _)| cors::is_header(name)));
    internal
}

/// What goes before the body, and the body, as a route with `stream = true` answers whatever it answers.
fn streamed(mut response: Response, asked: Asked<'_>) -> AnyOutput {
    let json = prelude(&mut response).unwrap_or_else(|why| {
        asked.say_unsent(&why);
        response = instead(why, std::mem::replace(&mut response, Response::new(())));
        prelude(&mut response).unwrap_or_else(|_| {
            // One of the CORS headers was what could not be sent.
            response.headers.clear();
            prelude(&mut response).unwrap_or_default()
        })
    });
    let stream = match response.body.0 {
        _ if asked.only_head() => BodyStream::whole(Bytes::new()),
        Content::Stream(stream) => stream,
        Content::Empty => BodyStream::whole(Bytes::new()),
        Content::Text(text) | Content::Json(text) => BodyStream::whole(text.into()),
        Content::Bytes(bytes) => BodyStream::whole(bytes),
    };
    AnyOutput { json, stream: Some(stream) }
}
