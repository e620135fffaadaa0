//! A small application; `tests/runtime.rs` drives it as Lambda would.
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(clippy::panic, clippy::unused_async, clippy::unnecessary_wraps, clippy::needless_pass_by_value)] // handlers as users write them

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Barrier, Mutex};
use std::time::Duration;

use chalice::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::time::Sleep;

chalice::app! {
    name: "bootstrap",
    cors: Cors::new("${ORIGIN}").max_age(600),
}

struct Greeting(String);

#[init]
async fn greeting(env: Env) -> Result<Greeting> {
    let greeting = env.get("GREETING")?;
    assert!(greeting != "panic", "no greeting");
    Ok(Greeting(greeting))
}

/// Where it is asked for, a task that never ends lives beside every function.
#[init]
async fn task(env: Env) {
    if env.find("TASK").is_some() {
        tokio::spawn(std::future::pending::<()>());
    }
}

/// Greets by name, whoever
/// it is.
///
/// In the language of the stage.
#[get("/hello/{name}")]
async fn hello(name: String, greeting: State<Greeting>) -> String {
    format!("{} {name}", greeting.0)
}

#[route("/echo", methods = ["POST", "PUT"], name = "echoes", content_types = ["text/plain"], cors = false)]
async fn echo(body: Bytes) -> Bytes {
    body
}

/// Written where Lambda's logs go, so that a test sees it.
#[on_shutdown]
#[expect(clippy::print_stderr, reason = "a test reads it")]
async fn goodbye(greeting: State<Greeting>) -> Result<()> {
    eprintln!("{{\"goodbye\":\"{}\"}}", greeting.0);
    Ok(())
}

#[get("/stream/{kind}", stream = true, cors = false)]
async fn stream(kind: String) -> Response {
    let last = if kind == "fails" { Err(std::io::Error::other("disk full")) } else { Ok("c") };
    Response::stream(futures_util::stream::iter([Ok("a"), Ok("bb"), last])).header("Set-Cookie", "a=1")
}

#[get("/panic")]
fn panics() -> String {
    panic!("nothing here")
}

/// Why an order cannot be shown, and what caused that.
#[derive(Debug)]
struct UnreadableOrder {
    cause: std::num::ParseIntError,
}

impl std::fmt::Display for UnreadableOrder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the order cannot be read from table `orders`")
    }
}

impl std::error::Error for UnreadableOrder {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

#[get("/orders/{number}")]
async fn order(number: String) -> Result<String> {
    let number: u32 = number.parse().map_err(|cause| UnreadableOrder { cause })?;
    Ok(format!("order {number}"))
}

/// What an error handler answers with the status that it is given.
#[derive(Debug)]
struct Refused(u16);

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("refused")
    }
}

impl std::error::Error for Refused {}

#[error_handler]
fn refused(error: &Refused) -> (u16, String) {
    (error.0, "as expected".to_owned())
}

#[get("/refused/{status}")]
async fn refuses(status: u16) -> Result<String, Refused> {
    Err(Refused(status))
}

/// Answers with a header that may hold what no header can, or with one that is API Gateway's to say.
#[get("/tagged/{tag}")]
async fn tagged(tag: String) -> Response {
    let name = if tag == "close" { "Connection" } else { "X-Tag" };
    Response::new("tagged").header(name, tag)
}

#[derive(Deserialize)]
struct Job {
    size: usize,
}

#[derive(Serialize)]
struct Done {
    request_id: String,
    trace_id: Option<String>,
    filler: String,
}

