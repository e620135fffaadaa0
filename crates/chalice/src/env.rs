//! Environment variables, which differ from stage to stage. A test client hands its variables to the handlers that it
//! calls and leaves `std::env` alone, so tests of different stages run side by side. The one variable that changes from
//! invocation to invocation is answered from the invocation; in Lambda it is written to `std::env` too, for the AWS SDK.

use std::collections::BTreeMap;
use std::ffi::{c_char, c_int};
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Error, Result, running};

/// Where X-Ray's tools look for the trace.
const TRACE_ID: &str = "_X_AMZN_TRACE_ID";

/// The function's environment variables, as an argument of a handler or of `#[init]`.
///
/// In Lambda these are the process's. In a test they are the client's, then the process's. `_X_AMZN_TRACE_ID` is the
/// X-Ray trace of the invocation that asks, as [`LambdaContext::trace_id`](crate::LambdaContext::trace_id) says it, also
/// where several run at once. Where they run one at a time `std::env` has it too: there the AWS SDK finds it and hands it
/// on, so that a trace goes through the services that are called, and Lambda stops functions that call each other in
/// circles.
///
/// ```
/// # use chalice::prelude::*;
/// # struct Db; impl Db { fn open(_: &str) -> Db { Db } }
/// #[init]
/// fn connect(env: Env) -> Result<Db> {
///     let table = match env.find("TABLE_PREFIX") {
///         Some(prefix) => format!("{prefix}-users"),
///         None => env.get("TABLE_NAME")?,
///     };
///     Ok(Db::open(&table))
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Env {
    of_test: Option<Arc<Variables>>,
}

type Variables = BTreeMap<String, String>;

impl Env {
    #[cfg(feature = "test")]
    pub(crate) fn of_test(variables: Variables) -> Self {
        let variables = Arc::new(variables);
        current::remember(&variables);
        Self { of_test: Some(variables) }
    }

    /// The variable's value.
    ///
    /// # Errors
    /// Where the variable is not set: a 500 whose log line names the variable and says where to add it.
    pub fn get(&self, name: &str) -> Result<String> {
        self.find(name).ok_or_else(|| Error::internal(unset(name)))
    }

    /// The variable's value, or None.
    pub fn find(&self, name: &str) -> Option<String> {
        let of_test = self.of_test.as_ref().and_then(|variables| variables.get(name));
        let of_invocation = || if name == TRACE_ID { running::trace_id() } else { None };
        of_test.cloned().or_else(of_invocation).or_else(|| std::env::var(name).ok())
    }
}

/// The variable's value, where no [`Env`] is at hand; the same lookup as [`Env::get`] while a handler runs.
///
/// In a test it also finds the client's variables in what the handler spawned, by `tokio::spawn` and `spawn_blocking`,
/// unless two clients or functions of that test have different values. It does not on a thread of `std::thread`. An
/// [`Env`] always does: take it as an argument and give it along, it is `Clone`.
///
/// # Errors
/// Where the variable is not set.
///
/// ```
/// use chalice::env;
///
/// fn table() -> chalice::Result<String> {
///     env::var("TABLE_NAME")
/// }
///
/// let why = table().unwrap_err();
/// let unset = "the variable `TABLE_NAME` is not set (add it to environment_variables in .chalice/config.json)";
/// assert_eq!(why.cause().map(ToString::to_string).as_deref(), Some(unset));
/// ```
pub fn var(name: &str) -> Result<String> {
    current::var(name)
}

/// Writes the trace of the one invocation that begins where the AWS SDK looks for it.
///
/// glibc keeps every text that `set_var` gives it, as who asked for it may still read it: 16 MB after 100,000
/// invocations. So the environment holds a text of ours, which is written anew where it lies.
#[expect(unsafe_code, clippy::disallowed_methods, reason = "the AWS SDK is told in no other way")]
pub(crate) fn set_trace_id(trace_id: Option<&str>) {
    unsafe extern "C" {
        fn putenv(text: *mut c_char) -> c_int;
    }
    static TEXT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

    // SAFETY: Rust's own readers wait for `set_var` and `remove_var`, and it for them, so nobody of theirs reads the text
    // while it is written. Then `putenv` puts it in the place of the empty one, which is one pointer. What is left is a
    // thread of a C library that reads the environment in the moment between two invocations, when handlers are done;
    // Lambda's runtimes for Python, Node.js and Rust all write this variable then.
    let Some(trace_id) = trace_id else { return unsafe { std::env::remove_var(TRACE_ID) } };
    unsafe { std::env::set_var(TRACE_ID, "") };
    let mut text = TEXT.lock().unwrap_or_else(PoisonError::into_inner);
    text.clear();
    for part in [TRACE_ID, "=", trace_id, "\0"] {
        text.extend_from_slice(part.as_bytes());
    }
    unsafe { putenv(text.as_mut_ptr().cast()) };
}

