//! `rchalice sandbox`.

use crate::cli::{Sandbox, SandboxCommand};
use crate::error::{Result, Status};
use crate::report::Report;
use crate::sandbox::{self, Endpoint};
use crate::settings::Environment;
use serde_json::json;

pub async fn run(args: Sandbox, environment: &Environment, report: &Report) -> Result<Status> {
    let Sandbox { command } = args;
    match command {
        SandboxCommand::Start => {
            let endpoint = sandbox::endpoint(environment, report).await?;
            print(report, &endpoint);
        }
        SandboxCommand::Stop => {
            let stopped = sandbox::stop(environment, report).await?;
            report.note(if stopped {
                "Stopped the sandbox; what was deployed to it is gone"
            } else {
                "The sandbox does not run"
            });
        }
        SandboxCommand::Status => match sandbox::running(environment).await? {
            Some(endpoint) => print(report, &endpoint),
            None if report.is_json() => report.json(&json!({ "running": false })),
            None => report.note("The sandbox does not run; `rchalice sandbox start` starts it"),
        },
        SandboxCommand::Reset => {
            let endpoint = sandbox::reset(environment, report).await?;
            report.note(format!("Emptied the sandbox at {}", endpoint.url));
        }
    }
    Ok(Status::Done)
}

fn print(report: &Report, endpoint: &Endpoint) {
    let Endpoint { url, instance } = endpoint;
    if report.is_json() {
        report.json(&json!({ "running": true, "url": url, "instance": instance }));
    } else {
        report.data(url);
    }
}
