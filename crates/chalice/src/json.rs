//! Where the members of a JSON object lie, found without reading them: an event is mostly what nobody asks for.
//!
//! Only as much is checked as it takes to find the end of each value. Whoever reads a value checks the value.

use std::borrow::Cow;

use bytes::BufMut;
use memchr::memchr2;
use serde::de::DeserializeOwned;

/// The members of an object, in order: each name, and the JSON of its value.
pub(crate) fn members(json: &str) -> Option<Members<'_>> {
    let start = space(json.as_bytes(), 0);
    let is_object = json.as_bytes().get(start) == Some(&b'{');
    is_object.then_some(Members { json, at: start + 1, state: State::First, brace: b'}' })
}

/// The elements of an array, in order; their names are empty.
pub(crate) fn elements(json: &str) -> Option<Members<'_>> {
    let start = space(json.as_bytes(), 0);
    let is_array = json.as_bytes().get(start) == Some(&b'[');
    is_array.then_some(Members { json, at: start + 1, state: State::First, brace: b']' })
}

/// The elements of an array, or the one value that stands in place of an array; without those that are null.
pub(crate) fn one_or_more(json: &str) -> impl Iterator<Item = Result<&str, Malformed>> {
    let elements = elements(json);
    let one = elements.is_none().then_some(Ok(json));
    let several = elements.into_iter().flatten().map(|element| element.map(|(_, value)| value));
    one.into_iter().chain(several).filter(|value| *value != Ok("null"))
}

/// What a JSON string says; None: it is none.
pub(crate) fn text(json: &str) -> Option<Cow<'_, str>> {
    let inside = json.strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr(b'\\', inside.as_bytes()).is_some() {
        return read(json).map(Cow::Owned);
    }
    Some(Cow::Borrowed(inside))
}

/// Any value. As bytes, like the bodies that handlers take: for text the bootstrap would hold serde_json's parser again.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_slice(json.as_bytes()).ok()
}

/// Writes a JSON string. `text` is UTF-8.
pub(crate) fn write_text(out: &mut impl BufMut, text: &[u8]) {
    out.put_slice(b"\"");
    let mut rest = text;
    loop {
        let plain = plain_length(rest);
        out.put_slice(&rest[..plain]);
        let Some(&byte) = rest.get(plain) else { break };
        match byte {
            b'"' | b'\\' => out.put_slice(&[b'\\', byte]),
            b'\n' => out.put_slice(b"\\n"),
            b'\r' => out.put_slice(b"\\r"),
            b'\t' => out.put_slice(b"\\t"),
            _ => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
                out.put_slice(&[b'\\', b'u', b'0', b'0', high, low]);
            }
        }
        rest = &rest[plain + 1..];
    }
    out.put_slice(b"\"");
}

/// How many bytes stand as they are in a JSON string.
fn plain_length(text: &[u8]) -> usize {
    let (words, _) = text.as_chunks::<8>();
    let plain_words = words.iter().take_while(|word| is_plain(u64::from_le_bytes(**word))).count();
    let rest = &text[plain_words * 8..];
    let escaped = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    plain_words * 8 + rest.iter().position(escaped).unwrap_or(rest.len())
}

/// Eight bytes at once: whether none is a quote, a backslash or below 0x20. A byte is zero where subtracting one
/// borrows from it and it has not the highest bit.
fn is_plain(word: u64) -> bool {
    let has_zero = |word: u64| word.wrapping_sub(ONES) & !word & (ONES << 7);
    let below_space = word.wrapping_sub(ONES * 0x20) & !word & (ONES << 7);
    let quote = has_zero(word ^ (ONES * u64::from(b'"')));
    let backslash = has_zero(word ^ (ONES * u64::from(b'\\')));
    below_space | quote | backslash == 0
}

/// A one in each of eight bytes.
const ONES: u64 = u64::MAX / 255;

pub(crate) struct Members<'a> {
    json: &'a str,
    at: usize,
    state: State,
    /// What closes the object or array.
    brace: u8,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum State {
    /// Nothing was read.
    First,
    Further,
    /// The closing brace, or a fault.
    Over,
}

/// What is there is not JSON.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Malformed;

impl<'a> Iterator for Members<'a> {
    type Item = Result<(Cow<'a, str>, &'a str), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state == State::Over {
            return None;
        }
        let found = self.member();
        self.state = if let Some(Some(_)) = found { State::Further } else { State::Over };
        match found {
            Some(member) => member.map(Ok),
            None => Some(Err(Malformed)),
        }
    }
}

