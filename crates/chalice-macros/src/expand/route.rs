//! `#[route]` and its shorthands.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, Ident, ItemFn, LitStr};

use super::authorizer::{self, Chosen};
use super::{argument_name, at, beside, described, hidden, json, json_list, needs, parse_function};
use crate::check;
use crate::mistakes::Mistakes;
use crate::parse::function::{Argument, arguments, conditions, return_type};
use crate::parse::options::Options;
use crate::parse::value;

/// A route that can be expanded.
struct Route<'a> {
    function: &'a ItemFn,
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
    let function = match parse_function(item) {
        Ok(function) => function,
        Err(instead) => return instead,
    };
    let mut mistakes = Mistakes::default();
    let route = checked(tokens, &function, method, &mut mistakes);
    beside(&function, mistakes, || route.map_or_else(TokenStream::new, |route| expand(&route)))
}

fn checked<'a>(
    tokens: TokenStream,
    function: &'a ItemFn,
    method: Option<&str>,
    mistakes: &mut Mistakes,
) -> Option<Route<'a>> {
    let all =
        ["methods", "name", "cors", "authorizer", "api_key_required", "content_types", "stream", "crate"];
    let known = if method.is_some() { &all[1..] } else { &all[..] };
    check::attributes_beside(function, true, mistakes);
    let arguments = arguments(function, mistakes);
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
        Some(Expr::Lit(literal)) => match mistakes.note(value::truth(&Expr::Lit(literal.clone()))) {
            Some(true) => Cors::On,
            _ => Cors::Off,
        },
        Some(constant) => Cors::Own(constant.clone()),
    }
}

fn expand(route: &Route<'_>) -> TokenStream {
    let call = call(route);
    let needs = needs(
        extractors(route).map(|argument| argument.ty),
        &quote!(
            use __p::Fallback as _;
        ),
    );
    let krate = &route.krate;
    let start = format!(
        "{},\"path\":{},\"methods\":{},\"cors\":",
        described(&route.name, &route.function.attrs),
        json(&route.path),
        json_list(&route.methods),
    );
    let middle = format!(
        ",\"api_key_required\":{},\"stream\":{},\"content_types\":",
        route.api_key_required, route.stream
    );
    let (imports, authorizer) = match &route.authorizer {
        None => (quote!(), quote!(__p::Piece::Json(",\"authorizer\":null"))),
        Some(Chosen { imports, value }) => (
            quote!(#imports const __AUTHORIZER: __p::Authorizer = #value;),
            quote!(__p::Piece::Json(",\"authorizer\":"), __p::Piece::Authorizer(&__AUTHORIZER)),
        ),
    };
    let (constant, cors) = match &route.cors {
        Cors::Inherit => (quote!(), quote!(__p::Piece::Json("\"inherit\""))),
        Cors::On => (quote!(), quote!(__p::Piece::Json("\"on\""))),
        Cors::Off => (quote!(), quote!(__p::Piece::Json("\"off\""))),
        Cors::Own(expression) => (
            quote!(const __CORS: __p::Cors = #expression;),
            quote!(__p::Piece::Json("{\"own\":"), __p::Piece::Cors(&__CORS), __p::Piece::Json("}")),
        ),
    };
    let content_types = if let Some(types) = &route.content_types {
        let types = json_list(types);
        quote!(__p::Piece::Json(#types))
    } else {
        let of_arguments = extractors(route).map(|argument| {
            let ty = argument.ty;
            quote_spanned!(ty.span()=> <#ty as __p::FromRequest>::CONTENT_TYPES)
        });
        quote!(__p::Piece::ContentTypes(&[#(#of_arguments),*]))
    };
    let items = quote! {
        #constant
        #imports
        #call
        #needs
        #krate::__register! {
            kind: "route",
            fields: [
                __p::Piece::Json(#start),
                #cors,
                #authorizer,
                __p::Piece::Json(#middle),
                #content_types,
                __p::Piece::Json("}"),
            ],
            handler: __p::Handler::Route { call: __call, needs: __needs },
        }
    };
    hidden(&conditions(route.function), krate, &items)
}

/// The arguments that are no path parameters.
fn extractors<'a>(route: &'a Route<'_>) -> impl Iterator<Item = &'a Argument<'a>> {
    route
        .arguments
        .iter()
        .filter(|argument| check::route::parameter_of(argument, &route.parameters).is_none())
}

fn call(route: &Route<'_>) -> TokenStream {
    let function = &route.function.sig.ident;
    let names: Vec<_> = (0..route.arguments.len()).map(argument_name).collect();
    let arguments = route.arguments.iter().zip(&names).map(|(argument, name)| {
        let ty = argument.ty;
        if let Some(parameter) = check::route::parameter_of(argument, &route.parameters) {
            let make = quote_spanned!(ty.span()=> __p::path_parameter::<#ty>);
            quote!(let #name = #make(&__request, #parameter)?;)
        } else {
            let make = quote_spanned!(ty.span()=> <#ty as __p::FromRequest>::from_request);
            quote!(let #name = __p::on(&__request, #make).await?;)
        }
    });
    let wait = route.function.sig.asyncness.is_some().then(|| quote!(.await));
    let returned = return_type(route.function).map_or_else(|| function.span(), Spanned::span);
    let answer = Ident::new("__answer", at(returned));
    let into_response = quote_spanned!(returned=> __p::IntoResponse::into_response);
    quote! {
        fn __call(__request: __p::Request) -> __p::BoxFuture<__p::Result<__p::Response>> {
            ::std::boxed::Box::pin(async move {
                #(#arguments)*
                let #answer = #function(#(#names),*) #wait;
                #into_response(#answer)
            })
        }
    }
}
