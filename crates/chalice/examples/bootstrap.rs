//! A small application; `tests/runtime.rs` drives it as Lambda would.
#![deny(warnings)]
#![allow(clippy::panic, clippy::unused_async, clippy::needless_pass_by_value)] // handlers as users write them

use std::sync::Barrier;
use std::time::Duration;

use chalice::prelude::*;
use serde::{Deserialize, Serialize};

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

/// Greets by name.
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

#[get("/panic")]
fn panics() -> String {
    panic!("nothing here")
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

/// Takes as many milliseconds as the event says.
#[lambda_function]
async fn waits(millis: u64) -> Result<u64> {
    tokio::time::sleep(Duration::from_millis(millis)).await;
    Ok(millis)
}

/// The same, while it blocks its thread.
#[lambda_function]
fn blocks(millis: u64) -> Result<u64> {
    std::thread::sleep(Duration::from_millis(millis));
    Ok(millis)
}

/// Answers when three invocations run at once.
#[lambda_function]
fn meet() -> Result<&'static str> {
    static THREE: Barrier = Barrier::new(3);
    THREE.wait();
    Ok("met")
}

/// What `#[on_shutdown]` writes, until there is the attribute.
mod shutdown {
    use chalice::__private as p;

    static FLUSH: p::Hook = p::Hook {
        name: "flush",
        place: p::HookPlace {
            package: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            bin: None,
            module: module_path!(),
            file: file!(),
            line: line!(),
        },
        kind: p::HookKind::Shutdown {
            run: |_| Box::pin(async { Err(chalice::Error::bad_request("nothing to flush")) }),
        },
        needs: Vec::new,
    };

    #[p::linkme::distributed_slice(p::HOOKS_0_1_0)]
    #[linkme(crate = chalice::__private::linkme)]
    static REGISTERED: &p::Hook = &FLUSH;
}
