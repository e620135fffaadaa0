//! `#[on_shutdown]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;

use super::init::{from_scope, needed_states, unwrapped};
use super::{argument_name, beside, hidden, parse_function};
use crate::check;
use crate::mistakes::Mistakes;
use crate::parse::function::{Argument, Function, arguments, conditions};
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

fn expand(function: &Function, krate: &TokenStream, arguments: &[Argument<'_>]) -> TokenStream {
    let ident = &function.sig.ident;
    let name = ident.unraw().to_string();
    let names: Vec<_> = (0..arguments.len()).map(argument_name).collect();
    let (bindings, states) = (from_scope(arguments, &names), needed_states(arguments));
    let wait = function.sig.asyncness.is_some().then(|| quote!(.await));
    let (_, done) = unwrapped(function);
    let items = quote! {
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
