//! `key = value` lists of attributes and `key: value` lists of macros.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitStr, Token, token};

use super::value;
use crate::mistakes::Mistakes;

/// One option with its value.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) value: Expr,
}

/// The options of an attribute, in the order written.
#[derive(Default)]
pub(crate) struct Options {
    entries: Vec<Entry>,
}

impl Options {
    /// The options of an attribute without a value of its own.
    pub(crate) fn of_attribute(tokens: TokenStream, known: &[&str], mistakes: &mut Mistakes) -> Self {
        let entries = mistakes.note(parse_entries.parse2(tokens)).unwrap_or_default();
        Self::checked(entries, known, mistakes)
    }

    /// A value that stands first and without a name, then options. It can be asked for as `first`; where it is missing, the
    /// mistake is `expected`.
    pub(crate) fn behind_value(
        tokens: TokenStream,
        (first, expected): (&str, &str),
        known: &[&str],
        mistakes: &mut Mistakes,
    ) -> Self {
        let parse = |input: ParseStream<'_>| {
            if input.is_empty() || input.peek(Ident::peek_any) && input.peek2(Token![=]) {
                let span = if input.is_empty() { Span::call_site() } else { input.span() };
                return Err(syn::Error::new(span, expected));
            }
            let value: Expr = input.parse()?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
            Ok((value, parse_entries(input)?))
        };
        let Some((value, entries)) = mistakes.note(parse.parse2(tokens)) else { return Self::default() };
        let mut options = Self::checked(entries, known, mistakes);
        let key = Ident::new(first, value.span());
        options.entries.retain(|entry| entry.key != first);
        options.entries.push(Entry { key, value });
        options
    }

    /// The path of a route, then options.
    pub(crate) fn of_route(
        tokens: TokenStream,
        known: &[&str],
        mistakes: &mut Mistakes,
    ) -> (Option<LitStr>, Self) {
        let parse = |input: ParseStream<'_>| {
            let expected = "expected the route's path, as in `#[route(\"/users/{user_id}\")]`";
            if !input.peek(LitStr) {
                return Err(syn::Error::new(
                    if input.is_empty() { Span::call_site() } else { input.span() },
                    expected,
                ));
            }
            let path: LitStr = input.parse()?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
            Ok((path, parse_entries(input)?))
        };
        match mistakes.note(parse.parse2(tokens)) {
            Some((path, entries)) => (Some(path), Self::checked(entries, known, mistakes)),
            None => (None, Self::default()),
        }
    }

    /// The kind of a middleware, if it is said, then options.
    pub(crate) fn of_middleware(
        tokens: TokenStream,
        known: &[&str],
        mistakes: &mut Mistakes,
    ) -> (Option<Ident>, Self) {
        let parse = |input: ParseStream<'_>| {
            if input.peek(LitStr) {
                let kind: LitStr = input.parse()?;
                return Err(syn::Error::new(kind.span(), kind_is_a_word(Some(&kind))));
            }
            let kind = if input.peek(syn::Ident) && !input.peek2(Token![=]) {
                let kind: Ident = input.parse()?;
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
                Some(kind)
            } else {
                None
            };
            Ok((kind, parse_entries(input)?))
        };
        let (kind, mut entries) = mistakes.note(parse.parse2(tokens)).unwrap_or_default();
        for entry in entries.extract_if(.., |entry| entry.key == "event_type") {
            mistakes.add(entry.key.span(), kind_is_a_word(value::text(&entry.value).ok().as_ref()));
        }
        (kind, Self::checked(entries, known, mistakes))
    }

    fn checked(entries: Vec<Entry>, known: &[&str], mistakes: &mut Mistakes) -> Self {
        for (index, entry) in entries.iter().enumerate() {
            check_key(&entry.key, known, mistakes);
            if entries[..index].iter().any(|earlier| earlier.key == entry.key) {
                mistakes.add(entry.key.span(), format!("option `{}` given twice", entry.key));
            }
        }
        Self { entries }
    }

    pub(crate) fn value(&self, key: &str) -> Option<&Expr> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| value::plain(&entry.value))
    }
}

/// Chalice writes `event_type = "http"`.
fn kind_is_a_word(kind: Option<&LitStr>) -> String {
    let kind = kind.map_or_else(|| "http".to_owned(), LitStr::value);
    format!("the kind of a middleware is a word, as in `#[middleware({kind})]`")
}

/// Says which options there are.
pub(crate) fn check_key(key: &Ident, known: &[&str], mistakes: &mut Mistakes) {
    if !known.iter().any(|known| key == known) {
        let known: Vec<&str> = known.iter().copied().filter(|&known| known != "crate").collect();
        let expected = match &known[..] {
            [] => "there is none here".to_owned(),
            [only] => format!("expected `{only}`"),
            known => format!("expected one of `{}`", known.join("`, `")),
        };
        mistakes.add(key.span(), format!("unknown option `{key}`; {expected}"));
    }
}

/// What stands in braces is JSON, which is no expression of Rust's.
fn parse_value(input: ParseStream<'_>) -> syn::Result<Expr> {
    if input.peek(token::Brace) {
        return input.parse::<TokenTree>().map(|group| Expr::Verbatim(group.into()));
    }
    input.parse()
}

fn parse_entries(input: ParseStream<'_>) -> syn::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    while !input.is_empty() {
        let expected =
            |error: syn::Error| syn::Error::new(error.span(), "expected an option, as in `name = \"users\"`");
        let key = Ident::parse_any(input).map_err(expected)?;
        if input.parse::<Token![=]>().is_err() {
            return Err(syn::Error::new(key.span(), format!("write the option with its value, `{key} = …`")));
        }
        entries.push(Entry { key, value: parse_value(input)? });
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(entries)
}
