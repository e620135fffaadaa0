//! Values of options.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, LitStr};

use crate::mistakes::Mistakes;

/// What a variable of a user's macro stands for.
pub(crate) fn plain(value: &Expr) -> &Expr {
    match value {
        Expr::Group(group) => plain(&group.expr),
        value => value,
    }
}

pub(crate) fn text(value: &Expr) -> syn::Result<LitStr> {
    match plain(value) {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Ok(text.clone()),
        other => Err(syn::Error::new(other.span(), "expected text, as in `\"users\"`")),
    }
}

pub(crate) fn truth(value: &Expr) -> syn::Result<bool> {
    match plain(value) {
        Expr::Lit(ExprLit { lit: Lit::Bool(truth), .. }) => Ok(truth.value),
        other => Err(syn::Error::new(other.span(), "expected `true` or `false`")),
    }
}

/// A list of literals: `example` shows one.
pub(crate) fn texts(value: &Expr, example: &str, mistakes: &mut Mistakes) -> Vec<LitStr> {
    let Expr::Array(array) = plain(value) else {
        mistakes.add(value.span(), format!("expected a list, as in `{example}`"));
        return Vec::new();
    };
    if array.elems.is_empty() {
        mistakes.add(value.span(), format!("expected at least one entry, as in `{example}`"));
    }
    let entry = |element| {
        text(element)
            .map_err(|error| syn::Error::new(error.span(), format!("expected text, as in `{example}`")))
    };
    array.elems.iter().filter_map(|element| mistakes.note(entry(element))).collect()
}

/// The path of the crate `chalice`: the option `crate`, else `::chalice`.
pub(crate) fn krate(value: Option<&Expr>, mistakes: &mut Mistakes) -> TokenStream {
    match value {
        None => quote!(::chalice),
        Some(Expr::Path(path)) => path.to_token_stream(),
        Some(other) => {
            mistakes
                .add(other.span(), "expected the path of the crate `chalice`, as in `crate = my_chalice`");
            quote!(::chalice)
        }
    }
}
