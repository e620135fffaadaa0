//! Lambda's Runtime API, played by a thread: it hands out one event at a time and records what is answered.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

/// How an event travels.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Delivery {
    Whole,
    Chunked,
    InPieces,
    /// Byte after byte, with pauses.
    Slowly,
    /// Whole, and the connection is closed when the answer has come.
    ThenClosed,
    /// The same, and so is every connection that comes after, as soon as something is asked on it.
    ThenGone,
    /// Whole, and the answer is refused.
    ThenRefused,
    /// Whole, and the answer is refused as soon as it begins; with the connection closed, [`Lambda::is_told`] of it.
    ThenRefusedMidway,
    /// Whole, and the connection is closed before there is an answer; [`Lambda::is_told`] of it.
    ThenClosedAtOnce,
    /// Whole, and only the end of the connection is the end of the event.
    WithoutLength,
}

#[derive(Clone)]
pub(crate) struct Invocation {
    pub(crate) event: Vec<u8>,
    pub(crate) delivery: Delivery,
    /// How long it may take.
    pub(crate) timeout: Duration,
    /// What its X-Ray trace ends with, behind the request's id; None: it has no trace.
    pub(crate) trace: Option<String>,
}

impl Invocation {
    pub(crate) fn of(event: &Value) -> Self {
        let timeout = Duration::from_secs(30);
        let event = event.to_string().into_bytes();
        Self { event, delivery: Delivery::Whole, timeout, trace: Some(String::new()) }
    }
}

/// What the function posted.
pub(crate) struct Posted {
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Posted {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("what is posted is JSON")
    }
}

/// A function that runs.
pub(crate) struct Lambda {
    child: Child,
    /// All of it, once the process has ended.
    log: Receiver<String>,
    invocations: Sender<Invocation>,
    posted: Receiver<Posted>,
    has_extension: Arc<AtomicBool>,
}

/// An example that the tests drive. `cargo test` builds them beside the tests; `cargo test --test runtime` does not.
pub(crate) fn example(name: &str) -> PathBuf {
    static BUILDING: Mutex<()> = Mutex::new(());
    let test = std::env::current_exe().expect("the test's own path");
    let profile = test.parent().and_then(|deps| deps.parent()).expect("target/<profile>/deps/<test>");
    let path = profile.join("examples").join(name);
    let _building = BUILDING.lock().expect("no build failed");
    if !path.exists() {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--example", name, "--manifest-path", env!("CARGO_MANIFEST_PATH")]);
        let profile = profile.file_name().and_then(|name| name.to_str()).filter(|&name| name != "debug");
        cargo.args(["--profile", profile.unwrap_or("dev")]);
        assert!(cargo.status().expect("cargo runs").success());
    }
    path
}

const DEADLINE: Duration = Duration::from_secs(30);

impl Lambda {
    /// The example `bootstrap` as the function `handler`.
    pub(crate) fn start(handler: &str, variables: &[(&str, &str)]) -> Self {
        Self::start_example("bootstrap", handler, variables)
    }

