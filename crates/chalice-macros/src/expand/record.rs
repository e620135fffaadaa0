//! A record of the manifest and its registration, in as few tokens as can be: each costs every route of every
//! application its share of a compile.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::json;

/// The JSON of a record while it is put together.
pub(crate) struct Record {
    /// Up to the module's path, which only the compiler knows.
    start: String,
    pieces: Vec<Piece>,
}

enum Piece {
    Json(String),
    /// A `Piece` of the crate `chalice`, written in const evaluation.
    Const(TokenStream),
}

impl Record {
    pub(crate) fn new(kind: &str) -> Self {
        let target = if variable("CARGO_BIN_NAME").is_some() { "bin" } else { "lib" };
        let start = format!(
            "{{\"kind\":\"{kind}\",\"place\":{{\"package\":{},\"version\":{},\"target\":\"{target}\",\"module\":\"",
            json(&package_name()),
            json(&variable("CARGO_PKG_VERSION").unwrap_or_default()),
        );
        let attribute = Span::call_site().unwrap();
        let place = format!("\",\"file\":{},\"line\":{}}}", json(&attribute.file()), attribute.line());
        Self { start, pieces: vec![Piece::Json(place)] }
    }

    pub(crate) fn json(&mut self, more: &str) {
        match self.pieces.last_mut() {
            Some(Piece::Json(json)) => json.push_str(more),
            _ => self.pieces.push(Piece::Json(more.to_owned())),
        }
    }

    pub(crate) fn piece(&mut self, piece: TokenStream) {
        self.pieces.push(Piece::Const(piece));
    }

    /// The frame in its section of the binary, and the entry that leads the runtime to it and to the handler.
    pub(crate) fn registered(&self, krate: &TokenStream, handler: &TokenStream) -> TokenStream {
        let start = &self.start;
        let (first, others) = match &self.pieces[..] {
            [Piece::Json(first), others @ ..] => (first.as_str(), others),
            others => ("", others),
        };
        let others = others.iter().map(|piece| match piece {
            Piece::Json(json) => quote!(__p::Piece::Json(#json)),
            Piece::Const(piece) => piece.clone(),
        });
        quote! {
            const __PIECES: &[__p::Piece<'_>] = &[
                __p::Piece::Json(::core::concat!(#start, ::core::module_path!(), #first)),
                #(#others),*
            ];
            #[cfg_attr(
                any(target_os = "linux", target_os = "android", target_os = "freebsd"),
                unsafe(link_section = "rchalice_manifest")
            )]
            #[used]
            static __FRAME: [u8; __p::length(__PIECES)] = __p::frame(__PIECES);
            #[__p::linkme::distributed_slice(__p::ENTRIES_0_1_0)]
            #[linkme(crate = #krate::__private::linkme)]
            static __ENTRY: __p::Entry = __p::Entry { frame: &__FRAME, handler: #handler };
        }
    }
}

/// As in its Cargo.toml.
pub(crate) fn package_name() -> String {
    variable("CARGO_PKG_NAME").unwrap_or_default()
}

/// What cargo says of the package that is compiled.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
