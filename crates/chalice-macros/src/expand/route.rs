//! `#[route]` and its shorthands.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, Ident, LitStr};

use super::authorizer::{self, Chosen};
use super::record::Record;
use super::{described, hidden, json, json_list};
use crate::check;
use crate::mistakes::Mistakes;
use crate::parse::function::{Argument, Function, conditions, return_type};
use crate::parse::options::Options;
use crate::parse::value;

/// A route that can be expanded.
struct Route<'a> {
    function: &'a Function,
    krate: TokenStream,
    name: String,
    path: String,
    methods: Vec<String>,
    cors: Cors,
    authorizer: Option<Chosen>,
    stream: bool,
    api_key_required: bool,
    content_types: Option<Vec<String>>,
    arguments: Vec<Argument<'a>>,
    parameters: Vec<String>,
}

enum Cors {
    Inherit,
    On,
    Off,
    Own(Expr),
}

/// `method` is that of a shorthand.
pub(crate) fn attribute(tokens: TokenStream, item: &TokenStream, method: Option<&str>) -> TokenStream {
    super::attribute(item, true, |function, arguments, mistakes| {
        let route = checked(tokens, function, arguments, method, mistakes);
        route.map_or_else(TokenStream::new, |route| expand(&route))
    })
}

fn checked<'a>(
    tokens: TokenStream,
    function: &'a Function,
    arguments: Vec<Argument<'a>>,
    method: Option<&str>,
    mistakes: &mut Mistakes,
) -> Option<Route<'a>> {
    let all =
        ["methods", "name", "cors", "authorizer", "api_key_required", "content_types", "stream", "crate"];
    let known = if method.is_some() { &all[1..] } else { &all[..] };
    let (path, options) = Options::of_route(tokens, known, mistakes);
    let path = path?;
    let parameters = check::route::parameters(&path, mistakes);
    check::route::arguments(&arguments, &parameters, &path, &function.sig.ident, mistakes);
    let methods = match method {
        Some(method) => vec![method.to_owned()],
        None => methods(options.value("methods"), mistakes),
    };
    let cors = cors(options.value("cors"), mistakes);
    if matches!(cors, Cors::On | Cors::Own(_)) && methods.iter().any(|method| method == "OPTIONS") {
        let span = options.value("cors").map_or_else(|| path.span(), Spanned::span);
        mistakes.add(
            span,
            "CORS answers OPTIONS itself; remove `OPTIONS` from the methods, or write `cors = false`",
        );
    }
    let name = options.value("name").and_then(|name| mistakes.note(value::text(name)));
    let content_types = options.value("content_types").map(|types| {
        let types = value::texts(types, "[\"application/json\"]", mistakes);
        types.iter().map(LitStr::value).collect()
    });
    let authorizer = options.value("authorizer").and_then(|value| authorizer::chosen(value, mistakes));
    let mut truth = |key| options.value(key).and_then(|value| mistakes.note(value::truth(value)));
    let (api_key_required, stream) = (truth("api_key_required"), truth("stream"));
    Some(Route {
        krate: value::krate(options.value("crate"), mistakes),
        name: name.map_or_else(|| function.sig.ident.unraw().to_string(), |name| name.value()),
        path: path.value(),
        methods,
        cors,
        authorizer,
        stream: stream.unwrap_or(false),
        api_key_required: api_key_required.unwrap_or(false),
        content_types,
        arguments,
        parameters,
        function,
    })
}

fn methods(value: Option<&Expr>, mistakes: &mut Mistakes) -> Vec<String> {
    match value {
        Some(methods) => check::route::methods(&value::texts(methods, "[\"GET\"]", mistakes), mistakes),
        None => vec!["GET".to_owned()],
    }
}

