//! The application as the linked attributes make it. In Lambda only what is served is read; the whole is checked
//! where that costs nobody a cold start: by the CLI, by `app!`'s test and by the test client.

use std::fmt;

use chalice_manifest::{API_HANDLER, App, Blueprint, Prefixes, sort_few};

use crate::facts::{Facts, Function, Route};
use crate::hook::{self, Hook, HookKind};
use crate::middleware::Around;
use crate::registry::{self, ENTRIES_0_1_0, Handler};
use crate::state::{self, Init, Needs, Wanted};

/// What the binary holds.
pub(crate) struct Application {
    pub(crate) app: App,
    pub(crate) routes: Vec<Route>,
    functions: Vec<Function>,
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
    /// Reads what is linked, without judging it.
    pub(crate) fn linked() -> Result<Self, Faults> {
        let unreadable = || Faults(vec!["a manifest frame cannot be read".to_owned()]);
        let facts: Option<Vec<Facts>> = ENTRIES_0_1_0.iter().map(Facts::of).collect();
        let facts = facts.ok_or_else(unreadable)?;
        let Some(app) = facts.iter().find_map(Facts::app) else {
            let fault = "there is no `chalice::app!`: write `chalice::app! {}` once in the crate's root";
            return Err(Faults(vec![fault.to_owned()]));
        };
        let blueprints: Vec<Blueprint> = facts.iter().filter_map(Facts::blueprint).collect();
        let has_prefixes =
            !blueprints.is_empty() || app.blueprints.iter().any(|krate| krate.url_prefix.is_some());
        let prefixes = has_prefixes.then(|| Prefixes::new(blueprints.iter(), Some(&app)));
        let (mut routes, mut functions) = (Vec::new(), Vec::new());
        for facts in facts {
            match facts.entry.handler {
                Handler::None => {}
                Handler::Route(_) => {
                    routes.push(Route::of(facts, prefixes.as_ref(), &app).ok_or_else(unreadable)?);
                }
                Handler::Function { .. } | Handler::Event { .. } | Handler::Authorizer { .. } => {
                    functions.push(Function::of(facts, prefixes.as_ref()).ok_or_else(unreadable)?);
                }
            }
        }
        let mut hooks = registry::HOOKS_0_1_0.to_vec();
        hook::sort(&mut hooks, Some(&app));
        Ok(Self { routes, functions, inits: registry::inits(), hooks, app })
    }

    /// Error handlers and middleware, the outermost first.
    pub(crate) fn hooks(&self) -> &[&'static Hook] {
        &self.hooks
    }

    /// A handler that is a Lambda function of its own, by its name.
    pub(crate) fn function(&self, name: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.name == name)
    }

    /// What the handlers of one Lambda function need. None: there is no such function.
    pub(crate) fn needs(&self, function: &str) -> Option<Vec<Needs>> {
        let own = if function == API_HANDLER {
            self.routes.iter().flat_map(|route| needs(route.handler())).collect()
        } else {
            needs(self.function(function)?.handler())
        };
        let around = self.hooks_around(function).flat_map(|hook| (hook.needs)());
        Some(own.into_iter().chain(around).collect())
    }

    /// What keeps the states that a Lambda function needs from being made.
    pub(crate) fn state_faults(&self, function: &str, needed: &[Needs]) -> Vec<String> {
        let wanted = if state::lacks(&self.inits, needed) { self.wanted(function) } else { Vec::new() };
        state::faults(&self.inits, wanted)
    }

    /// Who takes which state in one Lambda function.
    #[cold]
    fn wanted(&self, function: &str) -> Vec<Wanted> {
        let handlers: Vec<(&'static Handler, String)> = match self.function(function) {
            Some(function) => vec![(function.handler(), function.facts.shown())],
            None => self.routes.iter().map(|route| (route.handler(), route.facts.shown())).collect(),
        };
        let of_handlers = handlers.into_iter().map(|(handler, shown)| (needs(handler), shown));
        let of_hooks = self.hooks_around(function).map(|hook| ((hook.needs)(), hook.shown()));
        let wanted = of_handlers.chain(of_hooks).flat_map(|(needs, by)| {
            let states = Needs::states(&needs).into_iter();
            states.map(move |state| Wanted { state, by: by.clone() })
        });
        wanted.collect()
    }

    fn hooks_around(&self, function: &str) -> impl Iterator<Item = &'static Hook> {
        let handler = self.function(function).map(Function::handler);
        self.hooks.iter().copied().filter(move |hook| stands_around(hook, handler))
    }

    /// The names of the Lambda functions that the binary can be.
    pub(crate) fn function_names(&self) -> Vec<&str> {
        let mut functions: Vec<&str> = self.functions.iter().map(|function| &*function.name).collect();
        sort_few(&mut functions, |a, b| a > b);
        let api = (!self.routes.is_empty()).then_some(API_HANDLER);
        api.into_iter().chain(functions).collect()
    }
}

/// Whether the hook runs in the function of `handler`; None: in that of the REST API.
fn stands_around(hook: &Hook, handler: Option<&Handler>) -> bool {
    if let Some(Handler::Authorizer { .. }) = handler {
        return false;
    }
    let source = if let Some(Handler::Event { source, .. }) = handler { Some(*source) } else { None };
    match hook.kind {
        HookKind::ErrorHandler { .. } => handler.is_none(),
        HookKind::Shutdown { .. } => false,
        HookKind::Middleware { around, .. } => match around() {
            Around::Http(_) => handler.is_none(),
            Around::LambdaFunction(_) => matches!(handler, Some(Handler::Function { .. })),
            Around::Source(own, _) => source == Some(own),
            Around::All(_) => true,
        },
    }
}

pub(crate) fn needs(handler: &Handler) -> Vec<Needs> {
    match handler {
        Handler::None => Vec::new(),
        Handler::Route(route) => route.needs(),
        Handler::Function { needs, .. }
        | Handler::Event { needs, .. }
        | Handler::Authorizer { needs, .. } => needs(),
    }
}
