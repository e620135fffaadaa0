//! Handlers of events: what all of them have in common. Each kind of source has a file of its own.

pub(crate) mod cloudwatch;
pub(crate) mod dynamodb;
pub(crate) mod kinesis;
mod options;
pub(crate) mod schedule;
pub(crate) mod sqs;

use chalice_manifest::EventSource;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::lambda_function::{check_name, items};
use super::record::Record;
use super::{at, described, hidden};
use crate::check;
use crate::parse::function::{Argument, Function, conditions, return_type};
use crate::parse::options::Options;
use crate::parse::value;
use options::Given;

/// A kind of source.
pub(crate) struct Kind {
    /// As `chalice::events::Source` spells it.
    source: &'static str,
    /// What its handlers take.
    event: &'static str,
    /// What its attribute begins with: the name that the value goes by, and what is said where there is none.
    first: Option<(&'static str, &'static str)>,
    /// What its attribute knows beside `name` and `crate`.
    options: &'static [&'static str],
    /// Writes the source into the record, and says what of it can be judged now.
    declare: fn(&mut Given<'_>, &mut Record) -> EventSource,
}

pub(crate) fn attribute(kind: &Kind, tokens: TokenStream, item: &TokenStream) -> TokenStream {
    super::attribute(item, false, |function, arguments, mistakes| {
        check::event::arguments(&arguments, kind.event, &function.sig.ident, mistakes);
        let known: Vec<&str> = kind.options.iter().copied().chain(["name", "crate"]).collect();
        let options = match kind.first {
            Some(first) => Options::behind_value(tokens, first, &known, mistakes),
            None => Options::of_attribute(tokens, &known, mistakes),
        };
        let name = options.value("name").and_then(|name| mistakes.note(value::text(name)));
        if let Some(name) = &name {
            check_name(name, mistakes);
        }
        let name = name.map_or_else(|| function.sig.ident.unraw().to_string(), |name| name.value());
        let krate = value::krate(options.value("crate"), mistakes);
        let mut record = Record::new("event_handler");
        record.json(&described(&name, &function.attrs));
        record.behind_place();
        record.json(",\"source\":{");
        let mut given = Given { options: &options, returned: return_type(function), mistakes };
        let source = (kind.declare)(&mut given, &mut record);
        given.judge(&source);
        record.json("}");
        expand(kind, function, &krate, &arguments, &record)
    })
}

fn expand(
    kind: &Kind,
    function: &Function,
    krate: &TokenStream,
    arguments: &[Argument<'_>],
    record: &Record,
) -> TokenStream {
    let returned = return_type(function).map_or_else(|| function.sig.ident.span(), Spanned::span);
    let answer = Ident::new("__answer", at(returned));
    let into_answer = quote_spanned!(returned=> __p::IntoAnswer::into_answer);
    let items = items(function, arguments, |value| quote!(let #answer = #value; #into_answer(#answer)));
    let source = format_ident!("{}", kind.source);
    let handler = quote!(__p::Handler::Event { source: __p::Source::#source, call: __call, needs: __needs });
    let registered = record.registered(&handler);
    let imports = quote!(
        use __p::ReportsFallback as _;
    );
    hidden(&conditions(function), krate, &quote!(#imports #items #registered))
}