pub(crate) fn unset(name: &str) -> String {
    format!("the variable `{name}` is not set (add it to environment_variables in .chalice/config.json)")
}

pub(crate) use current::{current, with};

/// In Lambda there are the process's alone.
#[cfg(not(feature = "test"))]
mod current {
    use super::Env;
    use crate::Result;

    pub(super) fn var(name: &str) -> Result<String> {
        Env::default().get(name)
    }

    pub(crate) fn current() -> Env {
        Env::default()
    }

    pub(crate) fn with<T>(_: &Env, work: impl FnOnce() -> T) -> T {
        work()
    }
}

#[cfg(feature = "test")]
mod current {
    use std::cell::RefCell;
    use std::sync::{Arc, Mutex, PoisonError, Weak};

    use tokio::runtime::{Handle, Id};

    use super::{Env, Variables};
    use crate::{Error, Result};

    thread_local! {
        /// What [`var`] reads here: set around each poll of a handler, so that it follows the handler from thread to
        /// thread.
        static CURRENT: RefCell<Option<Env>> = const { RefCell::new(None) };
    }

    /// The variables of clients, each with the runtime of the test that made it: a spawned task knows its runtime.
    static LIVING: Mutex<Vec<(Id, Weak<Variables>)>> = Mutex::new(Vec::new());

    pub(super) fn var(name: &str) -> Result<String> {
        CURRENT.with_borrow(|env| match env {
            Some(env) => env.get(name),
            None => beside(name),
        })
    }

    /// What [`var`] reads here.
    pub(crate) fn current() -> Env {
        CURRENT.with_borrow(Option::clone).unwrap_or_default()
    }

    /// Runs `work` with `env` as what [`var`] reads.
    pub(crate) fn with<T>(env: &Env, work: impl FnOnce() -> T) -> T {
        struct Restore(Option<Env>);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.with_borrow_mut(|current| std::mem::swap(current, &mut self.0));
            }
        }
        let _restore = Restore(CURRENT.replace(Some(env.clone())));
        work()
    }

    pub(super) fn remember(variables: &Arc<Variables>) {
        let Ok(runtime) = Handle::try_current() else { return };
        let mut living = LIVING.lock().unwrap_or_else(PoisonError::into_inner);
        living.retain(|(_, variables)| variables.strong_count() > 0);
        living.push((runtime.id(), Arc::downgrade(variables)));
    }

    /// Where no handler runs, as in a task that one has spawned.
    fn beside(name: &str) -> Result<String> {
        let mut said = said(name);
        match (said.pop(), said.is_empty()) {
            (None, _) => Env::default().get(name),
            (Some(value), true) => Ok(value),
            (Some(_), false) => Err(Error::internal(format!(
                "the clients and functions of this test disagree about the variable `{name}`, and a spawned task \
                 belongs to none (take `Env` as an argument of the handler and give the task a clone)"
            ))),
        }
    }

    /// The different values that clients of this runtime have.
    fn said(name: &str) -> Vec<String> {
        let Ok(runtime) = Handle::try_current().map(|handle| handle.id()) else { return Vec::new() };
        let living = LIVING.lock().unwrap_or_else(PoisonError::into_inner);
        let own = living.iter().filter(|(of, _)| *of == runtime);
        let own = own.filter_map(|(_, variables)| variables.upgrade());
        let mut values: Vec<String> = own.filter_map(|variables| variables.get(name).cloned()).collect();
        values.sort();
        values.dedup();
        values
    }
}
