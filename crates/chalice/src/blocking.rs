//! How `fn` handlers are called, which may block: in place where one invocation runs at a time, so that it costs
//! nothing; else on a thread for what blocks, so that the application's tasks go on, such as the connection that an AWS
//! client of another invocation uses.

use crate::guard::{Panicked, catch};
use crate::{Error, Result, env, running};

/// Calls a handler.
///
/// # Errors
/// Where it panicked on a thread of its own.
pub async fn may_block<T: Send + 'static>(handler: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    if !running::is_concurrent() {
        return Ok(handler());
    }
    let (env, running) = (env::current(), running::current());
    let called = tokio::task::spawn_blocking(move || -> Result<T, Panicked> {
        let _running = running.map(running::on_this_thread);
        catch(|| env::with(&env, handler))
    });
    match called.await {
        Ok(returned) => returned.map_err(Error::from_panic),
        Err(error) => Err(Error::internal(error)),
    }
}
