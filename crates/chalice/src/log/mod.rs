//! One line per event on stderr, which Lambda sends to CloudWatch: a JSON object, or text where the function's
//! logging says so.

#[cfg(feature = "log")]
mod records;
#[cfg(feature = "tracing")]
mod spans;
mod time;

use std::sync::OnceLock;
use std::time::SystemTime;

use crate::{json, running};

/// As Lambda's `AWS_LAMBDA_LOG_LEVEL` has them.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Fatal,
}

/// What the function's logging configuration says.
struct Settings {
    is_text: bool,
    least: Level,
    function: Option<String>,
}

/// A line that is being written.
#[must_use]
pub(crate) struct Line {
    written: Vec<u8>,
    level: Level,
}

/// Before each `#[init]`, in Lambda. A logger and a global subscriber can be set once, and an application's own go
/// first. So until every `#[init]` has run, what `tracing` is told becomes lines through a subscriber of this thread's
/// alone, which is lent for as long as there is no global one. `log` has nothing like that: its records become lines
/// once those functions have run that may set up logging.
#[cfg_attr(not(feature = "log"), expect(unused_variables, reason = "there is no logger"))]
pub(crate) fn before_init(may_set_up_logging: bool) {
    #[cfg(feature = "log")]
    if !may_set_up_logging {
        records::install();
    }
    #[cfg(feature = "tracing")]
    spans::lend();
}

/// Lets what `log` and `tracing` are told become lines too, where the application has not decided otherwise.
pub(crate) fn install() {
    #[cfg(feature = "log")]
    records::install();
    #[cfg(feature = "tracing")]
    spans::install();
}

impl Level {
    const ALL: [(&str, Self); 6] = [
        ("TRACE", Self::Trace),
        ("DEBUG", Self::Debug),
        ("INFO", Self::Info),
        ("WARN", Self::Warn),
        ("ERROR", Self::Error),
        ("FATAL", Self::Fatal),
    ];

    fn name(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    fn is_written(self) -> bool {
        self >= settings().least
    }
}

fn settings() -> &'static Settings {
    static SETTINGS: OnceLock<Settings> = OnceLock::new();
    SETTINGS.get_or_init(|| {
        let variable = |name| std::env::var(name).ok();
        let least = variable("AWS_LAMBDA_LOG_LEVEL").and_then(|said| {
            Level::ALL.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(&said)).map(|(_, level)| level)
        });
        Settings {
            is_text: variable("AWS_LAMBDA_LOG_FORMAT").is_some_and(|said| said.eq_ignore_ascii_case("text")),
            least: least.unwrap_or(Level::Info),
            function: variable("AWS_LAMBDA_FUNCTION_NAME"),
        }
    })
}

impl Line {
    pub(crate) fn error(message: &str) -> Self {
        Self::new(Level::Error, message)
    }

    pub(crate) fn new(level: Level, message: &str) -> Self {
        let mut line = Self { written: Vec::with_capacity(256), level };
        let timestamp = time::timestamp(SystemTime::now());
        if settings().is_text {
            line.written.extend_from_slice(format!("{timestamp} {} {message}", level.name()).as_bytes());
            return line;
        }
        line.field("timestamp", &timestamp).field("level", level.name()).field("message", message)
    }

    pub(crate) fn field(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        json::write_text(&mut self.written, value.as_bytes());
        self
    }

    /// A number, say.
    pub(crate) fn json(mut self, name: &str, json: &str) -> Self {
        self.name(name);
        self.written.extend_from_slice(json.as_bytes());
        self
    }

    pub(crate) fn list(mut self, name: &str, values: &[String]) -> Self {
        self.name(name);
        let mut separator = b"[";
        for value in values {
            self.written.extend_from_slice(separator);
            json::write_text(&mut self.written, value.as_bytes());
            separator = b",";
        }
        self.written.extend_from_slice(if values.is_empty() { b"[]" } else { b"]" });
        self
    }

    fn name(&mut self, name: &str) {
        if settings().is_text {
            self.written.extend_from_slice(format!(" {name}=").as_bytes());
            return;
        }
        self.written.push(if self.written.is_empty() { b'{' } else { b',' });
        json::write_text(&mut self.written, name.as_bytes());
        self.written.push(b':');
    }

    /// Lambda's own log lines call it `requestId`.
    pub(crate) fn of_request(self, request_id: &str) -> Self {
        self.field("requestId", request_id)
    }

    /// Of the request that is being answered here, if one is.
    pub(crate) fn of_current_request(self) -> Self {
        running::request_id().into_iter().fold(self, |line, id| line.of_request(&id))
    }

    pub(crate) fn write(self) {
        if !self.level.is_written() {
            return;
        }
        let function = settings().function.iter();
        let mut line = function.fold(self, |line, function| line.field("function", function)).written;
        line.extend_from_slice(if settings().is_text { b"\n" } else { b"}\n" });
        print(&line);
    }
}

/// A log that cannot be written is no reason to fail an invocation.
#[cfg(not(feature = "test"))]
fn print(line: &[u8]) {
    use std::io::Write;
    _ = std::io::stderr().lock().write_all(line);
}

/// What `eprint!` prints is shown with the test that fails, and not at all where none does.
#[cfg(feature = "test")]
#[expect(clippy::print_stderr, reason = "a log line belongs there")]
fn print(line: &[u8]) {
    eprint!("{}", String::from_utf8_lossy(line));
}
