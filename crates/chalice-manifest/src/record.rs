//! What one frame says. Field names are the wire format: change them only together with `SCHEMA_VERSION`.

use serde::{Deserialize, Serialize};

use crate::event_source::EventHandler;

/// One attribute or macro of the application.
#[allow(clippy::large_enum_variant)] // a handful of records, most of them routes: the largest
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Record {
    /// `chalice::app!`, once in a binary.
    App(App),
    /// `chalice::blueprint!`, at most once in a module.
    Blueprint(Blueprint),
    /// `#[route]` and its shorthands.
    Route(Route),
    /// `#[lambda_function]`.
    LambdaFunction(LambdaFunction),
    /// `#[authorizer]`.
    Authorizer(Authorizer),
    /// `#[on_sqs_message]` and all others that name a source of events.
    EventHandler(EventHandler),
}

impl Record {
    /// Where the record was written.
    pub fn place(&self) -> &Place {
        match self {
            Self::App(app) => &app.place,
            Self::Blueprint(blueprint) => &blueprint.place,
            Self::Route(route) => &route.handler.place,
            Self::LambdaFunction(function) => &function.handler.place,
            Self::Authorizer(authorizer) => &authorizer.handler.place,
            Self::EventHandler(events) => &events.handler.place,
        }
    }
}

/// Where in the sources a record was written.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Place {
    /// The Cargo package, as in its Cargo.toml.
    pub package: String,
    /// The package's version.
    pub version: String,
    /// Whether the library or a binary of the package holds it.
    pub target: Target,
    /// The module path as `module_path!` gives it, the crate's name first.
    pub module: String,
    /// The source file as `file!` gives it.
    pub file: String,
    /// The line of the attribute, from 1.
    pub line: u32,
}

/// A target of a Cargo package.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Lib,
    Bin,
}

/// The application as a whole.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct App {
    pub place: Place,
    /// `app!`'s `name`, else the package's name.
    pub name: String,
    /// CORS of every route that does not say otherwise.
    pub cors: Option<Cors>,
    /// The crates that hold handlers, in the order written.
    pub blueprints: Vec<BlueprintCrate>,
    /// Content types that are sent as bytes; None: Chalice's list.
    pub binary_types: Option<Vec<String>>,
}

/// A crate named in `app!`'s `blueprints`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct BlueprintCrate {
    /// The crate's name as Rust sees it (`_`, not `-`).
    pub krate: String,
    /// Stands before the path of each of the crate's routes.
    pub url_prefix: Option<String>,
}

/// Prefixes for every handler in a module and the modules below it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Blueprint {
    pub place: Place,
    pub url_prefix: Option<String>,
    pub name_prefix: Option<String>,
}

/// What every attributed function has.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Handler {
    pub place: Place,
    /// The attribute's `name`, else the function's name; without any blueprint's prefix.
    pub name: String,
    /// The doc comment's first line.
    pub summary: Option<String>,
    /// The rest of the doc comment.
    pub description: Option<String>,
}

/// One path with its methods.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Route {
    #[serde(flatten)]
    pub handler: Handler,
    /// The pattern as written, without any blueprint's prefix: `/users/{id}`, `/files/{path+}`.
    pub path: String,
    /// In upper case, in the order written.
    pub methods: Vec<String>,
    pub cors: RouteCors,
    /// Who decides whether a request comes through; None: every one does.
    pub authorizer: Option<RouteAuthorizer>,
    pub api_key_required: bool,
    /// What the route accepts, JSON unless said otherwise; API Gateway's `consumes`.
    #[serde(default = "accepted_unless_said")]
    pub content_types: Vec<String>,
    /// Whether the body is sent while it is made.
    pub stream: bool,
}

fn accepted_unless_said() -> Vec<String> {
    vec!["application/json".to_owned()]
}

/// What a route says about CORS.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteCors {
    /// Nothing: the application's, if it has one.
    Inherit,
    /// `cors = true`: the application's, else any origin.
    On,
    /// `cors = false`.
    Off,
    /// `cors = CONST`.
    Own(Cors),
}

/// A CORS configuration, Chalice's `CORSConfig`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Cors {
    /// At least one origin; `*` allows every one. May hold `${NAME}`.
    pub allow_origins: Vec<String>,
    /// Beside the five headers that are always allowed.
    pub allow_headers: Vec<String>,
    pub expose_headers: Vec<String>,
    /// In seconds.
    pub max_age: Option<u32>,
    pub allow_credentials: bool,
}

/// A function that is invoked by its name.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct LambdaFunction {
    #[serde(flatten)]
    pub handler: Handler,
}

/// A function that API Gateway asks whether a request comes through.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Authorizer {
    #[serde(flatten)]
    pub handler: Handler,
    /// The request's header that holds the token.
    pub header: String,
    /// How long API Gateway remembers an answer; None: API Gateway's default.
    pub ttl_seconds: Option<u32>,
    /// The role that API Gateway invokes the function with; None: the function's resource policy permits it.
    pub execution_role: Option<String>,
}

/// What a route says about its authorizer.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RouteAuthorizer {
    pub kind: AuthorizerKind,
    /// The OAuth scopes that a token must have.
    pub scopes: Vec<String>,
}

/// Chalice's four kinds of authorizers, as a route names them.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorizerKind {
    /// A function with `#[authorizer]`: its name without prefixes, and the module that holds it.
    Builtin { name: String, module: String },
    /// Signed requests of AWS identities.
    Iam,
    /// Tokens of Cognito user pools.
    Cognito(Cognito),
    /// A Lambda function outside of the application.
    Custom(Custom),
}

/// Tokens of Cognito user pools.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Cognito {
    pub name: String,
    pub header: String,
    /// May hold `${NAME}`.
    pub provider_arns: Vec<String>,
}

/// A Lambda function outside of the application.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Custom {
    pub name: String,
    pub header: String,
    /// API Gateway's invocation URI of the function; may hold `${NAME}`.
    pub uri: String,
    pub ttl_seconds: u32,
    /// The role that API Gateway invokes the function with; may hold `${NAME}`.
    pub invoke_role: Option<String>,
}
