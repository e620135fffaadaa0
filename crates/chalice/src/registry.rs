//! What the attributes register, and how the runtime finds it: linkme's slices, so nothing runs before `main`.
#![allow(missing_docs)] // public for the expansions of the attributes alone

use chalice_manifest::{Frame, Record, sort_few};

use crate::call::Call;
use crate::event::AnyEvent;
use crate::events::Source;
use crate::hook::Hook;
use crate::state::{Init, Needs};
use crate::{BoxFuture, Result};

/// One attribute or macro. It points at its frame, so that the linker keeps both or neither.
pub struct Entry {
    pub frame: &'static [u8],
    pub handler: Handler,
}

/// What the entry's record is about.
pub enum Handler {
    /// `app!` and `blueprint!`: nothing to call.
    None,
    Route(&'static dyn Call),
    Function {
        call: FunctionCall,
        needs: fn() -> Vec<Needs>,
    },
    /// A function that the events of a source come to.
    Event {
        source: Source,
        call: FunctionCall,
        needs: fn() -> Vec<Needs>,
    },
    /// A function too, which no middleware stands around.
    Authorizer {
        call: FunctionCall,
        needs: fn() -> Vec<Needs>,
    },
}

/// From an event to the answer's JSON.
pub type FunctionCall = fn(AnyEvent) -> BoxFuture<Result<Vec<u8>>>;

// Two versions of this crate in one binary must not share a slice: their entries have different layouts.
#[linkme::distributed_slice]
pub static ENTRIES_0_1_0: [Entry];

#[linkme::distributed_slice]
pub static INITS_0_1_0: [&'static Init];

#[linkme::distributed_slice]
pub static HOOKS_0_1_0: [&'static Hook];

/// Every entry with its record, in link order.
pub(crate) fn entries() -> Result<Vec<(&'static Entry, Record)>, String> {
    ENTRIES_0_1_0.iter().map(|entry| Ok((entry, record(entry)?))).collect()
}

pub(crate) fn inits() -> Vec<&'static Init> {
    let mut inits = INITS_0_1_0.to_vec();
    sort_few(&mut inits, |a, b| (a.place, a.name) > (b.place, b.name));
    inits
}

/// Every frame, as the section of an ELF holds them.
pub(crate) fn section() -> Vec<u8> {
    ENTRIES_0_1_0.iter().flat_map(|entry| entry.frame).copied().collect()
}

fn record(entry: &Entry) -> Result<Record, String> {
    let frames = chalice_manifest::frames(entry.frame).map_err(|error| error.to_string())?;
    let [Frame { json, .. }] = frames[..] else { return Err("a manifest frame is empty".to_owned()) };
    serde_json::from_slice(json).map_err(|error| format!("a manifest frame cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_slices_carry_the_version() {
        let version = env!("CARGO_PKG_VERSION").replace(['.', '-'], "_");
        let own = include_str!("registry.rs");
        assert!(own.contains(&format!("pub static ENTRIES_{version}:")), "rename ENTRIES_… to {version}");
        assert!(own.contains(&format!("pub static INITS_{version}:")), "rename INITS_… to {version}");
        assert!(own.contains(&format!("pub static HOOKS_{version}:")), "rename HOOKS_… to {version}");
        let written = include_str!("../../chalice-macros/src/expand/record.rs");
        let section = format!("link_section = \"linkme_ENTRIES_{version}\"");
        assert!(written.contains(&section), "rename the section of entries to {version}");
    }
}
