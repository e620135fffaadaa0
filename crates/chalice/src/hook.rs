//! Functions that stand around handlers: error handlers, middleware. They are no resources on AWS, so the manifest
//! does not know them.
#![allow(missing_docs)] // public for the expansions of the attributes alone

use chalice_manifest::{App, Place, Target, sort_few};

use crate::error_handler::{ErrorDepth, HandleError};
use crate::middleware::Around;
use crate::scope::Scope;
use crate::state::{Needs, StateType};
use crate::{BoxFuture, Result};

/// One such function.
pub struct Hook {
    pub name: &'static str,
    pub place: HookPlace,
    pub kind: HookKind,
    pub needs: fn() -> Vec<Needs>,
}

/// What a [`Place`] says, as literals.
pub struct HookPlace {
    pub package: &'static str,
    pub version: &'static str,
    /// Cargo sets the variable for binaries alone.
    pub bin: Option<&'static str>,
    pub module: &'static str,
    pub file: &'static str,
    pub line: u32,
}

pub enum HookKind {
    /// `of` is the type of error that it answers.
    ErrorHandler {
        of: fn() -> StateType,
        depth: ErrorDepth,
        call: HandleError,
    },
    /// `states` are those that it takes.
    Shutdown {
        states: fn() -> Vec<StateType>,
        run: RunHook,
    },
    Middleware {
        order: i32,
        around: fn() -> Around,
    },
}

/// What Lambda's end runs.
pub type RunHook = fn(Scope) -> BoxFuture<Result<()>>;

/// Of a hook that needs no state to be made for it.
pub fn no_needs() -> Vec<Needs> {
    Vec::new()
}

impl Hook {
    pub(crate) fn place(&self) -> Place {
        let HookPlace { package, version, bin, module, file, line } = self.place;
        Place {
            package: package.to_owned(),
            version: version.to_owned(),
            target: if bin.is_some() { Target::Bin } else { Target::Lib },
            module: module.to_owned(),
            file: file.to_owned(),
            line,
        }
    }

    /// As in `audit` (src/lib.rs:12).
    pub(crate) fn shown(&self) -> String {
        format!("`{}` ({}:{})", self.name, self.place.file, self.place.line)
    }
}

/// Middleware by its `order`; whatever is equal, and all the rest, as handlers are ordered.
pub(crate) fn sort(hooks: &mut [&'static Hook], app: Option<&App>) {
    let mut keyed: Vec<_> = hooks
        .iter()
        .map(|&hook| {
            let order = match hook.kind {
                HookKind::Middleware { order, .. } => order,
                HookKind::ErrorHandler { .. } | HookKind::Shutdown { .. } => 0,
            };
            ((order, chalice_manifest::order(&hook.place(), app), hook.name), hook)
        })
        .collect();
    sort_few(&mut keyed, |(a, _), (b, _)| a > b);
    for (place, (_, hook)) in hooks.iter_mut().zip(keyed) {
        *place = hook;
    }
}

/// Two error handlers of one type.
pub(crate) fn faults(hooks: &[&'static Hook]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen: Vec<(StateType, &Hook)> = Vec::new();
    for &hook in hooks {
        let HookKind::ErrorHandler { of, .. } = hook.kind else { continue };
        let of = of();
        match seen.iter().find(|(earlier, _)| earlier.id == of.id) {
            Some((_, first)) => {
                let (first, second) = (first.shown(), hook.shown());
                faults.push(format!("two error handlers answer `{}`: {first} and {second}", of.name));
            }
            None => seen.push((of, hook)),
        }
    }
    faults
}
