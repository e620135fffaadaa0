//! A running application: state made, ready for events. The runtime drives one, each test client has its own.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use chalice_manifest::{API_HANDLER, Cors, UnsetVariable, fill};

use crate::application::{Application, Faults};
use crate::env::{self, Env};
use crate::event::{AnyEvent, AnyOutput};
use crate::events::{AroundEvents, Source};
use crate::facts::{Function, Route};
use crate::guard::{catch, caught, guarded};
use crate::hook::{Hook, HookKind, RunHook};
use crate::middleware::{Around, LambdaFunctionEvent, Middleware, through};
use crate::registry::{FunctionCall, Handler};
use crate::rest::RestApi;
use crate::scope::Scope;
use crate::state;
use crate::{BoxFuture, Error, LambdaContext, Result, log, running};

/// One instance of the application's Lambda functions.
pub(crate) struct Instance {
    shared: Arc<Shared>,
    /// Around everything.
    middleware: Arc<[Middleware<AnyEvent>]>,
}

struct Shared {
    application: Arc<Application>,
    scope: Arc<Scope>,
    rest: Arc<RestApi>,
    /// Around the functions that are invoked by name.
    middleware: Arc<[Middleware<LambdaFunctionEvent>]>,
    around_events: AroundEvents,
}

/// Which of the application's Lambda functions an instance is.
#[derive(Clone, Copy)]
pub(crate) enum Serving<'a> {
    /// In Lambda, one.
    Function(&'a str),
    /// In a test, all.
    #[cfg(feature = "test")]
    Everything,
    /// In a test, those that have the same variables.
    #[cfg(feature = "test")]
    Functions(&'a [&'a str]),
}

/// Why a function gave no answer, as Lambda's runtime API takes it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Failure {
    pub(crate) error_type: String,
    pub(crate) error_message: String,
}

impl Instance {
    /// Runs the `#[init]` functions that are needed for what is served.
    pub(crate) async fn start(
        application: Arc<Application>,
        env: Env,
        serving: Serving<'_>,
    ) -> Result<Self, Failure> {
        let (needs, serves_rest) = match serving {
            #[cfg(feature = "test")]
            Serving::Everything => (vec![state::Needs::Anything], true),
            #[cfg(feature = "test")]
            Serving::Functions(names) => {
                let needs = names.iter().filter_map(|name| application.needs(name)).flatten().collect();
                (needs, names.contains(&API_HANDLER))
            }
            Serving::Function(name) => {
                let needs =
                    application.needs(name).ok_or_else(|| Failure::no_function(name, &application))?;
                let faults = application.state_faults(name, &needs);
                if !faults.is_empty() {
                    return Err(Failure::of_faults(&Faults(faults)));
                }
                (needs, name == API_HANDLER)
            }
        };
        let cors = if serves_rest {
            filled_cors(&application, &env).map_err(|faults| Failure::of_faults(&faults))?
        } else {
            Vec::new()
        };
        let mut scope = Scope { application: Some(Arc::clone(&application)), env, states: Vec::new() };
        for init in state::plan(&application.inits, &needs) {
            if matches!(serving, Serving::Function(_)) {
                log::before_init(init.may_set_up_logging());
            }
            let snapshot = scope.clone();
            let made = guarded(&scope.env, || (init.run)(snapshot)).await;
            let failed = |failure: Failure| Failure {
                error_message: format!("#[init] `{}` failed: {}", init.name, failure.error_message),
                ..failure
            };
            let made = made.unwrap_or_else(|panic| Err(Error::from_panic(panic)));
            let made = made.map_err(|error| failed(Failure::and_text_of(error).1))?;
            if !init.is_for_effect() {
                scope.states.push(((init.makes)().id, made.0));
            }
        }
        let debug = scope.env.find("CHALICE_DEBUG").is_some_and(|value| value == "1");
        let rest = Arc::new(RestApi::new(Arc::clone(&application), cors, debug));
        let (mut of_all, mut of_functions) = (Vec::new(), Vec::new());
        let mut around_events = AroundEvents::default();
        for hook in application.hooks() {
            let HookKind::Middleware { around, .. } = hook.kind else { continue };
            match around() {
                Around::All(call) => of_all.push(call),
                Around::LambdaFunction(call) => of_functions.push(call),
                Around::Http(_) => {} // the REST API's own
                Around::Source(source, around) => around_events.add(source, around),
            }
        }
        let (scope, middleware) = (Arc::new(scope), of_functions.into());
        let shared = Shared { application, scope, rest, middleware, around_events };
        Ok(Self { shared: Arc::new(shared), middleware: of_all.into() })
    }

