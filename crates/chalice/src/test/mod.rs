//! A client for tests: requests and events go through the code that serves them in Lambda.
//!
//! Turn it on with the feature `test`, in the `[dev-dependencies]` of the application.
//!
//! ```
//! # use chalice as todo_api;
//! use chalice::test::Client;
//! use todo_api as _; // links the application's handlers
//!
//! # async fn test() {
//! let client = Client::new().stage("dev").env("TABLE_NAME", "users");
//! let response = client.get("/users/1").header("Accept", "application/json").send().await;
//! assert_eq!(response.status(), 200);
//! # }
//! ```
//!
//! # What stands for API Gateway
//!
//! A request meets what API Gateway puts before a deployed function, and is answered as the deployed API answers it:
//! an unknown path by 403, "Missing Authentication Token"; a method that a path does not have by the function's 405,
//! through middleware and with CORS headers (`rchalice` deploys every path with a catch-all method for that, guarded as
//! the path's most open route is, because API Gateway by itself would answer a wrong method as it answers a wrong path);
//! a preflight by API Gateway itself, unless several origins are allowed; a request without the token, signature or API
//! key that its route wants by 401 or 403. A binary body is bytes only where the first type in `Accept` is one of the
//! application's binary types, and a request's body only where its `Content-Type` is.
//!
//! What lies outside of the application is not asked: any signature, API key or token of a user pool will do, and any
//! token for a [`CustomAuthorizer`](crate::CustomAuthorizer). Answers of authorizers are not kept, whatever
//! `ttl_seconds` says, and there are no limits of size and time.

mod authorizer;
mod config;
mod event;
pub mod events;
mod gateway;
mod response;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::{Mutex, OnceCell};

use crate::application::Application;
use crate::context::{FunctionInfo, Invocation};
use crate::env::Env;
use crate::event::AnyOutput;
use crate::guard::remember_places_of_panics;
use crate::instance::{Failure, Instance, Serving, filled};
use crate::registry::ENTRIES_0_1_0;
use crate::{LambdaContext, log, wiring};
use chalice_manifest::API_HANDLER;
use config::Config;
use gateway::{BAD_GATEWAY, Gateway, NO_TOKEN, Refused};

pub use response::TestResponse;

/// An application under test: Chalice's `chalice.test.Client`.
///
/// Each client has its own state and its own environment variables, so tests run side by side. State is made at the
/// first call, once for all functions that have the same variables in config.json.
///
/// ```
/// use chalice::test::Client;
///
/// # async fn test() {
/// let client = Client::new().stage("dev").env("TABLE_NAME", "users");
/// assert_eq!(client.get("/users?page=1").send().await.status(), 200);
/// assert_eq!(client.post("/users").json(&["ada"]).send().await.status(), 201);
/// assert_eq!(client.put("/users/1").json(&["bob"]).send().await.status(), 200);
/// assert_eq!(client.patch("/users/1").body("{}").send().await.status(), 415);
/// assert_eq!(client.delete("/users/1").send().await.status(), 204);
/// assert_eq!(client.request("HEAD", "/users").send().await.text(), "");
///
/// // A `#[lambda_function]`, by its name:
/// let answer = client.invoke("report", 7).await;
/// assert_eq!(answer, Ok("7 days".into()));
/// # }
/// ```
pub struct Client {
    stage: String,
    variables: BTreeMap<String, String>,
    started: OnceCell<Started>,
    requests: AtomicU64,
}

struct Started {
    application: Arc<Application>,
    gateway: Gateway,
    config: Config,
    /// The client's own variables.
    variables: BTreeMap<String, String>,
    /// By their variables: what has the same ones is one instance, and shares its state.
    instances: Mutex<BTreeMap<BTreeMap<String, String>, Arc<Instance>>>,
}

/// A request that is being put together; [`send`](RequestBuilder::send) it.
///
/// ```
/// use chalice::test::Client;
///
/// # async fn test() {
/// let client = Client::new();
/// let request = client.post("/users").header("X-Tenant", "a").json(&["ada"]);
/// assert_eq!(request.send().await.status(), 201);
///
/// // Anything else than JSON:
/// let request = client.put("/photos/1").header("Content-Type", "image/png").body(&b"\x89PNG"[..]);
/// assert_eq!(request.send().await.status(), 204);
/// # }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct RequestBuilder<'a> {
    client: &'a Client,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Bytes>,
}

/// How an invocation failed, as Lambda reports it.
///
/// ```
/// use chalice::test::Client;
///
/// # async fn test() {
/// let error = Client::new().invoke("report", "not a number").await.expect_err("it takes a number");
/// println!("{error}");
/// # }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InvokeError {
    /// Lambda's `errorType`.
    pub error_type: String,
    /// Lambda's `errorMessage`.
    pub error_message: String,
}

impl std::fmt::Display for InvokeError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}: {}", self.error_type, self.error_message)
    }
}

impl std::error::Error for InvokeError {}

