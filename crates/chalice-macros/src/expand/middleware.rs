//! `#[middleware]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, ExprUnary, Ident, Lit, UnOp};

use super::{argument_name, at, hidden, needs};
use crate::mistakes::Mistakes;
use crate::parse::function::{Argument, Function, conditions, last_segment, return_type};
use crate::parse::options::Options;
use crate::parse::value;

const KINDS: [&str; 8] =
    ["http", "pure_lambda", "sqs", "kinesis", "dynamodb", "scheduled", "cloudwatch", "all"];

/// A middleware that can be expanded.
struct Middleware<'a> {
    function: &'a Function,
    krate: TokenStream,
    /// What the attribute says of the first argument.
    kind: Option<Ident>,
    order: i32,
    arguments: Vec<Argument<'a>>,
}

pub(crate) fn attribute(tokens: TokenStream, item: &TokenStream) -> TokenStream {
    super::attribute(item, false, |function, arguments, mistakes| {
        check_arguments(&arguments, function, mistakes);
        let (kind, options) = Options::of_middleware(tokens, &["order", "crate"], mistakes);
        if let Some(kind) = kind.as_ref().filter(|kind| !KINDS.iter().any(|known| kind == known)) {
            let known = KINDS.join("`, `");
            mistakes.add(kind.span(), format!("unknown kind `{kind}`; expected one of `{known}`"));
        }
        if function.sig.asyncness.is_none() {
            mistakes
                .add(function.sig.fn_token.span(), "a middleware is an `async fn`: it waits for the handler");
        }
        let order = options.value("order").and_then(|order| mistakes.note(whole_number(order))).unwrap_or(0);
        let krate = value::krate(options.value("crate"), mistakes);
        let middleware = Middleware { function, krate, kind, order, arguments };
        expand(&middleware)
    })
}

fn check_arguments(arguments: &[Argument<'_>], function: &Function, mistakes: &mut Mistakes) {
    let is_next = |argument: &Argument<'_>| last_segment(argument.ty).is_some_and(|name| name == "Next");
    let expected = "a middleware takes the event and what comes next, as in `request: Request, next: Next`";
    match arguments {
        [_, next, ..] if is_next(next) => {}
        [_, other, ..] => mistakes.add(other.ty.span(), expected),
        _ => mistakes.add(function.sig.ident.span(), expected),
    }
}

fn whole_number(value: &Expr) -> syn::Result<i32> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => whole_number(expr).map(|number| -number),
        other => Err(syn::Error::new(other.span(), "expected a whole number, as in `order = 10`")),
    }
}

fn expand(middleware: &Middleware<'_>) -> TokenStream {
    let Middleware { function, krate, kind, order, arguments } = middleware;
    let [event, _, others @ ..] = &arguments[..] else { return TokenStream::new() };
    let (ident, event) = (&function.sig.ident, event.ty);
    let name = ident.unraw().to_string();
    let names: Vec<_> = (0..others.len()).map(argument_name).collect();
    let bindings = others.iter().zip(&names).map(|(argument, name)| {
        let ty = argument.ty;
        let make = quote_spanned!(ty.span()=> <#ty as __p::Argument<#event>>::make);
        quote!(let #name = __p::on(&__event, #make).await?;)
    });
    let needs = needs(others.iter().map(|argument| argument.ty), &quote!(__p::Argument<#event>));
    let returned = return_type(function).map_or_else(|| ident.span(), Spanned::span);
    let answer = Ident::new("__answer", at(returned));
    let passed = quote_spanned!(returned=> __p::Passed::passed);
    let around = quote_spanned!(event.span()=> <#event as __p::Event>::around);
    let check = kind.as_ref().map(|kind| {
        let said = kind.to_string();
        let message = format!("the first argument is not what `{said}` middleware takes");
        quote_spanned! {kind.span()=>
            const _: () = ::core::assert!(__p::is_kind(#said, <#event as __p::Event>::KIND), #message);
        }
    });
    let items = quote! {
        #check
        fn __call(
            __event: #event,
            __next: __p::Next<#event>,
        ) -> __p::BoxFuture<__p::Result<<#event as __p::Event>::Output>> {
            ::std::boxed::Box::pin(async move {
                #(#bindings)*
                let #answer = #ident(__event, __next, #(#names),*).await;
                #passed(#answer)
            })
        }
        #needs
        #krate::__register_hook! {
            name: #name,
            kind: __p::HookKind::Middleware { order: #order, around: || #around(__call) },
            needs: __needs,
        }
    };
    hidden(&conditions(function), krate, &items)
}
