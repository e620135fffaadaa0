//! JSON among the options of an attribute: EventBridge's patterns.

use std::collections::BTreeMap;

use chalice_manifest::Pattern;
use proc_macro2::TokenStream;
use serde_json::Number;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Ident, Lit, LitStr, Token, braced, bracketed, token};

/// Any JSON, as far as Rust's tokens can be that.
pub(crate) fn json(tokens: TokenStream) -> syn::Result<Pattern> {
    parse.parse2(tokens)
}

fn parse(input: ParseStream<'_>) -> syn::Result<Pattern> {
    if input.peek(token::Brace) {
        return fields(input).map(Pattern::Fields);
    }
    if input.peek(token::Bracket) {
        let inside;
        bracketed!(inside in input);
        let items = inside.parse_terminated(parse, Token![,])?;
        return Ok(Pattern::List(items.into_iter().collect()));
    }
    if input.peek(Ident::peek_any) && !input.peek(syn::LitBool) {
        let word = Ident::parse_any(input)?;
        return if word == "null" { Ok(Pattern::Null) } else { Err(no_json(word.span())) };
    }
    scalar(input)
}

fn fields(input: ParseStream<'_>) -> syn::Result<BTreeMap<String, Pattern>> {
    let inside;
    braced!(inside in input);
    let mut fields = BTreeMap::new();
    while !inside.is_empty() {
        let name: LitStr = inside
            .parse()
            .map_err(|error| syn::Error::new(error.span(), "expected a field's name, in quotes"))?;
        inside.parse::<Token![:]>()?;
        if fields.insert(name.value(), parse(&inside)?).is_some() {
            return Err(syn::Error::new(name.span(), format!("field `{}` given twice", name.value())));
        }
        if !inside.is_empty() {
            inside.parse::<Token![,]>()?;
        }
    }
    Ok(fields)
}

fn scalar(input: ParseStream<'_>) -> syn::Result<Pattern> {
    let (span, is_negative) = (input.span(), input.parse::<Option<Token![-]>>()?.is_some());
    let literal = Lit::parse(input).map_err(|error| no_json(error.span()))?;
    let sign = if is_negative { "-" } else { "" };
    let number = |digits: &str| format!("{sign}{digits}").parse::<Number>().map_err(|_| no_json(span));
    match &literal {
        Lit::Str(text) if !is_negative => Ok(Pattern::Text(text.value())),
        Lit::Bool(truth) if !is_negative => Ok(Pattern::Truth(truth.value)),
        Lit::Int(int) => number(int.base10_digits()).map(Pattern::Number),
        Lit::Float(float) => number(float.base10_digits()).map(Pattern::Number),
        _ => Err(no_json(span)),
    }
}

fn no_json(span: proc_macro2::Span) -> syn::Error {
    syn::Error::new(span, "expected JSON: text in quotes, a number, `true`, `false`, `null`, `[…]` or `{…}`")
}
