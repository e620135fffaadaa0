//! From checked input to Rust.

pub(crate) mod app;
pub(crate) mod authorizer;
pub(crate) mod error_handler;
pub(crate) mod event;
pub(crate) mod init;
pub(crate) mod lambda_function;
pub(crate) mod middleware;
pub(crate) mod on_shutdown;
mod record;
pub(crate) mod route;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Type};

use crate::check;
use crate::mistakes::Mistakes;
use crate::parse::function::{Argument, Function, arguments, documentation};

/// What every attribute of a function does: the function is emitted as it was written, and beside it either what
/// `expand` adds or the mistakes.
fn attribute(
    item: &TokenStream,
    is_route: bool,
    expand: impl for<'a> FnOnce(&'a Function, Vec<Argument<'a>>, &mut Mistakes) -> TokenStream,
) -> TokenStream {
    let function = match Function::parse(item) {
        Ok(function) => function,
        Err(error) => {
            let message = format!("expected a function: {error}");
            let error = syn::Error::new(error.span(), message).to_compile_error();
            return quote!(#item #error);
        }
    };
    let mut mistakes = Mistakes::default();
    check::attributes_beside(&function, is_route, &mut mistakes);
    let arguments = arguments(&function, &mut mistakes);
    let added = expand(&function, arguments, &mut mistakes);
    let added = mistakes.compile_errors().unwrap_or(added);
    quote!(#function #added)
}

/// A place for what we add in which no name of the user's is in the way.
fn hidden(conditions: &[&Attribute], krate: &TokenStream, items: &TokenStream) -> TokenStream {
    quote! {
        #(#conditions)*
        #[allow(deprecated, unused_imports, unused_qualifications, clippy::all, clippy::pedantic)]
        const _: () = {
            use #krate::__private as __p;
            #items
        };
    }
}

/// The place of the user's type, where names resolve as in the rest of what we add: rustc points there when an
/// argument of a call lacks a trait.
fn at(span: Span) -> Span {
    span.resolved_at(Span::call_site())
}

fn argument_name(index: usize) -> Ident {
    format_ident!("__argument_{index}", span = Span::call_site())
}

/// `fn __needs`, from the types of the arguments and the trait that makes them.
fn needs<'a>(types: impl Iterator<Item = &'a Type>, made_by: &TokenStream) -> TokenStream {
    let needs = types.map(|ty| quote_spanned!(ty.span()=> <#ty as #made_by>::NEEDS));
    quote! {
        fn __needs() -> ::std::vec::Vec<__p::Needs> {
            ::std::vec![#(#needs),*]
        }
    }
}

/// `,"name":…,"summary":…,"description":…` of a record.
fn described(name: &str, attributes: &[Attribute]) -> String {
    let (summary, description) = documentation(attributes);
    let optional = |text: Option<String>| text.map_or_else(|| "null".to_owned(), |text| json(&text));
    format!(
        ",\"name\":{},\"summary\":{},\"description\":{}",
        json(name),
        optional(summary),
        optional(description)
    )
}

/// Text as a JSON string.
fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn json_list(texts: &[String]) -> String {
    serde_json::Value::from(texts).to_string()
}
