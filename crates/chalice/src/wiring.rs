//! Whether the linked attributes make an application: what `app!`'s test and the test client ask before anything
//! runs. It reads every record as the CLI does, so that what passes here can be deployed.

use chalice_manifest::{App, Place, Record, Resolved, resolve};

use crate::application::{Faults, needs};
use crate::hook::{self, Hook, HookKind};
use crate::registry::{self, Entry};
use crate::state::{self, Needs, Wanted};

/// What API Gateway and Lambda are told of the application.
pub(crate) fn resolved() -> Result<Resolved, Faults> {
    let (entries, records): (Vec<_>, Vec<_>) =
        registry::entries().map_err(|fault| Faults(vec![fault]))?.into_iter().unzip();
    let mut hooks = registry::HOOKS_0_1_0.to_vec();
    hook::sort(&mut hooks, apps(&records).next());
    let mut faults = state::faults(&registry::inits(), wanted(&entries, &records, &hooks));
    faults.extend(hook::faults(&hooks));
    match resolve(&records) {
        Ok(resolved) if faults.is_empty() => Ok(resolved),
        Ok(_) => Err(Faults(faults)),
        Err(problems) => {
            let problems = problems.iter().map(ToString::to_string);
            Err(Faults(problems.chain(faults).collect()))
        }
    }
}

/// What `app!`'s test runs.
///
/// # Errors
/// Everything that is wrong with the application.
pub fn check_wiring() -> Result<(), Faults> {
    resolved().map(|_| ())
}

fn apps(records: &[Record]) -> impl Iterator<Item = &App> {
    records.iter().filter_map(|record| if let Record::App(app) = record { Some(app) } else { None })
}

fn wanted(entries: &[&'static Entry], records: &[Record], hooks: &[&'static Hook]) -> Vec<Wanted> {
    let mut wanted: Vec<(&Place, Wanted)> = Vec::new();
    for (entry, record) in entries.iter().zip(records) {
        let handler = match record {
            Record::Route(route) => &route.handler,
            Record::LambdaFunction(function) => &function.handler,
            Record::Authorizer(authorizer) => &authorizer.handler,
            Record::EventHandler(events) => &events.handler,
            Record::App(_) | Record::Blueprint(_) => continue,
        };
        for state in Needs::states(&needs(&entry.handler)) {
            let by = format!("`{}` ({})", handler.name, handler.place);
            wanted.push((&handler.place, Wanted { state, by }));
        }
    }
    wanted.sort_by_key(|(place, _)| *place);
    let by_handlers = wanted.into_iter().map(|(_, wanted)| wanted);
    let by_hooks = hooks.iter().flat_map(|hook| {
        let mut states: Vec<_> = Needs::states(&(hook.needs)());
        if let HookKind::Shutdown { states: of_shutdown, .. } = hook.kind {
            states.extend(of_shutdown());
        }
        states.into_iter().map(|state| Wanted { state, by: hook.shown() })
    });
    by_handlers.chain(by_hooks).collect()
}
