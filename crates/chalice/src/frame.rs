//! A record's frame, made in const evaluation: what the attribute knows, which is most of it, then the module's path and
//! the user's constants. Whole arrays are copied where that can be, for const evaluation by the byte would cost a build
//! milliseconds a route.
#![allow(missing_docs)] // public for the expansions of the attributes alone

use chalice_manifest::with_length;

use crate::Cors;
use crate::authorizer::{Authorizer, Kind};

/// What stands in a record behind its place: mostly a field that holds a constant of the user's.
#[derive(Clone, Copy)]
pub enum Piece<'a> {
    /// JSON as it is.
    Json(&'a str),
    /// Those of all arguments; nothing where that is what a route accepts anyway.
    ContentTypes(&'a [Accepts]),
    /// The application's.
    Cors(&'a Cors),
    /// A route's.
    OwnCors(&'a Cors),
    Authorizer(&'a Authorizer),
    /// Values alone.
    Text(&'a str),
    Number(u32),
    Truth(bool),
}

/// The content types of one argument.
#[derive(Clone, Copy)]
pub enum Accepts {
    Any,
    Json,
    Types(&'static [&'static str]),
}

/// The bytes that close the module, the place and the record.
pub const END: usize = b"\"}}".len();

impl Accepts {
    pub const fn of(types: &'static [&'static str]) -> Self {
        match types {
            [] => Self::Any,
            [only] if equal(only.as_bytes(), b"application/json") => Self::Json,
            types => Self::Types(types),
        }
    }

    const fn types(self) -> &'static [&'static str] {
        match self {
            Self::Any => &[],
            Self::Json => &["application/json"],
            Self::Types(types) => types,
        }
    }
}

impl Piece<'_> {
    /// The bytes that it adds to a frame.
    pub const fn length(&self) -> usize {
        self.write(Writer { to: &mut [], at: 0 }).at
    }

    const fn write<'b>(&self, writer: Writer<'b>) -> Writer<'b> {
        match *self {
            Piece::Json(json) => writer.copy(json.as_bytes()),
            Piece::Text(text) => writer.text(text),
            Piece::Number(number) => writer.number(number),
            Piece::Truth(truth) => writer.copy(if truth { b"true" } else { b"false" }),
            Piece::ContentTypes(lists) if accepts_json(lists) => writer,
            Piece::ContentTypes(lists) => writer.copy(b",\"content_types\":").content_types(lists),
            Piece::Cors(cors) => writer.copy(b",\"cors\":").cors(cors),
            Piece::OwnCors(cors) => writer.copy(b",\"cors\":{\"own\":").cors(cors).copy(b"}"),
            Piece::Authorizer(authorizer) => writer.copy(b",\"authorizer\":").authorizer(authorizer),
        }
    }
}

/// The frame of a record whose JSON `known` is up to the module's path. `N` is the length of all that.
pub const fn frame<const N: usize, const KNOWN: usize>(
    known: &[u8; KNOWN],
    module: &str,
    pieces: &[Piece<'_>],
) -> [u8; N] {
    let mut bytes = [0; N];
    if let Some((start, rest)) = bytes.split_first_chunk_mut() {
        *start = *known;
        let rest = copy(rest, module.as_bytes());
        if let [quote, place, rest @ ..] = rest {
            (*quote, *place) = (b'"', b'}');
            let rest = if pieces.is_empty() { rest } else { write(pieces, rest) };
            if let [record] = rest {
                *record = b'}';
            }
        }
    }
    with_length(bytes)
}

const fn write<'b>(pieces: &[Piece<'_>], to: &'b mut [u8]) -> &'b mut [u8] {
    let mut writer = Writer { to, at: 0 };
    let mut rest = pieces;
    while let [piece, others @ ..] = rest {
        writer = piece.write(writer);
        rest = others;
    }
    writer.to
}

/// Returns the room behind it. Several bytes at a step, for each step of const evaluation costs.
const fn copy<'b>(mut to: &'b mut [u8], mut from: &[u8]) -> &'b mut [u8] {
    while let [f0, f1, f2, f3, f4, f5, f6, f7, more @ ..] = from {
        let [t0, t1, t2, t3, t4, t5, t6, t7, room @ ..] = to else { return &mut [] };
        *t0 = *f0;
        *t1 = *f1;
        *t2 = *f2;
        *t3 = *f3;
        *t4 = *f4;
        *t5 = *f5;
        *t6 = *f6;
        *t7 = *f7;
        (to, from) = (room, more);
    }
    while let [byte, more @ ..] = from {
        let [place, room @ ..] = to else { return &mut [] };
        *place = *byte;
        (to, from) = (room, more);
    }
    to
}

