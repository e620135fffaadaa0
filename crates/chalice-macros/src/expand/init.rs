//! `#[init]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ItemFn;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{argument_name, at, beside, hidden, parse_function};
use crate::check;
use crate::mistakes::Mistakes;
use crate::parse::function::{Argument, arguments, conditions, last_segment, return_type};
use crate::parse::options::Options;
use crate::parse::value;

pub(crate) fn attribute(tokens: TokenStream, item: &TokenStream) -> TokenStream {
    let function = match parse_function(item) {
        Ok(function) => function,
        Err(instead) => return instead,
    };
    let mut mistakes = Mistakes::default();
    check::attributes_beside(&function, false, &mut mistakes);
    let arguments = arguments(&function, &mut mistakes);
    let options = Options::of_attribute(tokens, &["crate"], &mut mistakes);
    let krate = value::krate(options.value("crate"), &mut mistakes);
    beside(&function, mistakes, || expand(&function, &krate, &arguments))
}

fn expand(function: &ItemFn, krate: &TokenStream, arguments: &[Argument<'_>]) -> TokenStream {
    let ident = &function.sig.ident;
    let name = ident.unraw().to_string();
    let names: Vec<_> = (0..arguments.len()).map(argument_name).collect();
    let bindings = arguments.iter().zip(&names).map(|(argument, name)| {
        let ty = argument.ty;
        quote_spanned!(at(ty.span())=> let #name = <#ty as __p::FromScope>::from_scope(&__scope)?;)
    });
    let needs = arguments.iter().map(|argument| {
        let ty = argument.ty;
        quote_spanned!(at(ty.span())=> <#ty as __p::FromScope>::needs())
    });
    let wait = function.sig.asyncness.is_some().then(|| quote!(.await));
    let (makes, state) = match return_type(function) {
        None => (quote!(()), quote!(__returned)),
        // Only the name tells `Result<T, E>` from a `T`: no trait can.
        Some(ty) if last_segment(ty).is_some_and(|last| last == "Result") => {
            (quote_spanned!(ty.span()=> <#ty as __p::InitResult>::State), {
                let into_state = quote_spanned!(ty.span()=> __p::InitResult::into_state);
                quote!(#into_state(__returned)?)
            })
        }
        Some(ty) => (quote!(#ty), quote!(__returned)),
    };
    let items = quote! {
        fn __makes() -> __p::StateType {
            __p::StateType::of::<#makes>()
        }
        fn __needs() -> ::std::vec::Vec<__p::StateType> {
            let needs: ::std::vec::Vec<::core::option::Option<__p::StateType>> = ::std::vec![#(#needs),*];
            needs.into_iter().flatten().collect()
        }
        fn __run(__scope: __p::Scope) -> __p::InitFuture {
            ::std::boxed::Box::pin(async move {
                #(#bindings)*
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