#[lambda_function]
async fn work(job: Job, context: LambdaContext) -> Result<Done> {
    if job.size == 13 {
        return Err(Error::bad_request("13 brings bad luck"));
    }
    assert!(job.size != 14, "14 panics");
    let _unlucky = (job.size == 15).then(|| PanicsWhenDropped);
    Ok(Done {
        request_id: context.aws_request_id().to_owned(),
        trace_id: context.trace_id().map(str::to_owned),
        filler: "x".repeat(job.size),
    })
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

/// Answers with the event, whatever it is.
#[lambda_function]
async fn repeats(event: Box<RawValue>) -> Result<Box<RawValue>> {
    Ok(event)
}

/// Takes as many milliseconds as the event says.
#[lambda_function]
async fn waits(millis: u64) -> Result<u64> {
    tokio::time::sleep(Duration::from_millis(millis)).await;
    Ok(millis)
}

/// Says something at every level, on this thread and on another.
#[lambda_function]
fn logs() -> Result<()> {
    let _order = tracing::info_span!("order", number = 7).entered();
    tracing::info!(item = "pear", "ordered {}", 2);
    tracing::debug!("a detail");
    log::warn!("few are left");
    let other = std::thread::spawn(|| log::error!("none are left"));
    other.join().map_err(|_| Error::bad_request("the thread panicked"))
}

/// Whatever becomes of it, the others run. Only the routes have that state: the runtime of the other functions waits as
/// it does where nothing is to be done on shutdown.
#[on_shutdown]
fn flush(_: State<Greeting>, env: Env) -> Result<()> {
    match env.find("FLUSH") {
        Some(millis) => std::thread::sleep(Duration::from_millis(millis.parse()?)),
        None => return Err(Error::bad_request("nothing to flush")),
    }
    Ok(())
}

/// The same, while it blocks its thread.
#[lambda_function]
fn blocks(millis: u64) -> Result<u64> {
    std::thread::sleep(Duration::from_millis(millis));
    Ok(millis)
}

/// The trace of an invocation, in the four ways to ask for it.
#[derive(Serialize)]
struct Trace {
    context: Option<String>,
    env: Option<String>,
    var: Option<String>,
    /// As the AWS SDK asks.
    process: Option<String>,
}

impl Trace {
    fn find(context: &LambdaContext, env: &Env) -> Self {
        const NAME: &str = "_X_AMZN_TRACE_ID";
        Self {
            context: context.trace_id().map(str::to_owned),
            env: env.find(NAME),
            var: chalice::env::var(NAME).ok(),
            process: std::env::var(NAME).ok(),
        }
    }
}

#[lambda_function]
async fn traces(context: LambdaContext, env: Env) -> Result<Trace> {
    Ok(Trace::find(&context, &env))
}

/// Answers when three invocations run at once.
#[lambda_function]
fn meet(context: LambdaContext, env: Env) -> Result<Trace> {
    static THREE: Barrier = Barrier::new(3);
    THREE.wait();
    Ok(Trace::find(&context, &env))
}

/// Blocks its thread for as many milliseconds as the event says, before it first waits for anything.
#[lambda_function]
async fn blocks_at_once(millis: u64) -> Result<u64> {
    std::thread::sleep(Duration::from_millis(millis));
    Ok(millis)
}

/// Says whether a task that an earlier invocation started has ended since.
#[lambda_function]
async fn spawns() -> Result<bool> {
    static ENDED: AtomicBool = AtomicBool::new(false);
    tokio::spawn(async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        ENDED.store(true, Ordering::Relaxed);
    });
    Ok(ENDED.load(Ordering::Relaxed))
}

/// Blocks one invocation until a task of that invocation's has been polled meanwhile.
#[lambda_function]
fn awaits_its_task(context: LambdaContext) -> Result<String> {
    let (sender, receiver) = std::sync::mpsc::channel();
    tokio::runtime::Handle::current().spawn(async move { sender.send(context.aws_request_id().to_owned()) });
    let id = receiver.recv_timeout(Duration::from_secs(10));
    id.map_err(|_| Error::bad_request("the handler holds up the task"))
}

/// Two that run at once: one waits for a timer of the other's thread, which has nothing left to do.
#[lambda_function]
async fn waits_for_another() -> Result<bool> {
    static TWO: Barrier = Barrier::new(2);
    static TIMER: Mutex<Option<Pin<Box<Sleep>>>> = Mutex::new(None);
    let is_worker = std::thread::current().name() == Some("worker");
    if is_worker {
        let timer = Box::pin(tokio::time::sleep(Duration::from_millis(300)));
        *TIMER.lock().map_err(|_| Error::bad_request("poisoned"))? = Some(timer);
    }
    TWO.wait();
    let timer = TIMER.lock().ok().filter(|_| !is_worker).and_then(|mut timer| timer.take());
    let Some(timer) = timer else { return Ok(is_worker) };
    Ok(tokio::time::timeout(Duration::from_secs(10), timer).await.is_ok())
}
