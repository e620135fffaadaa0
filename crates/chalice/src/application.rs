//! The application as the linked attributes make it: checked as a whole before anything runs.

use std::fmt;

use chalice_manifest::{API_HANDLER, Place, Record, Resolved, resolve};

use crate::registry::{self, Entry, Handler};
use crate::state::{self, Init, Needs, Wanted};

/// Every attribute of the binary, resolved and checked.
pub(crate) struct Application {
    pub(crate) resolved: Resolved,
    /// In the order of the records that `resolved` indexes.
    entries: Vec<&'static Entry>,
    pub(crate) inits: Vec<&'static Init>,
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
        let wanted = wanted(&entries, &records);
        let state_faults = state::faults(&inits, wanted);
        match resolve(&records) {
            Ok(resolved) if state_faults.is_empty() => Ok(Self { resolved, entries, inits }),
            Ok(_) => Err(Faults(state_faults)),
            Err(problems) => {
                let problems = problems.iter().map(ToString::to_string);
                Err(Faults(problems.chain(state_faults).collect()))
            }
        }
    }

    pub(crate) fn entry(&self, record: usize) -> &'static Entry {
        self.entries[record]
    }

    /// What the handlers of one Lambda function need. None: there is no such function.
    pub(crate) fn needs(&self, function: &str) -> Option<Vec<Needs>> {
        if function == API_HANDLER {
            let routes = self.resolved.routes.iter();
            return Some(routes.flat_map(|route| needs(self.entry(route.record))).collect());
        }
        let mut functions = self.resolved.functions.iter();
        let found = functions.find(|candidate| candidate.handler.name == function)?;
        Some(needs(self.entry(found.record)))
    }

    /// The names of the Lambda functions that the binary can be.
    pub(crate) fn function_names(&self) -> Vec<&str> {
        let functions = self.resolved.functions.iter().map(|function| function.handler.name.as_str());
        let api = (!self.resolved.routes.is_empty()).then_some(API_HANDLER);
        api.into_iter().chain(functions).collect()
    }
}

fn needs(entry: &Entry) -> Vec<Needs> {
    match entry.handler {
        Handler::None => Vec::new(),
        Handler::Route { needs, .. } | Handler::Function { needs, .. } => needs(),
    }
}

fn wanted(entries: &[&'static Entry], records: &[Record]) -> Vec<Wanted> {
    let mut wanted: Vec<(&Place, Wanted)> = Vec::new();
    for (entry, record) in entries.iter().zip(records) {
        let handler = match record {
            Record::Route(route) => &route.handler,
            Record::LambdaFunction(function) => &function.handler,
            Record::App(_) | Record::Blueprint(_) => continue,
        };
        for needs in needs(entry) {
            if let Needs::State(state) = needs {
                let by = format!("`{}` ({})", handler.name, handler.place);
                wanted.push((&handler.place, Wanted { state, by }));
            }
        }
    }
    wanted.sort_by_key(|(place, _)| *place);
    wanted.into_iter().map(|(_, wanted)| wanted).collect()
}

/// What `app!`'s test runs.
///
/// # Errors
/// Everything that is wrong with the application.
pub fn check_wiring() -> Result<(), Faults> {
    Application::linked().map(|_| ())
}
