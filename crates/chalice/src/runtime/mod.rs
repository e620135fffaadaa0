//! The process that Lambda starts: initialise, then answer one invocation after the other.

mod api;
mod connection;
mod head;
mod socket;
mod termination;
mod worker;

use std::future::{pending, poll_fn};
use std::io::{self, Write};
use std::pin::{Pin, pin};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use tokio::sync::oneshot::{self, Sender};

use crate::application::Application;
use crate::context::FunctionInfo;
use crate::env::Env;
use crate::guard::report_panics_as_json;
use crate::instance::{Failure, Instance, Serving};
use crate::{log, registry, running};
use api::{Accepted, RuntimeApi};
use socket::Beside;
use termination::Termination;
use worker::{Function, work};

const NOT_IN_LAMBDA: &str = "\
this is an AWS Lambda function made with chalice; it runs in Lambda, where AWS_LAMBDA_RUNTIME_API is set

  rchalice deploy      puts it on AWS
  rchalice local       serves it on this machine
  cargo test           calls its handlers through chalice::test::Client
  CHALICE_DUMP=1 ...   prints its manifest
";

/// What `app!`'s `main` does: serves Lambda until it stops the process. Call it where `app!` says `main: false`.
///
/// Outside Lambda it says what the binary is, and the exit code is 2.
///
/// ```
/// use chalice::prelude::*;
///
/// # const _: &str = stringify! {
/// chalice::app! { main: false }
/// # };
///
/// # fn example() {
/// fn main() -> std::process::ExitCode {
///     // What has to come first stands here.
///     chalice::run()
/// }
/// # }
/// ```
#[inline(never)] // else it is compiled with the application, and not for size
pub fn run() -> ExitCode {
    if std::env::var("CHALICE_DUMP").is_ok_and(|value| value == "1") {
        let written = std::io::stdout().lock().write_all(&registry::section());
        return if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let Ok(address) = std::env::var("AWS_LAMBDA_RUNTIME_API") else {
        _ = std::io::stderr().lock().write_all(NOT_IN_LAMBDA.as_bytes());
        return ExitCode::from(2);
    };
    report_panics_as_json();
    let ended = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => {
            let ended = runtime.block_on(serve(&address));
            // What still blocks a thread is not waited for.
            runtime.shutdown_background();
            ended
        }
        Err(error) => Ended::Failed(format!("the async runtime cannot start: {error}")),
    };
    match ended {
        Ended::AsTold => ExitCode::SUCCESS,
        Ended::Failed(why) => {
            log::Line::error("the function stops").field("error", &why).write();
            ExitCode::FAILURE
        }
    }
}

/// Why there will be no more invocations.
enum Ended {
    /// By SIGTERM.
    AsTold,
    Failed(String),
}

async fn serve(address: &str) -> Ended {
    let function = match start().await {
        Ok(function) => Arc::new(function),
        Err(failure) => return Ended::Failed(report(address, &failure).await),
    };
    log::install();
    let (concurrency, has_hooks) = (concurrency(), function.instance.has_shutdown_hooks());
    if concurrency == 1 && !has_hooks {
        return api_failed(&work(RuntimeApi::new(address, Beside::Tasks), function).await);
    }
    // Before anybody asks for an invocation, which ends the time for extensions to register.
    let termination = match has_hooks.then(Termination::announced).transpose() {
        Ok(termination) => termination,
        Err(error) => return Ended::Failed(format!("SIGTERM cannot be awaited: {error}")),
    };
    if has_hooks {
        termination::register_extension(address).await;
    }
    running::say_concurrent(concurrency > 1);
    let (stopped, stops) = oneshot::channel();
    let stopped = Arc::new(Mutex::new(Some(stopped)));
    for _ in 1..concurrency {
        if let Err(error) = add_worker(address, &function, Arc::clone(&stopped)) {
            return Ended::Failed(format!("a worker cannot start: {error}"));
        }
    }
    let serving = async {
        let api = RuntimeApi::new(address, Beside::Futures);
        // For ever where there are no others: `stopped` lives on here.
        let worker = async { stops.await.unwrap_or_else(io::Error::other) };
        api_failed(&first(pin!(work(api, Arc::clone(&function))), pin!(worker)).await)
    };
    let terminated = async {
        match termination {
            Some(mut termination) => termination.wait().await,
            None => pending().await,
        }
        function.instance.shut_down().await;
        Ended::AsTold
    };
    first(pin!(serving), pin!(terminated)).await
}

async fn start() -> Result<Function, Failure> {
    let handler = std::env::var("_HANDLER").unwrap_or_default();
    let application = Arc::new(Application::linked().map_err(|faults| Failure::of_faults(&faults))?);
    let instance = Instance::start(application, Env::default(), Serving::Function(&handler)).await?;
    Ok(Function { handler, info: Arc::new(FunctionInfo::from_process()), instance })
}

fn api_failed(why: &io::Error) -> Ended {
    Ended::Failed(format!("Lambda's runtime API failed: {why}"))
}

/// Tells Lambda why there is nothing to invoke; says it too.
async fn report(address: &str, failure: &Failure) -> String {
    let untold = match RuntimeApi::new(address, Beside::Tasks).init_error(failure).await {
        Ok(Accepted::Yes) => String::new(),
        Ok(Accepted::No(why)) => format!(" (and Lambda did not take it: {why})"),
        Err(error) => format!(" (and Lambda was not told: {error})"),
    };
    format!("{}{untold}", failure.error_message)
}

/// How many invocations Lambda sends at once: more than one on Lambda Managed Instances.
fn concurrency() -> usize {
    let said = std::env::var("AWS_LAMBDA_MAX_CONCURRENCY").ok();
    said.and_then(|number| number.parse().ok()).unwrap_or(1)
}

/// A thread for each invocation beyond the first: a handler that blocks holds up no other.
fn add_worker(
    address: &str,
    function: &Arc<Function>,
    stopped: Arc<Mutex<Option<Sender<io::Error>>>>,
) -> io::Result<()> {
    let (api, function) = (RuntimeApi::new(address, Beside::Futures), Arc::clone(function));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let worker = std::thread::Builder::new().name("worker".to_owned());
    worker.spawn(move || {
        let why = runtime.block_on(work(api, function));
        // Whoever waits hears of the first; the others are then of no interest.
        if let Some(stopped) = stopped.lock().unwrap_or_else(PoisonError::into_inner).take() {
            _ = stopped.send(why);
        }
    })?;
    Ok(())
}

/// The output of whichever is ready first.
async fn first<T>(
    mut one: Pin<&mut impl Future<Output = T>>,
    mut other: Pin<&mut impl Future<Output = T>>,
) -> T {
    poll_fn(|task| match one.as_mut().poll(task) {
        Poll::Ready(output) => Poll::Ready(output),
        Poll::Pending => other.as_mut().poll(task),
    })
    .await
}
