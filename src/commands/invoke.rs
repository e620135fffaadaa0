//! `invoke`: call one function and print what it answers.

use crate::aws::Invocation;
use crate::cli::{Invoke, Target};
use crate::connection::Context;
use crate::deployed::Deployed;
use crate::error::{Failure, Result, Status};
use crate::model::{Attribute, LIVE};
use crate::project::FileError;
use crate::words::{list, nearest};
use serde_json::Value as Json;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::time::Duration;
use thiserror::Error;

/// The longest that Lambda lets a function run.
const LONGEST_TIMEOUT: Duration = Duration::from_mins(15);

pub async fn run(args: Invoke, context: &Context<'_>) -> Result<Status> {
    let Invoke { target, name, payload } = args;
    let deployed = context.existing(&target).await?;
    let function = function_name(&deployed, &name)?.to_owned();
    let payload = read_payload(payload.as_deref())?;
    let cloud = context.connect(&target).await?;
    deployed.check(&deployed.names(), &cloud.destination)?;
    let Invocation { payload, error } = cloud.invoke(&function, LIVE, payload, LONGEST_TIMEOUT).await?;
    let text = String::from_utf8_lossy(&payload).into_owned();
    if let Some(kind) = error {
        return Err(FunctionFailed::new(name, &target, kind, text).into());
    }
    context.report.data(&text);
    Ok(Status::Done)
}

/// The name on AWS of the function whose handler is `name`.
pub fn function_name<'a>(deployed: &'a Deployed, name: &str) -> Result<&'a str, UnknownFunction> {
    let mut functions = deployed.functions();
    let found = functions.find(|(handler, _)| *handler == name);
    found.and_then(|(_, recorded)| recorded.attribute(Attribute::Name)).ok_or_else(|| UnknownFunction {
        name: name.to_owned(),
        known: deployed.functions().map(|(handler, _)| handler.to_owned()).collect(),
        stage: deployed.names().stage,
    })
}

fn read_payload(file: Option<&Path>) -> Result<Vec<u8>> {
    let stdin = Path::new("-");
    let file = match file {
        Some(file) => file,
        None if io::stdin().is_terminal() => return Ok(b"{}".to_vec()),
        None => stdin,
    };
    let read_stdin = || {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    };
    let bytes = if file == stdin { read_stdin() } else { std::fs::read(file) };
    let bytes = bytes.map_err(|source| FileError::read(file, source))?;
    if bytes.trim_ascii().is_empty() {
        return Ok(b"{}".to_vec());
    }
    serde_json::from_slice::<Json>(&bytes).map_err(|source| BadPayload { source })?;
    Ok(bytes)
}

#[derive(Debug, Error)]
#[error("stage `{stage}` has no function `{name}`")]
pub struct UnknownFunction {
    name: String,
    known: Vec<String>,
    stage: String,
}

impl Failure for UnknownFunction {
    fn hint(&self) -> Option<String> {
        let nearest = nearest(&self.name, &self.known);
        let known = format!("it has {}", list(&self.known, "and"));
        Some(nearest.map_or(known.clone(), |nearest| format!("did you mean `{nearest}`? {known}")))
    }
}

#[derive(Debug, Error)]
#[error("the payload is not JSON")]
struct BadPayload {
    source: serde_json::Error,
}

impl Failure for BadPayload {
    fn hint(&self) -> Option<String> {
        Some("Lambda takes any JSON value: a text needs its quotes, as in `\"hello\"`".to_owned())
    }
}

/// The function was called and failed.
#[derive(Debug, Error)]
#[error("the function `{name}` failed: {message}")]
struct FunctionFailed {
    name: String,
    message: String,
    payload: String,
    /// The command that shows its logs.
    logs: String,
}

impl FunctionFailed {
    fn new(name: String, target: &Target, kind: String, payload: String) -> Self {
        let logs = format!("rchalice logs -n {name}{}", target.flags());
        let json: Json = serde_json::from_str(&payload).unwrap_or_default();
        let text = |key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
        let message = match (text("errorType"), text("errorMessage")) {
            (Some(kind), Some(message)) => format!("{kind}: {message}"),
            (None, Some(message)) => message,
            (Some(kind), None) => kind,
            (None, None) => kind,
        };
        Self { name, message, payload, logs }
    }
}

impl Failure for FunctionFailed {
    fn details(&self) -> Option<String> {
        let json: Json = serde_json::from_str(&self.payload).ok()?;
        let trace = json.get("stackTrace")?.as_array()?;
        let lines: Vec<&str> = trace.iter().filter_map(Json::as_str).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn hint(&self) -> Option<String> {
        Some(format!("`{}` shows what it logged", self.logs))
    }
}
