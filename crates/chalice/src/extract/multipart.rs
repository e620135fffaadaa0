//! Forms with files: `multipart/form-data`.

use bytes::Bytes;

use super::FromRequest;
use crate::state::Needs;
use crate::{Error, Request, Result};

/// A body of the type `multipart/form-data`: what a browser sends for a form with files.
///
/// ```
/// use chalice::prelude::*;
///
/// #[post("/photos")]
/// async fn upload(form: Multipart) -> Result<String> {
///     let photo = form.part("photo").ok_or_else(|| Error::bad_request("`photo` is missing"))?;
///     Ok(format!("{} has {} bytes", photo.file_name().unwrap_or("a photo"), photo.bytes().len()))
/// }
/// ```
///
/// So that API Gateway hands files over whole, `multipart/form-data` is one of the application's binary types wherever a
/// route takes nothing else.
#[derive(Clone, Debug, Default)]
pub struct Multipart {
    parts: Vec<Part>,
}

/// One field of a [`Multipart`] form.
///
/// ```
/// use chalice::prelude::*;
///
/// #[post("/upload")]
/// async fn upload(parts: Multipart) -> Result<String> {
///     let Some(file) = parts.part("file") else { return Err(Error::bad_request("no file")) };
///     Ok(format!("{}: {} bytes", file.file_name().unwrap_or("unnamed"), file.bytes().len()))
/// }
///
/// #[post("/fields")]
/// async fn fields(form: Multipart) -> Result<()> {
///     for part in form.parts() {
///         match part.content_type() {
///             Some(of_a_file) => println!("{} is a file: {of_a_file}", part.name()),
///             None => println!("{} is {}", part.name(), part.text()?),
///         }
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Part {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    bytes: Bytes,
}

impl Multipart {
    /// The first field of this name.
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }

    /// Every field, in the order sent.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }
}

impl Part {
    /// The field's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's name on the sender's machine; None where the field is no file.
    pub fn file_name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    /// What the sender says the field is.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// What the field holds.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// What the field holds, as text.
    ///
    /// # Errors
    /// A 400 that names the field, where it is no UTF-8.
    pub fn text(&self) -> Result<&str> {
        let not_text = |_| Error::bad_request(format!("form field `{}` is not UTF-8", self.name));
        std::str::from_utf8(&self.bytes).map_err(not_text)
    }
}

impl FromRequest for Multipart {
    const NEEDS: Needs = Needs::Nothing;
    const CONTENT_TYPES: &'static [&'static str] = &["multipart/form-data"];

    async fn from_request(request: &Request) -> Result<Self> {
        let content_type = request.headers().get("content-type").unwrap_or_default();
        let wrong = |why: &str| Error::bad_request(format!("The multipart body cannot be read: {why}"));
        let boundary = parameter(content_type, "boundary")
            .filter(|boundary| !boundary.is_empty())
            .ok_or_else(|| wrong("its content type names no boundary"))?;
        parts(&request.raw_body(), &boundary).map(|parts| Self { parts }).map_err(wrong)
    }
}

fn parts(body: &Bytes, boundary: &str) -> Result<Vec<Part>, &'static str> {
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    let first = &delimiter[2..];
    let mut at = if body.starts_with(first) {
        first.len()
    } else {
        find(body, &delimiter).ok_or("its boundary does not stand in it")? + delimiter.len()
    };
    let mut parts = Vec::new();
    while !body[at..].starts_with(b"--") {
        // Spaces may stand behind a boundary.
        let line = find(&body[at..], b"\r\n").ok_or("it ends in a boundary line")?;
        let start = at + line + 2;
        let length = find(&body[start - 2..], &delimiter).ok_or("its last boundary is missing")?;
        let end = (start - 2) + length;
        parts.push(part(&body.slice(start.min(end)..end))?);
        at = end + delimiter.len();
    }
    Ok(parts)
}

fn part(part: &Bytes) -> Result<Part, &'static str> {
    let (head, body) = match find(part, b"\r\n\r\n") {
        Some(end) => (part.slice(..end), part.slice(end + 4..)),
        None => return Err("a part has no headers"),
    };
    let head = std::str::from_utf8(&head).map_err(|_| "the headers of a part are not UTF-8")?;
    let header = |wanted: &str| {
        let mut headers = head.split("\r\n").filter_map(|line| line.split_once(':'));
        let found = headers.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.trim())
    };
    let disposition = header("content-disposition").ok_or("a part has no Content-Disposition")?;
    Ok(Part {
        name: parameter(disposition, "name").ok_or("a part has no name")?,
        file_name: parameter(disposition, "filename"),
        content_type: header("content-type").map(str::to_owned),
        bytes: body,
    })
}

/// `name="value"` or `name=value` of a header.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let (value, after) = if let Some(quoted) = after.strip_prefix('"') {
            quoted_text(quoted)
        } else {
            let end = after.find(';').unwrap_or(after.len());
            (after[..end].trim().to_owned(), &after[end..])
        };
        if name.trim_matches([';', ' ']).eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
}

/// Up to the closing quote, and what follows it. Browsers write a quote as `%22`, others as `\"`.
fn quoted_text(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value.replace("%22", "\""), &text[at + 1..]),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
