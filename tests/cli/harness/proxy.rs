//! Stands between the CLI and the sandbox: writes down every call, and answers some itself where a test wants AWS to
//! refuse them. What AWS always refuses, the sandbox's launcher refuses already; see `fidelity.rs`.

use super::operations::{self, Operation};
use super::wire::{self, Headers, Request, Response};
use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// One call as it went through.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Call {
    /// As it is signed for: `lambda`; `execute-api` for a request to a deployed API.
    pub service: String,
    /// As AWS documents it: `CreateFunction`.
    pub operation: String,
    pub status: u16,
    /// What it was about, such as the function's name.
    pub summary: String,
    /// As it was sent, for what a test wants to look at closely.
    pub body: Vec<u8>,
}

impl fmt::Display for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} {} {}", self.service, self.operation, self.summary, self.status)
    }
}

/// A proxy of its own for one test, listening until it is dropped.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    /// `host:port` of the sandbox.
    target: String,
    state: Mutex<State>,
    stopped: AtomicBool,
}

#[derive(Default)]
struct State {
    calls: Vec<Call>,
    refusals: Vec<Refusal>,
    /// When each role was made, for as long as the proxy has been there.
    roles: HashMap<String, Instant>,
    youngest_role: Duration,
    /// How many more writes pass before the connection is cut.
    writes_left: Option<usize>,
}

/// An answer that is given in the sandbox's place.
struct Refusal {
    operation: String,
    status: u16,
    code: String,
    message: String,
    /// None: always.
    times: Option<usize>,
}

impl Proxy {
    pub fn start(target_url: &str) -> Self {
        let target = target_url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { target, state: Mutex::default(), stopped: AtomicBool::new(false) });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let serving = Arc::clone(&serving);
                // A client that goes away half-way is that client's business.
                std::thread::spawn(move || drop(serving.serve(stream)));
            }
        });
        Self { address, shared }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All calls, in the order in which they were answered.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.state().calls.clone()
    }

    /// The operations of all calls.
    pub fn operations(&self) -> Vec<String> {
        self.calls().into_iter().map(|call| call.operation).collect()
    }

    /// The operations of the calls that change something, were they to succeed.
    pub fn writes(&self) -> Vec<String> {
        let is_write = |call: &Call| {
            let Call { service, operation, summary, .. } = call.clone();
            operations::is_write(&Operation { service, name: operation, summary })
        };
        self.calls().into_iter().filter(is_write).map(|call| call.operation).collect()
    }

    /// Forgets the calls so far.
    pub fn clear(&self) {
        self.shared.state().calls.clear();
    }

    /// Answers `operation` with an error from now on, until [`Proxy::heal`].
    pub fn fail(&self, operation: &str, status: u16, code: &str, message: &str) {
        self.refuse(Refusal::new(operation, status, code, message));
    }

    /// Answers the next `times` calls of `operation` with an error.
    pub fn fail_times(&self, times: usize, operation: &str, code: &str, message: &str) {
        self.refuse(Refusal { times: Some(times), ..Refusal::new(operation, 400, code, message) });
    }

    /// Answers the next call of `operation` as if its one entry had failed, though the call did not.
    pub fn fail_entry(&self, operation: &str, code: &str, message: &str) {
        self.refuse(Refusal { times: Some(1), ..Refusal::new(operation, 200, code, message) });
    }

    /// Answers the next `times` calls of `operation` with AWS's refusal of too many requests.
    pub fn throttle(&self, operation: &str, times: usize) {
        let refusal = Refusal::new(operation, 429, "TooManyRequestsException", "Too Many Requests");
        self.refuse(Refusal { times: Some(times), ..refusal });
    }

    /// Passes on `count` more writes, and cuts the connection in place of the answer to the last of them and of
    /// every one after it: they were carried out, or not, and the caller does not learn which.
    pub fn cut_after_writes(&self, count: usize) {
        self.shared.state().writes_left = Some(count);
    }

    /// Refuses a role to Lambda for as long as it is younger than `age`, as AWS does for some seconds.
    pub fn refuse_roles_younger_than(&self, age: Duration) {
        self.shared.state().youngest_role = age;
    }

    /// Takes back all that was said to fail.
    pub fn heal(&self) {
        let mut state = self.shared.state();
        state.refusals.clear();
        state.writes_left = None;
        state.youngest_role = Duration::ZERO;
    }

    fn refuse(&self, refusal: Refusal) {
        self.shared.state().refusals.push(refusal);
    }
}

