//! The sandbox's process: starts it, waits until it answers, ends it.

use super::run::{self, Run};
use super::{Endpoint, Folder, Result, SandboxError, http};
use crate::project;
use crate::settings::Environment;
use rustix::process::{Pid, Signal, kill_process_group};
use serde::Deserialize;
use std::fs::File;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Written beside each other; the first is run.
const LAUNCHER: [(&str, &str); 8] = [
    ("launcher.py", include_str!("launcher/launcher.py")),
    ("gaps.py", include_str!("launcher/gaps.py")),
    ("event_source_gaps.py", include_str!("launcher/event_source_gaps.py")),
    ("eventbridge_gaps.py", include_str!("launcher/eventbridge_gaps.py")),
    ("lambda_gaps.py", include_str!("launcher/lambda_gaps.py")),
    ("api_gateway_gaps.py", include_str!("launcher/api_gateway_gaps.py")),
    ("cognito_gaps.py", include_str!("launcher/cognito_gaps.py")),
    ("execute_api_gaps.py", include_str!("launcher/execute_api_gaps.py")),
];
const PREFERRED_PORT: u16 = 4577;
const START_DEADLINE: Duration = Duration::from_mins(1);
const END_DEADLINE: Duration = Duration::from_secs(10);

/// The port that the user asks for.
pub(super) fn wanted_port(environment: &Environment) -> Result<Option<u16>> {
    let Some(text) = &environment.sandbox_port else { return Ok(None) };
    match text.parse() {
        Ok(port) if port > 0 => Ok(Some(port)),
        _ => Err(SandboxError::NoPort { text: text.clone() }),
    }
}

/// Starts the sandbox on `port`, or else where there is room, and waits until it answers.
pub(super) async fn start(
    environment: &Environment,
    folder: &Folder,
    python: &Path,
    port: Option<u16>,
) -> Result<Endpoint> {
    if let Some(port) = port {
        let room = if is_free(port) { Ok(port) } else { Err(SandboxError::PortInUse { port }) };
        return start_on(room?, environment, folder, python).await;
    }
    if is_free(PREFERRED_PORT) {
        match start_on(PREFERRED_PORT, environment, folder, python).await {
            // Somebody else was quicker.
            Err(SandboxError::Ended { .. }) if !is_free(PREFERRED_PORT) => {}
            outcome => return outcome,
        }
    }
    start_on(free_port()?, environment, folder, python).await
}

async fn start_on(port: u16, environment: &Environment, folder: &Folder, python: &Path) -> Result<Endpoint> {
    let mut child = spawn(environment, folder, python, port)?;
    let deadline = Instant::now() + START_DEADLINE;
    let mut pause = Duration::from_millis(50);
    while Instant::now() < deadline {
        if let Ok(Some(status)) = child.try_wait() {
            return Err(SandboxError::Ended { status, log: last_lines(folder), path: folder.log() });
        }
        if let Some(endpoint) = answer(&child, port).await {
            return Ok(endpoint);
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 3 / 2).min(Duration::from_secs(1));
    }
    kill(child.id().cast_signed());
    Err(SandboxError::NeverReady { waited: START_DEADLINE, log: last_lines(folder), path: folder.log() })
}

/// The child, once it serves AWS; whatever else may listen on that port is not it.
async fn answer(child: &Child, port: u16) -> Option<Endpoint> {
    http::get(port, "/_ministack/health").await.ok()?;
    let run = Run { pid: child.id().cast_signed(), port };
    let instance = instance(&run).await?;
    Some(Endpoint { url: run.url(), instance })
}

/// What `run` says it holds, if it is the process that it should be.
pub(super) async fn instance(run: &Run) -> Option<String> {
    #[derive(Deserialize)]
    struct Answer {
        pid: i32,
        instance: String,
    }
    let body = http::get(run.port, "/_rchalice/instance").await.ok()?;
    let answer: Answer = serde_json::from_slice(&body).ok()?;
    (answer.pid == run.pid).then_some(answer.instance)
}

/// Ends the run and the functions that it started. It keeps nothing on disk, so nothing is lost by haste.
pub(super) async fn end(run: &Run, run_file: &Path) -> Result<()> {
    kill(run.pid);
    let deadline = Instant::now() + END_DEADLINE;
    while run::current(run_file)?.is_some_and(|current| current.pid == run.pid) {
        if Instant::now() > deadline {
            return Err(SandboxError::WillNotEnd { pid: run.pid });
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// The launcher leads a process group of its own.
fn kill(pid: i32) {
    if let Some(group) = Pid::from_raw(pid) {
        let _ = kill_process_group(group, Signal::KILL); // it is gone already, or the caller sees that it is not
    }
}

fn spawn(environment: &Environment, folder: &Folder, python: &Path, port: u16) -> Result<Child> {
    let fail = |path: &Path| {
        let path = path.to_owned();
        |source| SandboxError::Folder { path, source }
    };
    let launcher = folder.0.join("launcher");
    for (name, text) in LAUNCHER {
        project::write_whole(&launcher.join(name), text.as_bytes())?;
    }
    let (home, temporary) = (folder.data().join("home"), folder.data().join("tmp"));
    let _ = std::fs::remove_dir_all(folder.data()); // what the last run left; nothing reads it
    std::fs::create_dir_all(&home).map_err(fail(&home))?;
    std::fs::create_dir_all(&temporary).map_err(fail(&temporary))?;
    let log = File::options().create(true).write(true).truncate(true).open(folder.log());
    let log = log.map_err(fail(&folder.log()))?;
    let errors = log.try_clone().map_err(fail(&folder.log()))?;

    let mut command = Command::new(python);
    // -B: bytecode of a launcher that was written in the same second would be taken for this one's.
    command.args(["-B", "-u"]).arg(launcher.join(LAUNCHER[0].0)).arg(folder.run_file());
    command.current_dir(folder.data());
    command.stdin(Stdio::null()).stdout(log).stderr(errors);
    // Functions get a copy of this environment: none of the user's variables may be in it.
    command.env_clear().env("PATH", &environment.path).env("HOME", home).env("TMPDIR", temporary);
    command.env("GATEWAY_PORT", port.to_string()).env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"));
    // MiniStack would listen on every interface, and for MQTT too.
    command.env("BIND_HOST", "127.0.0.1").env("MINISTACK_HOST", "localhost").env("IOT_MTLS_ENABLED", "0");
    command.env("PERSIST_STATE", "0");
    if let Some(owner) = &environment.sandbox_owner {
        command.env("RCHALICE_SANDBOX_OWNER", owner);
    }
    // Ctrl-C in the terminal that started it is not meant for it.
    command.process_group(0);
    command.spawn().map_err(|source| SandboxError::Spawn { path: python.to_owned(), source })
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

fn free_port() -> Result<u16> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|source| SandboxError::NoFreePort { source })
}

fn last_lines(folder: &Folder) -> String {
    let log = std::fs::read(folder.log()).unwrap_or_default();
    super::venv::tail(&String::from_utf8_lossy(&log), 12)
}
