//! Blueprint prefixes: which of them stand before a handler, and in which order.

use super::path::join_path;
use crate::few::sort_few;
use crate::record::{App, Blueprint, Handler, Place, Record, Target};

/// The prefixes of an application.
pub struct Prefixes<'a> {
    app: Option<&'a App>,
    blueprints: Vec<&'a Blueprint>,
}

impl<'a> Prefixes<'a> {
    /// Collects what `app!` and every `blueprint!` say.
    pub(super) fn of(records: &'a [Record], app: Option<&'a App>) -> Self {
        let blueprint = |record: &'a Record| {
            if let Record::Blueprint(blueprint) = record { Some(blueprint) } else { None }
        };
        Self::new(records.iter().filter_map(blueprint), app)
    }

    /// From each `blueprint!`, in any order, and from `app!`.
    pub fn new(blueprints: impl Iterator<Item = &'a Blueprint>, app: Option<&'a App>) -> Self {
        let mut blueprints: Vec<&Blueprint> = blueprints.collect();
        // A shorter module path is further out.
        let order = |blueprint: &&'a Blueprint| (blueprint.place.module.len(), &blueprint.place);
        sort_few(&mut blueprints, |a, b| order(a) > order(b));
        Self { app, blueprints }
    }

    /// The path of a route written at `place`, prefixes joined from outside in.
    pub fn path(&self, place: &Place, written: &str) -> String {
        let inner_first = self.of_place(place).filter_map(|blueprint| blueprint.url_prefix.as_deref()).rev();
        let from_app = self.app.into_iter().flat_map(|app| &app.blueprints);
        let of_crate = from_app
            .filter(|blueprint| is_crate(place, &blueprint.krate))
            .filter_map(|blueprint| blueprint.url_prefix.as_deref());
        inner_first.chain(of_crate).fold(written.to_owned(), |path, prefix| join_path(prefix, &path))
    }

    /// The handler with its name prefixes.
    pub(super) fn named(&self, handler: &Handler) -> Handler {
        Handler { name: self.name(&handler.place, &handler.name), ..handler.clone() }
    }

    /// The name of a handler written at `place`.
    pub fn name(&self, place: &Place, written: &str) -> String {
        let prefixes = self.of_place(place).filter_map(|blueprint| blueprint.name_prefix.as_deref());
        prefixes.chain([written]).collect()
    }

    fn of_place(&self, place: &Place) -> impl DoubleEndedIterator<Item = &'a Blueprint> {
        let place = place.clone();
        self.blueprints.clone().into_iter().filter(move |blueprint| encloses(&blueprint.place, &place))
    }
}

/// Whether `place` lies in the library that Rust calls `krate`.
pub(super) fn is_crate(place: &Place, krate: &str) -> bool {
    place.target == Target::Lib && is_within(&place.module, krate)
}

/// Whether `outer` is the module of `inner`, or one around it, in the same crate.
fn encloses(outer: &Place, inner: &Place) -> bool {
    let same_crate =
        outer.package == inner.package && outer.version == inner.version && outer.target == inner.target;
    same_crate && is_within(&inner.module, &outer.module)
}

fn is_within(module: &str, outer: &str) -> bool {
    module.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}
