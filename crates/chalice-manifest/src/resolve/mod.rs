//! From records to what the application serves: blueprint prefixes applied, CORS decided, and everything that API
//! Gateway or Lambda would refuse found beforehand. The runtime, the test client and the CLI share this one
//! function, so a route cannot mean one thing on AWS and another in a test.

mod authorizer;
mod check;
mod path;
mod prefix;
mod problem;

use std::collections::BTreeSet;

use crate::content_type::content_type_matches;
use crate::event_source::{EventHandler, EventSource};
use crate::record::{App, Cors, Handler, Place, Record, Route, RouteCors};

pub use authorizer::{ResolvedAuthorizer, ResolvedAuthorizerKind, ResolvedRouteAuthorizer};
pub use path::{PathFault, Segment, join_path, segments};
pub use prefix::Prefixes;
pub use problem::Problem;

/// The Lambda function that answers the REST API; no other handler may be called so.
pub const API_HANDLER: &str = "api_handler";

/// An application whose records agree with each other.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Resolved {
    pub app: App,
    /// The app's own crate first, then the crates of `blueprints` as listed, then by file and line.
    pub routes: Vec<ResolvedRoute>,
    /// In the same order.
    pub functions: Vec<ResolvedFunction>,
    /// Those that a route names, each once, by name.
    pub authorizers: Vec<ResolvedAuthorizer>,
}

/// A route as API Gateway sees it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResolvedRoute {
    /// The route's index in the records that were resolved.
    pub record: usize,
    /// With every prefix: `/billing/invoices/{id}`.
    pub path: String,
    /// In upper case, in the order written.
    pub methods: Vec<String>,
    /// None: no CORS.
    pub cors: Option<Cors>,
    pub authorizer: Option<ResolvedRouteAuthorizer>,
    pub api_key_required: bool,
    pub content_types: Vec<String>,
    /// Whether the body is sent while it is made.
    pub stream: bool,
    /// As written, except that `name` has its prefixes.
    pub handler: Handler,
}

/// A Lambda function beside that of the REST API: invoked by its name, by API Gateway as an authorizer, or for the
/// events of a source.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResolvedFunction {
    /// The function's index in the records that were resolved.
    pub record: usize,
    /// As written, except that `name` has its prefixes.
    pub handler: Handler,
    /// What delivers events to it.
    pub source: Option<EventSource>,
}

/// A path whose OPTIONS requests are answered for its CORS routes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Preflight<'a> {
    pub path: &'a str,
    pub cors: &'a Cors,
    /// What `Access-Control-Allow-Methods` says: the methods with CORS, sorted, then OPTIONS.
    pub methods: Vec<&'a str>,
}

impl Resolved {
    /// The CORS that API Gateway's own errors carry: they are the same for the whole API, so all CORS routes must
    /// agree, on one origin.
    pub fn gateway_cors(&self) -> Option<&Cors> {
        let mut configured = self.routes.iter().filter_map(|route| route.cors.as_ref());
        let first = configured.next().filter(|cors| !cors.depends_on_origin())?;
        configured.all(|other| other.says_the_same(first)).then_some(first)
    }

    /// One entry for each path that has a CORS route, sorted by path.
    pub fn preflights(&self) -> Vec<Preflight<'_>> {
        let with_cors = || self.routes.iter().filter_map(|route| Some((route, route.cors.as_ref()?)));
        let paths: BTreeSet<&str> = with_cors().map(|(route, _)| route.path.as_str()).collect();
        let preflight = |path: &'_ str| {
            let of_path = || with_cors().filter(move |(route, _)| route.path == path);
            let (first, cors) = of_path().next()?;
            let methods: BTreeSet<&str> =
                of_path().flat_map(|(route, _)| route.methods.iter().map(String::as_str)).collect();
            let methods = methods.into_iter().chain(["OPTIONS"]).collect();
            Some(Preflight { path: &first.path, cors, methods })
        };
        paths.into_iter().filter_map(preflight).collect()
    }
}

/// Applies prefixes and CORS, and checks the whole; every problem is reported, not only the first.
pub fn resolve(records: &[Record]) -> Result<Resolved, Vec<Problem>> {
    let apps = apps(records);
    let prefixes = Prefixes::of(records, apps.first().copied());
    let mut routes = routes(records, apps.first().copied(), &prefixes);
    let functions = functions(records, apps.first().copied(), &prefixes);
    let (authorizers, authorizer_problems) = authorizer::resolve(records, &prefixes, &mut routes);

    let mut problems = check::apps(&apps);
    problems.extend(check::blueprints(records, apps.first().copied()));
    let app = apps.first().map(|app| with_forms(app, &routes));
    problems.extend(check::routes(&routes, &binary_types(app.as_ref())));
    problems.extend(check::functions(&functions));
    problems.extend(authorizer_problems);
    match app {
        Some(app) if problems.is_empty() => Ok(Resolved { app, routes, functions, authorizers }),
        _ => Err(problems),
    }
}

