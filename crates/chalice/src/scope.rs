//! What handlers of one instance share: variables and state.

use std::any::{Any, TypeId};
use std::sync::Arc;

use crate::application::Application;
use crate::env::Env;

/// A state, alive for the rest of the process.
pub(crate) type StaticState = &'static (dyn Any + Send + Sync);

/// One per process in Lambda, one per client in tests.
#[derive(Clone, Default)]
pub struct Scope {
    /// None in a unit test, which has none.
    pub(crate) application: Option<Arc<Application>>,
    pub(crate) env: Env,
    /// Few, so they are looked through.
    pub(crate) states: Vec<(TypeId, StaticState)>,
}

impl Scope {
    pub(crate) fn state<T: 'static>(&self) -> Option<&'static T> {
        self.state_of(TypeId::of::<T>())?.downcast_ref()
    }

    pub(crate) fn state_of(&self, id: TypeId) -> Option<StaticState> {
        self.states.iter().find(|(own, _)| *own == id).map(|(_, state)| *state)
    }
}
