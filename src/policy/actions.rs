//! Operation → IAM actions: an action has the operation's name, but for the exceptions of the table beside this file.

use super::operations::{Operation, camel_case};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

const TABLE: &str = include_str!("data/actions.tsv");

/// `dynamodb:GetItem`.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Action {
    pub prefix: String,
    pub name: String,
}

impl Action {
    fn new(prefix: &str, name: &str) -> Self {
        let (prefix, name) = name.split_once(':').unwrap_or((prefix, name));
        Self { prefix: prefix.to_owned(), name: name.to_owned() }
    }

    /// Whether it hands a role to a service.
    pub fn passes_role(&self) -> bool {
        let passes = |prefix: Prefix| {
            rows(prefix.rows, "passes").any(|row| row.split(' ').any(|name| name == self.name))
        };
        Prefix::find(&self.prefix).is_some_and(passes)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.prefix, self.name)
    }
}

/// What an operation needs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Needed {
    /// None where it needs none.
    pub actions: Vec<Action>,
    pub source: Source,
}

/// How the actions of an operation are known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source {
    /// AWS's list has them.
    Listed,
    /// The service is known, but no list has an action for the operation: it is taken to have its name.
    Unlisted,
    /// The table does not have the service: its prefix is taken to be its crate's name.
    UnknownService,
}

pub fn needed(operation: &Operation) -> Needed {
    let name = camel_case(&operation.module);
    let Some(krate) = Crate::find(&operation.service) else {
        let actions = vec![Action::new(&operation.service, &name)];
        return Needed { actions, source: Source::UnknownService };
    };
    let plain = operation.module.replace('_', "");
    if let Some(actions) = krate.exception(&plain) {
        let of_names = |names: &str| names.split(' ').map(|name| Action::new(krate.prefix, name)).collect();
        let actions = if actions == "-" { Vec::new() } else { of_names(actions) };
        return Needed { actions, source: Source::Listed };
    }
    let listed = Prefix::find(krate.prefix).and_then(|prefix| prefix.action(&plain));
    let (name, source) = match (listed, krate.unlisted(&plain)) {
        (Some(name), _) => (name, Source::Listed),
        (None, Some(name)) => (name, Source::Unlisted),
        (None, None) => (name.as_str(), Source::Unlisted),
    };
    Needed { actions: vec![Action::new(krate.prefix, name)], source }
}

/// The IAM prefix that a user means by a service's name: the prefix itself, or a crate's name without `aws-sdk-`.
pub fn prefix_of(service: &str) -> Option<&'static str> {
    Prefix::find(service).map(|prefix| prefix.name).or_else(|| Crate::find(service).map(|krate| krate.prefix))
}

/// All names that [`prefix_of`] knows.
pub fn service_names() -> BTreeSet<&'static str> {
    let heads =
        TABLE.lines().filter_map(|line| line.strip_prefix("prefix\t").or(line.strip_prefix("crate\t")));
    heads.filter_map(|head| head.split('\t').next()).collect()
}

/// What the table says of an IAM prefix.
#[derive(Clone, Copy)]
pub struct Prefix {
    pub name: &'static str,
    rows: &'static str,
}

impl Prefix {
    pub fn find(name: &str) -> Option<Self> {
        let (head, rows) = block("prefix", name)?;
        Some(Self { name: head, rows })
    }

    /// The ARNs of its resource types, by the type's name.
    pub fn types(self) -> BTreeMap<&'static str, &'static str> {
        rows(self.rows, "type").filter_map(|row| row.split_once('\t')).collect()
    }

    /// The names of the resource types that an action knows; none: it is granted on `*` or not at all.
    pub fn types_of(self, action: &str) -> Vec<&'static str> {
        let mut groups = rows(self.rows, "on").filter_map(|row| row.split_once('\t'));
        let group = groups.find(|(_, actions)| actions.split(' ').any(|name| name == action));
        match group {
            Some(("-", _)) | None => Vec::new(),
            Some((types, _)) => types.split(',').collect(),
        }
    }

    /// Whether the lists of actions have it.
    pub fn has(self, action: &str) -> bool {
        self.actions().any(|name| name == action)
    }

    /// The names of all its actions, whether an operation takes them or not.
    pub fn actions(self) -> impl Iterator<Item = &'static str> {
        let of_operations =
            rows(self.rows, "on").filter_map(|row| row.split_once('\t')).map(|(_, actions)| actions);
        of_operations.chain(rows(self.rows, "other")).flat_map(|actions| actions.split(' '))
    }

    fn action(self, plain: &str) -> Option<&'static str> {
        let actions =
            rows(self.rows, "on").filter_map(|row| row.split_once('\t')).map(|(_, actions)| actions);
        actions.flat_map(|actions| actions.split(' ')).find(|name| name.eq_ignore_ascii_case(plain))
    }
}

/// What the table says of a crate of the SDK.
#[derive(Clone, Copy)]
struct Crate {
    prefix: &'static str,
    rows: &'static str,
}

impl Crate {
    fn find(name: &str) -> Option<Self> {
        let (head, rows) = block("crate", name)?;
        let (_, prefix) = head.split_once('\t')?;
        Some(Self { prefix, rows })
    }

    fn exception(self, plain: &str) -> Option<&'static str> {
        let mut exceptions = rows(self.rows, "as").filter_map(|row| row.split_once('\t'));
        exceptions.find(|(operation, _)| operation.eq_ignore_ascii_case(plain)).map(|(_, actions)| actions)
    }

    fn unlisted(self, plain: &str) -> Option<&'static str> {
        let mut names = rows(self.rows, "unlisted").flat_map(|row| row.split(' '));
        names.find(|name| name.eq_ignore_ascii_case(plain))
    }
}

/// The head of a block of the table, without its first word, and the rows below it.
fn block(kind: &str, name: &str) -> Option<(&'static str, &'static str)> {
    let finder = [format!("\n{kind}\t{name}\n"), format!("\n{kind}\t{name}\t")];
    let at = finder.iter().find_map(|head| TABLE.find(head.as_str()))? + 1;
    let (head, rest) = TABLE[at..].split_once('\n')?;
    let ends = ["\nprefix\t", "\ncrate\t"].map(|next| rest.find(next).unwrap_or(rest.len()));
    let rows = if rest.starts_with("prefix\t") || rest.starts_with("crate\t") {
        ""
    } else {
        &rest[..ends[0].min(ends[1])]
    };
    Some((&head[kind.len() + 1..], rows))
}

fn rows(block: &'static str, kind: &str) -> impl Iterator<Item = &'static str> {
    let head = format!("{kind}\t");
    block.lines().filter_map(move |line| line.strip_prefix(head.as_str()))
}
