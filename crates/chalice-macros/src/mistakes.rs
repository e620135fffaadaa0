//! Mistakes of the user, collected so that all are reported at once.

use proc_macro2::{Span, TokenStream};

#[derive(Default)]
pub(crate) struct Mistakes(Option<syn::Error>);

impl Mistakes {
    pub(crate) fn add(&mut self, span: Span, message: impl std::fmt::Display) {
        self.take_in(syn::Error::new(span, message));
    }

    pub(crate) fn take_in(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The value, or None with its mistake noted.
    pub(crate) fn note<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.take_in(error)).ok()
    }

    /// `compile_error!`s, or None if all is well.
    pub(crate) fn compile_errors(self) -> Option<TokenStream> {
        self.0.map(|error| error.to_compile_error())
    }
}
