//! Which `#[init]` functions run, and in which order; and what is wrong with them.
#![allow(missing_docs)] // public for the expansions of the attributes alone

use std::any::TypeId;
use std::collections::{HashMap, HashSet};
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::{Init, Needs, State};
use crate::env::Env;
use crate::{Bytes, Extension, Headers, Json, LambdaContext, Query, QueryParams, Request};

/// A type that a state may have.
#[derive(Clone, Copy)]
pub struct StateType {
    pub(crate) id: TypeId,
    pub(crate) name: &'static str,
}

impl StateType {
    pub fn of<T: 'static>() -> Self {
        Self { id: TypeId::of::<T>(), name: std::any::type_name::<T>() }
    }
}

/// Finds what an argument's type needs: `(&NeedsOf::<State<Db>>::NEW).needs()`. The types below answer for themselves
/// by an inherent function, which Rust prefers to that of a trait, and it prefers a trait of the type to one of a
/// reference to it.
pub struct NeedsOf<T>(PhantomData<T>);

impl<T> NeedsOf<T> {
    pub const NEW: Self = Self(PhantomData);
}

/// Any other type in a function that is invoked by name: what deserializes is the event.
pub trait EventFallback {
    fn needs(&self) -> Needs {
        Needs::Nothing
    }
}

impl<T: DeserializeOwned> EventFallback for NeedsOf<T> {}

/// Any other type.
pub trait Fallback {
    fn needs(&self) -> Needs {
        Needs::Anything
    }
}

impl<T> Fallback for &NeedsOf<T> {}

impl<T: 'static> NeedsOf<State<T>> {
    pub fn needs(&self) -> Needs {
        Needs::State(StateType::of::<T>())
    }
}

macro_rules! need_nothing {
    ($(<$($generic:ident)?> $type:ty,)*) => {$(
        impl<$($generic)?> NeedsOf<$type> {
            pub fn needs(&self) -> Needs {
                Needs::Nothing
            }
        }
    )*};
}

need_nothing! {
    <> Request, <> Headers, <> QueryParams, <> Bytes, <> Env, <> LambdaContext,
    <T> Json<T>, <T> Query<T>, <T> Extension<T>,
    <T> Option<Json<T>>, <T> Option<Query<T>>, <T> Option<Extension<T>>, <> Option<Bytes>,
}

/// A handler, or an `#[init]` function, that needs a state.
pub(crate) struct Wanted {
    pub(crate) state: StateType,
    /// As in `get_user` (src/lib.rs:12).
    pub(crate) by: String,
}

/// Everything that keeps the states from being made: missing, made twice, circular.
pub(crate) fn faults(inits: &[&Init], by_handlers: Vec<Wanted>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut makers: HashMap<TypeId, &Init> = HashMap::new();
    for &init in inits.iter().filter(|init| !init.is_for_effect()) {
        let made = (init.makes)();
        match makers.get(&made.id) {
            Some(first) => {
                let (name, first, second) = (made.name, place_of(first), place_of(init));
                faults.push(format!("two `#[init]` functions make `{name}`: {first} and {second}"));
            }
            None => _ = makers.insert(made.id, init),
        }
    }
    let by_inits = inits.iter().flat_map(|init| {
        let wanted = |state| Wanted { state, by: place_of(init) };
        (init.needs)().into_iter().map(wanted)
    });
    let mut reported = HashSet::new();
    for wanted in by_handlers.into_iter().chain(by_inits) {
        if !makers.contains_key(&wanted.state.id) && reported.insert((wanted.state.id, wanted.by.clone())) {
            let (name, by) = (wanted.state.name, wanted.by);
            faults.push(format!("no `#[init]` function makes `{name}`, which {by} takes"));
        }
    }
    faults.extend(circle(inits, &makers));
    faults
}

/// What cannot start because it waits, through others, for itself.
fn circle(inits: &[&Init], makers: &HashMap<TypeId, &Init>) -> Option<String> {
    let mut waiting: Vec<&Init> = inits.to_vec();
    loop {
        let stuck: HashSet<TypeId> = waiting.iter().map(|init| (init.makes)().id).collect();
        let waits = |init: &Init| (init.needs)().iter().any(|state| stuck.contains(&state.id));
        let still: Vec<&Init> = waiting.iter().copied().filter(|init| waits(init)).collect();
        if still.is_empty() {
            return None;
        }
        if still.len() == waiting.len() {
            return Some(describe_circle(&still, makers));
        }
        waiting = still;
    }
}

/// Walks from need to need until one comes again.
fn describe_circle(stuck: &[&Init], makers: &HashMap<TypeId, &Init>) -> String {
    let is_stuck = |init: &Init| stuck.iter().any(|other| std::ptr::eq(*other, init));
    let mut chain: Vec<&Init> = Vec::new();
    let mut next = stuck.first().copied();
    while let Some(init) = next {
        if let Some(start) = chain.iter().position(|earlier| std::ptr::eq(*earlier, init)) {
            chain.drain(..start);
            break;
        }
        chain.push(init);
        let needs = (init.needs)();
        next = needs.iter().filter_map(|state| makers.get(&state.id).copied()).find(|init| is_stuck(init));
    }
    let chain: Vec<String> = chain.into_iter().map(place_of).collect();
    format!("these `#[init]` functions wait for each other: {}", chain.join(", "))
}

/// The functions to run, each after what it needs: those that make a wanted state, and those that make nothing.
pub(crate) fn plan(inits: &[&'static Init], wanted: &[Needs]) -> Vec<&'static Init> {
    let all = wanted.iter().any(|needs| matches!(needs, Needs::Anything));
    let mut needed: HashSet<TypeId> = wanted
        .iter()
        .filter_map(|needs| if let Needs::State(state) = needs { Some(state.id) } else { None })
        .collect();
    let is_needed = |init: &Init, needed: &HashSet<TypeId>| {
        all || init.is_for_effect() || needed.contains(&(init.makes)().id)
    };
    loop {
        let before = needed.len();
        let used: Vec<&Init> = inits.iter().copied().filter(|init| is_needed(init, &needed)).collect();
        needed.extend(used.iter().flat_map(|init| (init.needs)()).map(|state| state.id));
        if needed.len() == before {
            break;
        }
    }
    let mut waiting: Vec<&'static Init> =
        inits.iter().copied().filter(|init| is_needed(init, &needed)).collect();
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let stuck: HashSet<TypeId> =
            waiting.iter().filter(|init| !init.is_for_effect()).map(|init| (init.makes)().id).collect();
        let (later, ready): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|init| (init.needs)().iter().any(|state| stuck.contains(&state.id)));
        if ready.is_empty() {
            break; // circular, which `faults` reports before anything is planned
        }
        order.extend(ready);
        waiting = later;
    }
    order
}

/// `connect` (src/lib.rs:9).
fn place_of(init: &Init) -> String {
    let (file, line) = init.place;
    format!("`{}` ({file}:{line})", init.name)
}