impl<'a> Members<'a> {
    /// The outer None is a fault, the inner one the end.
    #[expect(clippy::option_option, reason = "every step may find a fault, which `?` then carries out")]
    fn member(&mut self) -> Option<Option<(Cow<'a, str>, &'a str)>> {
        let bytes = self.json.as_bytes();
        let mut at = space(bytes, self.at);
        if *bytes.get(at)? == self.brace {
            return (space(bytes, at + 1) == bytes.len()).then_some(None);
        }
        if self.state == State::Further {
            at = space(bytes, expect(bytes, at, b',')?);
        }
        let mut name = Cow::Borrowed("");
        if self.brace == b'}' {
            let (end, is_plain) = string_end(bytes, expect(bytes, at, b'"')?)?;
            name = if is_plain {
                Cow::Borrowed(&self.json[at + 1..end - 1])
            } else {
                text(&self.json[at..end])?
            };
            at = space(bytes, expect(bytes, space(bytes, end), b':')?);
        }
        let end = value_end(bytes, at)?;
        self.at = end;
        // Both ends lie beside ASCII, so no character is cut; `get` in case that is wrong.
        Some(Some((name, self.json.get(at..end)?)))
    }
}

/// Past `byte`.
fn expect(bytes: &[u8], at: usize, byte: u8) -> Option<usize> {
    (*bytes.get(at)? == byte).then_some(at + 1)
}

fn space(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => Some(string_end(bytes, at + 1)?.0),
        b'{' | b'[' => nested_end(bytes, at + 1),
        _ => {
            let rest = &bytes[at..];
            let ends =
                |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t' | b':' | b'"');
            let length = rest.iter().position(ends).unwrap_or(rest.len());
            (length > 0).then_some(at + length)
        }
    }
}

/// Past the closing quote, and whether nothing is escaped. `start` is past the opening quote.
///
/// Most strings of an event are short and plain: they are over before a call of `memchr2` would pay.
#[inline]
fn string_end(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    const SHORT: usize = 32;
    let mut at = start;
    if let Some(short) = bytes.get(start..).and_then(<[u8]>::first_chunk::<SHORT>) {
        for word in short.as_chunks().0 {
            let word = u64::from_le_bytes(*word);
            let (quotes, backslashes) = (word ^ (ONES * u64::from(b'"')), word ^ (ONES * u64::from(b'\\')));
            // The highest bit of a byte that is one of them, and of some that are not ASCII.
            let marks = (quotes.wrapping_sub(ONES) | backslashes.wrapping_sub(ONES)) & (ONES << 7);
            if marks != 0 {
                at += marks.trailing_zeros() as usize / 8;
                if bytes.get(at) == Some(&b'"') {
                    return Some((at + 1, true));
                }
                break;
            }
            at += 8;
        }
    }
    any_string_end(bytes, at)
}

/// Where nothing before `at` is a quote or a backslash.
#[cold]
fn any_string_end(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let mut is_plain = true;
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some((at + 1, is_plain));
        }
        (at, is_plain) = (at + 2, false);
    }
}

/// `at` is past the opening brace.
fn nested_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 1;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = string_end(bytes, at + 1)?.0;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 1 => return Some(at + 1),
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Vec<(String, String)>, Malformed> {
        let members = members(json).ok_or(Malformed)?;
        members.map(|member| member.map(|(name, value)| (name.into_owned(), value.to_owned()))).collect()
    }

    #[test]
    fn members_are_found_with_their_values_as_written() {
        let found =
            read(" { \"a\" : 1.5e3 , \"b\":\"x \\\" } é\",\"\\u0063\":[{\"}\":\"]\"}, 2 ],\"d\":null}\n");
        let expected = [("a", "1.5e3"), ("b", "\"x \\\" } é\""), ("c", "[{\"}\":\"]\"}, 2 ]"), ("d", "null")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(found, Ok(expected.to_vec()));
        assert_eq!(read("{}"), Ok(vec![]));
    }

    #[test]
    fn elements_are_found_in_order() {
        let found: Option<Vec<&str>> = elements("[\"a\", [1,2],{}]")
            .and_then(|found| found.map(|one| one.ok().map(|(_, value)| value)).collect());
        assert_eq!(found, Some(vec!["\"a\"", "[1,2]", "{}"]));
    }

    #[test]
    fn text_is_written_as_serde_json_reads_it() {
        let long = "plain, then \u{7f}\u{80}é\u{1f600} and \"quotes\" \\ and \n\r\t\u{0}\u{1f} at any place ";
        for start in (0..long.len()).filter(|&at| long.is_char_boundary(at)) {
            let text = &long[start..];
            let mut written = Vec::new();
            write_text(&mut written, text.as_bytes());
            assert_eq!(serde_json::from_slice::<String>(&written).ok().as_deref(), Some(text));
        }
    }

    #[test]
    fn what_is_cut_or_crooked_is_malformed() {
        let json = "{\"a\":\"b\\\"c\",\"d\":[1,{\"e\":\"f\"}],\"g\":true}";
        for end in 0..json.len() {
            assert_eq!(read(&json[..end]), Err(Malformed), "{}", &json[..end]);
        }
        for json in
            ["{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":1}}", "{,}", "{\"a\":}", "{a:1}", "[1]", "\"\\"]
        {
            assert_eq!(read(json), Err(Malformed), "{json}");
        }
    }
}
