//! One worker answers one invocation after the other, over its own connection.

use std::io;
use std::sync::Arc;

use super::api::{Accepted, Next, RuntimeApi};
use crate::context::FunctionInfo;
use crate::env::{self, Env};
use crate::event::AnyOutput;
use crate::guard::{catch, guarded};
use crate::instance::{Failure, Instance};
use crate::response::BodyStream;
use crate::{BoxFuture, Error, LambdaContext, log, running};

/// Lambda takes 6 MB, and a little for what is around the payload.
const LARGEST_RESPONSE: usize = 6 * 1024 * 1024 + 100;

/// What every worker answers with.
pub(super) struct Function {
    /// The name that it is dispatched by.
    pub(super) handler: String,
    pub(super) info: Arc<FunctionInfo>,
    pub(super) instance: Instance,
}

/// Until the Runtime API fails; says how.
pub(super) async fn work(mut api: RuntimeApi, function: Arc<Function>) -> io::Error {
    loop {
        let served = match api.next().await {
            Ok(next) => answer(&mut api, &function, next).await,
            Err(error) => Err(error),
        };
        if let Err(error) = served {
            return error;
        }
    }
}

async fn answer(api: &mut RuntimeApi, function: &Arc<Function>, next: Next) -> io::Result<()> {
    let context = LambdaContext::new(next.invocation, Arc::clone(&function.info));
    let _running = running::begin(&context);
    if !running::is_concurrent() {
        env::set_trace_id(context.trace_id());
    }
    let request_id = context.aws_request_id();
    let accepted = match handle(function, next.event, context.clone()).await {
        Ok(AnyOutput { json, stream: Some(body) }) => stream(api, request_id, &json, body).await?,
        Ok(response) => api.response(request_id, &response.json).await?,
        Err(failure) => api.error(request_id, &failure).await?,
    };
    if let Accepted::No(why) = accepted {
        tell("Lambda did not take the answer", &why, request_id);
    }
    Ok(())
}

async fn stream(
    api: &mut RuntimeApi,
    request_id: &str,
    prelude: &[u8],
    mut body: BodyStream,
) -> io::Result<Accepted> {
    let failure = |error| {
        let (text, failure) = Failure::and_text_of(error);
        tell("the stream failed", &text, request_id);
        failure
    };
    let accepted = api.stream(request_id, prelude, &mut body, failure).await;
    // It is the user's to its end.
    if let Err(panic) = catch(|| drop(body)) {
        tell("the stream panicked when it was dropped", &panic.to_string(), request_id);
    }
    accepted
}

#[cold]
fn tell(message: &str, error: &str, request_id: &str) {
    log::Line::error(message).field("error", error).of_request(request_id).write();
}

/// Handlers have nets of their own; this one is for what panics around them, such as in the drop of an answer.
async fn handle(
    function: &Arc<Function>,
    event: bytes::Bytes,
    context: LambdaContext,
) -> Result<AnyOutput, Failure> {
    let (own, request_id) = (Arc::clone(function), context.aws_request_id().to_owned());
    let start = || -> BoxFuture<_> {
        Box::pin(
            async move { own.instance.handle(&own.handler, event, context).await.and_then(small_enough) },
        )
    };
    let env = Env::default();
    guarded(&env, start)
        .await
        .unwrap_or_else(|panic| Err(Failure::told(Error::from_panic(panic), &function.handler, &request_id)))
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
    log::Line::error(&error_message).of_current_request().write();
    Err(Failure { error_type: "Function.ResponseSizeTooLarge".to_owned(), error_message })
}
