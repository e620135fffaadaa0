//! Events of an EventBridge bus that match a pattern: CloudWatch Events, as Chalice calls them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::fault::{EventSourceFault, PatternFault};
use super::is_whole;

/// `#[on_cw_event]`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CloudwatchEvents {
    pub pattern: Pattern,
    /// The name of the event bus; None: the account's default one.
    pub bus: Option<String>,
}

/// EventBridge's event pattern: JSON, at its root an object. It is no `serde_json::Value` because of those who never look at
/// a pattern: whoever handles a record takes what drops a `Value` with it, into every bootstrap.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Pattern {
    Null,
    Truth(bool),
    Number(Number),
    Text(String),
    List(Vec<Pattern>),
    Fields(BTreeMap<String, Pattern>),
}

/// How EventBridge matches a value that is not compared as it is.
const MATCHES: [&str; 8] =
    ["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"];
/// Alternatives for the fields beside it.
const OR: &str = "$or";

impl CloudwatchEvents {
    pub(super) fn faults(&self) -> Vec<EventSourceFault> {
        let mut faults = Vec::new();
        match &self.pattern {
            Pattern::Fields(fields) if !fields.is_empty() => fields_faults(fields, "", &mut faults),
            _ => faults.push(fault("", PatternFault::NoFields)),
        }
        faults.extend(self.bus.as_deref().and_then(bus_fault));
        faults
    }

    /// What variables are filled in: the values of the pattern, and the bus.
    pub(super) fn texts_mut(&mut self) -> Vec<&mut String> {
        let mut texts = Vec::new();
        collect_texts(&mut self.pattern, &mut texts);
        texts.extend(&mut self.bus);
        texts
    }
}

fn collect_texts<'a>(pattern: &'a mut Pattern, texts: &mut Vec<&'a mut String>) {
    match pattern {
        Pattern::Text(text) => texts.push(text),
        Pattern::List(items) => items.iter_mut().for_each(|item| collect_texts(item, texts)),
        Pattern::Fields(fields) => fields.values_mut().for_each(|field| collect_texts(field, texts)),
        Pattern::Null | Pattern::Truth(_) | Pattern::Number(_) => {}
    }
}

fn fault(field: &str, fault: PatternFault) -> EventSourceFault {
    EventSourceFault::NoPattern { field: field.to_owned(), fault }
}

/// `path` ends in a dot, unless it is empty.
fn fields_faults(fields: &BTreeMap<String, Pattern>, path: &str, faults: &mut Vec<EventSourceFault>) {
    for (name, value) in fields {
        let field = format!("{path}{name}");
        match value {
            Pattern::List(alternatives) if name == OR => {
                for alternative in alternatives {
                    match alternative {
                        Pattern::Fields(fields) => fields_faults(fields, path, faults),
                        _ => faults.push(fault(&field, PatternFault::NoAlternative)),
                    }
                }
            }
            Pattern::Fields(fields) if !fields.is_empty() => {
                fields_faults(fields, &format!("{field}."), faults);
            }
            Pattern::List(values) if !values.is_empty() => {
                faults.extend(values.iter().filter_map(value_fault).map(|found| fault(&field, found)));
            }
            _ => faults.push(fault(&field, PatternFault::NoList)),
        }
    }
}

/// Of one of the values that a field may have.
fn value_fault(value: &Pattern) -> Option<PatternFault> {
    match value {
        Pattern::List(_) => Some(PatternFault::ListInList),
        Pattern::Fields(matches) => {
            let unknown = matches.keys().find(|name| !MATCHES.contains(&name.as_str()));
            match unknown {
                Some(name) => Some(PatternFault::UnknownMatch { name: name.clone(), known: &MATCHES }),
                None => matches.is_empty().then_some(PatternFault::NoList),
            }
        }
        Pattern::Null | Pattern::Truth(_) | Pattern::Number(_) | Pattern::Text(_) => None,
    }
}

/// Partners' buses have slashes in their names.
fn bus_fault(bus: &str) -> Option<EventSourceFault> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "-_./".contains(character);
    let is_name = !bus.is_empty() && bus.chars().all(allowed);
    (is_whole(bus) && !is_name).then(|| EventSourceFault::NoBusName { bus: bus.to_owned() })
}
