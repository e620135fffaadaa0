//! `#[error_handler]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Ident, Type, TypePath};

use super::{argument_name, at, hidden, needs};
use crate::mistakes::Mistakes;
use crate::parse::function::{Argument, Function, conditions, last_segment, return_type};
use crate::parse::options::Options;
use crate::parse::value;

/// What an argument is, as its type says.
enum Part<'a> {
    Error(&'a Type),
    Request,
    Extractor(&'a Type),
}

pub(crate) fn attribute(tokens: TokenStream, item: &TokenStream) -> TokenStream {
    super::attribute(item, false, |function, arguments, mistakes| {
        let parts: Vec<Part<'_>> = arguments.iter().map(part).collect();
        check_parts(&parts, function, mistakes);
        let options = if syn::parse2::<TypePath>(tokens.clone()).is_ok() {
            let error = tokens.to_string().replace(' ', "");
            let message =
                format!("the error that it answers is its argument's type, as in `error: &{error}`");
            mistakes.add(tokens.span(), message);
            Options::default()
        } else {
            Options::of_attribute(tokens, &["crate"], mistakes)
        };
        let krate = value::krate(options.value("crate"), mistakes);
        expand(function, &krate, &parts)
    })
}

fn part<'a>(argument: &Argument<'a>) -> Part<'a> {
    match argument.ty {
        Type::Reference(reference) => match last_segment(&reference.elem) {
            Some(name) if name == "Request" => Part::Request,
            _ => Part::Error(&reference.elem),
        },
        ty => Part::Extractor(ty),
    }
}

fn check_parts(parts: &[Part<'_>], function: &Function, mistakes: &mut Mistakes) {
    let mut errors = parts.iter().filter_map(|part| match part {
        Part::Error(ty) => Some(*ty),
        Part::Request | Part::Extractor(_) => None,
    });
    if errors.next().is_none() {
        let expected =
            "an error handler takes the error by reference, as in `error: &Error` or `error: &MyError`";
        mistakes.add(function.sig.ident.span(), expected);
    }
    for second in errors {
        mistakes.add(second.span(), "an error handler takes one error; write a handler for each type");
    }
}

fn expand(function: &Function, krate: &TokenStream, parts: &[Part<'_>]) -> TokenStream {
    let ident = &function.sig.ident;
    let name = ident.unraw().to_string();
    let names: Vec<_> = (0..parts.len()).map(argument_name).collect();
    let (mut borrowed, mut made) = (TokenStream::new(), TokenStream::new());
    for (part, name) in parts.iter().zip(&names) {
        match part {
            Part::Error(ty) => borrowed.extend(
                quote_spanned!(at(ty.span())=> let #name = <#ty as __p::ErrorView>::view(&__error)?;),
            ),
            Part::Request => borrowed.extend(quote!(let #name = &__request;)),
            Part::Extractor(ty) => made.extend(extracted(ty, name)),
        }
    }
    let of = parts.iter().find_map(|part| match part {
        Part::Error(ty) => Some(quote_spanned! {ty.span()=>
            of: __p::StateType::of::<#ty>, depth: <#ty as __p::ErrorView>::depth
        }),
        Part::Request | Part::Extractor(_) => None,
    });
    let extractors = parts.iter().filter_map(|part| match part {
        Part::Extractor(ty) => Some(*ty),
        Part::Error(_) | Part::Request => None,
    });
    let needs = needs(extractors, &quote!(__p::FromRequest));
    let returned = return_type(function).map_or_else(|| ident.span(), Spanned::span);
    let answer = Ident::new("__answer", at(returned));
    let into_response = quote_spanned!(returned=> __p::IntoResponse::into_response);
    let handled = if function.sig.asyncness.is_some() {
        quote! {
            #made
            let #answer = #ident(#(#names),*).await;
            ::core::option::Option::Some(#into_response(#answer))
        }
    } else {
        // On its thread it borrows them anew.
        quote! {
            #made
            let __handled = __p::may_block(move || {
                #borrowed
                let #answer = #ident(#(#names),*);
                ::core::option::Option::Some(#into_response(#answer))
            });
            __handled.await.unwrap_or_else(|error| ::core::option::Option::Some(::core::result::Result::Err(error)))
        }
    };
    let items = quote! {
        fn __call(
            __error: ::std::sync::Arc<__p::Error>,
            __request: __p::Request,
        ) -> __p::BoxFuture<::core::option::Option<__p::Result<__p::Response>>> {
            ::std::boxed::Box::pin(async move {
                #borrowed
                #handled
            })
        }
        #needs
        #krate::__register_hook! {
            name: #name,
            kind: __p::HookKind::ErrorHandler { #of, call: __call },
            needs: __needs,
        }
    };
    hidden(&conditions(function), krate, &items)
}

fn extracted(ty: &Type, name: &Ident) -> TokenStream {
    let make = quote_spanned!(ty.span()=> <#ty as __p::FromRequest>::from_request);
    quote! {
        let #name = match __p::on(&__request, #make).await {
            ::core::result::Result::Ok(made) => made,
            ::core::result::Result::Err(error) => {
                return ::core::option::Option::Some(::core::result::Result::Err(error));
            }
        };
    }
}