impl From<Failure> for InvokeError {
    fn from(Failure { error_type, error_message }: Failure) -> Self {
        Self { error_type, error_message }
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl Client {
    /// A client of the application that is linked into the test, for the stage `dev`.
    pub fn new() -> Self {
        Self {
            stage: "dev".to_owned(),
            variables: BTreeMap::new(),
            started: OnceCell::new(),
            requests: AtomicU64::new(0),
        }
    }

    /// The stage whose `environment_variables` and `api_gateway_stage` of `.chalice/config.json` apply, merged for each
    /// function as `rchalice deploy` does. A stage that the file does not have fails the first call.
    #[must_use]
    pub fn stage(mut self, stage: &str) -> Self {
        stage.clone_into(&mut self.stage);
        self
    }

    /// Sets an environment variable for this client alone; it wins over config.json.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Begins a GET request. The path may have a query string.
    #[track_caller]
    pub fn get(&self, url: &str) -> RequestBuilder<'_> {
        self.request("GET", url)
    }

    /// Begins a POST request.
    #[track_caller]
    pub fn post(&self, url: &str) -> RequestBuilder<'_> {
        self.request("POST", url)
    }

    /// Begins a PUT request.
    #[track_caller]
    pub fn put(&self, url: &str) -> RequestBuilder<'_> {
        self.request("PUT", url)
    }

    /// Begins a PATCH request.
    #[track_caller]
    pub fn patch(&self, url: &str) -> RequestBuilder<'_> {
        self.request("PATCH", url)
    }

    /// Begins a DELETE request.
    #[track_caller]
    pub fn delete(&self, url: &str) -> RequestBuilder<'_> {
        self.request("DELETE", url)
    }

    /// Begins a request of any method, in upper case.
    ///
    /// # Panics
    /// Where `url` does not start with `/`.
    #[track_caller]
    pub fn request(&self, method: &str, url: &str) -> RequestBuilder<'_> {
        let path =
            url.split_once("://").map_or(url, |(_, host)| host.split_once('/').map_or("", |(_, path)| path));
        assert!(url.starts_with('/'), "`{url}` is no path: a path starts with `/`, as in `/{path}`");
        let (method, url) = (method.to_owned(), url.to_owned());
        RequestBuilder { client: self, method, url, headers: Vec::new(), body: None }
    }

    /// Invokes a `#[lambda_function]`, or a handler of [`events`], by its name, prefixes included.
    ///
    /// # Errors
    /// What the function reported, or that there is none of this name.
    ///
    /// # Panics
    /// Where the application is not wired correctly, or an `#[init]` function failed.
    pub async fn invoke(&self, name: &str, event: impl Serialize) -> Result<Value, InvokeError> {
        let event = serde_json::to_vec(&event).map_err(|error| InvokeError {
            error_type: "Test".to_owned(),
            error_message: error.to_string(),
        })?;
        let started = self.started().await;
        if !started.application.function_names().contains(&name) {
            return Err(Failure::no_function(name, &started.application).into());
        }
        let answer = started.instance(name).await.handle(name, event.into(), self.context(name)).await?;
        Ok(serde_json::from_slice(&answer.json).unwrap_or_default())
    }

    async fn started(&self) -> &Started {
        self.started.get_or_init(|| self.start()).await
    }

    #[expect(clippy::panic, reason = "a test fails by a panic, and this one lists what is wrong")]
    async fn start(&self) -> Started {
        remember_places_of_panics();
        assert!(!ENTRIES_0_1_0.is_empty(), "{}", unlinked());
        let wired = wiring::resolved().and_then(|resolved| Ok((resolved, Application::linked()?)));
        let (mut resolved, application) = match wired {
            Ok((resolved, application)) => (resolved, Arc::new(application)),
            Err(faults) => panic!("{faults}"),
        };
        let config = match Config::read(&project(), &self.stage) {
            Ok(config) => config,
            Err(error) => panic!("{error}"),
        };
        let variables = self.variables.clone();
        let env = env_of(&config, &variables, API_HANDLER);
        for cors in resolved.routes.iter_mut().filter_map(|route| route.cors.as_mut()) {
            // What is not set is said where the instance starts.
            *cors = filled(cors, &env).unwrap_or_else(|_| cors.clone());
        }
        let gateway = Gateway::new(resolved, config.api_gateway_stage());
        let started = Started { application, gateway, config, variables, instances: Mutex::default() };
        if !started.application.routes.is_empty() {
            started.instance(API_HANDLER).await;
        }
        started
    }

    fn context(&self, function: &str) -> LambdaContext {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let name = format!("test-{}-{function}", self.stage);
        let invocation = Invocation {
            request_id: format!("00000000-0000-4000-8000-{number:012}"),
            function_arn: format!("arn:aws:lambda:us-east-1:123456789012:function:{name}"),
            deadline: SystemTime::now() + Duration::from_mins(1),
            trace_id: None,
            client_context: None,
            identity: None,
        };
        let function = FunctionInfo {
            log_group: format!("/aws/lambda/{name}"),
            log_stream: "test".to_owned(),
            version: "$LATEST".to_owned(),
            memory_in_mb: 128,
            name,
        };
        LambdaContext::new(invocation, Arc::new(function))
    }
}

