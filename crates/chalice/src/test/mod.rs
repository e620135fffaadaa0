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

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::{Mutex, OnceCell};

use crate::application::Application;
use crate::context::{FunctionInfo, Invocation};
use crate::env::Env;
use crate::event::AnyOutput;
use crate::guard::remember_places_of_panics;
use crate::instance::{Failure, Instance, Serving, filled};
use crate::{LambdaContext, wiring};
use chalice_manifest::API_HANDLER;
use config::Config;
use gateway::{BAD_GATEWAY, Gateway, NO_TOKEN, Refused};

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
/// assert_eq!(client.get("/users").send().await.status(), 200);
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
/// let request = Client::new();
/// let request = request.post("/users").header("X-Tenant", "a").json(&["ada"]);
/// assert_eq!(request.send().await.status(), 201);
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

/// What a caller would get from API Gateway.
///
/// ```
/// use chalice::test::Client;
///
/// # async fn test() {
/// let response = Client::new().get("/users").send().await;
/// assert_eq!((response.status(), response.header("content-type")), (200, Some("application/json")));
/// assert_eq!(response.json::<Vec<String>>(), ["ada"]);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TestResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
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

    /// The stage whose `environment_variables` of `.chalice/config.json` apply, merged for each function as `rchalice
    /// deploy` does. A stage that the file does not have fails the first call.
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
    pub fn get(&self, url: &str) -> RequestBuilder<'_> {
        self.request("GET", url)
    }

    /// Begins a POST request.
    pub fn post(&self, url: &str) -> RequestBuilder<'_> {
        self.request("POST", url)
    }

    /// Begins a PUT request.
    pub fn put(&self, url: &str) -> RequestBuilder<'_> {
        self.request("PUT", url)
    }

    /// Begins a PATCH request.
    pub fn patch(&self, url: &str) -> RequestBuilder<'_> {
        self.request("PATCH", url)
    }

    /// Begins a DELETE request.
    pub fn delete(&self, url: &str) -> RequestBuilder<'_> {
        self.request("DELETE", url)
    }

    /// Begins a request of any method, in upper case.
    pub fn request(&self, method: &str, url: &str) -> RequestBuilder<'_> {
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
        let gateway = Gateway::new(resolved, self.stage.clone());
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

/// The folder of the package under test: cargo runs tests in it.
fn project() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from)
}

impl RequestBuilder<'_> {
    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
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
        self.answered(started).await.unwrap_or_else(|refused| gateway.refusal(&refused))
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
        let event = gateway.event(self, &matched, &authorizer, context.aws_request_id());
        let instance = started.instance(API_HANDLER).await;
        let response = match instance.handle(API_HANDLER, event, context).await.ok() {
            Some(AnyOutput { json, stream: Some(stream) }) => {
                // Where the stream fails, the caller has what came until then.
                let (body, _) = stream.collect(&Env::default()).await;
                event::streamed(&json, body)
            }
            answer => answer.and_then(|answer| event::response(&answer.json, gateway.gives_bytes(self))),
        };
        response.ok_or(BAD_GATEWAY)
    }

    /// As API Gateway sees it: of a header that stands several times, the last value.
    fn header_value(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter().rev();
        headers.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

impl TestResponse {
    /// The status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The first value of a header; names are compared without regard to case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header_list(name).next()
    }

    /// Every header with its value, one that stands several times as often.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of a header.
    pub fn header_list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as a `T`.
    ///
    /// # Panics
    /// Where it does not fit; the message shows the body.
    #[expect(clippy::panic, reason = "a test fails by a panic")]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => {
                panic!("the body does not fit: {error}\nstatus {}, body: {}", self.status, self.text())
            }
        }
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body.
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }
}
