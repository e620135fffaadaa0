//! `#[schedule]`: an expression in one text, in the form of a call, or a constant.

use chalice_manifest::{EventSource, Rate, Schedule, ScheduleFault, Unit, schedule_fault};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprLit, ExprPath, Lit};

use super::Kind;
use super::options::{Given, Part};
use crate::expand::record::Record;
use crate::mistakes::Mistakes;

const EXPRESSION: &str = "expression";
const EXPECTED: &str = "expected the schedule first, as in `#[schedule(\"rate(1 hour)\")]`";

pub(crate) const KIND: Kind = Kind {
    source: "Schedule",
    event: "ScheduleEvent",
    first: Some((EXPRESSION, EXPECTED)),
    options: &["description"],
    declare,
};

fn declare(given: &mut Given<'_>, record: &mut Record) -> EventSource {
    let expression = match given.options.value(EXPRESSION) {
        Some(Expr::Call(call)) if is(call, "rate") => Part::text(&rate(call, given.mistakes)),
        Some(Expr::Call(call)) if is(call, "cron") => Part::text(&cron(call, given.mistakes)),
        Some(Expr::Lit(ExprLit { lit, .. })) if !matches!(lit, Lit::Str(_)) => {
            given.mistakes.add(lit.span(), EXPECTED);
            Part::unknown()
        }
        // A constant is judged in const evaluation.
        _ => given.text_with(EXPRESSION, judged).unwrap_or_else(Part::unknown),
    };
    let description = given.text("description").unwrap_or_else(|| Part::text(""));
    record.json("\"schedule\":{\"expression\":");
    expression.write(record);
    record.json(",\"description\":");
    description.write(record);
    record.json("}");
    EventSource::Schedule(Schedule { expression: expression.known, description: description.known })
}

fn judged(constant: &Expr) -> TokenStream {
    quote_spanned!(constant.span()=> __p::Piece::Text(__p::judged_schedule(#constant)))
}

fn is(call: &ExprCall, name: &str) -> bool {
    matches!(&*call.func, Expr::Path(ExprPath { path, .. }) if path.is_ident(name))
}

/// `rate(1, hour)`. Where something is wrong with it, that is told here, of its part; what is returned has no fault.
fn rate(call: &ExprCall, mistakes: &mut Mistakes) -> String {
    let written = match &call.args.iter().collect::<Vec<_>>()[..] {
        [value, unit] => {
            number(value).zip(word(unit)).map(|(number, word)| (number, value.span(), word, unit.span()))
        }
        _ => None,
    };
    let harmless = Rate { value: 1, unit: Unit::Hours }.to_string();
    let Some((number, value, word, unit)) = written else {
        mistakes.add(call.span(), "expected a number and a unit, as in `rate(5, minutes)`");
        return harmless;
    };
    let text = format!("rate({number} {word})");
    let Some(fault) = schedule_fault(&text) else { return text };
    match fault {
        ScheduleFault::UnitNumber { value, expected } => {
            mistakes.add(unit, format!("write `rate({value}, {expected})`"));
        }
        ScheduleFault::RateOfZero => mistakes.add(value, fault),
        _ => mistakes.add(unit, "expected a unit, as in `rate(5, minutes)`: minutes, hours or days"),
    }
    harmless
}

/// `cron(0, 9, "?", "*", "MON-FRI", "*")`, in the same way.
fn cron(call: &ExprCall, mistakes: &mut Mistakes) -> String {
    let harmless = || "cron(0 0 * * ? *)".to_owned();
    let field = |field: &Expr| {
        let text =
            number(field).or_else(|| text(field)).filter(|text| !text.is_empty() && !text.contains(' '));
        if text.is_none() {
            mistakes.add(field.span(), "expected a number or a text without spaces, as in `\"MON-FRI\"`");
        }
        text
    };
    let fields: Vec<Option<String>> = call.args.iter().map(field).collect();
    let Some(fields) = fields.into_iter().collect::<Option<Vec<String>>>() else { return harmless() };
    let text = format!("cron({})", fields.join(" "));
    if !chalice_manifest::is_whole(&text) {
        return text;
    }
    let Some(fault) = schedule_fault(&text) else { return text };
    let at = |index: usize| call.args.get(index).map_or_else(|| call.span(), Spanned::span);
    let span: Span = match fault {
        ScheduleFault::Field { index, .. } => at(index),
        ScheduleFault::Days => at(4),
        _ => call.span(),
    };
    mistakes.add(span, fault);
    harmless()
}

fn number(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Some(number.base10_digits().to_owned()),
        _ => None,
    }
}

fn text(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

fn word(value: &Expr) -> Option<String> {
    match value {
        Expr::Path(ExprPath { path, .. }) => path.get_ident().map(ToString::to_string),
        _ => None,
    }
}
