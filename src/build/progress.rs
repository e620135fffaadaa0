//! cargo's stderr: its progress drives our bar, its status lines stand behind the bar, all else is passed on as it is.

use crate::report::{Progress, Report};
use anstream::adapter::strip_str;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Set on cargo where somebody watches a bar: only then does cargo say how far it is. The width leaves room for the
/// counters however narrow the terminal is.
pub const COUNTERS: [(&str, &str); 2] =
    [("CARGO_TERM_PROGRESS_WHEN", "always"), ("CARGO_TERM_PROGRESS_WIDTH", "200")];

/// Reads until cargo closes its end.
pub async fn follow(mut stderr: impl AsyncRead + Unpin, report: &Report, bar: Option<Progress<'_>>) {
    let mut show = Shown { report, bar, counted: false };
    let mut pending: Vec<u8> = Vec::new();
    let mut chunk = [0; 8192];
    // A pipe that fails is as closed: cargo's exit status says the rest.
    while let Ok(length @ 1..) = stderr.read(&mut chunk).await {
        for &byte in &chunk[..length] {
            match byte {
                b'\n' | b'\r' => {
                    show.line(&String::from_utf8_lossy(&pending), byte == b'\n');
                    pending.clear();
                }
                _ => pending.push(byte),
            }
        }
    }
    show.line(&String::from_utf8_lossy(&pending), false);
}

struct Shown<'a> {
    report: &'a Report,
    bar: Option<Progress<'a>>,
    /// Whether cargo has begun to count.
    counted: bool,
}

impl Shown<'_> {
    fn line(&mut self, line: &str, is_whole: bool) {
        match (classify(line, is_whole), &self.bar) {
            (Line::Counter { done, total, crates }, Some(bar)) => {
                self.counted = true;
                bar.set(done, total, &crates);
            }
            // Fetching takes a while too.
            (Line::Status(status), Some(bar)) if !self.counted => bar.set(0, 1, &status),
            (Line::Status(_), Some(_)) | (Line::Counter { .. }, None) | (Line::Nothing, _) => {}
            (Line::Status(_), None) => self.report.note(line),
            (Line::Text(text), _) => self.report.verbatim(&text),
        }
    }
}

#[derive(Debug, Eq, PartialEq)]
enum Line {
    /// `Building [===>   ] 24/26: zip, serde`
    Counter {
        done: u64,
        total: u64,
        crates: String,
    },
    /// `   Compiling zip v9.4.1`
    Status(String),
    /// Diagnostics and whatever else there is, colours included.
    Text(String),
    Nothing,
}

/// `is_whole`: ended by a new line, not by the carriage return with which cargo rewrites its progress.
fn classify(line: &str, is_whole: bool) -> Line {
    /// "Erase to the end of the line", which cargo writes where its progress stood.
    const ERASE: &str = "\u{1b}[K";
    let plain = strip_str(line).to_string();
    if let Some(counter) = counter(&plain) {
        return counter;
    }
    if is_status(&plain) {
        return Line::Status(plain.trim().to_owned());
    }
    if plain.trim().is_empty() && !is_whole {
        return Line::Nothing;
    }
    Line::Text(line.trim_start_matches(ERASE).to_owned())
}

fn counter(plain: &str) -> Option<Line> {
    let (_, after) = plain.trim_start().strip_prefix("Building [")?.split_once("] ")?;
    let (counts, crates) = after.split_once(':').unwrap_or((after, ""));
    let (done, total) = counts.trim().split_once('/')?;
    Some(Line::Counter {
        done: done.parse().ok()?,
        total: total.parse().ok()?,
        crates: crates.trim().trim_end_matches("...").to_owned(),
    })
}

/// cargo right-aligns its verbs in twelve columns. `Blocking` is not among these: that one has to be seen.
fn is_status(plain: &str) -> bool {
    const COLUMNS: usize = 12;
    const VERBS: [&str; 14] = [
        "Adding",
        "Checking",
        "Compiling",
        "Dirty",
        "Downloaded",
        "Downloading",
        "Fetch",
        "Finished",
        "Fresh",
        "Locking",
        "Running",
        "Unpacking",
        "Updating",
        "Building",
    ];
    let trimmed = plain.trim_start();
    let indent = plain.len() - trimmed.len();
    let verb = trimmed.split(' ').next().unwrap_or_default();
    indent + verb.len() == COLUMNS && VERBS.contains(&verb)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counter(done: u64, total: u64, crates: &str) -> Line {
        Line::Counter { done, total, crates: crates.to_owned() }
    }

    #[test]
    fn cargos_counters_drive_the_bar() {
        let plain = "    Building [=======================> ] 24/26: zip, serde";
        assert_eq!(classify(plain, false), counter(24, 26, "zip, serde"));
        let coloured =
            "\u{1b}[1m\u{1b}[36m    Building\u{1b}[0m [>                ] 0/8: a, b, c...      \u{1b}[K";
        assert_eq!(classify(coloured, false), counter(0, 8, "a, b, c"));
        assert_eq!(classify("    Building [==>  ] 3/9", false), counter(3, 9, ""));
    }

    #[test]
    fn status_lines_are_told_from_diagnostics() {
        let status = "\u{1b}[K\u{1b}[1m\u{1b}[92m   Compiling\u{1b}[0m zip v9.4.1";
        assert_eq!(classify(status, true), Line::Status("Compiling zip v9.4.1".to_owned()));
        for text in
            ["Compiling is hard", "    Blocking waiting for file lock on build directory", "  --> a.rs:1:1"]
        {
            assert_eq!(classify(text, true), Line::Text(text.to_owned()));
        }
    }

    #[test]
    fn diagnostics_keep_their_colours_and_their_blank_lines() {
        let error = "\u{1b}[1m\u{1b}[91merror\u{1b}[0m: expected `;`";
        assert_eq!(classify(&format!("\u{1b}[K{error}"), true), Line::Text(error.to_owned()));
        assert_eq!(classify("", true), Line::Text(String::new()));
        assert_eq!(classify("      ", false), Line::Nothing);
    }
}
