//! State: made once per cold start, read by every handler.

mod init;
mod plan;

use std::ops::Deref;

use crate::event::{AnyEvent, FromEvent};
use crate::registry::INITS_0_1_0;
use crate::{Error, FromRequest, Request, Result};

pub use init::{FromScope, Init, InitFuture, Made, Returned, ReturnedFallback, made};
pub use plan::StateType;
pub(crate) use plan::{Wanted, faults, lacks, plan};

/// What an argument needs from `#[init]`, as [`FromRequest::NEEDS`] says it.
///
/// ```
/// use chalice::Needs;
///
/// const NEEDS: Needs = Needs::All(&[Needs::state::<String>(), Needs::state::<u32>()]);
/// # drop(NEEDS);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Needs {
    /// Nothing at all.
    Nothing,
    /// The state of one type: [`Needs::state`].
    #[doc(hidden)]
    State(fn() -> StateType),
    /// Each of these.
    All(&'static [Needs]),
    /// Not known, so that every `#[init]` function runs, and what is missing is only found when it is asked for.
    Anything,
}

impl Needs {
    /// The state of this type.
    pub const fn state<T: 'static>() -> Self {
        Self::State(StateType::of::<T>)
    }

    /// The states that these need.
    pub(crate) fn states(needs: &[Self]) -> Vec<StateType> {
        let mut states = Vec::new();
        for needs in needs {
            match needs {
                Self::State(state) => states.push(state()),
                Self::All(needs) => states.extend(Self::states(needs)),
                Self::Nothing | Self::Anything => {}
            }
        }
        states
    }

    pub(crate) fn is_anything(self) -> bool {
        match self {
            Self::Anything => true,
            Self::All(needs) => needs.iter().any(|needs| needs.is_anything()),
            Self::Nothing | Self::State(_) => false,
        }
    }
}

/// A value that an `#[init]` function made, as an argument of a handler.
///
/// It is a `&'static T`: copy it, keep it, send it to another task.
///
/// ```
/// use chalice::prelude::*;
///
/// struct Greeting(String);
///
/// #[init]
/// fn greeting() -> Greeting {
///     Greeting("hello".to_owned())
/// }
///
/// #[get("/{name}")]
/// async fn greet(name: String, greeting: State<Greeting>) -> String {
///     format!("{} {name}", greeting.0)
/// }
///
/// # fn unit_test() {
/// // A unit test calls the handler with a state of its own:
/// let answer = greet("Ada".to_owned(), State::new(Greeting("hi".to_owned())));
/// # }
///
/// // It is there as long as the process:
/// let greeting: &'static Greeting = State::get(State::new(Greeting("hi".to_owned())));
/// assert_eq!(greeting.0, "hi");
/// ```
#[derive(Debug)]
pub struct State<T: 'static>(&'static T);

impl<T> State<T> {
    /// A state for a unit test. It is never freed.
    pub fn new(value: T) -> Self {
        Self(Box::leak(Box::new(value)))
    }

    /// The value, for the rest of the process. No method, so that `state.get(…)` is the value's own.
    pub fn get(this: Self) -> &'static T {
        this.0
    }
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for State<T> {}

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0
    }
}

impl<T: Send + Sync + 'static> FromRequest for State<T> {
    const NEEDS: Needs = Needs::state::<T>();

    async fn from_request(request: &Request) -> Result<Self> {
        request.scope().state().map(Self).ok_or_else(|| not_made(StateType::of::<T>()))
    }
}

impl<T: Send + Sync + 'static> FromEvent for State<T> {
    const NEEDS: Needs = Needs::state::<T>();

    async fn from_event(event: &AnyEvent) -> Result<Self> {
        event.scope().state().map(Self).ok_or_else(|| not_made(StateType::of::<T>()))
    }
}

/// Handlers' own arguments are checked at start; this is for code that asks in another way.
fn not_made(state: StateType) -> Error {
    let StateType { id, name } = state;
    Error::internal(if plan::maker(&INITS_0_1_0, id).is_none() {
        format!("no `#[init]` function makes `{name}`: write one that returns it")
    } else {
        format!("this function has no state `{name}`: let one of its handlers take `State<{name}>`")
    })
}
