//! `#[init]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{argument_name, at, hidden};
use crate::parse::function::{Argument, Function, conditions, return_type};
use crate::parse::options::Options;
use crate::parse::value;

pub(crate) fn attribute(tokens: TokenStream, item: &TokenStream) -> TokenStream {
    super::attribute(item, false, |function, arguments, mistakes| {
        let options = Options::of_attribute(tokens, &["crate"], mistakes);
        let krate = value::krate(options.value("crate"), mistakes);
        expand(function, &krate, &arguments)
    })
}

fn expand(function: &Function, krate: &TokenStream, arguments: &[Argument<'_>]) -> TokenStream {
    let ident = &function.sig.ident;
    let name = ident.unraw().to_string();
    let names: Vec<_> = (0..arguments.len()).map(argument_name).collect();
    let (bindings, needs) = (from_scope(arguments, &names), needed_states(arguments));
    let wait = function.sig.asyncness.is_some().then(|| quote!(.await));
    let (makes, state) = unwrapped(function);
    let items = quote! {
        use __p::ReturnedFallback as _;
        fn __makes() -> __p::StateType {
            #makes
        }
        #needs
        fn __run(__scope: __p::Scope) -> __p::InitFuture {
            ::std::boxed::Box::pin(async move {
                #bindings
                let __returned = #ident(#(#names),*) #wait;
                ::core::result::Result::Ok(__p::made(#state))
            })
        }
        #krate::__register_init!(__p::Init {
            name: #name,
            place: (::core::file!(), ::core::line!()),
            makes: __makes,
            needs: __needs,
            run: __run,
        });
    };
    hidden(&conditions(function), krate, &items)
}

/// The arguments, each made from the scope under its name.
pub(super) fn from_scope(arguments: &[Argument<'_>], names: &[Ident]) -> TokenStream {
    let binding = |(argument, name): (&Argument<'_>, &Ident)| {
        let ty = argument.ty;
        quote_spanned!(at(ty.span())=> let #name = <#ty as __p::FromScope>::from_scope(&__scope)?;)
    };
    arguments.iter().zip(names).map(binding).collect()
}

/// `fn __needs`: the states that the arguments are.
pub(super) fn needed_states(arguments: &[Argument<'_>]) -> TokenStream {
    let needs = arguments.iter().map(|argument| {
        let ty = argument.ty;
        quote_spanned!(at(ty.span())=> <#ty as __p::FromScope>::needs())
    });
    quote! {
        fn __needs() -> ::std::vec::Vec<__p::StateType> {
            let needs: ::std::vec::Vec<::core::option::Option<__p::StateType>> = ::std::vec![#(#needs),*];
            needs.into_iter().flatten().collect()
        }
    }
}

/// What finds out the type that the function makes, and the expression that gives it from what was returned.
pub(super) fn unwrapped(function: &Function) -> (TokenStream, TokenStream) {
    let unit = quote!(());
    let returned = return_type(function).map_or(unit, ToTokens::into_token_stream);
    let span = at(returned.span());
    let of_type = quote_spanned!(span=> __p::Returned::<#returned>);
    let state = quote_spanned!(span=> #of_type::into_state(__p::Returned(__returned))?);
    (quote_spanned!(span=> #of_type::makes()), state)
}
