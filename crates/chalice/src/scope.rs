//! What handlers of one instance share: variables and state.

use std::any::{Any, TypeId};
use std::collections::HashMap;

use crate::env::Env;

/// A state, alive for the rest of the process.
pub(crate) type StaticState = &'static (dyn Any + Send + Sync);

/// One per process in Lambda, one per client in tests.
#[derive(Clone, Default)]
pub struct Scope {
    pub(crate) env: Env,
    pub(crate) states: HashMap<TypeId, StaticState>,
}

impl Scope {
    pub(crate) fn state<T: 'static>(&self) -> Option<&'static T> {
        self.states.get(&TypeId::of::<T>())?.downcast_ref()
    }
}
