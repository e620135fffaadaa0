//! The process that Lambda starts: initialise, then answer one invocation after the other.

mod api;
mod connection;
mod head;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use crate::application::Application;
use crate::context::FunctionInfo;
use crate::env::Env;
use crate::event::AnyOutput;
use crate::guard::report_panics_as_json;
use crate::instance::{Failure, Instance, Serving};
use crate::{LambdaContext, log, registry};
use api::{Accepted, Next, RuntimeApi};

/// Lambda takes 6 MB, and a little for what is around the payload.
const LARGEST_RESPONSE: usize = 6 * 1024 * 1024 + 100;

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
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let stopped = match runtime {
        Ok(runtime) => runtime.block_on(serve(RuntimeApi::new(address))),
        Err(error) => Stopped { why: format!("the async runtime cannot start: {error}") },
    };
    log::Line::error("the function stops").field("error", &stopped.why).write();
    ExitCode::FAILURE
}

/// Why there will be no more invocations.
struct Stopped {
    why: String,
}

async fn serve(mut api: RuntimeApi) -> Stopped {
    let function = std::env::var("_HANDLER").unwrap_or_default();
    let instance = match start(&function).await {
        Ok(instance) => instance,
        Err(failure) => {
            let untold = match api.init_error(&failure).await {
                Ok(Accepted::Yes) => String::new(),
                Ok(Accepted::No(why)) => format!(" (and Lambda did not take it: {why})"),
                Err(error) => format!(" (and Lambda was not told: {error})"),
            };
            return Stopped { why: format!("{}{untold}", failure.error_message) };
        }
    };
    let info = Arc::new(FunctionInfo::from_process());
    loop {
        let served = match api.next().await {
            Ok(next) => answer(&mut api, &instance, &function, &info, next).await,
            Err(error) => Err(error),
        };
        if let Err(error) = served {
            return Stopped { why: format!("Lambda's runtime API failed: {error}") };
        }
    }
}

async fn start(function: &str) -> Result<Instance, Failure> {
    let application = Arc::new(Application::linked().map_err(|faults| Failure::of_faults(&faults))?);
    Instance::start(application, Env::default(), Serving::Function(function)).await
}

async fn answer(
    api: &mut RuntimeApi,
    instance: &Instance,
    function: &str,
    info: &Arc<FunctionInfo>,
    next: Next,
) -> std::io::Result<()> {
    let context = LambdaContext::new(next.invocation, Arc::clone(info));
    let request_id = context.aws_request_id().to_owned();
    let answered = instance.handle(function, next.event, context).await;
    let accepted = match answered.and_then(small_enough) {
        Ok(response) => api.response(&request_id, &response.json).await?,
        Err(failure) => api.error(&request_id, &failure).await?,
    };
    if let Accepted::No(why) = accepted {
        log::Line::error("Lambda did not take the answer")
            .field("error", &why)
            .of_request(&request_id)
            .write();
    }
    Ok(())
}

fn small_enough(response: AnyOutput) -> Result<AnyOutput, Failure> {
    let length = response.json.len();
    if length <= LARGEST_RESPONSE {
        return Ok(response);
    }
    let error_message = format!(
        "the response has {length} bytes and Lambda takes at most {LARGEST_RESPONSE} (6 MB): answer with less, or \
         put it into S3 and answer with a link"
    );
    log::Line::error(&error_message).write();
    Err(Failure { error_type: "Function.ResponseSizeTooLarge".to_owned(), error_message })
}