    pub(crate) fn start_example(name: &str, handler: &str, variables: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address").to_string();
        let (invocations, to_deliver) = channel();
        let (to_test, posted) = channel();
        let has_extension = Arc::new(AtomicBool::new(false));
        let registered = Arc::clone(&has_extension);
        thread::spawn(move || serve(&listener, to_deliver, to_test, registered));
        let mut child = Command::new(example(name))
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("_HANDLER", handler)
            .env_remove("GREETING")
            .env_remove("ORIGIN")
            .envs(variables.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example starts");
        // Read while it is written: a full pipe would stop the function.
        let mut stderr = child.stderr.take().expect("it is piped");
        let (to_reader, log) = channel();
        thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).expect("the log is text");
            _ = to_reader.send(text); // a test may not ask for it
        });
        Self { child, log, invocations, posted, has_extension }
    }

    pub(crate) fn invoke(&self, invocation: &Invocation) -> Posted {
        self.send(invocation);
        self.answer()
    }

    /// An invocation whose answer is awaited later.
    pub(crate) fn send(&self, invocation: &Invocation) {
        self.invocations.send(invocation.clone()).expect("the API runs");
    }

    pub(crate) fn answer(&self) -> Posted {
        self.posted.recv_timeout(DEADLINE).expect("an answer in time")
    }

    /// The memory that the process holds, in KB.
    pub(crate) fn memory(&self) -> u64 {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).expect("the process runs");
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        resident.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Awaits that the connection is closed.
    pub(crate) fn is_told(&self) {
        assert_eq!(self.answer().path, CLOSED);
    }

    /// What it posted before it ended, and its exit code.
    pub(crate) fn fails_to_start(self) -> (Posted, Option<i32>) {
        let report = self.answer();
        (report, self.ends().0)
    }

    /// Awaits the end of the process; gives its exit code and its log lines.
    pub(crate) fn ends(mut self) -> (Option<i32>, Vec<Value>) {
        let lines = lines(&self.text());
        let status = self.child.wait().expect("the process has ended");
        (status.code(), lines)
    }

    /// Ends the process as Lambda does, by SIGTERM where an extension is registered; gives its exit code and its log
    /// lines.
    pub(crate) fn terminate(self) -> (Option<i32>, Vec<Value>) {
        let signal = if self.has_extension.load(Ordering::Relaxed) { "-TERM" } else { "-KILL" };
        let process = self.child.id().to_string();
        let status = Command::new("kill").args([signal, &process]).status().expect("kill runs");
        assert!(status.success());
        self.ends()
    }

    /// Ends the process; gives its log lines.
    pub(crate) fn stop(self) -> Vec<Value> {
        lines(&self.stop_with_text())
    }

    /// Ends the process; gives its log.
    pub(crate) fn stop_with_text(mut self) -> String {
        _ = self.child.kill(); // it may have ended already
        self.text()
    }

    fn text(&self) -> String {
        self.log.recv_timeout(DEADLINE).expect("the process ends in time")
    }
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a log line is JSON")).collect()
}

impl Drop for Lambda {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// What all connections have in common.
struct Api {
    /// How many events were handed out.
    number: AtomicU32,
    invocations: Mutex<Receiver<Invocation>>,
    posted: Sender<Posted>,
    /// Whether no request is answered any more.
    is_gone: AtomicBool,
    /// Whether an invocation was asked for, which ends the time for extensions to register.
    is_started: AtomicBool,
    has_extension: Arc<AtomicBool>,
}

/// What stands for a path where a connection was closed.
const CLOSED: &str = "the connection is closed";

/// Each connection has a thread, and each invocation goes to whichever asks first.
fn serve(
    listener: &TcpListener,
    invocations: Receiver<Invocation>,
    posted: Sender<Posted>,
    has_extension: Arc<AtomicBool>,
) {
    let (number, invocations) = (AtomicU32::new(0), Mutex::new(invocations));
    let (is_gone, is_started) = (AtomicBool::new(false), AtomicBool::new(false));
    let api = Arc::new(Api { number, invocations, posted, is_gone, is_started, has_extension });
    while let Ok((stream, _)) = listener.accept() {
        let api = Arc::clone(&api);
        // None: the function has gone, or was told to connect anew.
        thread::spawn(move || while let Some(()) = exchange(&stream, &api) {});
    }
}

thread_local! {
    /// The delivery of the event that is being answered.
    static DELIVERY: std::cell::Cell<Delivery> = const { std::cell::Cell::new(Delivery::Whole) };
}

fn exchange(mut stream: &TcpStream, api: &Api) -> Option<()> {
    if DELIVERY.get() == Delivery::ThenRefusedMidway {
        _ = stream.read(&mut [0; 4096]).ok()?; // its beginning
        return close(stream, api, b"HTTP/1.1 413 Payload Too Large\r\nContent-Length: 9\r\n\r\ntoo large");
    }
    let (request_line, headers, body) = read_request(stream)?;
    let path = request_line.split(' ').nth(1)?.to_owned();
    if api.is_gone.load(Ordering::Relaxed) {
        api.posted.send(Posted { path, headers, body }).ok()?;
        return None;
    }
    if request_line.starts_with("GET /2018-06-01/runtime/invocation/next ") {
        api.is_started.store(true, Ordering::Relaxed);
        let invocation = api.invocations.lock().ok()?.recv().ok()?;
        DELIVERY.set(invocation.delivery);
        let number = api.number.fetch_add(1, Ordering::Relaxed) + 1;
        deliver(stream, &format!("request-{number}"), &invocation)?;
        return match invocation.delivery {
            Delivery::ThenClosedAtOnce => close(stream, api, b""),
            Delivery::WithoutLength => None,
            _ => Some(()),
        };
    }
    if path == "/2020-01-01/extension/register" {
        if api.is_started.load(Ordering::Relaxed) {
            return stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}").ok();
        }
        api.has_extension.store(true, Ordering::Relaxed);
        let reply = b"HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: an-id\r\nContent-Length: 2\r\n\r\n{}";
        return stream.write_all(reply).ok();
    }
    if path == "/2020-01-01/extension/event/next" {
        // There is no event until the function goes.
        return read_request(stream).map(|_| ());
    }
    let delivery = DELIVERY.get();
    api.is_gone.store(delivery == Delivery::ThenGone, Ordering::Relaxed);
    let reply: &[u8] = if delivery == Delivery::ThenRefused {
        b"HTTP/1.1 413 Payload Too Large\r\nContent-Length: 9\r\n\r\ntoo large"
    } else {
        b"HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n"
    };
    stream.write_all(reply).ok()?;
    api.posted.send(Posted { path, headers, body }).ok()?;
    (!matches!(delivery, Delivery::ThenClosed | Delivery::ThenGone)).then_some(())
}

