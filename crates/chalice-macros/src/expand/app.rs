//! `app!` and `blueprint!`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitStr, Token, bracketed};

use super::record::{Record, package_name};
use super::{hidden, json, json_list};
use crate::mistakes::Mistakes;
use crate::parse::options::check_key;
use crate::parse::value;

#[derive(Default)]
struct App {
    name: Option<LitStr>,
    cors: Option<Expr>,
    blueprints: Vec<BlueprintCrate>,
    binary_types: Option<Vec<String>>,
    without_main: bool,
    krate: Option<Expr>,
}

/// `billing` or `billing => "/billing"`.
struct BlueprintCrate {
    name: Ident,
    url_prefix: Option<LitStr>,
}

impl Parse for BlueprintCrate {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let expected = |error: syn::Error| {
            syn::Error::new(error.span(), "expected the name of a crate, as in `blueprints: [billing]`")
        };
        let name: Ident = input.parse().map_err(expected)?;
        let url_prefix = if input.peek(Token![=>]) {
            input.parse::<Token![=>]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        Ok(Self { name, url_prefix })
    }
}

pub(crate) fn app(input: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let app = parse_app(input, &mut mistakes);
    let krate = value::krate(app.krate.as_ref(), &mut mistakes);
    mistakes.compile_errors().unwrap_or_else(|| expand_app(&app, &krate))
}

fn parse_app(input: TokenStream, mistakes: &mut Mistakes) -> App {
    let known = ["name", "cors", "blueprints", "binary_types", "main", "crate"];
    let mut app = App::default();
    let parse = |input: ParseStream<'_>| {
        entries(input, &known, mistakes, |key, input, mistakes| {
            match key {
                "name" => app.name = mistakes.note(input.parse().and_then(|name: Expr| value::text(&name))),
                "cors" => app.cors = Some(input.parse()?),
                "blueprints" => app.blueprints = blueprint_crates(input)?,
                "binary_types" => {
                    let types = value::texts(&input.parse()?, "[\"image/png\"]", mistakes);
                    app.binary_types = Some(types.iter().map(LitStr::value).collect());
                }
                "main" => app.without_main = mistakes.note(value::truth(&input.parse()?)) == Some(false),
                "crate" => app.krate = Some(input.parse()?),
                _ => _ = input.parse::<Expr>()?,
            }
            Ok(())
        })
    };
    let parsed = parse.parse2(input);
    mistakes.note(parsed);
    if let Some(name) = &app.name {
        check_name(name, mistakes);
    }
    app
}

fn blueprint_crates(input: ParseStream<'_>) -> syn::Result<Vec<BlueprintCrate>> {
    let list;
    bracketed!(list in input);
    Ok(Punctuated::<BlueprintCrate, Token![,]>::parse_terminated(&list)?.into_iter().collect())
}

/// It is part of every name on AWS.
fn check_name(name: &LitStr, mistakes: &mut Mistakes) {
    let text = name.value();
    let allowed = |character: char| character.is_ascii_alphanumeric() || character == '-' || character == '_';
    if text.is_empty() || !text.chars().all(allowed) {
        mistakes.add(name.span(), "an application's name holds only letters, digits, `-` and `_`");
    }
}

/// `key: value, …`, where `read` takes a value.
fn entries(
    input: ParseStream<'_>,
    known: &[&str],
    mistakes: &mut Mistakes,
    mut read: impl FnMut(&str, ParseStream<'_>, &mut Mistakes) -> syn::Result<()>,
) -> syn::Result<()> {
    let mut seen: Vec<Ident> = Vec::new();
    while !input.is_empty() {
        let key = Ident::parse_any(input)?;
        input.parse::<Token![:]>()?;
        check_key(&key, known, mistakes);
        if seen.contains(&key) {
            mistakes.add(key.span(), format!("option `{key}` given twice"));
        }
        read(&key.to_string(), input, mistakes)?;
        seen.push(key);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

fn expand_app(app: &App, krate: &TokenStream) -> TokenStream {
    let mut record = Record::new("app");
    let name = app.name.as_ref().map_or_else(package_name, LitStr::value);
    let constant = app.cors.as_ref().map(|expression| {
        record.piece(quote!(__p::Piece::Cors(&__CORS)));
        quote!(const __CORS: __p::Cors = #expression;)
    });
    record.json(&format!(
        ",\"name\":{},\"blueprints\":[{}],\"binary_types\":{}",
        json(&name),
        app.blueprints.iter().map(blueprint_crate).collect::<Vec<_>>().join(","),
        app.binary_types.as_ref().map_or_else(|| "null".to_owned(), |types| json_list(types)),
    ));
    let registered = record.registered(&quote!(__p::Handler::None));
    let items = quote!(#constant #registered);
    let registered = hidden(&[], krate, &items);
    let crates = app.blueprints.iter().map(|blueprint| {
        let name = &blueprint.name;
        quote_spanned!(name.span()=> #[allow(unused_imports)] use ::#name as _;)
    });
    let main = (!app.without_main).then(|| {
        quote! {
            /// Serves Lambda.
            #[allow(unreachable_pub)]
            pub fn main() -> ::std::process::ExitCode {
                #krate::run()
            }
        }
    });
    quote! {
        // What nobody names is not linked, and its handlers would be missing.
        #(#crates)*
        #registered
        #main
        #[cfg(test)]
        #[test]
        fn the_application_is_wired_correctly() -> ::core::result::Result<(), #krate::__private::Faults> {
            #krate::__private::check_wiring()
        }
    }
}

fn blueprint_crate(blueprint: &BlueprintCrate) -> String {
    let krate = json(&blueprint.name.unraw().to_string());
    let prefix = optional(blueprint.url_prefix.as_ref());
    format!("{{\"krate\":{krate},\"url_prefix\":{prefix}}}")
}

fn optional(text: Option<&LitStr>) -> String {
    text.map_or_else(|| "null".to_owned(), |text| json(&text.value()))
}

pub(crate) fn blueprint(input: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let (mut url_prefix, mut name_prefix, mut krate) = (None, None, None);
    let parse = |input: ParseStream<'_>| {
        entries(input, &["url_prefix", "name_prefix", "crate"], &mut mistakes, |key, input, mistakes| {
            let value: Expr = input.parse()?;
            match key {
                "url_prefix" => url_prefix = mistakes.note(value::text(&value)),
                "name_prefix" => name_prefix = mistakes.note(value::text(&value)),
                "crate" => krate = Some(value),
                _ => {}
            }
            Ok(())
        })
    };
    let parsed = parse.parse2(input);
    mistakes.note(parsed);
    if let Some(prefix) = url_prefix.as_ref().filter(|prefix| !prefix.value().starts_with('/')) {
        mistakes.add(prefix.span(), "a URL prefix starts with `/`, as in `\"/users\"`");
    }
    let krate = value::krate(krate.as_ref(), &mut mistakes);
    let fields = format!(
        ",\"url_prefix\":{},\"name_prefix\":{}",
        optional(url_prefix.as_ref()),
        optional(name_prefix.as_ref())
    );
    mistakes.compile_errors().unwrap_or_else(|| {
        let mut record = Record::new("blueprint");
        record.json(&fields);
        let items = record.registered(&quote!(__p::Handler::None));
        hidden(&[], &krate, &items)
    })
}