    /// Answers one event of one Lambda function.
    pub(crate) async fn handle(
        &self,
        function: &str,
        event: Bytes,
        context: LambdaContext,
    ) -> Result<AnyOutput, Failure> {
        let shared = &self.shared;
        let target = shared.target(function)?;
        let event = AnyEvent::new(event, context.clone(), Arc::clone(&shared.scope));
        let is_covered = !matches!(target, Target::Called(Called::Authorizer(_)));
        let answered = if self.middleware.is_empty() || !is_covered {
            shared.answer(target, event).await
        } else {
            self.through_middleware(target, event).await
        };
        answered.map_err(|error| Failure::told(error, function, context.aws_request_id()))
    }

    pub(crate) fn has_shutdown_hooks(&self) -> bool {
        self.shutdown_hooks().next().is_some()
    }

    /// Runs the functions of `#[on_shutdown]` one after the other, whatever becomes of the others.
    pub(crate) async fn shut_down(&self) {
        let scope = &self.shared.scope;
        let done = running::begin_shutdown(self.shutdown_hooks().map(|(hook, _)| hook.name).collect());
        for (index, (hook, run)) in self.shutdown_hooks().enumerate() {
            done.store(index, Ordering::Relaxed);
            let ended = guarded(&scope.env, || run(Scope::clone(scope))).await;
            let Err(error) = ended.unwrap_or_else(|panic| Err(Error::from_panic(panic))) else { continue };
            log::Line::error("a function of `#[on_shutdown]` failed")
                .field("handler", hook.name)
                .field("error", &Failure::and_text_of(error).0)
                .write();
        }
        done.store(usize::MAX, Ordering::Relaxed);
    }

    /// The functions of `#[on_shutdown]` whose states this instance has made.
    fn shutdown_hooks(&self) -> impl Iterator<Item = (&'static Hook, RunHook)> {
        let Shared { application, scope, .. } = &*self.shared;
        application.hooks().iter().filter_map(|hook| match hook.kind {
            HookKind::Shutdown { states, run } => {
                let is_made = states().iter().all(|state| scope.state_of(state.id).is_some());
                is_made.then_some((*hook, run))
            }
            HookKind::ErrorHandler { .. } | HookKind::Middleware { .. } => None,
        })
    }

    fn through_middleware(&self, target: Target, event: AnyEvent) -> BoxFuture<Result<AnyOutput>> {
        let shared = Arc::clone(&self.shared);
        let handler = Arc::new(move |event| -> BoxFuture<Result<AnyOutput>> {
            let shared = Arc::clone(&shared);
            Box::pin(async move { shared.answer(target, event).await })
        });
        through(&self.shared.scope.env, &self.middleware, event, handler, None)
    }
}

/// What answers an event.
#[derive(Clone, Copy)]
enum Target {
    Rest,
    Called(Called),
}

/// What answers an event by itself.
#[derive(Clone, Copy)]
enum Called {
    Function(FunctionCall),
    Event(Source, FunctionCall),
    Authorizer(FunctionCall),
}

impl Shared {
    fn target(&self, function: &str) -> Result<Target, Failure> {
        if function == API_HANDLER {
            return Ok(Target::Rest);
        }
        match self.application.function(function).map(Function::handler) {
            Some(Handler::Function { call, .. }) => Ok(Target::Called(Called::Function(*call))),
            Some(Handler::Event { source, call, .. }) => Ok(Target::Called(Called::Event(*source, *call))),
            Some(Handler::Authorizer { call, .. }) => Ok(Target::Called(Called::Authorizer(*call))),
            Some(Handler::None | Handler::Route(_)) | None => {
                Err(Failure::no_function(function, &self.application))
            }
        }
    }