impl App {
    /// The content types that travel as bytes: `app!`'s, else Chalice's list.
    pub fn effective_binary_types(&self) -> Vec<String> {
        binary_types(Some(self))
    }
}

impl RouteCors {
    /// What it comes to in an application; None: no CORS.
    pub fn effective(&self, app: Option<&App>) -> Option<Cors> {
        let of_app = || app.and_then(|app| app.cors.clone());
        match self {
            Self::Inherit => of_app(),
            Self::On => Some(of_app().unwrap_or_else(Cors::any)),
            Self::Off => None,
            Self::Own(cors) => Some(cors.clone()),
        }
    }
}

/// A form with files is bytes: as text, API Gateway would spoil the files.
fn with_forms(app: &App, routes: &[ResolvedRoute]) -> App {
    const FORM: &str = "multipart/form-data";
    let mut types = binary_types(Some(app));
    let takes_it = |route: &&ResolvedRoute| route.content_types.iter().any(|own| own == FORM);
    let mut takers = routes.iter().filter(takes_it).peekable();
    // A route that takes text beside it can have no bytes.
    let is_wanted = takers.peek().is_some() && takers.all(|route| route.content_types.len() == 1);
    if !is_wanted || content_type_matches(FORM, &types) {
        return app.clone();
    }
    types.push(FORM.to_owned());
    App { binary_types: Some(types), ..app.clone() }
}

fn binary_types(app: Option<&App>) -> Vec<String> {
    match app.and_then(|app| app.binary_types.as_ref()) {
        Some(types) => types.clone(),
        None => crate::content_type::DEFAULT_BINARY_TYPES.map(str::to_owned).to_vec(),
    }
}

fn apps(records: &[Record]) -> Vec<&App> {
    let mut apps: Vec<&App> = records
        .iter()
        .filter_map(|record| if let Record::App(app) = record { Some(app) } else { None })
        .collect();
    apps.sort_by_key(|app| &app.place);
    apps
}

fn routes(records: &[Record], app: Option<&App>, prefixes: &Prefixes<'_>) -> Vec<ResolvedRoute> {
    let resolved = |record: usize, route: &Route| ResolvedRoute {
        record,
        path: prefixes.path(&route.handler.place, &route.path),
        methods: route.methods.clone(),
        cors: route.cors.effective(app),
        authorizer: None,
        api_key_required: route.api_key_required,
        content_types: route.content_types.clone(),
        stream: route.stream,
        handler: prefixes.named(&route.handler),
    };
    let mut routes: Vec<ResolvedRoute> = records
        .iter()
        .enumerate()
        .filter_map(|(index, record)| match record {
            Record::Route(route) => Some(resolved(index, route)),
            Record::App(_)
            | Record::Blueprint(_)
            | Record::LambdaFunction(_)
            | Record::Authorizer(_)
            | Record::EventHandler(_) => None,
        })
        .collect();
    // Several routes can share a line where a macro of the user writes them.
    routes.sort_by(|a, b| {
        let key = |route: &ResolvedRoute| order(&route.handler.place, app);
        (key(a), &a.path, &a.methods).cmp(&(key(b), &b.path, &b.methods))
    });
    routes
}

fn functions(records: &[Record], app: Option<&App>, prefixes: &Prefixes<'_>) -> Vec<ResolvedFunction> {
    let resolved = |record: usize, handler: &Handler, source: Option<&EventSource>| ResolvedFunction {
        record,
        handler: prefixes.named(handler),
        source: source.cloned(),
    };
    let mut functions: Vec<ResolvedFunction> = records
        .iter()
        .enumerate()
        .filter_map(|(index, record)| match record {
            Record::LambdaFunction(function) => Some(resolved(index, &function.handler, None)),
            Record::Authorizer(authorizer) => Some(resolved(index, &authorizer.handler, None)),
            Record::EventHandler(EventHandler { handler, source }) => {
                Some(resolved(index, handler, Some(source)))
            }
            Record::App(_) | Record::Blueprint(_) | Record::Route(_) => None,
        })
        .collect();
    functions.sort_by(|a, b| {
        let key = |function: &ResolvedFunction| order(&function.handler.place, app);
        (key(a), &a.handler.name).cmp(&(key(b), &b.handler.name))
    });
    functions
}

/// What sorts whatever was written: the app's crate, then `blueprints` as listed, then by file and line. Link order
/// changes from build to build; this does not.
pub fn order(place: &Place, app: Option<&App>) -> (usize, String, String, u32, String) {
    let rank = app.map_or(0, |app| rank(place, app));
    (rank, place.package.clone(), place.file.clone(), place.line, place.module.clone())
}

fn rank(place: &Place, app: &App) -> usize {
    if place.package == app.place.package && place.version == app.place.version {
        return 0;
    }
    let listed = app.blueprints.iter().position(|blueprint| prefix::is_crate(place, &blueprint.krate));
    listed.map_or(usize::MAX, |position| position + 1)
}
