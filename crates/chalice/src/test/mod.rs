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

mod authorizer;
mod config;
mod event;
mod gateway;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::application::Application;
use crate::context::{FunctionInfo, Invocation};
use crate::env::Env;
use crate::event::AnyOutput;
use crate::instance::{Instance, Serving, filled};
use crate::{LambdaContext, wiring};
use chalice_manifest::{API_HANDLER, Resolved};
use gateway::Gateway;

/// An application under test: Chalice's `chalice.test.Client`.
///
/// Each client has its own state and its own environment variables, so tests run side by side. State is made at the
/// first call.
pub struct Client {
    stage: String,
    variables: BTreeMap<String, String>,
    started: OnceCell<Started>,
    requests: AtomicU64,
}

struct Started {
    instance: Instance,
    gateway: Gateway,
    /// What API Gateway was told.
    resolved: Resolved,
}

/// A request that is being put together; [`send`](RequestBuilder::send) it.
#[must_use = "a request does nothing until it is sent"]
pub struct RequestBuilder<'a> {
    client: &'a Client,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Bytes>,
}

/// What a caller would get from API Gateway.
#[derive(Clone, Debug)]
pub struct TestResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
}

/// How an invocation failed, as Lambda reports it.
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

    /// The stage whose `environment_variables` of `.chalice/config.json` apply.
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

    /// Invokes a `#[lambda_function]` by its name, prefixes included.
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
        let context = self.context(name);
        match started.instance.handle(name, event.into(), context).await {
            Ok(answer) => Ok(serde_json::from_slice(&answer.json).unwrap_or_default()),
            Err(failure) => {
                Err(InvokeError { error_type: failure.error_type, error_message: failure.error_message })
            }
        }
    }

    async fn started(&self) -> &Started {
        self.started.get_or_init(|| self.start()).await
    }

    #[expect(clippy::panic, reason = "a test fails by a panic, and this one lists what is wrong")]
    async fn start(&self) -> Started {
        let wired = wiring::resolved().and_then(|resolved| Ok((resolved, Application::linked()?)));
        let (resolved, application) = match wired {
            Ok((resolved, application)) => (resolved, Arc::new(application)),
            Err(faults) => panic!("{faults}"),
        };
        let mut variables = match config::variables(&project(), &self.stage) {
            Ok(variables) => variables,
            Err(error) => panic!("{error}"),
        };
        variables.extend(self.variables.clone());
        let env = Env::of_test(variables);
        let cors = resolved.gateway_cors().and_then(|cors| filled(cors, &env).ok());
        let gateway = Gateway::new(&resolved, self.stage.clone(), cors.as_ref());
        let instance = Instance::start(application, env, Serving::Everything).await;
        match instance {
            Ok(instance) => Started { instance, gateway, resolved },
            Err(failure) => panic!("{}", failure.error_message),
        }
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
        let Some(matched) = gateway.matched(&self.url) else {
            return gateway.own_response(403, &json!({"message": "Missing Authentication Token"}));
        };
        let authorizer = match authorizer::authorize(started, &self, &matched).await {
            Ok(authorizer) => authorizer,
            Err(refused) => return gateway.refusal(&refused),
        };
        let context = self.client.context(API_HANDLER);
        let event = gateway.event(&self, &matched, &authorizer, context.aws_request_id());
        let answer = started.instance.handle(API_HANDLER, event, context).await.ok();
        let response = match answer {
            Some(AnyOutput { json, stream: Some(stream) }) => {
                // Where the stream fails, the caller has what came until then.
                let (body, _) = stream.collect(&Env::default()).await;
                event::streamed(&json, body)
            }
            answer => answer.and_then(|answer| event::response(&answer.json)),
        };
        response.unwrap_or_else(|| gateway.own_response(502, &json!({"message": "Internal server error"})))
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
