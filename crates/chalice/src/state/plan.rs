//! Which `#[init]` functions run, and in which order; and what is wrong with them.
#![allow(missing_docs)] // public for the expansions of the attributes alone

use std::any::TypeId;

use super::{Init, Needs};

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

/// A handler, or an `#[init]` function, that needs a state.
pub(crate) struct Wanted {
    pub(crate) state: StateType,
    /// As in `get_user` (src/lib.rs:12).
    pub(crate) by: String,
}

/// The first function that makes a state. An application has few, so they are looked through: maps of them would be
/// most of the code here.
pub(super) fn maker<'a>(inits: &[&'a Init], state: TypeId) -> Option<&'a Init> {
    inits.iter().copied().find(|init| !init.is_for_effect() && (init.makes)().id == state)
}

/// Whether a state that is needed is made by nothing.
pub(crate) fn lacks(inits: &[&Init], needed: &[Needs]) -> bool {
    Needs::states(needed).into_iter().any(|state| maker(inits, state.id).is_none())
}

/// Everything that keeps the states from being made: missing, made twice, circular.
pub(crate) fn faults(inits: &[&Init], by_handlers: Vec<Wanted>) -> Vec<String> {
    let mut faults = Vec::new();
    for &init in inits {
        let made = (init.makes)();
        if let Some(first) = maker(inits, made.id).filter(|first| !std::ptr::eq(*first, init)) {
            let (name, first, second) = (made.name, place_of(first), place_of(init));
            faults.push(format!("two `#[init]` functions make `{name}`: {first} and {second}"));
        }
    }
    let is_unmade = |state: &StateType| maker(inits, state.id).is_none();
    let by_handlers = by_handlers.into_iter().filter(|wanted| is_unmade(&wanted.state));
    let by_inits = inits.iter().flat_map(|init| {
        let unmade = (init.needs)().into_iter().filter(is_unmade);
        unmade.map(|state| Wanted { state, by: place_of(init) })
    });
    for Wanted { state, by } in by_handlers.chain(by_inits) {
        let fault = format!("no `#[init]` function makes `{}`, which {by} takes", state.name);
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }
    faults.extend(circle(inits));
    faults
}

/// What cannot start because it waits, through others, for itself.
fn circle(inits: &[&Init]) -> Option<String> {
    let mut waiting: Vec<&Init> = inits.to_vec();
    loop {
        let stuck: Vec<TypeId> = waiting.iter().map(|init| (init.makes)().id).collect();
        let waits = |init: &Init| (init.needs)().iter().any(|state| stuck.contains(&state.id));
        let still: Vec<&Init> = waiting.iter().copied().filter(|init| waits(init)).collect();
        if still.is_empty() {
            return None;
        }
        if still.len() == waiting.len() {
            return Some(describe_circle(&still));
        }
        waiting = still;
    }
}

/// Walks from need to need until one comes again.
fn describe_circle(stuck: &[&Init]) -> String {
    let mut chain: Vec<&Init> = Vec::new();
    let mut next = stuck.first().copied();
    while let Some(init) = next {
        if let Some(start) = chain.iter().position(|earlier| std::ptr::eq(*earlier, init)) {
            chain.drain(..start);
            break;
        }
        chain.push(init);
        let needs = (init.needs)();
        next = needs.iter().find_map(|state| maker(stuck, state.id));
    }
    let chain: Vec<String> = chain.into_iter().map(place_of).collect();
    format!("these `#[init]` functions wait for each other: {}", chain.join(", "))
}