/// The last that is said here.
fn close(mut stream: &TcpStream, api: &Api, said: &[u8]) -> Option<()> {
    stream.write_all(said).ok()?;
    stream.shutdown(Shutdown::Both).ok()?;
    api.posted.send(Posted { path: CLOSED.to_owned(), headers: Vec::new(), body: Vec::new() }).ok()?;
    None
}

type HttpRequest = (String, Vec<(String, String)>, Vec<u8>);

fn read_request(stream: &TcpStream) -> Option<HttpRequest> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    let mut next_line = |reader: &mut BufReader<&TcpStream>| {
        line.clear();
        reader.read_line(&mut line).ok().filter(|&length| length > 0)?;
        Some(line.trim_end().to_owned())
    };
    let request_line = next_line(&mut reader)?;
    let mut headers = Vec::new();
    loop {
        let line = next_line(&mut reader)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ")?;
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(Some(0), |(_, value)| value.parse().ok())?];
    reader.read_exact(&mut body).ok()?;
    if headers.iter().any(|(name, value)| (name.as_str(), value.as_str()) == ("transfer-encoding", "chunked"))
    {
        loop {
            let size = usize::from_str_radix(&next_line(&mut reader)?, 16).ok()?;
            if size == 0 {
                break;
            }
            let mut chunk = vec![0; size + 2];
            reader.read_exact(&mut chunk).ok()?;
            body.extend_from_slice(chunk.strip_suffix(b"\r\n")?);
        }
        // Trailers are headers that come late.
        while let Some(line) = next_line(&mut reader).filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(": ")?;
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
    }
    Some((request_line, headers, body))
}

fn deliver(mut stream: &TcpStream, request_id: &str, invocation: &Invocation) -> Option<()> {
    let Invocation { event, delivery, timeout, trace } = invocation;
    let delivery = *delivery;
    let deadline = (SystemTime::now() + *timeout).duration_since(UNIX_EPOCH).ok()?.as_millis();
    stream.set_nodelay(true).ok()?;
    let framing = match delivery {
        Delivery::Chunked => "Transfer-Encoding: chunked".to_owned(),
        Delivery::WithoutLength => "Connection: close".to_owned(),
        _ => format!("Content-Length: {}", event.len()),
    };
    let trace = trace.as_ref().map_or_else(String::new, |end| {
        format!("Lambda-Runtime-Trace-Id: {}{end}\r\n", crate::trace_of(request_id))
    });
    let head = format!(
        "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: {request_id}\r\n\
         Lambda-Runtime-Deadline-Ms: {deadline}\r\n{trace}\
         Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:f\r\n{framing}\r\n\r\n"
    );
    let bytes = match delivery {
        Delivery::Chunked => {
            let mut bytes = head.into_bytes();
            for chunk in event.chunks(70_001) {
                bytes.extend_from_slice(format!("{:x};name=value\r\n", chunk.len()).as_bytes());
                bytes.extend_from_slice(chunk);
                bytes.extend_from_slice(b"\r\n");
            }
            bytes.extend_from_slice(b"0\r\nSome-Trailer: yes\r\n\r\n");
            bytes
        }
        _ => [head.as_bytes(), event].concat(),
    };
    if matches!(delivery, Delivery::InPieces | Delivery::Slowly) {
        // Every byte of the head on its own, so that each possible cut is met.
        let (single, rest) = bytes.split_at(400.min(bytes.len()));
        for byte in single.chunks(1) {
            stream.write_all(byte).ok()?;
            if delivery == Delivery::Slowly {
                thread::sleep(Duration::from_millis(1));
            }
        }
        return stream.write_all(rest).ok();
    }
    stream.write_all(&bytes).ok()
}
