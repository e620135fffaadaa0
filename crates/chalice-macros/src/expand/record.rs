//! A record of the manifest and its registration, in as few tokens as can be: each costs every route of every
//! application its share of a compile.

use chalice_manifest::FrameworkVersion;
use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;

use super::json;

/// A record while it is put together.
pub(crate) struct Record {
    /// All that the macro knows, up to the place.
    json: String,
    /// What stands behind the place, and with it all that only const evaluation knows.
    behind: Vec<Piece>,
    is_behind: bool,
}

enum Piece {
    Json(String),
    /// A `Piece` of the crate `chalice`.
    Const(TokenStream),
}

impl Record {
    pub(crate) fn new(kind: &str) -> Self {
        Self { json: format!("{{\"kind\":\"{kind}\""), behind: Vec::new(), is_behind: false }
    }

    /// Fields, each with a comma before it.
    pub(crate) fn json(&mut self, fields: &str) {
        match self.behind.last_mut() {
            _ if !self.is_behind => self.json.push_str(fields),
            Some(Piece::Json(json)) => json.push_str(fields),
            _ => self.behind.push(Piece::Json(fields.to_owned())),
        }
    }

    /// What follows holds constants between its JSON. It costs more than what stands before the place.
    pub(crate) fn behind_place(&mut self) {
        self.is_behind = true;
    }

    /// A constant; outside of [`behind_place`](Self::behind_place) it is a field by itself.
    pub(crate) fn piece(&mut self, piece: TokenStream) {
        self.behind.push(Piece::Const(piece));
    }

    /// The frame in its section of the binary, and the entry that leads the runtime to it and to the handler.
    ///
    /// On Linux, where every bootstrap is built, what linkme's attribute comes to is written out: it costs a fifth of an
    /// application's compile, for a check of a type that stands here anyway. `chalice` asks for the one version of
    /// linkme whose section this is.
    pub(crate) fn registered(&self, handler: &TokenStream) -> TokenStream {
        let known = self.known();
        let pieces: Vec<TokenStream> = self.behind.iter().map(Piece::tokens).collect();
        let length = known.len();
        let known = Literal::byte_string(&known);
        quote! {
            #[cfg_attr(target_os = "linux", unsafe(link_section = "rchalice_manifest"))]
            #[used]
            static __FRAME: [u8; #length + ::core::module_path!().len() + __p::END #(+ #pieces.length())*] =
                __p::frame(#known, ::core::module_path!(), &[#(#pieces),*]);
            #[cfg_attr(target_os = "linux", used, unsafe(link_section = "linkme_ENTRIES_0_1_0"))]
            #[cfg_attr(
                not(target_os = "linux"),
                __p::linkme::distributed_slice(__p::ENTRIES_0_1_0),
                linkme(crate = __p::linkme)
            )]
            static __ENTRY: __p::Entry = __p::Entry { frame: &__FRAME, handler: #handler };
        }
    }

    /// The frame up to the module's path, which only the compiler knows.
    fn known(&self) -> Vec<u8> {
        let target = if variable("CARGO_BIN_NAME").is_some() { "bin" } else { "lib" };
        let attribute = Span::call_site().unwrap();
        let place = format!(
            ",\"place\":{{\"package\":{},\"version\":{},\"target\":\"{target}\",\"file\":{},\"line\":{},\"module\":\"",
            json(&package_name()),
            json(&variable("CARGO_PKG_VERSION").unwrap_or_default()),
            json(&attribute.file()),
            attribute.line(),
        );
        let header = chalice_manifest::header(FRAMEWORK, 0);
        [&header[..], self.json.as_bytes(), place.as_bytes()].concat()
    }
}

impl Piece {
    fn tokens(&self) -> TokenStream {
        match self {
            Self::Json(json) => quote!(__p::Piece::Json(#json)),
            Self::Const(piece) => piece.clone(),
        }
    }
}

/// The version of `chalice`, which takes these macros of its own version alone.
const FRAMEWORK: FrameworkVersion = FrameworkVersion {
    major: number(env!("CARGO_PKG_VERSION_MAJOR")),
    minor: number(env!("CARGO_PKG_VERSION_MINOR")),
    patch: number(env!("CARGO_PKG_VERSION_PATCH")),
};

#[expect(clippy::panic, reason = "runs in const evaluation: cargo only lets numbers through")]
const fn number(text: &str) -> u16 {
    match u16::from_str_radix(text, 10) {
        Ok(number) => number,
        Err(_) => panic!("a version is made of numbers"),
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
