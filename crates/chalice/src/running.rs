//! The invocations that are running: whose a log line is, and which of them Lambda is about to stop.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::{LambdaContext, log};

/// How long before its deadline an invocation is told of: enough for a log line to get out.
const MARGIN: Duration = Duration::from_millis(100);
/// What the watch sleeps at most, in case the clock is set.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

struct Running {
    context: LambdaContext,
    /// None: it was told of.
    tell_at: Option<SystemTime>,
}

static RUNNING: Mutex<Vec<Running>> = Mutex::new(Vec::new());
static CHANGED: Condvar = Condvar::new();
/// When the watch looks again, in milliseconds since 1970: 0 before there is one, and the end of time while it is idle.
static WAKES_AT: AtomicU64 = AtomicU64::new(0);
static WATCH: Once = Once::new();

thread_local! {
    static CURRENT: RefCell<Option<LambdaContext>> = const { RefCell::new(None) };
}

/// An invocation runs on this thread until this is dropped.
#[must_use]
pub(crate) struct Guard(());

pub(crate) fn begin(context: &LambdaContext) -> Guard {
    let left = context.remaining_time();
    let tell_at = context.deadline().checked_sub(MARGIN.min(left / 10));
    // A runtime API that says no deadline stops nothing.
    let tell_at = tell_at.filter(|_| context.deadline() > UNIX_EPOCH);
    let mut running = lock();
    running.push(Running { context: context.clone(), tell_at });
    // Waking it costs a system call, which is rare: it mostly sleeps until the deadline of an earlier invocation.
    if tell_at.is_some_and(|at| millis(at) < WAKES_AT.load(Ordering::Relaxed)) {
        CHANGED.notify_one();
    }
    drop(running);
    CURRENT.set(Some(context.clone()));
    Guard(())
}

impl Drop for Guard {
    fn drop(&mut self) {
        let Some(own) = CURRENT.take() else { return };
        lock().retain(|running| running.context.aws_request_id() != own.aws_request_id());
    }
}

/// The request that this thread works for; on a thread of the handler's own, the only one that there is.
pub(crate) fn request_id() -> Option<String> {
    let of_thread = CURRENT.with_borrow(|current| Some(current.as_ref()?.aws_request_id().to_owned()));
    of_thread.or_else(|| match &lock()[..] {
        [only] => Some(only.context.aws_request_id().to_owned()),
        _ => None,
    })
}

/// Begins to watch the deadlines, from a thread of its own: a handler that blocks is noticed too. What answers at
/// once never comes here, so its cold start does not pay for a thread.
pub(crate) fn watch() {
    if CURRENT.with_borrow(Option::is_some) {
        WATCH.call_once(|| {
            let watch = std::thread::Builder::new().name("deadlines".to_owned()).spawn(tell_in_time);
            // Without the watch, Lambda's own line is what there is.
            drop(watch);
        });
    }
}

fn tell_in_time() {
    let mut running = lock();
    loop {
        let now = SystemTime::now();
        for one in running.iter_mut() {
            if one.tell_at.is_some_and(|at| at <= now) {
                one.tell_at = None;
                tell(&one.context);
            }
        }
        let next = running.iter().filter_map(|one| one.tell_at).min();
        WAKES_AT.store(next.map_or(u64::MAX, millis), Ordering::Relaxed);
        running = match next {
            Some(at) => {
                let sleep = at.duration_since(now).unwrap_or_default().min(LONGEST_SLEEP);
                CHANGED.wait_timeout(running, sleep).unwrap_or_else(PoisonError::into_inner).0
            }
            None => CHANGED.wait(running).unwrap_or_else(PoisonError::into_inner),
        };
    }
}

fn tell(context: &LambdaContext) {
    let left = context.remaining_time().as_millis().to_string();
    log::Line::error("the invocation is about to time out")
        .field("remainingTimeInMillis", &left)
        .of_request(context.aws_request_id())
        .write();
}

fn millis(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    u64::try_from(since).unwrap_or(u64::MAX)
}

fn lock() -> MutexGuard<'static, Vec<Running>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}
