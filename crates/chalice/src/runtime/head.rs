//! The head of a response of the Runtime API.

use std::io;
use std::ops::Range;

use bytes::{Bytes, BytesMut};

/// The Runtime API sends about ten headers.
const MOST_HEADERS: usize = 64;
/// A head beyond this is not the Runtime API's.
const LARGEST: usize = 64 * 1024;

/// Headers that are looked for.
const KNOWN: [&str; 7] = [
    "lambda-runtime-aws-request-id",
    "lambda-runtime-deadline-ms",
    "lambda-runtime-invoked-function-arn",
    "lambda-runtime-trace-id",
    "lambda-runtime-client-context",
    "lambda-runtime-cognito-identity",
    "lambda-extension-identifier",
];

/// By the place in [`KNOWN`].
#[derive(Clone, Copy)]
pub(super) enum Header {
    RequestId,
    Deadline,
    FunctionArn,
    TraceId,
    ClientContext,
    Identity,
    ExtensionId,
}

pub(super) struct Head {
    bytes: Bytes,
    pub(super) status: u16,
    pub(super) framing: Framing,
    /// Whether the connection ends with this response.
    pub(super) closes: bool,
    known: [Option<Range<usize>>; KNOWN.len()],
}

/// What follows the head.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Framing {
    Length(usize),
    Chunked,
}

impl Head {
    /// Takes the head from what was received. None: it has not all come.
    pub(super) fn take(received: &mut BytesMut) -> io::Result<Option<Self>> {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut parsed = httparse::Response::new(&mut headers);
        let length = match parsed.parse(received) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) if received.len() > LARGEST => {
                return Err(invalid("the head of a response is larger than 64 KB"));
            }
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(error) => return Err(invalid(&format!("not an HTTP response: {error}"))),
        };
        let (mut framing, mut closes) = (Framing::Length(0), false);
        let mut known: [Option<Range<usize>>; KNOWN.len()] = Default::default();
        for header in parsed.headers.iter() {
            let is = |name: &str| header.name.eq_ignore_ascii_case(name);
            if is("content-length") {
                // Chunks win, as RFC 9112 has it.
                if framing != Framing::Chunked {
                    framing = Framing::Length(content_length(header.value)?);
                }
            } else if is("transfer-encoding") {
                if header.value.eq_ignore_ascii_case(b"chunked") {
                    framing = Framing::Chunked;
                }
            } else if is("connection") {
                closes = header.value.eq_ignore_ascii_case(b"close");
            } else if let Some(place) = KNOWN.iter().position(|name| is(name)) {
                let start = header.value.as_ptr().addr() - received.as_ptr().addr();
                known[place] = Some(start..start + header.value.len());
            }
        }
        let status = parsed.code.unwrap_or_default();
        let bytes = received.split_to(length).freeze();
        Ok(Some(Self { bytes, status, framing, closes, known }))
    }

    /// The value, if it is text.
    pub(super) fn get(&self, header: Header) -> Option<&str> {
        std::str::from_utf8(&self.bytes[self.known[header as usize].clone()?]).ok()
    }
}

fn content_length(value: &[u8]) -> io::Result<usize> {
    let digits =
        std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| invalid("Content-Length is no number"))
}

pub(super) fn invalid(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.to_owned())
}
