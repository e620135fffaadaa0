//! The function below an attribute.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{
    Attribute, Expr, ExprLit, FnArg, Lit, Meta, Pat, ReturnType, Safety, Signature, Token, Type, Visibility,
};

use crate::mistakes::Mistakes;

/// A function as it was written. Its body is the compiler's to read: to look at it here too would cost every build.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    tokens: TokenStream,
}

impl Function {
    pub(crate) fn parse(item: &TokenStream) -> syn::Result<Self> {
        let mut trees: Vec<TokenTree> = item.clone().into_iter().collect();
        let body = trees
            .pop_if(|last| matches!(last, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace));
        let parse = |input: ParseStream<'_>| {
            let attrs = input.call(Attribute::parse_outer)?;
            let (vis, sig) = (input.parse()?, Signature::parse(input)?);
            // Where a body would stand.
            input.parse::<Option<Token![;]>>()?;
            Ok(Self { attrs, vis, sig, tokens: item.clone() })
        };
        let function = parse.parse2(trees.into_iter().collect())?;
        match body {
            Some(_) => Ok(function),
            None => Err(syn::Error::new(function.sig.span(), "it has no body")),
        }
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.clone());
    }
}

/// One argument of a handler.
pub(crate) struct Argument<'a> {
    /// Its name, if the pattern is a plain one: without `r#` and leading `_`.
    pub(crate) name: Option<String>,
    pub(crate) pattern: &'a Pat,
    pub(crate) ty: &'a Type,
}

/// The arguments; whatever cannot be called by us is a mistake.
pub(crate) fn arguments<'a>(function: &'a Function, mistakes: &mut Mistakes) -> Vec<Argument<'a>> {
    let signature = &function.sig;
    if signature.generics.type_params().next().is_some() || signature.generics.const_params().next().is_some()
    {
        mistakes.add(signature.generics.span(), "a handler cannot be generic: nobody would choose its types");
    } else if !signature.generics.params.is_empty() {
        let message = "a handler has no lifetimes: it owns what it takes, as in `name: String`";
        mistakes.add(signature.generics.span(), message);
    }
    if let Safety::Unsafe(token) = &signature.safety {
        mistakes.add(token.span(), "a handler cannot be `unsafe`");
    }
    let mut arguments = Vec::new();
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                mistakes.add(receiver.span(), "a handler is a free function, without `self`");
            }
            FnArg::Typed(typed) => {
                let ty = plain(&typed.ty);
                if let Type::ImplTrait(ty) = ty {
                    mistakes.add(ty.span(), "an argument of a handler needs a named type");
                }
                if let Pat::TupleStruct(pattern) = &*typed.pat
                    && pattern.path.segments.last().is_some_and(|last| last.ident == "State")
                {
                    let message =
                        "`State` is taken whole and then used as what it holds, as in `db: State<Db>`";
                    mistakes.add(pattern.span(), message);
                }
                arguments.push(Argument { name: plain_name(&typed.pat), pattern: &typed.pat, ty });
            }
        }
    }
    arguments
}

fn plain_name(pattern: &Pat) -> Option<String> {
    match pattern {
        Pat::Ident(pattern) => Some(comparable(&pattern.ident.unraw().to_string()).to_owned()),
        _ => None,
    }
}

/// A name as arguments and path parameters are compared: a leading `_` only says that it is not used.
pub(crate) fn comparable(name: &str) -> &str {
    name.trim_start_matches('_')
}

/// What the function returns; None for nothing.
pub(crate) fn return_type(function: &Function) -> Option<&Type> {
    match &function.sig.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some(plain(ty)),
    }
}

/// What a variable of a user's macro stands for.
fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => plain(&group.elem),
        ty => ty,
    }
}

/// The last word of a type: `Json` of `chalice::Json<User>`.
pub(crate) fn last_segment(ty: &Type) -> Option<&Ident> {
    match plain(ty) {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// The doc comment: its first paragraph as one line, as rustdoc has it, and the rest.
pub(crate) fn documentation(attributes: &[Attribute]) -> (Option<String>, Option<String>) {
    let lines: Vec<String> = attributes.iter().filter_map(doc_line).collect();
    let text = lines.join("\n");
    let (first, rest) = text.trim().split_once("\n\n").unwrap_or((text.trim(), ""));
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (filled(&first.replace('\n', " ")), filled(rest.trim()))
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &meta.value else { return None };
    let text = text.value();
    meta.path.is_ident("doc").then(|| text.strip_prefix(' ').unwrap_or(&text).trim_end().to_owned())
}

/// What decides whether the function is there at all.
pub(crate) fn conditions(function: &Function) -> Vec<&Attribute> {
    function.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}
