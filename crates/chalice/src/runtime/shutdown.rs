//! `#[on_shutdown]`: what runs when Lambda ends the process. Lambda only tells a process that has registered as an
//! extension, so this registers as one, which asks for no events.

use std::future::{Future, pending, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;

use super::connection::Connection;
use crate::guard::guarded;
use crate::hook::{Hook, HookKind};
use crate::instance::Instance;
use crate::{Error, log};

/// Registers where there is something to run.
pub(super) async fn register(address: &str, instance: &Instance) -> io::Result<()> {
    if instance.shutdown_hooks().next().is_none() {
        return Ok(());
    }
    let mut connection = Connection::new(address.to_owned());
    let register = format!(
        "POST /2020-01-01/extension/register HTTP/1.1\r\nHost: {address}\r\nLambda-Extension-Name: chalice\r\n\
         Content-Type: application/json\r\nContent-Length: 13\r\n\r\n"
    );
    let reply = connection.exchange(&register, b"{\"events\":[]}").await?;
    let Some(identifier) = reply.header("lambda-extension-identifier").map(str::to_owned) else {
        return Err(io::Error::other(format!("the extension was not registered: {}", reply.status)));
    };
    let next = format!(
        "GET /2020-01-01/extension/event/next HTTP/1.1\r\nHost: {address}\r\n\
         Lambda-Extension-Identifier: {identifier}\r\n\r\n"
    );
    // Lambda waits for an extension until it asks for an event; this one never gets any.
    tokio::spawn(async move { connection.exchange(&next, b"").await.map(|_| ()) });
    Ok(())
}

/// What ends first: `work`, or the process's time (None).
pub(super) async fn until_told<T>(work: impl Future<Output = T>) -> Option<T> {
    let (mut work, mut told) = (pin!(work), pin!(told()));
    poll_fn(|context| match told.as_mut().poll(context) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => work.as_mut().poll(context).map(Some),
    })
    .await
}

#[cfg(unix)]
async fn told() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => _ = signal.recv().await,
        Err(_) => pending().await,
    }
}

#[cfg(not(unix))]
async fn told() {
    pending().await
}

/// Runs the functions, each whatever became of the others.
pub(super) async fn run(instance: &Instance) {
    for hook in instance.shutdown_hooks() {
        let Hook { kind: HookKind::Shutdown { run, .. }, .. } = hook else { continue };
        let scope = instance.scope();
        let failure = match guarded(&scope.env, || run((**scope).clone())).await {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => error,
            Err(panic) => Error::from_panic(panic),
        };
        log::Line::error("a function of `#[on_shutdown]` failed")
            .field("handler", hook.name)
            .field("error", &format!("{failure:?}"))
            .write();
    }
}
