//! Options of an event source: each a literal, which is judged at once, or mostly a constant too, which const evaluation
//! writes into the record and the application's test judges.

use chalice_manifest::{EventSource, Polling, StartingPosition};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, Type};

use crate::expand::json;
use crate::expand::record::Record;
use crate::mistakes::Mistakes;
use crate::parse::options::Options;

/// Stands for a text that only const evaluation knows: nobody judges one with a variable in it.
pub(super) const UNKNOWN: &str = "${}";

/// What the user wrote.
pub(super) struct Given<'a> {
    pub(super) options: &'a Options,
    /// The function's return type; None: it returns nothing.
    pub(super) returned: Option<&'a Type>,
    pub(super) mistakes: &'a mut Mistakes,
}

/// One option's value.
pub(super) struct Part<T> {
    /// What it is judged by.
    pub(super) known: T,
    written: Written,
}

enum Written {
    Json(String),
    Const(TokenStream),
}

impl Part<String> {
    pub(super) fn text(text: &str) -> Self {
        Self { known: text.to_owned(), written: Written::Json(json(text)) }
    }

    /// Where a mistake was reported.
    pub(super) fn unknown() -> Self {
        Self { known: UNKNOWN.to_owned(), written: Written::Json("\"\"".to_owned()) }
    }
}

impl<T> Part<T> {
    pub(super) fn write(&self, record: &mut Record) {
        match &self.written {
            Written::Json(json) => record.json(json),
            Written::Const(piece) => record.piece(piece.clone()),
        }
    }
}

impl Given<'_> {
    /// Where an option stands; else the attribute.
    pub(super) fn span(&self, option: &str) -> Span {
        self.options.value(option).map_or_else(Span::call_site, Spanned::span)
    }

    pub(super) fn text(&mut self, option: &str) -> Option<Part<String>> {
        self.text_with(option, |constant| quote_spanned!(constant.span()=> __p::Piece::Text(#constant)))
    }

    /// `piece` writes a constant.
    pub(super) fn text_with(
        &mut self,
        option: &str,
        piece: impl FnOnce(&Expr) -> TokenStream,
    ) -> Option<Part<String>> {
        let value = self.options.value(option)?;
        Some(match value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
                let text = text.value();
                Part { written: Written::Json(json(&text)), known: text }
            }
            Expr::Lit(_) | Expr::Array(_) | Expr::Unary(_) => {
                let expected = format!("expected text or a constant, as in `{option} = \"…\"`");
                self.mistakes.add(value.span(), expected);
                Part::unknown()
            }
            constant => Part { written: Written::Const(piece(constant)), known: UNKNOWN.to_owned() },
        })
    }

    /// A text that must be there.
    pub(super) fn required_text(&mut self, option: &str, example: &str) -> Part<String> {
        self.text(option).unwrap_or_else(|| {
            let message = format!("missing option `{option}`, as in `{option} = \"{example}\"`");
            self.mistakes.add(Span::call_site(), message);
            Part::unknown()
        })
    }

    /// `stands_for` is what a constant is judged as.
    pub(super) fn number(&mut self, option: &str, stands_for: u32) -> Option<Part<u32>> {
        let value = self.options.value(option)?;
        let literal = match value {
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
            Expr::Lit(_) | Expr::Array(_) | Expr::Unary(_) => None,
            constant => {
                let piece = quote_spanned!(constant.span()=> __p::Piece::Number(#constant));
                return Some(Part { written: Written::Const(piece), known: stands_for });
            }
        };
        if literal.is_none() {
            let expected = format!("expected a whole number or a constant, as in `{option} = 10`");
            self.mistakes.add(value.span(), expected);
        }
        let number = literal.unwrap_or(stands_for);
        Some(Part { written: Written::Json(number.to_string()), known: number })
    }

    /// `batch_size` and what belongs to it, without braces around them.
    pub(super) fn polling(&mut self, batch_size: u32, record: &mut Record) -> Polling {
        let default = |number: u32| Part { written: Written::Json(number.to_string()), known: number };
        let window = "maximum_batching_window_in_seconds";
        let size = self.number("batch_size", batch_size).unwrap_or_else(|| default(batch_size));
        let seconds = self.number(window, 0).unwrap_or_else(|| default(0));
        record.json("\"batch_size\":");
        size.write(record);
        record.json(&format!(",\"{window}\":"));
        seconds.write(record);
        record.json(",\"report_batch_item_failures\":");
        match self.returned {
            Some(ty) => record.piece(quote!(__p::Piece::Truth(__p::Reports::<#ty>::REPORTS))),
            None => record.json("false"),
        }
        // A constant might be any number: it is judged as one that fits what stands beside it.
        let is_constant = |part: &Part<u32>| matches!(part.written, Written::Const(_));
        let batch_size = if is_constant(&size) { 1 } else { size.known };
        let seconds = if is_constant(&seconds) { u32::from(batch_size > 10) } else { seconds.known };
        Polling { batch_size, maximum_batching_window_in_seconds: seconds, report_batch_item_failures: false }
    }

    /// Where a stream is begun; `LATEST` unless given. Never a constant: a manifest with an unknown position cannot be
    /// read, so nobody but the attribute could judge it.
    pub(super) fn starting_position(&mut self, record: &mut Record) -> StartingPosition {
        let position = match self.options.value("starting_position") {
            None => StartingPosition::Latest,
            Some(value) => self.mistakes.note(starting_position(value)).unwrap_or(StartingPosition::Latest),
        };
        record.json(&format!(",\"starting_position\":{}", json(position.name())));
        position
    }

    /// What AWS would refuse of what is known.
    pub(super) fn judge(&mut self, source: &EventSource) {
        for fault in source.faults() {
            self.mistakes.add(self.span(fault.option()), fault);
        }
    }
}

fn starting_position(value: &Expr) -> syn::Result<StartingPosition> {
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = value else {
        let names = StartingPosition::NAMES.join("\"` or `\"");
        let expected = format!("`starting_position` is `\"{names}\"`, and cannot be a constant");
        return Err(syn::Error::new(value.span(), expected));
    };
    match &*text.value() {
        "LATEST" => Ok(StartingPosition::Latest),
        "TRIM_HORIZON" => Ok(StartingPosition::TrimHorizon),
        other => {
            let names = StartingPosition::NAMES.join("` or `");
            let message = format!("`starting_position` is `{names}`, not `{other}`");
            Err(syn::Error::new(value.span(), message))
        }
    }
}
