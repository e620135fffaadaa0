//! `#[on_cw_event]`.

use chalice_manifest::{CloudwatchEvents, EventSource, Pattern};
use proc_macro2::Span;
use syn::Expr;
use syn::spanned::Spanned;

use super::Kind;
use super::options::Given;
use crate::expand::record::Record;
use crate::parse::json::json;

pub(crate) const KIND: Kind = Kind {
    source: "Cloudwatch",
    event: "CloudWatchEvent",
    first: None,
    options: &["pattern", "bus"],
    declare,
};

fn declare(given: &mut Given<'_>, record: &mut Record) -> EventSource {
    let expected = "as in `pattern = {\"source\": [\"aws.ec2\"]}`";
    let pattern = match given.options.value("pattern") {
        Some(Expr::Verbatim(tokens)) => given.mistakes.note(json(tokens.clone())),
        Some(other) => {
            given.mistakes.add(other.span(), format!("expected an event pattern, {expected}"));
            None
        }
        None => {
            given.mistakes.add(Span::call_site(), format!("missing option `pattern`, {expected}"));
            None
        }
    };
    // Where a mistake was reported: a pattern that has no fault of its own.
    let harmless = || Pattern::Fields([("source".to_owned(), Pattern::List(vec![Pattern::Null]))].into());
    let pattern = pattern.unwrap_or_else(harmless);
    let json = serde_json::to_value(&pattern).unwrap_or_default();
    record.json(&format!("\"cloudwatch\":{{\"pattern\":{json},\"bus\":"));
    let bus = given.text("bus");
    match &bus {
        Some(bus) => bus.write(record),
        None => record.json("null"),
    }
    record.json("}");
    EventSource::Cloudwatch(CloudwatchEvents { pattern, bus: bus.map(|bus| bus.known) })
}
