//! `#[authorizer]`, and `authorizer = PATH` of a route.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, LitStr};

use super::lambda_function::{check_name, items};
use super::record::Record;
use super::{at, described, hidden, json};
use crate::mistakes::Mistakes;
use crate::parse::function::{Function, conditions, return_type};
use crate::parse::options::Options;
use crate::parse::value;

/// Chalice's classes, of which a route names an instance.
const KINDS: [&str; 3] = ["IamAuthorizer", "CognitoUserPoolAuthorizer", "CustomAuthorizer"];

/// API Gateway remembers no answer longer.
const LONGEST_TTL: u32 = 3600;

pub(crate) fn attribute(tokens: TokenStream, item: &TokenStream) -> TokenStream {
    super::attribute(item, false, |function, arguments, mistakes| {
        let known = ["ttl_seconds", "header", "execution_role", "name", "crate"];
        let options = Options::of_attribute(tokens, &known, mistakes);
        let mut text = |key: &str| options.value(key).and_then(|value| mistakes.note(value::text(value)));
        let (name, header, execution_role) = (text("name"), text("header"), text("execution_role"));
        let ttl_seconds = options.value("ttl_seconds").and_then(|ttl| mistakes.note(seconds(ttl)));
        if let Some(name) = &name {
            check_name(name, mistakes);
        }
        let krate = value::krate(options.value("crate"), mistakes);
        let ident = &function.sig.ident;
        let name = name.map_or_else(|| ident.unraw().to_string(), |name| name.value());
        let fields = format!(
            "{},\"header\":{},\"ttl_seconds\":{},\"execution_role\":{}",
            described(&name, &function.attrs),
            header.map_or_else(|| json("Authorization"), |header| json(&header.value())),
            ttl_seconds.map_or_else(|| "null".to_owned(), |seconds| seconds.to_string()),
            execution_role.map_or_else(|| "null".to_owned(), |role: LitStr| json(&role.value())),
        );
        let returned = return_type(function).map_or_else(|| ident.span(), Spanned::span);
        let answer = quote_spanned!(returned=> __p::IntoAuthResponse::into_auth_response);
        let answer = |value: TokenStream| {
            let answered = syn::Ident::new("__answer", at(returned));
            quote! {
                let #answered = #value;
                __p::auth_answer(#answer(#answered), &__event).await
            }
        };
        let mut record = Record::new("authorizer");
        record.json(&fields);
        let registered =
            record.registered(&quote!(__p::Handler::Authorizer { call: __call, needs: __needs }));
        let call = items(function, &arguments, answer);
        let items = quote!(#call #registered);
        let registered = hidden(&conditions(function), &krate, &items);
        let named = named(function, &name, &krate);
        quote!(#registered #named)
    })
}

fn seconds(value: &Expr) -> syn::Result<u32> {
    let expected =
        || syn::Error::new(value.span(), "expected seconds, from 0 to 3600, as in `ttl_seconds = 30`");
    match value {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
            number.base10_parse().ok().filter(|seconds| *seconds <= LONGEST_TTL).ok_or_else(expected)
        }
        _ => Err(expected()),
    }
}

/// A type of the function's name, so that a route's path leads to what the attribute knows.
fn named(function: &Function, name: &str, krate: &TokenStream) -> TokenStream {
    let (ident, visibility) = (&function.sig.ident, &function.vis);
    let conditions = conditions(function);
    quote! {
        #(#conditions)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #visibility struct #ident {}
        #(#conditions)*
        #[doc(hidden)]
        #[allow(dead_code, clippy::all, clippy::pedantic)]
        impl #ident {
            pub const fn pick<T>(function: T) -> #krate::Authorizer {
                ::core::mem::forget(function);
                #krate::Authorizer::builtin(#name, ::core::module_path!())
            }
        }
    }
}

/// What a route writes as its authorizer: imports, then an expression of the type `Authorizer`.
pub(crate) struct Chosen {
    pub(crate) imports: TokenStream,
    pub(crate) value: TokenStream,
}

/// A path, or one with `.with_scopes(…)` behind it.
pub(crate) fn chosen(value: &Expr, mistakes: &mut Mistakes) -> Option<Chosen> {
    if let Expr::Path(path) = value
        && let Some(kind) =
            path.path.segments.last().filter(|last| KINDS.iter().any(|kind| last.ident == kind))
    {
        let kind = &kind.ident;
        let message = format!(
            "`{kind}` is a kind of authorizer: make one, as in `const AUTHORIZER: Authorizer = {kind}::new(…);`, and write \
             `authorizer = AUTHORIZER`"
        );
        mistakes.add(value.span(), message);
        return None;
    }
    let Some((path, picked)) = picked(value) else {
        let expected = "expected the path of an authorizer, as in `authorizer = check` or \
                        `authorizer = USERS.with_scopes(&[\"read\"])`";
        mistakes.add(value.span(), expected);
        return None;
    };
    // The fallback is only seen where the path names a constant and so no type.
    let imports = quote_spanned! {at(value.span())=>
        #[allow(unused_imports)]
        use #path as __Authorizer;
        use __p::fallback::*;
    };
    Some(Chosen { imports, value: picked })
}

fn picked(value: &Expr) -> Option<(TokenStream, TokenStream)> {
    match value::plain(value) {
        Expr::Path(path) if path.qself.is_none() => {
            let pick = quote_spanned!(at(path.span())=> __Authorizer::pick(__Authorizer));
            Some((path.path.to_token_stream(), pick))
        }
        Expr::MethodCall(call) => {
            let (path, receiver) = picked(&call.receiver)?;
            let (method, arguments) = (&call.method, &call.args);
            Some((path, quote!(#receiver.#method(#arguments))))
        }
        _ => None,
    }
}