/// Writes where there is room and only counts where there is none.
struct Writer<'b> {
    to: &'b mut [u8],
    at: usize,
}

impl Writer<'_> {
    const fn copy(self, from: &[u8]) -> Self {
        let Self { to, at } = self;
        Self { to: copy(to, from), at: at + from.len() }
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
    const fn content_types(self, arguments: &[Accepts]) -> Self {
        let mut writer = self.copy(b"[");
        let mut empty = true;
        let mut argument = 0;
        while argument < arguments.len() {
            let types = arguments[argument].types();
            let mut item = 0;
            while item < types.len() {
                if !stands_before(arguments, argument, item) {
                    writer = if empty { writer } else { writer.copy(b",") };
                    writer = writer.text(types[item]);
                    empty = false;
                }
                item += 1;
            }
            argument += 1;
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

/// JSON or nothing in particular, as with nearly every route.
const fn accepts_json(arguments: &[Accepts]) -> bool {
    let mut rest = arguments;
    while let [argument, others @ ..] = rest {
        if let Accepts::Types(_) = argument {
            return false;
        }
        rest = others;
    }
    true
}

const fn stands_before(arguments: &[Accepts], argument: usize, item: usize) -> bool {
    let wanted = arguments[argument].types()[item].as_bytes();
    let (mut earlier, mut at) = (0, 0);
    while earlier < argument || at < item {
        let types = arguments[earlier].types();
        if at == types.len() {
            (earlier, at) = (earlier + 1, 0);
            continue;
        }
        if equal(types[at].as_bytes(), wanted) {
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
    use chalice_manifest::{FrameworkVersion, HEADER_LEN};
    use serde_json::{Value, json};

    const HEADER: [u8; HEADER_LEN] =
        chalice_manifest::header(FrameworkVersion { major: 1, minor: 2, patch: 3 }, 0);
    const KNOWN: [u8; HEADER_LEN + 21] = {
        let mut known = [0; HEADER_LEN + 21];
        known.split_at_mut(HEADER_LEN).0.copy_from_slice(&HEADER);
        known.split_at_mut(HEADER_LEN).1.copy_from_slice(br#"{"place":{"module":"a"#);
        known
    };

    macro_rules! json_of {
        ($($piece:expr),*) => {{
            static FRAME: [u8; KNOWN.len() + "::b".len() + END $(+ $piece.length())*] =
                frame(&KNOWN, "::b", &[$($piece),*]);
            let frames = chalice_manifest::frames(&FRAME).map_err(|error| error.to_string());
            let frames = frames.unwrap_or_default();
            assert_eq!(frames.len(), 1);
            let mut json: Value = serde_json::from_slice(frames[0].json).unwrap_or_default();
            assert_eq!(json["place"].take(), json!({"module": "a::b"}));
            json
        }};
    }

    #[test]
    fn content_types_stand_once_and_only_where_they_are_not_json() {
        const fn accepts(types: &'static [&'static str]) -> Accepts {
            Accepts::of(types)
        }
        const JSON: Accepts = accepts(&["application/json"]);
        const SOME: &[Accepts] =
            &[accepts(&["a/b", "c/d"]), accepts(&[]), JSON, accepts(&["c/d", "e/f", "a/b"]), JSON];
        assert_eq!(json_of!()["content_types"], Value::Null);
        assert_eq!(json_of!(Piece::ContentTypes(&[accepts(&[])]))["content_types"], Value::Null);
        assert_eq!(json_of!(Piece::ContentTypes(&[JSON, accepts(&[]), JSON]))["content_types"], Value::Null);
        assert_eq!(
            json_of!(Piece::ContentTypes(SOME))["content_types"],
            json!(["a/b", "c/d", "application/json", "e/f"])
        );
    }

    #[test]
    fn cors_is_written_as_the_record_reads_it() {
        const CORS: Cors = Cors::origins(&["https://a", "${B}"])
            .allow_headers(&["X-\"A\" \\ \n\u{1}é", ""])
            .expose_headers(&["E1", "E2"])
            .max_age(86_400)
            .allow_credentials(true);
        let read: chalice_manifest::Cors =
            serde_json::from_value(json_of!(Piece::Cors(&CORS))["cors"].take())
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
        assert_eq!(json_of!(Piece::OwnCors(&Cors::any().max_age(0)))["cors"]["own"]["max_age"], 0);
    }
}
