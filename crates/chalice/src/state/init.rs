//! `#[init]` functions.
#![allow(missing_docs)] // public for the expansions of the attributes alone

use std::any::TypeId;

use super::State;
use super::plan::StateType;
use crate::env::Env;
use crate::error::BoxError;
use crate::scope::{Scope, StaticState};
use crate::{BoxFuture, Error, Result};

/// One `#[init]` function.
pub struct Init {
    pub name: &'static str,
    /// The file and line of the attribute.
    pub place: (&'static str, u32),
    /// The type that it makes; of `()`, nothing.
    pub makes: fn() -> StateType,
    pub needs: fn() -> Vec<StateType>,
    pub run: fn(Scope) -> InitFuture,
}

/// What running an `#[init]` function is.
pub type InitFuture = BoxFuture<Result<Made>>;

/// What it made.
pub struct Made(pub(crate) StaticState);

/// Keeps a value for the rest of the process.
pub fn made<T: Send + Sync + 'static>(value: T) -> Made {
    Made(Box::leak(Box::new(value)))
}

impl Init {
    /// Whether it is one of those that run first, so that an application's own logging is there for the others.
    pub(crate) fn may_set_up_logging(&self) -> bool {
        self.is_for_effect() && (self.needs)().is_empty()
    }

    /// Whether it makes nothing and is run for what it does.
    pub(crate) fn is_for_effect(&self) -> bool {
        (self.makes)().id == TypeId::of::<()>()
    }
}

/// What an `#[init]` function may take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of `#[init]` or `#[on_shutdown]`",
    label = "they take `State<T>` and `Env`"
)]
pub trait FromScope: Sized {
    /// The state that must be made before.
    fn needs() -> Option<StateType>;

    /// Makes the argument.
    ///
    /// # Errors
    /// Where the state is not made, which the order of initialisation excludes.
    fn from_scope(scope: &Scope) -> Result<Self>;
}

impl FromScope for Env {
    fn needs() -> Option<StateType> {
        None
    }

    fn from_scope(scope: &Scope) -> Result<Self> {
        Ok(scope.env.clone())
    }
}

impl<T: Send + Sync + 'static> FromScope for State<T> {
    fn needs() -> Option<StateType> {
        Some(StateType::of::<T>())
    }

    fn from_scope(scope: &Scope) -> Result<Self> {
        scope.state().map(Self).ok_or_else(|| super::not_made(StateType::of::<T>()))
    }
}

/// Tells a `Result`, whatever its alias is called, from all else that a function of `#[init]` or `#[on_shutdown]` may
/// return: of `Returned::<R>::into_state` Rust prefers the inherent function.
pub struct Returned<R>(pub R);

impl<T: 'static, E> Returned<Result<T, E>> {
    pub fn makes() -> StateType {
        StateType::of::<T>()
    }

    pub fn into_state(self) -> Result<T>
    where
        E: Into<BoxError> + 'static,
    {
        self.0.map_err(Error::from_boxed)
    }
}

/// What is no `Result` is the state itself.
pub trait ReturnedFallback {
    type State: 'static;

    fn makes() -> StateType {
        StateType::of::<Self::State>()
    }

    fn into_state(self) -> Result<Self::State>;
}

impl<T: 'static> ReturnedFallback for Returned<T> {
    type State = T;

    fn into_state(self) -> Result<T> {
        Ok(self.0)
    }
}
