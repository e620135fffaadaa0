//! Why a policy grants what it grants: action ← operation ← crate and version ← marks.

use super::actions::{Action, Needed, Source};
use super::operations::{Marks, Operation, camel_case};
use serde_json::{Value as Json, json};

/// One operation of the binary.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    pub operation: Operation,
    pub marks: Marks,
    pub needed: Needed,
    /// What it needs beside that, and config.json refuses.
    pub refused: Vec<Action>,
    /// Why the policy does not count it.
    pub dropped: Option<&'static str>,
}

impl Row {
    fn actions(&self) -> String {
        match (self.dropped, &self.needed.actions[..]) {
            (Some(_), _) | (None, []) => "(none)".to_owned(),
            (None, actions) => actions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        }
    }

    fn package(&self) -> String {
        let versions: Vec<&str> = self.marks.versions.iter().map(String::as_str).collect();
        format!("aws-sdk-{} {}", self.operation.service, versions.join(", ")).trim_end().to_owned()
    }

    fn marks(&self) -> &'static str {
        match (self.marks.symbol, self.marks.path) {
            (true, true) => "symbol and path",
            (true, false) => "symbol",
            (false, _) => "path",
        }
    }

    fn note(&self) -> Option<String> {
        if self.dropped.is_none() && !self.refused.is_empty() {
            let refused: Vec<String> = self.refused.iter().map(ToString::to_string).collect();
            let refused = refused.join(", ");
            return Some(format!("not granted: {refused}, refused by an empty list in `iam.resources`"));
        }
        let note = self.dropped.or(match (self.needed.source, &self.needed.actions[..]) {
            (_, []) => Some("needs no permission"),
            (Source::Listed, actions) if actions.iter().any(Action::passes_role) => {
                Some("may hand a role to a service: then it needs iam:PassRole on that role")
            }
            (Source::Listed, _) => None,
            (Source::Unlisted, _) => Some("a guess by the operation's name: no list of actions has it"),
            (Source::UnknownService, _) => {
                Some("a service that this rchalice does not know: taken to be called as the crate is")
            }
        });
        note.map(str::to_owned)
    }

    fn json(&self) -> Json {
        let actions: Vec<String> = match self.dropped {
            Some(_) => Vec::new(),
            None => self.needed.actions.iter().map(ToString::to_string).collect(),
        };
        json!({
            "actions": actions,
            "operation": camel_case(&self.operation.module),
            "crate": format!("aws-sdk-{}", self.operation.service),
            "versions": self.marks.versions,
            "marks": {"symbol": self.marks.symbol, "path": self.marks.path},
            "note": self.note(),
        })
    }
}

/// The rows for a person, each column as wide as need be.
pub fn table(rows: &[Row]) -> String {
    let head = ["ACTIONS", "OPERATION", "CRATE", "MARKS", "NOTE"].map(str::to_owned);
    let cells = |row: &Row| {
        let note = row.note().unwrap_or_default();
        [row.actions(), camel_case(&row.operation.module), row.package(), row.marks().to_owned(), note]
    };
    let lines: Vec<[String; 5]> = std::iter::once(head).chain(rows.iter().map(cells)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].len()).max().unwrap_or_default();
    let widths: [usize; 5] = std::array::from_fn(width);
    let line = |cells: &[String; 5]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    lines.iter().map(line).collect()
}

/// The rows for a program.
pub fn json(rows: &[Row]) -> Json {
    rows.iter().map(Row::json).collect()
}
