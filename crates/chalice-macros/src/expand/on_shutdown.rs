//! `#[on_shutdown]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

use super::init::{from_scope, needed_states, unwrapped};
use super::{argument_name, hidden};
use crate::parse::function::{Argument, Function, conditions};
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
    let (bindings, states) = (from_scope(arguments, &names), needed_states(arguments));
    let wait = function.sig.asyncness.is_some().then(|| quote!(.await));
    let (_, done) = unwrapped(function);
    let items = quote! {
        use __p::ReturnedFallback as _;
        #states
        fn __run(__scope: __p::Scope) -> __p::BoxFuture<__p::Result<()>> {
            ::std::boxed::Box::pin(async move {
                #bindings
                let __returned = #ident(#(#names),*) #wait;
                let _: () = #done;
                ::core::result::Result::Ok(())
            })
        }
        #krate::__register_hook! {
            name: #name,
            kind: __p::HookKind::Shutdown { states: __needs, run: __run },
            needs: __p::no_needs,
        }
    };
    hidden(&conditions(function), krate, &items)
}