    async fn answer(&self, target: Target, event: AnyEvent) -> Result<AnyOutput> {
        match target {
            Target::Rest => Ok(self.rest.handle(event).await),
            Target::Called(called) => self.call(called, event).await,
        }
    }

    fn call(&self, called: Called, event: AnyEvent) -> BoxFuture<Result<AnyOutput>> {
        match called {
            Called::Function(call) if !self.middleware.is_empty() => {
                let handler = Arc::new(move |event: LambdaFunctionEvent| function(call, event.any));
                let event = LambdaFunctionEvent { any: event };
                through(&self.scope.env, &self.middleware, event, handler, None)
            }
            Called::Event(source, call) => {
                let handler = Arc::new(move |event| function(call, event));
                self.around_events.call(source, event, handler)
            }
            Called::Function(call) | Called::Authorizer(call) => function(call, event),
        }
    }
}

fn function(call: FunctionCall, event: AnyEvent) -> BoxFuture<Result<AnyOutput>> {
    let env = event.scope().env.clone();
    caught(&env, || Box::pin(async move { Ok(AnyOutput::of_json(call(event).await?)) }))
}

impl Failure {
    /// What an invocation of `handler` failed with, and a log line that says so.
    pub(crate) fn told(error: Error, handler: &str, request_id: &str) -> Self {
        let (_, failure) = Self::and_text_of(error);
        log::Line::error(&failure.error_message)
            .field("handler", handler)
            .field("errorType", &failure.error_type)
            .of_request(request_id)
            .write();
        failure
    }

    fn of_error(error: &Error) -> Self {
        let causes = error.causes();
        let message = if causes.is_empty() { error.message().to_owned() } else { causes.join(": ") };
        let error_type = error.cause_type().unwrap_or(error.code());
        Self { error_type: error_type.to_owned(), error_message: message }
    }

    /// The same, and all that the error says of itself. That is code of the user's, and so is its drop.
    pub(crate) fn and_text_of(error: Error) -> (String, Self) {
        let told = |error: &Error| (format!("{error:?}"), Self::of_error(error));
        catch(move || told(&error)).unwrap_or_else(|panic| told(&Error::from_panic(panic)))
    }

    pub(crate) fn of_faults(faults: &Faults) -> Self {
        Self { error_type: "Configuration".to_owned(), error_message: faults.to_string() }
    }

    pub(crate) fn no_function(name: &str, application: &Application) -> Self {
        let known = application.function_names().join("`, `");
        let error_message = format!("this binary has no handler `{name}`; it has `{known}`");
        Self { error_type: "Runtime.HandlerNotFound".to_owned(), error_message }
    }
}

/// The CORS of each route with `${NAME}` filled.
fn filled_cors(application: &Application, env: &Env) -> Result<Vec<Option<Cors>>, Faults> {
    let mut faults = Vec::new();
    let mut of_route = |route: &Route| {
        let written = route.cors.as_ref()?;
        let by = || route.facts.shown();
        let fault = match filled(written, env) {
            Ok(cors) => match cors.any_origin_with_credentials() {
                None => return Some(cors),
                Some(at) => format!(
                    "`{}`, a CORS origin of {}, is `*`, any origin, and credentials are allowed: every site could act as \
                     its visitors (set the variable to an origin, as in https://example.com, in .chalice/config.json)",
                    written.allow_origins[at],
                    by()
                ),
            },
            Err(UnsetVariable { name }) => {
                format!("{}, which the CORS origin of {} names", env::unset(&name), by())
            }
        };
        faults.push(fault);
        None
    };
    let cors = application.routes.iter().map(&mut of_route).collect();
    if faults.is_empty() { Ok(cors) } else { Err(Faults(faults)) }
}

pub(crate) fn filled(cors: &Cors, env: &Env) -> Result<Cors, UnsetVariable> {
    let origins = cors.allow_origins.iter().map(|origin| fill(origin, |name| env.find(name)));
    Ok(Cors { allow_origins: origins.collect::<Result<_, _>>()?, ..cors.clone() })
}
