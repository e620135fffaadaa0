//! A record's frame, made in const evaluation: literals that the attributes wrote, with the user's constants
//! between them. Whole slices are copied, for const evaluation by the byte would cost a build milliseconds a route.
#![allow(missing_docs)] // public for the expansions of the attributes alone

use chalice_manifest::{FrameworkVersion, HEADER_LEN};

use crate::Cors;
use crate::authorizer::{Authorizer, Kind};

/// A part of a record's JSON.
#[derive(Clone, Copy)]
pub enum Piece<'a> {
    /// JSON as it is.
    Json(&'a str),
    /// Content types of all arguments; JSON if there are none.
    ContentTypes(&'a [&'a [&'a str]]),
    Cors(&'a Cors),
    Authorizer(&'a Authorizer),
    Text(&'a str),
    Number(u32),
    Truth(bool),
}

/// This crate's version, as every frame carries it.
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

/// The length of the frame that [`frame`] makes.
pub const fn length(pieces: &[Piece<'_>]) -> usize {
    write(pieces, Writer { bytes: &mut [], at: HEADER_LEN }).at
}

/// The frame: header, then JSON. `N` is what [`length`] says.
pub const fn frame<const N: usize>(pieces: &[Piece<'_>]) -> [u8; N] {
    let mut bytes = [0; N];
    let writer = Writer { bytes: &mut bytes, at: 0 };
    let header = chalice_manifest::header(FRAMEWORK, N - HEADER_LEN);
    _ = write(pieces, writer.copy(&header));
    bytes
}

const fn write<'b>(pieces: &[Piece<'_>], mut writer: Writer<'b>) -> Writer<'b> {
    let mut rest = pieces;
    while let [piece, others @ ..] = rest {
        writer = match *piece {
            Piece::Json(json) => writer.copy(json.as_bytes()),
            Piece::ContentTypes(lists) => writer.content_types(lists),
            Piece::Cors(cors) => writer.cors(cors),
            Piece::Authorizer(authorizer) => writer.authorizer(authorizer),
            Piece::Text(text) => writer.text(text),
            Piece::Number(number) => writer.number(number),
            Piece::Truth(truth) => writer.copy(if truth { b"true" } else { b"false" }),
        };
        rest = others;
    }
    writer
}

/// Writes where there is room and only counts where there is none.
struct Writer<'b> {
    bytes: &'b mut [u8],
    at: usize,
}

impl Writer<'_> {
    const fn copy(self, from: &[u8]) -> Self {
        let Self { bytes, at } = self;
        let end = at + from.len();
        if end <= bytes.len() {
            bytes.split_at_mut(at).1.split_at_mut(from.len()).0.copy_from_slice(from);
        }
        Self { bytes, at: end }
    }

    /// A JSON string.
    const fn text(self, text: &str) -> Self {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let bytes = text.as_bytes();
        let mut writer = self.copy(b"\"");
        let (mut from, mut at) = (0, 0);
        while at < bytes.len() {
            let byte = bytes[at];
            if byte == b'"' || byte == b'\\' || byte < 0x20 {
                writer = writer.copy(bytes.split_at(at).0.split_at(from).1);
                writer = match byte {
                    b'"' | b'\\' => writer.copy(&[b'\\', byte]),
                    _ => {
                        let (high, low) = (HEX[(byte >> 4) as usize], HEX[(byte & 15) as usize]);
                        writer.copy(&[b'\\', b'u', b'0', b'0', high, low])
                    }
                };
                from = at + 1;
            }
            at += 1;
        }
        writer.copy(bytes.split_at(from).1).copy(b"\"")
    }

    const fn texts(self, texts: &[&str]) -> Self {
        let mut writer = self.copy(b"[");
        let mut rest = texts;
        while let [text, others @ ..] = rest {
            writer = writer.text(text);
            if !others.is_empty() {
                writer = writer.copy(b",");
            }
            rest = others;
        }
        writer.copy(b"]")
    }

    /// Each content type once, however many arguments name it.
    const fn content_types(self, lists: &[&[&str]]) -> Self {
        if is_json(lists) {
            return self.copy(b"[\"application/json\"]");
        }
        let mut writer = self.copy(b"[");
        let mut empty = true;
        let mut list = 0;
        while list < lists.len() {
            let mut item = 0;
            while item < lists[list].len() {
                if !stands_before(lists, list, item) {
                    writer = if empty { writer } else { writer.copy(b",") };
                    writer = writer.text(lists[list][item]);
                    empty = false;
                }
                item += 1;
            }
            list += 1;
        }
        writer.copy(b"]")
    }

    const fn cors(self, cors: &Cors) -> Self {
        let writer = self.copy(b"{\"allow_origins\":").texts(cors.allowed_origins());
        let writer = writer.copy(b",\"allow_headers\":").texts(cors.allow_headers);
        let writer = writer.copy(b",\"expose_headers\":").texts(cors.expose_headers);
        let writer = writer.copy(b",\"max_age\":");
        let writer = match cors.max_age {
            Some(seconds) => writer.number(seconds),
            None => writer.copy(b"null"),
        };
        let writer = writer.copy(b",\"allow_credentials\":");
        writer.copy(if cors.allow_credentials { b"true" } else { b"false" }).copy(b"}")
    }

    const fn authorizer(self, authorizer: &Authorizer) -> Self {
        let writer = self.copy(b"{\"kind\":");
        let writer = match &authorizer.kind {
            Kind::Iam => writer.copy(b"\"iam\""),
            Kind::Builtin { name, module } => {
                let writer = writer.copy(b"{\"builtin\":{\"name\":").text(name);
                writer.copy(b",\"module\":").text(module).copy(b"}}")
            }
            Kind::Cognito { name, header, provider_arns } => {
                let writer = writer.copy(b"{\"cognito\":{\"name\":").text(name);
                let writer = writer.copy(b",\"header\":").text(header);
                writer.copy(b",\"provider_arns\":").texts(provider_arns).copy(b"}}")
            }
            Kind::Custom(custom) => {
                let writer = writer.copy(b"{\"custom\":{\"name\":").text(custom.name);
                let writer = writer.copy(b",\"header\":").text(custom.header);
                let writer = writer.copy(b",\"uri\":").text(custom.uri);
                let writer = writer.copy(b",\"ttl_seconds\":").number(custom.ttl_seconds);
                let writer = writer.copy(b",\"invoke_role\":");
                let writer = match custom.invoke_role {
                    Some(role) => writer.text(role),
                    None => writer.copy(b"null"),
                };
                writer.copy(b"}}")
            }
        };
        writer.copy(b",\"scopes\":").texts(authorizer.scopes).copy(b"}")
    }

    const fn number(self, number: u32) -> Self {
        let mut writer = self;
        let mut unit = 1;
        while number / unit >= 10 {
            unit *= 10;
        }
        while unit > 0 {
            #[allow(clippy::cast_possible_truncation)] // below 10
            let digit = (number / unit % 10) as u8;
            writer = writer.copy(&[b'0' + digit]);
            unit /= 10;
        }
        writer
    }
}

/// Nothing but JSON, or nothing at all, as with nearly every route: told and written without a look at each byte.
const fn is_json(lists: &[&[&str]]) -> bool {
    const JSON: u128 = u128::from_ne_bytes(*b"application/json");
    let mut rest = lists;
    while let [list, others @ ..] = rest {
        match list {
            [] => {}
            [one] => match one.as_bytes().split_first_chunk::<16>() {
                Some((start, [])) if u128::from_ne_bytes(*start) == JSON => {}
                _ => return false,
            },
            _ => return false,
        }
        rest = others;
    }
    true
}

const fn stands_before(lists: &[&[&str]], list: usize, item: usize) -> bool {
    let wanted = lists[list][item].as_bytes();
    let (mut earlier, mut at) = (0, 0);
    while earlier < list || at < item {
        if at == lists[earlier].len() {
            (earlier, at) = (earlier + 1, 0);
            continue;
        }
        if equal(lists[earlier][at].as_bytes(), wanted) {
            return true;
        }
        at += 1;
    }
    false
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    macro_rules! json_of {
        ($($piece:expr),*) => {{
            const PIECES: &[Piece<'_>] = &[$($piece),*];
            static FRAME: [u8; length(PIECES)] = frame(PIECES);
            let frames = chalice_manifest::frames(&FRAME).map_err(|error| error.to_string());
            let frames = frames.unwrap_or_default();
            assert_eq!(frames.len(), 1);
            serde_json::from_slice::<Value>(frames[0].json).unwrap_or_default()
        }};
    }

    #[test]
    fn content_types_stand_once_and_default_to_json() {
        const NONE: &[&[&str]] = &[&[], &[]];
        const JSON: &[&[&str]] = &[&["application/json"], &[], &["application/json"]];
        const SOME: &[&[&str]] = &[&["a/b", "c/d"], &[], &["c/d", "e/f", "a/b"]];
        assert_eq!(json_of!(Piece::ContentTypes(NONE)), json!(["application/json"]));
        assert_eq!(json_of!(Piece::ContentTypes(JSON)), json!(["application/json"]));
        assert_eq!(json_of!(Piece::ContentTypes(SOME)), json!(["a/b", "c/d", "e/f"]));
    }

    #[test]
    fn cors_is_written_as_the_record_reads_it() {
        const CORS: Cors = Cors::origins(&["https://a", "${B}"])
            .allow_headers(&["X-\"A\" \\ \n\u{1}é", ""])
            .expose_headers(&["E1", "E2"])
            .max_age(86_400)
            .allow_credentials(true);
        let read: chalice_manifest::Cors = serde_json::from_value(json_of!(Piece::Cors(&CORS)))
            .unwrap_or_else(|error| unreachable!("{error}"));
        let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let expected = chalice_manifest::Cors {
            allow_origins: texts(&["https://a", "${B}"]),
            allow_headers: texts(&["X-\"A\" \\ \n\u{1}é", ""]),
            expose_headers: texts(&["E1", "E2"]),
            max_age: Some(86_400),
            allow_credentials: true,
        };
        assert_eq!(read, expected);
        assert_eq!(json_of!(Piece::Cors(&Cors::any().max_age(0)))["max_age"], 0);
    }
}