fn cors(value: Option<&Expr>, mistakes: &mut Mistakes) -> Cors {
    match value {
        None => Cors::Inherit,
        Some(literal @ Expr::Lit(_)) => match value::truth(literal) {
            Ok(true) => Cors::On,
            Ok(false) => Cors::Off,
            Err(error) => {
                let expected =
                    "expected `true`, `false` or a `Cors`, as in `cors = Cors::new(\"https://example.com\")`";
                mistakes.add(error.span(), expected);
                Cors::Off
            }
        },
        Some(constant) => Cors::Own(constant.clone()),
    }
}

fn expand(route: &Route<'_>) -> TokenStream {
    let krate = &route.krate;
    let mut record = Record::new("route");
    record.json(&described(&route.name, &route.function.attrs));
    record.json(&format!(
        ",\"path\":{},\"methods\":{},\"api_key_required\":{},\"stream\":{}",
        json(&route.path),
        json_list(&route.methods),
        route.api_key_required,
        route.stream,
    ));
    let mut constants = TokenStream::new();
    match &route.cors {
        Cors::Inherit => record.json(",\"cors\":\"inherit\""),
        Cors::On => record.json(",\"cors\":\"on\""),
        Cors::Off => record.json(",\"cors\":\"off\""),
        Cors::Own(expression) => {
            record.piece(quote!(__p::Piece::OwnCors(&__CORS)));
            constants = quote!(const __CORS: __p::Cors = #expression;);
        }
    }
    if let Some(Chosen { imports, value }) = &route.authorizer {
        record.piece(quote!(__p::Piece::Authorizer(&__AUTHORIZER)));
        constants.extend(quote!(#imports const __AUTHORIZER: __p::Authorizer = #value;));
    }
    content_types(route, &mut record);
    let registered = record.registered(&handler(route));
    hidden(&conditions(route.function), krate, &quote!(#constants #registered))
}

/// What a route accepts if nobody says anything else is not written.
fn content_types(route: &Route<'_>, record: &mut Record) {
    let mut of_body =
        extractors(route).filter(|argument| !check::route::is_without_body(argument)).peekable();
    if let Some(types) = &route.content_types {
        record.json(&format!(",\"content_types\":{}", json_list(types)));
    } else if of_body.peek().is_some() {
        let of_arguments = of_body.map(|argument| {
            let ty = argument.ty;
            quote_spanned!(ty.span()=> <#ty as __p::FromRequest>::ACCEPTS)
        });
        record.piece(quote!(__p::Piece::ContentTypes(&[#(#of_arguments),*])));
    }
}

/// The arguments that are no path parameters.
fn extractors<'a>(route: &'a Route<'_>) -> impl Iterator<Item = &'a Argument<'a>> {
    route
        .arguments
        .iter()
        .filter(|argument| check::route::parameter_of(argument, &route.parameters).is_none())
}

/// One call of the function that is there for this number of arguments; its tokens stand at the user's types, where
/// rustc then reports what does not fit.
fn handler(route: &Route<'_>) -> TokenStream {
    let function = &route.function.sig.ident;
    let sources = route.arguments.iter().map(|argument| {
        let ty = argument.ty;
        if let Some(parameter) = check::route::parameter_of(argument, &route.parameters) {
            let source = quote_spanned!(ty.span()=> __p::in_path::<#ty>);
            quote!(#source(#parameter))
        } else {
            let needs = if check::route::is_without_body(argument) { "NEEDS_WITHOUT_BODY" } else { "NEEDS" };
            let needs = Ident::new(needs, Span::call_site());
            quote_spanned!(ty.span()=>
                __p::Origin::Request(<#ty as __p::FromRequest>::make, <#ty as __p::FromRequest>::#needs))
        }
    });
    let kind = if route.function.sig.asyncness.is_some() { "asynchronous" } else { "synchronous" };
    let call = format_ident!("{kind}_{}", route.arguments.len());
    let returned = return_type(route.function).map_or_else(|| function.span(), Spanned::span);
    let into_response = quote_spanned!(returned=> __p::IntoResponse::into_response);
    quote!(__p::Handler::Route(&__p::#call(&#function, #(#sources,)* #into_response)))
}
