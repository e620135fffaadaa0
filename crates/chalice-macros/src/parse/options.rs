//! `key = value` lists of attributes and `key: value` lists of macros.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, LitStr, Token};

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
        let (kind, entries) = mistakes.note(parse.parse2(tokens)).unwrap_or_default();
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
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }
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

fn parse_entries(input: ParseStream<'_>) -> syn::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    while !input.is_empty() {
        let key = Ident::parse_any(input)?;
        input.parse::<Token![=]>()?;
        entries.push(Entry { key, value: input.parse()? });
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(entries)
}
