//! A function under test, as a process with Lambda's environment.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::Result;
use crate::api::Api;

pub(crate) struct Function {
    pub(crate) name: String,
    command: Vec<String>,
}

/// A function that runs, with the API that it talks to.
pub(crate) struct Run {
    pub(crate) api: Api,
    pub(crate) started: Instant,
    process: Child,
}

impl Function {
    /// `NAME=COMMAND`
    pub(crate) fn parse(given: &str) -> Result<Self> {
        let (name, command) = given.split_once('=').ok_or_else(|| format!("`{given}` is no NAME=COMMAND"))?;
        let command = command.split(' ').map(str::to_owned).collect();
        Ok(Self { name: name.to_owned(), command })
    }

    /// The bytes of its executable; None where an interpreter runs it.
    pub(crate) fn size(&self) -> Option<u64> {
        let [program] = &self.command[..] else { return None };
        Some(fs::metadata(program).ok()?.len())
    }

    /// Whether it can run under valgrind in sensible time.
    pub(crate) fn is_native(&self) -> bool {
        self.command.len() == 1
    }

    pub(crate) fn start(&self, event: &[u8], invocations: usize) -> Result<Run> {
        self.start_under(&[], event, invocations)
    }

    /// Started by another program, such as valgrind.
    pub(crate) fn start_under(&self, tool: &[&str], event: &[u8], invocations: usize) -> Result<Run> {
        let api = Api::start(event, invocations)?;
        let words = tool.iter().copied().chain(self.command.iter().map(String::as_str));
        let words: Vec<&str> = words.collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).env_clear().envs([
            ("PATH", std::env::var("PATH")?),
            ("TZ", ":UTC".to_owned()),
            ("LANG", "en_US.UTF-8".to_owned()),
            ("AWS_LAMBDA_RUNTIME_API", api.address.to_string()),
            ("AWS_LAMBDA_FUNCTION_NAME", "bench-dev".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769".to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/bench-dev".to_owned()),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "stream".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            // What lambda_http needs to find the route under a stage's path.
            ("AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH", "true".to_owned()),
            // Python's is a module; ours dispatches on it.
            ("_HANDLER", if self.is_native() { "api_handler" } else { "app.app" }.to_owned()),
            ("LAMBDA_TASK_ROOT", task_root().display().to_string()),
        ]);
        command.current_dir(task_root()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let started = Instant::now();
        Ok(Run { api, started, process: command.spawn()? })
    }
}

/// Where the Python function lies.
fn task_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions/python")
}

impl Run {
    /// User and system time of all its threads so far.
    pub(crate) fn cpu_us(&self) -> Result<f64> {
        let mut total = 0.0;
        for task in fs::read_dir(format!("/proc/{}/task", self.process.id()))? {
            let statistics = fs::read_to_string(task?.path().join("schedstat"))?;
            let nanoseconds = statistics.split_whitespace().next().ok_or("schedstat is empty")?;
            total += nanoseconds.parse::<f64>()? / 1e3;
        }
        Ok(total)
    }

    pub(crate) fn peak_mb(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = peak.and_then(|line| line.split_whitespace().next()).ok_or("no VmHWM")?;
        Ok(kilobytes.parse::<f64>()? / 1024.0)
    }

    /// Ends it as a terminal would; gives what it wrote to stderr.
    pub(crate) fn end(mut self) -> Result<String> {
        Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status()?;
        let mut stderr = self.process.stderr.take().ok_or("stderr is piped")?;
        let mut text = String::new();
        std::io::Read::read_to_string(&mut stderr, &mut text)?;
        self.process.wait()?;
        Ok(text)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}