/// The functions to run, each after what it needs: those that make a wanted state, and those that make nothing. What
/// may set up logging comes first.
pub(crate) fn plan(inits: &[&'static Init], wanted: &[Needs]) -> Vec<&'static Init> {
    let all = wanted.iter().any(|needs| needs.is_anything());
    let mut needed: Vec<TypeId> = Needs::states(wanted).into_iter().map(|state| state.id).collect();
    let is_needed =
        |init: &Init, needed: &[TypeId]| all || init.is_for_effect() || needed.contains(&(init.makes)().id);
    loop {
        let before = needed.len();
        let used: Vec<&Init> = inits.iter().copied().filter(|init| is_needed(init, &needed)).collect();
        for state in used.iter().flat_map(|init| (init.needs)()) {
            if !needed.contains(&state.id) {
                needed.push(state.id);
            }
        }
        if needed.len() == before {
            break;
        }
    }
    let all = inits.iter().copied().filter(|init| is_needed(init, &needed));
    let (mut order, mut waiting): (Vec<_>, Vec<_>) = all.partition(|init| init.may_set_up_logging());
    while !waiting.is_empty() {
        let stuck: Vec<TypeId> =
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::Scope;
    use crate::state::{InitFuture, State, made};
    use crate::{FromEvent, FromRequest, Json, Request, Result};

    struct A;
    struct B;
    struct C;

    fn never(_: Scope) -> InitFuture {
        Box::pin(async { Result::Ok(made(())) })
    }

    fn init(
        name: &'static str,
        line: u32,
        makes: fn() -> StateType,
        needs: fn() -> Vec<StateType>,
    ) -> &'static Init {
        Box::leak(Box::new(Init { name, place: ("src/lib.rs", line), makes, needs, run: never }))
    }

    fn nothing() -> Vec<StateType> {
        Vec::new()
    }

    fn of<T: 'static>() -> Vec<StateType> {
        vec![StateType::of::<T>()]
    }

    fn names(inits: &[&Init]) -> Vec<&'static str> {
        inits.iter().map(|init| init.name).collect()
    }

    const BOTH: Needs = Needs::All(&[Needs::state::<A>(), Needs::state::<C>()]);

    #[test]
    fn states_are_made_in_the_order_of_their_needs_and_only_those_that_are_needed() {
        let inits = [
            init("a", 1, StateType::of::<A>, of::<B>),
            init("b", 2, StateType::of::<B>, nothing),
            init("c", 3, StateType::of::<C>, nothing),
            init("effect", 4, StateType::of::<()>, of::<B>),
            init("logging", 5, StateType::of::<()>, nothing),
        ];
        assert!(faults(&inits, vec![]).is_empty());
        assert_eq!(
            names(&plan(&inits, &[Needs::State(StateType::of::<A>)])),
            ["logging", "b", "a", "effect"]
        );
        assert_eq!(names(&plan(&inits, &[BOTH])), ["logging", "b", "c", "a", "effect"]);
        assert_eq!(names(&plan(&inits, &[Needs::Nothing])), ["logging", "b", "effect"]);
        assert_eq!(names(&plan(&inits, &[Needs::Anything])), ["logging", "b", "c", "a", "effect"]);
    }

    #[test]
    fn missing_doubled_and_circular_states_are_all_reported_with_their_places() {
        let inits = [
            init("first", 1, StateType::of::<A>, nothing),
            init("second", 2, StateType::of::<A>, nothing),
            init("b", 3, StateType::of::<B>, of::<C>),
            init("c", 4, StateType::of::<C>, of::<B>),
            init("effect", 5, StateType::of::<()>, of::<String>),
        ];
        let wanted = vec![Wanted { state: StateType::of::<u8>(), by: "`get` (src/x.rs:9)".to_owned() }];
        let name = std::any::type_name::<A>();
        assert_eq!(
            faults(&inits, wanted),
            [
                format!(
                    "two `#[init]` functions make `{name}`: `first` (src/lib.rs:1) and `second` (src/lib.rs:2)"
                ),
                "no `#[init]` function makes `u8`, which `get` (src/x.rs:9) takes".to_owned(),
                "no `#[init]` function makes `alloc::string::String`, which `effect` (src/lib.rs:5) takes"
                    .to_owned(),
                "these `#[init]` functions wait for each other: `b` (src/lib.rs:3), `c` (src/lib.rs:4)"
                    .to_owned(),
            ]
        );
    }

    #[test]
    fn an_argument_says_what_it_needs() {
        struct Own;
        impl FromRequest for Own {
            async fn from_request(_: &Request) -> Result<Self> {
                Ok(Self)
            }
        }
        let is_anything = |needs| matches!(needs, Needs::Anything);
        let is_nothing = |needs| matches!(needs, Needs::Nothing);
        let state = Needs::states(&[<State<A> as FromRequest>::NEEDS]).first().map(|state| state.id);
        assert_eq!(state, Some(TypeId::of::<A>()));
        assert!(is_nothing(<Json<u8> as FromRequest>::NEEDS));
        assert!(is_nothing(<Option<Json<u8>> as FromRequest>::NEEDS));
        assert!(is_anything(<Own as FromRequest>::NEEDS));
        // What deserializes is the event.
        assert!(is_nothing(<String as FromEvent>::NEEDS));
    }
}
