//! `#[lambda_function]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Ident, LitStr};

use super::record::Record;
use super::{argument_name, at, described, hidden, needs};
use crate::mistakes::Mistakes;
use crate::parse::function::{Argument, Function, conditions, return_type};
use crate::parse::options::Options;
use crate::parse::value;

pub(crate) fn attribute(tokens: TokenStream, item: &TokenStream) -> TokenStream {
    super::attribute(item, false, |function, arguments, mistakes| {
        let options = Options::of_attribute(tokens, &["name", "crate"], mistakes);
        let name = options.value("name").and_then(|name| mistakes.note(value::text(name)));
        if let Some(name) = &name {
            check_name(name, mistakes);
        }
        let krate = value::krate(options.value("crate"), mistakes);
        let name = name.map_or_else(|| function.sig.ident.unraw().to_string(), |name| name.value());
        expand(function, &name, &krate, &arguments)
    })
}

/// AWS puts it into the function's name.
pub(super) fn check_name(name: &LitStr, mistakes: &mut Mistakes) {
    let text = name.value();
    let allowed = |character: char| character.is_ascii_alphanumeric() || character == '-' || character == '_';
    if text.is_empty() || !text.chars().all(allowed) {
        mistakes.add(name.span(), "a Lambda function's name holds only letters, digits, `-` and `_`");
    }
}

fn expand(function: &Function, name: &str, krate: &TokenStream, arguments: &[Argument<'_>]) -> TokenStream {
    let returned = return_type(function).map_or_else(|| function.sig.ident.span(), Spanned::span);
    let answer = Ident::new("__answer", at(returned));
    let into_answer = quote_spanned!(returned=> __p::IntoAnswer::into_answer);
    let items = items(function, arguments, |value| quote!(let #answer = #value; #into_answer(#answer)));
    let mut record = Record::new("lambda_function");
    record.json(&described(name, &function.attrs));
    let registered = record.registered(&quote!(__p::Handler::Function { call: __call, needs: __needs }));
    let items = quote!(#items #registered);
    hidden(&conditions(function), krate, &items)
}

/// `fn __call` and `fn __needs` of a function that takes an event; `answer` makes its JSON of what was returned.
pub(super) fn items(
    function: &Function,
    arguments: &[Argument<'_>],
    answer: impl FnOnce(TokenStream) -> TokenStream,
) -> TokenStream {
    let ident = &function.sig.ident;
    let names: Vec<_> = (0..arguments.len()).map(argument_name).collect();
    let bindings = arguments.iter().zip(&names).map(|(argument, name)| {
        let ty = argument.ty;
        let make = quote_spanned!(ty.span()=> <#ty as __p::FromEvent>::make);
        // At the type too: what rustc says of it again is then the same, and said once.
        let on = quote_spanned!(ty.span()=> __p::on);
        quote!(let #name = #on(&__event, #make).await?;)
    });
    let needs = needs(arguments.iter().map(|argument| argument.ty), &quote!(__p::FromEvent));
    let call = if function.sig.asyncness.is_some() {
        quote!(#ident(#(#names),*).await)
    } else {
        quote!(__p::may_block(move || #ident(#(#names),*)).await?)
    };
    let answer = answer(call);
    quote! {
        fn __call(__event: __p::AnyEvent) -> __p::BoxFuture<__p::Result<::std::vec::Vec<u8>>> {
            ::std::boxed::Box::pin(async move {
                #(#bindings)*
                #answer
            })
        }
        #needs
    }
}