impl Refusal {
    fn new(operation: &str, status: u16, code: &str, message: &str) -> Self {
        let (operation, code, message) = (operation.to_owned(), code.to_owned(), message.to_owned());
        Self { operation, status, code, message, times: None }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address); // wakes the listener, so that it sees it
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut answers = stream.try_clone()?;
        let mut requests = BufReader::new(stream);
        while let Some(request) = wire::read_request(&mut requests)? {
            let operation = operations::of(&request);
            let Some(response) = self.answer(&operation, request)? else {
                return answers.shutdown(std::net::Shutdown::Both);
            };
            wire::write_response(&mut answers, response)?;
        }
        Ok(())
    }

    /// None: the connection is to be cut.
    fn answer(&self, operation: &Operation, request: Request) -> io::Result<Option<Response>> {
        let body = request.body.clone();
        let Some(cut) = self.state().is_cut(operation) else { return Ok(None) };
        let refusal = self.state().refusal(operation, &body);
        let response = match refusal {
            Some(response) => response,
            None => wire::send(&self.target, request)?,
        };
        let Operation { service, name, summary } = operation.clone();
        let mut state = self.state();
        if name == "CreateRole" && response.status == 200 {
            state.roles.insert(summary.clone(), Instant::now());
        }
        state.calls.push(Call { service, operation: name, status: response.status, summary, body });
        Ok((!cut).then_some(response))
    }
}

impl State {
    /// Whether the connection is cut once this has been carried out; None: before.
    fn is_cut(&mut self, operation: &Operation) -> Option<bool> {
        let Some(left) = self.writes_left.as_mut().filter(|_| operations::is_write(operation)) else {
            return Some(false);
        };
        *left = left.checked_sub(1)?;
        Some(*left == 0)
    }

    fn refusal(&mut self, operation: &Operation, body: &[u8]) -> Option<Response> {
        let place = self.refusals.iter().position(|refusal| refusal.operation == operation.name);
        if let Some(refusal) = place.and_then(|place| self.refusals.get_mut(place)) {
            let response = match refusal.status {
                200 => failed_entry(&refusal.code, &refusal.message),
                status => error(&operation.service, status, &refusal.code, &refusal.message),
            };
            refusal.times = refusal.times.map(|times| times.saturating_sub(1));
            self.refusals.retain(|refusal| refusal.times != Some(0));
            return Some(response);
        }
        self.refusal_of_role(operation, body)
    }

    fn refusal_of_role(&self, operation: &Operation, body: &[u8]) -> Option<Response> {
        if !["CreateFunction", "UpdateFunctionConfiguration"].contains(&operation.name.as_str()) {
            return None;
        }
        let json: serde_json::Value = serde_json::from_slice(body).ok()?;
        let role = json["Role"].as_str()?.rsplit('/').next()?;
        let age = self.roles.get(role)?.elapsed();
        let message = "The role defined for the function cannot be assumed by Lambda.";
        (age < self.youngest_role).then(|| error("lambda", 400, "InvalidParameterValueException", message))
    }
}

/// EventBridge's answer where one of several changes failed.
fn failed_entry(code: &str, message: &str) -> Response {
    let entry = serde_json::json!({ "TargetId": "1", "ErrorCode": code, "ErrorMessage": message });
    let body = serde_json::json!({ "FailedEntryCount": 1, "FailedEntries": [entry] }).to_string();
    let kind = ("Content-Type".to_owned(), "application/x-amz-json-1.1".to_owned());
    Response { status: 200, headers: Headers(vec![kind]), body: body.into_bytes() }
}

/// An error in the form of the service's protocol.
fn error(service: &str, status: u16, code: &str, message: &str) -> Response {
    let is_xml = ["iam", "sts", "cloudformation", "s3", "sns"].contains(&service);
    let (kind, body) = if is_xml {
        let error =
            format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
        let whole = format!("<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>");
        ("text/xml", if service == "s3" { error } else { whole })
    } else {
        let body = serde_json::json!({ "message": message, "Message": message, "__type": code });
        ("application/json", body.to_string())
    };
    let mut headers = vec![("Content-Type".to_owned(), kind.to_owned())];
    headers.push(("x-amzn-errortype".to_owned(), code.to_owned()));
    headers.push(("x-amzn-requestid".to_owned(), "0".to_owned()));
    if status == 429 {
        headers.push(("Retry-After".to_owned(), "1".to_owned()));
    }
    Response { status, headers: Headers(headers), body: body.into_bytes() }
}
