//! A running application: state made, ready for events. The runtime drives one, each test client has its own.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use chalice_manifest::{API_HANDLER, Cors, Place, fill};

use crate::application::{Application, Faults};
use crate::env::{self, Env};
use crate::event::AnyEvent;
use crate::guard::{Panicked, guarded};
use crate::registry::Handler;
use crate::rest::RestApi;
use crate::scope::Scope;
use crate::state::{self, Needs};
use crate::{Error, LambdaContext, log};

/// One instance of the application's Lambda functions.
pub(crate) struct Instance {
    application: Arc<Application>,
    scope: Arc<Scope>,
    rest: RestApi,
}

/// Which of the application's Lambda functions an instance is.
#[derive(Clone, Copy)]
pub(crate) enum Serving<'a> {
    /// In Lambda, one.
    Function(&'a str),
    /// In a test, all.
    #[cfg_attr(not(feature = "test"), expect(dead_code, reason = "the test client's"))]
    Everything,
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
            Serving::Everything => (vec![Needs::Anything], true),
            Serving::Function(name) => {
                let needs =
                    application.needs(name).ok_or_else(|| Failure::no_function(name, &application))?;
                (needs, name == API_HANDLER)
            }
        };
        let cors = if serves_rest {
            filled_cors(&application, &env).map_err(|faults| Failure::of_faults(&faults))?
        } else {
            Vec::new()
        };
        let mut scope = Scope { env, states: HashMap::new() };
        for init in state::plan(&application.inits, &needs) {
            let snapshot = scope.clone();
            let made = guarded(&scope.env, || (init.run)(snapshot)).await;
            let failed = |failure: Failure| Failure {
                error_message: format!("#[init] `{}` failed: {}", init.name, failure.error_message),
                ..failure
            };
            let made = made.map_err(|panic| failed(Failure::of_panic(panic)))?;
            let made = made.map_err(|error| failed(Failure::of_error(&error)))?;
            if !init.is_for_effect() {
                scope.states.insert((init.makes)().id, made.0);
            }
        }
        let rest = RestApi::new(&application, cors);
        Ok(Self { application, scope: Arc::new(scope), rest })
    }

    /// Answers one event of one Lambda function.
    pub(crate) async fn handle(
        &self,
        function: &str,
        event: Bytes,
        context: LambdaContext,
    ) -> Result<Vec<u8>, Failure> {
        if function == API_HANDLER {
            return Ok(self.rest.handle(&self.application, &self.scope, &event, context).await);
        }
        let mut functions = self.application.resolved.functions.iter();
        let Some(found) = functions.find(|candidate| candidate.handler.name == function) else {
            return Err(Failure::no_function(function, &self.application));
        };
        let Handler::Function { call, .. } = self.application.entry(found.record).handler else {
            return Err(Failure::no_function(function, &self.application));
        };
        let event = AnyEvent::new(event, context.clone(), Arc::clone(&self.scope));
        let failure = match guarded(&self.scope.env, || call(event)).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => Failure::of_error(&error),
            Err(panic) => Failure::of_panic(panic),
        };
        log::Line::error(&failure.error_message)
            .field("handler", function)
            .field("errorType", &failure.error_type)
            .of_request(context.aws_request_id())
            .write();
        Err(failure)
    }
}

impl Failure {
    fn of_error(error: &Error) -> Self {
        let causes = error.causes();
        let message = if causes.is_empty() { error.message().to_owned() } else { causes.join(": ") };
        let error_type = error.cause_type().unwrap_or(error.code());
        Self { error_type: error_type.to_owned(), error_message: message }
    }

    fn of_panic(panic: Panicked) -> Self {
        let Panicked { message, location } = panic;
        let place = if location.is_empty() { location } else { format!(" at {location}") };
        Self { error_type: "Panic".to_owned(), error_message: format!("panicked{place}: {message}") }
    }

    pub(crate) fn of_faults(faults: &Faults) -> Self {
        Self { error_type: "Configuration".to_owned(), error_message: faults.to_string() }
    }

    fn no_function(name: &str, application: &Application) -> Self {
        let known = application.function_names().join("`, `");
        let error_message = format!("this binary has no handler `{name}`; it has `{known}`");
        Self { error_type: "Runtime.HandlerNotFound".to_owned(), error_message }
    }
}

/// The CORS of each route with `${NAME}` filled.
fn filled_cors(application: &Application, env: &Env) -> Result<Vec<Option<Cors>>, Faults> {
    let mut faults = Vec::new();
    let routes = &application.resolved.routes;
    let cors =
        routes.iter().map(|route| filled(route.cors.as_ref()?, &route.handler.place, env, &mut faults));
    let cors = cors.collect();
    if faults.is_empty() { Ok(cors) } else { Err(Faults(faults)) }
}

fn filled(cors: &Cors, place: &Place, env: &Env, faults: &mut Vec<String>) -> Option<Cors> {
    let fill = |origin: &String| fill(origin, |name| env.find(name));
    match cors.allow_origins.iter().map(fill).collect() {
        Ok(allow_origins) => Some(Cors { allow_origins, ..cors.clone() }),
        Err(error) => {
            faults.push(format!("{}, which the CORS origin of {place} names", env::unset(&error.name)));
            None
        }
    }
}
