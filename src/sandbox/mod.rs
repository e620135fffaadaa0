//! The sandbox: a local AWS that runs the real bootstrap. MiniStack, in a private Python environment below the
//! user's cache folder, bound to 127.0.0.1, started by our launcher, which also closes its gaps to AWS.
//!
//! Responsible for having one of it, and one only, per cache folder. What is deployed to it is not known here.
//!
//! ```text
//! <cache>/sandbox/lock        held while a sandbox is installed, started, stopped or emptied
//!                 run.json    which process listens where; held (locked) by that process while it lives
//!                 venv-<hash> Python, MiniStack and what it needs
//!                 launcher/, log, data/: of the last start
//! ```

mod error;
mod http;
mod process;
mod run;
mod venv;

pub use error::SandboxError;

use crate::report::Report;
use crate::settings::Environment;
use run::Run;
use std::fs::File;
use std::path::PathBuf;

type Result<T, E = SandboxError> = std::result::Result<T, E>;

/// A sandbox that answers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Endpoint {
    pub url: String,
    /// Names what the sandbox holds: another start, or a reset, has another one, so that what was recorded about
    /// a sandbox that has been emptied since can be told from what is still there.
    pub instance: String,
}

/// The sandbox, started if need be and installed on first use.
pub async fn endpoint(environment: &Environment, report: &Report) -> Result<Endpoint> {
    let folder = Folder::of(environment)?;
    let port = process::wanted_port(environment)?;
    let _alone = folder.alone(report)?;
    if let Some((run, endpoint)) = answering(&folder).await? {
        return match port {
            Some(wanted) if wanted != run.port => Err(SandboxError::OtherPort { running: run.port, wanted }),
            _ => Ok(endpoint),
        };
    }
    end(&folder, report).await?;
    let python = venv::ready(environment, &folder, report)?;
    process::start(environment, &folder, &python, port).await
}

/// The sandbox, if it runs.
pub async fn running(environment: &Environment) -> Result<Option<Endpoint>> {
    let folder = Folder::of(environment)?;
    Ok(answering(&folder).await?.map(|(_, endpoint)| endpoint))
}

/// Ends the sandbox and with it all that it holds. False: there was none.
pub async fn stop(environment: &Environment, report: &Report) -> Result<bool> {
    let folder = Folder::of(environment)?;
    let _alone = folder.alone(report)?;
    end(&folder, report).await
}

/// Empties the sandbox.
pub async fn reset(environment: &Environment, report: &Report) -> Result<Endpoint> {
    let folder = Folder::of(environment)?;
    let _alone = folder.alone(report)?;
    let Some((run, _)) = answering(&folder).await? else { return Err(SandboxError::NotRunning) };
    http::post(run.port, "/_ministack/reset")
        .await
        .map_err(|source| SandboxError::Reset { url: run.url(), source })?;
    answering(&folder).await?.map(|(_, endpoint)| endpoint).ok_or(SandboxError::NotRunning)
}

/// The run that holds the run file, if it answers as itself.
async fn answering(folder: &Folder) -> Result<Option<(Run, Endpoint)>> {
    let Some(run) = run::current(&folder.run_file())? else { return Ok(None) };
    let instance = process::instance(&run).await;
    Ok(instance.map(|instance| {
        let url = run.url();
        (run, Endpoint { url, instance })
    }))
}

/// Ends the process that holds the run file, whether it answers or not.
async fn end(folder: &Folder, report: &Report) -> Result<bool> {
    let Some(run) = run::current(&folder.run_file())? else { return Ok(false) };
    report.debug(|| format!("ending process {} on port {}", run.pid, run.port));
    process::end(&run, &folder.run_file()).await?;
    Ok(true)
}

/// Where the sandbox keeps its files.
struct Folder(PathBuf);

impl Folder {
    fn of(environment: &Environment) -> Result<Self> {
        let cache = environment.cache_dir.as_ref().ok_or(SandboxError::NoCacheFolder)?;
        let folder = std::path::absolute(cache.join("sandbox"))
            .map_err(|source| SandboxError::Folder { path: cache.clone(), source })?;
        std::fs::create_dir_all(&folder)
            .map_err(|source| SandboxError::Folder { path: folder.clone(), source })?;
        Ok(Self(folder))
    }

    fn run_file(&self) -> PathBuf {
        self.0.join("run.json")
    }

    fn log(&self) -> PathBuf {
        self.0.join("log")
    }

    /// The run's own HOME and TMPDIR.
    fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// Waits until no other rchalice installs, starts, stops or empties the sandbox, and keeps them out for as
    /// long as the returned file is open.
    fn alone(&self, report: &Report) -> Result<File> {
        let path = self.0.join("lock");
        let fail = |source| SandboxError::Folder { path: path.clone(), source };
        let lock = File::options().create(true).append(true).open(&path).map_err(fail)?;
        if lock.try_lock().is_err() {
            report.note("Waiting for another rchalice that starts or stops the sandbox");
            lock.lock().map_err(fail)?;
        }
        Ok(lock)
    }
}