impl Started {
    /// The instance that is `function`, one of the application's, with its variables; the `#[init]` functions run when it is first needed.
    #[expect(clippy::panic, reason = "a test fails by a panic, and this one says which `#[init]` failed")]
    async fn instance(&self, function: &str) -> Arc<Instance> {
        let own = self.config.variables(function);
        let mut instances = self.instances.lock().await;
        if let Some(instance) = instances.get(&own) {
            return Arc::clone(instance);
        }
        let names = self.application.function_names();
        let same: Vec<&str> =
            names.iter().copied().filter(|name| self.config.variables(name) == own).collect();
        let serving = if same.len() == names.len() { Serving::Everything } else { Serving::Functions(&same) };
        let env = env_of(&self.config, &self.variables, function);
        match Instance::start(Arc::clone(&self.application), env, serving).await {
            Ok(instance) => Arc::clone(instances.entry(own).or_insert(Arc::new(instance))),
            Err(failure) => panic!("{}", failure.error_message),
        }
    }
}

fn env_of(config: &Config, variables: &BTreeMap<String, String>, function: &str) -> Env {
    let mut all = config.variables(function);
    all.extend(variables.clone());
    Env::of_test(all)
}

/// The compiler leaves a library out that nothing names.
fn unlinked() -> String {
    let package = std::env::var("CARGO_PKG_NAME").unwrap_or_else(|_| "my-app".to_owned());
    let library = package.replace('-', "_");
    format!(
        "nothing of an application is linked into this test: write `use {library} as _;` at its top, where `{library}` \
         is the library that holds `chalice::app! {{}}`"
    )
}

/// The folder of the package under test: cargo runs tests in it.
fn project() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from)
}

impl RequestBuilder<'_> {
    /// Adds a header.
    ///
    /// # Panics
    /// Where name or value are not what every client can send.
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
        let is_value = value.bytes().all(|byte| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t'));
        assert!(
            is_name && is_value,
            "the header `{name}: {value}` cannot be sent: a name is ASCII without spaces and a value visible ASCII; \
             encode the rest, as with percent signs"
        );
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body, without a `Content-Type`.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sets the body to the value as JSON, and `Content-Type: application/json`.
    ///
    /// # Panics
    /// Where the value has no JSON form.
    #[expect(clippy::panic, reason = "a test fails by a panic")]
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => self.header("Content-Type", "application/json").body(json),
            Err(error) => panic!("the request's value has no JSON form: {error}"),
        }
    }

    /// Sends the request as API Gateway would.
    ///
    /// # Panics
    /// Where the application is not wired correctly, or an `#[init]` function failed.
    pub async fn send(self) -> TestResponse {
        let started = self.client.started().await;
        let gateway = &started.gateway;
        let mut response = self.answered(started).await.unwrap_or_else(|refused| gateway.refusal(&refused));
        if self.method == "HEAD" || matches!(response.status, 204 | 304) {
            // HTTP has no place for one.
            response.body = Bytes::new();
        }
        response
    }

    async fn answered(&self, started: &Started) -> Result<TestResponse, Refused> {
        let gateway = &started.gateway;
        let (matched, operation) = gateway.found(self).ok_or(NO_TOKEN)?;
        if let Some(preflight) = Gateway::preflight(&operation) {
            return Ok(preflight);
        }
        let authorizer = authorizer::authorize(started, self, &matched, &operation).await?;
        Gateway::check_key(self, &operation)?;
        let context = self.client.context(API_HANDLER);
        let request_id = context.aws_request_id().to_owned();
        let event = gateway.event(self, &matched, &authorizer, &request_id);
        let instance = started.instance(API_HANDLER).await;
        let response = match instance.handle(API_HANDLER, event, context).await.ok() {
            Some(AnyOutput { json, stream: Some(stream) }) => {
                let env = env_of(&started.config, &started.variables, API_HANDLER);
                let (body, failed) = stream.collect(&env).await;
                // The caller has what came until then.
                if let Some(error) = failed {
                    log::Line::error("the stream failed")
                        .field("error", &Failure::and_text_of(error).0)
                        .of_request(&request_id)
                        .write();
                }
                event::streamed(&json, body)
            }
            answer => answer.and_then(|answer| event::response(&answer.json, gateway.gives_bytes(self))),
        };
        response.ok_or(BAD_GATEWAY)
    }

    /// A header that stands several times has one name, the first, however the others are spelled.
    fn spelled(&self, name: &str) -> String {
        let first = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        first.map_or(name, |(first, _)| first).to_owned()
    }

    /// As API Gateway sees it: of a header that stands several times, the last value.
    fn header_value(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter().rev();
        headers.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}
