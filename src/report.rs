//! The only printer. stdout carries data; progress, notes and errors go to stderr.

use crate::cli::{ColorWhen, Global};
use crate::error::Error;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// Where everything that a command says goes; a clone speaks through the same door.
#[derive(Clone, Debug)]
pub struct Report {
    verbosity: Verbosity,
    json: bool,
    /// Whether stderr is one.
    terminal: bool,
    color: ColorChoice,
    /// The bar that is on the screen now: lines are printed above it.
    bar: Arc<Mutex<Option<ProgressBar>>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Verbosity {
    /// Warnings and errors.
    Quiet,
    /// What is being done.
    Normal,
    /// Each call to AWS, and what is run.
    Debug,
}

impl Report {
    pub fn new(global: &Global) -> Self {
        let color = match global.color {
            ColorWhen::Auto => ColorChoice::Auto,
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        };
        Self {
            verbosity: match global {
                Global { debug: true, .. } => Verbosity::Debug,
                Global { quiet: true, .. } => Verbosity::Quiet,
                Global { .. } => Verbosity::Normal,
            },
            json: global.json,
            terminal: io::stderr().is_terminal(),
            color,
            bar: Arc::default(),
        }
    }

    /// Whether stdout is to carry JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether somebody watches stderr.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Data: what a script reads from stdout.
    pub fn data(&self, text: &str) {
        self.above_the_bar(|| {
            let mut stdout = AutoStream::new(io::stdout(), self.color);
            // A closed pipe is the reader's choice, not our failure.
            let _ = stdout
                .write_all(text.as_bytes())
                .and_then(|()| if text.ends_with('\n') { Ok(()) } else { stdout.write_all(b"\n") });
        });
    }

    /// Data in the shape of `--json`.
    pub fn json(&self, value: &serde_json::Value) {
        self.data(&format!("{value:#}"));
    }

    /// What is being done.
    pub fn note(&self, text: impl AsRef<str>) {
        if self.verbosity != Verbosity::Quiet {
            self.line(text.as_ref());
        }
    }

    /// What a user should know although the command goes on.
    pub fn warning(&self, text: impl AsRef<str>) {
        self.line(&format!("{WARNING}warning{WARNING:#}: {}", text.as_ref()));
    }

    /// What only `--debug` shows.
    pub fn debug(&self, text: impl FnOnce() -> String) {
        if self.verbosity == Verbosity::Debug {
            self.line(&format!("{DIM}{}{DIM:#}", text()));
        }
    }

    pub fn error(&self, error: &Error) {
        let causes = error.causes();
        let facts = [format!("{ERROR}error{ERROR:#}: {error}")]
            .into_iter()
            .chain(causes.iter().map(|cause| format!("{ERROR}cause{ERROR:#}: {cause}")))
            .collect::<Vec<_>>()
            .join("\n");
        let details = error.details().map(|details| details.trim_end().to_owned());
        let hint = error.hint().map(|hint| format!("{HINT}hint{HINT:#}: {hint}"));
        let paragraphs: Vec<String> = [Some(facts), details, hint].into_iter().flatten().collect();
        self.line(&paragraphs.join("\n\n"));
    }

    /// Text of another program (a compiler's diagnostics), as it is.
    pub fn verbatim(&self, text: &str) {
        self.line(text.trim_end_matches('\n'));
    }

    /// A bar on stderr; None without a terminal or with `--quiet`.
    pub fn progress(&self, label: &str) -> Option<Progress<'_>> {
        if self.verbosity != Verbosity::Normal || !self.is_terminal() {
            return None;
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let template = "{prefix} [{bar:25}] {pos}/{len} {wide_msg}";
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("=> "));
        bar.set_prefix(label.to_owned());
        if let Ok(mut shown) = self.bar.lock() {
            *shown = Some(bar.clone());
        }
        Some(Progress { report: self, bar })
    }

    fn line(&self, text: &str) {
        self.above_the_bar(|| {
            let mut stderr = AutoStream::new(io::stderr(), self.color);
            let _ = writeln!(stderr, "{text}"); // nobody is left to tell
        });
    }

    fn above_the_bar(&self, print: impl FnOnce()) {
        match self.bar.lock().ok().and_then(|bar| bar.clone()) {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

/// A bar that is taken off the screen when it is dropped.
pub struct Progress<'a> {
    report: &'a Report,
    bar: ProgressBar,
}

impl Progress<'_> {
    pub fn set(&self, done: u64, total: u64, message: &str) {
        self.bar.set_length(total);
        self.bar.set_position(done);
        self.bar.set_message(message.to_owned());
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        if let Ok(mut shown) = self.report.bar.lock() {
            *shown = None;
        }
    }
}
