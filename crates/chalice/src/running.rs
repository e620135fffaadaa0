//! The invocations that are running: whose a log line is, and which of them Lambda is about to stop.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::{LambdaContext, log};

/// How long before its deadline an invocation is told of: enough for a log line to get out.
const MARGIN: Duration = Duration::from_millis(100);
/// What the watch sleeps before it first looks, so that nobody has to wake it during the first invocation. Lambda's
/// shortest timeout is a second.
const FIRST_SLEEP: Duration = Duration::from_millis(200);
/// What the watch sleeps at most, in case the clock is set.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);
/// What the watch needs: it writes a line.
const STACK: usize = 64 * 1024;

/// No invocation takes as long. A runtime API that says no time of day stops nothing: `cargo lambda watch` says how long.
const LONGEST: Duration = Duration::from_hours(365 * 24);

/// What Lambda gives `#[on_shutdown]`, less what it takes to write a line.
const SHUTDOWN: Duration = Duration::from_millis(450);

struct Running {
    what: What,
    /// None: there is no deadline, or it was told of.
    tell_at: Option<SystemTime>,
}

enum What {
    Invocation(LambdaContext),
    /// The functions of `#[on_shutdown]`, and how many of them are done.
    Shutdown {
        handlers: Vec<String>,
        done: Arc<AtomicUsize>,
    },
}

static RUNNING: Mutex<Vec<Running>> = Mutex::new(Vec::new());
static CHANGED: Condvar = Condvar::new();
/// When the watch looks again, in milliseconds since 1970: 0 where there is none, and the end of time while it is idle.
static WAKES_AT: AtomicU64 = AtomicU64::new(0);
static WATCH: Once = Once::new();
static IS_CONCURRENT: AtomicBool = AtomicBool::new(false);

thread_local! {
    static CURRENT: RefCell<Option<LambdaContext>> = const { RefCell::new(None) };
}

/// Says once, at the start, whether several invocations may run at a time.
pub(crate) fn say_concurrent(is_concurrent: bool) {
    IS_CONCURRENT.store(is_concurrent, Ordering::Relaxed);
}

pub(crate) fn is_concurrent() -> bool {
    IS_CONCURRENT.load(Ordering::Relaxed)
}

/// An invocation runs until this is dropped.
#[must_use]
pub(crate) struct Invoked(OnThread);

/// This thread works for an invocation until this is dropped.
#[must_use]
pub(crate) struct OnThread(());

/// Watches deadlines from a thread of its own: a handler that blocks is noticed too, wherever it blocks.
pub(crate) fn watch() {
    WATCH.call_once(|| {
        WAKES_AT.store(millis(SystemTime::now() + FIRST_SLEEP), Ordering::Relaxed);
        let watch = std::thread::Builder::new().name("deadlines".to_owned()).stack_size(STACK);
        // Without the watch, Lambda's own line is what there is.
        drop(watch.spawn(tell_in_time));
    });
}

pub(crate) fn begin(context: &LambdaContext) -> Invoked {
    let tell_at = (context.deadline() > UNIX_EPOCH + LONGEST).then(|| context.deadline() - MARGIN);
    add(Running { what: What::Invocation(context.clone()), tell_at });
    Invoked(on_this_thread(context.clone()))
}

/// The caller keeps up to date how many of them are done.
pub(crate) fn begin_shutdown(handlers: Vec<&'static str>) -> Arc<AtomicUsize> {
    let done = Arc::new(AtomicUsize::new(0));
    let handlers = handlers.into_iter().map(str::to_owned).collect();
    let what = What::Shutdown { handlers, done: Arc::clone(&done) };
    add(Running { what, tell_at: Some(SystemTime::now() + SHUTDOWN) });
    done
}

fn add(one: Running) {
    let at = one.tell_at;
    lock().push(one);
    // Waking it costs a system call, which is rare: it mostly sleeps until the deadline of an earlier invocation.
    if at.is_some_and(|at| millis(at) < WAKES_AT.load(Ordering::Relaxed)) {
        CHANGED.notify_one();
    }
}

impl Drop for Invoked {
    fn drop(&mut self) {
        let Some(own) = current() else { return };
        lock().retain(|running| !matches!(&running.what, What::Invocation(context) if context.is_same(&own)));
    }
}

pub(crate) fn on_this_thread(context: LambdaContext) -> OnThread {
    CURRENT.set(Some(context));
    OnThread(())
}

impl Drop for OnThread {
    fn drop(&mut self) {
        CURRENT.set(None);
    }
}

/// The invocation that this thread works for; on a thread of the handler's own, the one that is running, where they
/// run one at a time.
pub(crate) fn current() -> Option<LambdaContext> {
    // A thread that ends may log too.
    let own = CURRENT.try_with(|current| current.borrow().clone()).ok().flatten();
    own.or_else(|| match &lock()[..] {
        [Running { what: What::Invocation(only), .. }] if !is_concurrent() => Some(only.clone()),
        _ => None,
    })
}

pub(crate) fn request_id() -> Option<String> {
    Some(current()?.aws_request_id().to_owned())
}

pub(crate) fn trace_id() -> Option<String> {
    Some(current()?.trace_id()?.to_owned())
}

fn tell_in_time() {
    std::thread::sleep(FIRST_SLEEP);
    let mut running = lock();
    loop {
        let now = SystemTime::now();
        for one in running.iter_mut() {
            if one.tell_at.is_some_and(|at| at <= now) {
                one.tell_at = None;
                one.what.tell();
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

impl What {
    fn tell(&self) {
        match self {
            Self::Invocation(context) => log::Line::error("the invocation is about to time out")
                .json("remainingTimeInMillis", &context.remaining_time().as_millis().to_string())
                .of_request(context.aws_request_id())
                .write(),
            Self::Shutdown { handlers, done } => {
                let left = handlers.get(done.load(Ordering::Relaxed)..).unwrap_or_default();
                if !left.is_empty() {
                    log::Line::error(
                        "functions of `#[on_shutdown]` are not done, and Lambda may end them now",
                    )
                    .list("handlers", left)
                    .write();
                }
            }
        }
    }
}

fn millis(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    u64::try_from(since).unwrap_or(u64::MAX)
}

fn lock() -> MutexGuard<'static, Vec<Running>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}
