//! The application as the linked attributes make it: checked as a whole before anything runs.

use std::fmt;

use chalice_manifest::{API_HANDLER, App, Place, Record, Resolved, resolve};

use crate::hook::{self, Hook, HookKind};
use crate::middleware::Around;
use crate::registry::{self, Entry, Handler};
use crate::state::{self, Init, Needs, Wanted};

/// Every attribute of the binary, resolved and checked.
pub(crate) struct Application {
    pub(crate) resolved: Resolved,
    /// In the order of the records that `resolved` indexes.
    entries: Vec<&'static Entry>,
    pub(crate) inits: Vec<&'static Init>,
    hooks: Vec<&'static Hook>,
}

/// Everything that is wrong with an application, each a sentence with its places.
pub struct Faults(pub(crate) Vec<String>);

impl fmt::Display for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0[..] {
            [fault] => write!(formatter, "the application is not wired correctly: {fault}"),
            faults => {
                write!(formatter, "the application is not wired correctly:")?;
                faults.iter().try_for_each(|fault| write!(formatter, "\n  - {fault}"))
            }
        }
    }
}

/// As [`Display`](fmt::Display), because a failed `#[test]` shows its error so.
impl fmt::Debug for Faults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for Faults {}

impl Application {
    /// Reads what is linked.
    pub(crate) fn linked() -> Result<Self, Faults> {
        let (entries, records): (Vec<_>, Vec<_>) =
            registry::entries().map_err(|fault| Faults(vec![fault]))?.into_iter().unzip();
        let inits = registry::inits();
        let mut hooks = registry::HOOKS_0_1_0.to_vec();
        hook::sort(&mut hooks, apps(&records).next());
        let mut faults = state::faults(&inits, wanted(&entries, &records, &hooks));
        faults.extend(hook::faults(&hooks));
        match resolve(&records) {
            Ok(resolved) if faults.is_empty() => Ok(Self { resolved, entries, inits, hooks }),
            Ok(_) => Err(Faults(faults)),
            Err(problems) => {
                let problems = problems.iter().map(ToString::to_string);
                Err(Faults(problems.chain(faults).collect()))
            }
        }
    }

    /// Error handlers and middleware, the outermost first.
    pub(crate) fn hooks(&self) -> &[&'static Hook] {
        &self.hooks
    }

    pub(crate) fn entry(&self, record: usize) -> &'static Entry {
        self.entries[record]
    }

    /// What the handlers of one Lambda function need. None: there is no such function.
    pub(crate) fn needs(&self, function: &str) -> Option<Vec<Needs>> {
        let is_rest = function == API_HANDLER;
        let around = self.hooks.iter().filter(|hook| stands_around(hook, is_rest));
        let around = around.flat_map(|hook| (hook.needs)());
        if is_rest {
            let routes = self.resolved.routes.iter();
            return Some(routes.flat_map(|route| needs(self.entry(route.record))).chain(around).collect());
        }
        let mut functions = self.resolved.functions.iter();
        let found = functions.find(|candidate| candidate.handler.name == function)?;
        Some(needs(self.entry(found.record)).into_iter().chain(around).collect())
    }

    /// The names of the Lambda functions that the binary can be.
    pub(crate) fn function_names(&self) -> Vec<&str> {
        let functions = self.resolved.functions.iter().map(|function| function.handler.name.as_str());
        let api = (!self.resolved.routes.is_empty()).then_some(API_HANDLER);
        api.into_iter().chain(functions).collect()
    }
}

fn apps(records: &[Record]) -> impl Iterator<Item = &App> {
    records.iter().filter_map(|record| if let Record::App(app) = record { Some(app) } else { None })
}

/// Whether the hook runs in the function of the REST API, or in one that is invoked by name.
fn stands_around(hook: &Hook, is_rest: bool) -> bool {
    match hook.kind {
        HookKind::ErrorHandler { .. } => is_rest,
        HookKind::Middleware { around, .. } => match around() {
            Around::Http(_) => is_rest,
            Around::LambdaFunction(_) => !is_rest,
            Around::All(_) => true,
        },
    }
}

fn needs(entry: &Entry) -> Vec<Needs> {
    match entry.handler {
        Handler::None => Vec::new(),
        Handler::Route { needs, .. } | Handler::Function { needs, .. } => needs(),
    }
}

fn wanted(entries: &[&'static Entry], records: &[Record], hooks: &[&'static Hook]) -> Vec<Wanted> {
    let mut wanted: Vec<(&Place, Wanted)> = Vec::new();
    for (entry, record) in entries.iter().zip(records) {
        let handler = match record {
            Record::Route(route) => &route.handler,
            Record::LambdaFunction(function) => &function.handler,
            Record::App(_) | Record::Blueprint(_) => continue,
        };
        for state in needs(entry).into_iter().filter_map(Needs::state) {
            let by = format!("`{}` ({})", handler.name, handler.place);
            wanted.push((&handler.place, Wanted { state, by }));
        }
    }
    wanted.sort_by_key(|(place, _)| *place);
    let by_handlers = wanted.into_iter().map(|(_, wanted)| wanted);
    let by_hooks = hooks.iter().flat_map(|hook| {
        let states = (hook.needs)().into_iter().filter_map(Needs::state);
        states.map(|state| Wanted { state, by: hook.shown() })
    });
    by_handlers.chain(by_hooks).collect()
}

/// What `app!`'s test runs.
///
/// # Errors
/// Everything that is wrong with the application.
pub fn check_wiring() -> Result<(), Faults> {
    Application::linked().map(|_| ())
}
