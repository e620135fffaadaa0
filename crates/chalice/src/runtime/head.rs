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
    /// What only the end of the connection ends; also what has no body and does not say so.
    UntilClosed,
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
        let (mut framing, mut closes) = (Framing::UntilClosed, false);
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
        closes |= framing == Framing::UntilClosed;
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngAlgorithm;

    const WHOLE: &[u8] =
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: 8476\r\n\
        Lambda-Runtime-Deadline-Ms: 1542409706888\r\nTransfer-Encoding: chunked\r\nContent-Length: 12\r\n\
        Connection: close\r\n\r\n{\"body\":1}";

    fn config() -> ProptestConfig {
        let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
        ProptestConfig {
            cases: cases.unwrap_or(100_000),
            failure_persistence: None,
            rng_algorithm: RngAlgorithm::XorShift,
            ..ProptestConfig::default()
        }
    }

    fn take(bytes: &[u8]) -> io::Result<Option<Head>> {
        Head::take(&mut BytesMut::from(bytes))
    }

    #[test]
    fn a_head_is_taken_when_all_of_it_has_come_and_not_before() {
        let end = WHOLE.len() - 10;
        for length in 0..end {
            assert!(matches!(take(&WHOLE[..length]), Ok(None)), "{length}");
        }
        let mut received = BytesMut::from(WHOLE);
        let Ok(Some(head)) = Head::take(&mut received) else { unreachable!("the head is whole") };
        assert_eq!(received, &b"{\"body\":1}"[..]);
        assert_eq!((head.status, head.framing, head.closes), (200, Framing::Chunked, true));
        assert_eq!(head.get(Header::RequestId), Some("8476"));
        assert_eq!(head.get(Header::TraceId), None);
    }

    #[test]
    fn a_head_that_tells_no_length_ends_with_its_connection() {
        let Ok(Some(head)) = take(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n") else {
            unreachable!("the head is whole")
        };
        assert_eq!((head.framing, head.closes), (Framing::UntilClosed, true));
    }

    #[test]
    fn a_length_that_is_no_number_is_refused() {
        for length in ["-1", "+1", "1 2", "0x1", "99999999999999999999", ""] {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
            assert!(take(head.as_bytes()).is_err(), "{length}");
        }
    }

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn any_bytes_are_a_head_or_part_of_one_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            _ = take(&bytes);
        }

        #[test]
        fn a_head_with_any_bytes_changed_is_read_as_a_head_or_refused(
            changes in proptest::collection::vec((0..WHOLE.len(), any::<u8>()), 0..6),
        ) {
            let mut bytes = WHOLE.to_vec();
            for (place, byte) in changes {
                bytes[place] = byte;
            }
            if let Ok(Some(head)) = take(&bytes) {
                for header in [Header::RequestId, Header::Deadline, Header::ExtensionId] {
                    _ = head.get(header);
                }
            }
        }
    }
}
