//! Headers of a request.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::json;

/// The headers of a request; names are compared without regard to case.
///
/// ```
/// use chalice::prelude::*;
///
/// #[get("/agent")]
/// async fn agent(headers: Headers) -> String {
///     headers.get("user-agent").unwrap_or("unknown").to_owned()
/// }
/// ```
///
/// One that was sent several times:
///
/// ```
/// # use chalice::prelude::*;
/// # let request = http::Request::get("/").header("X-Tag", "a").header("X-Tag", "b").body(Bytes::new())?;
/// # let request = Request::from(request);
/// let headers = request.headers();
/// assert_eq!(headers.get("X-Tag"), Some("b"));
/// assert_eq!(headers.get_list("X-Tag").collect::<Vec<_>>(), ["a", "b"]);
/// assert_eq!(headers.iter().collect::<Vec<_>>(), [("x-tag", "a"), ("x-tag", "b")]);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Headers {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Every name, in lower case, and every value.
    text: String,
    /// Where they lie there.
    entries: Vec<(Range<usize>, Range<usize>)>,
}

impl Headers {
    /// The value, or the last one where the header was sent several times, as in Chalice.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_list(name).next_back()
    }

    /// Every value of a header, in the order sent.
    pub fn get_list<'a>(&'a self, name: &str) -> impl DoubleEndedIterator<Item = &'a str> {
        self.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Every header, its name in lower case, once for each value.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &str)> {
        let Shared { text, entries } = &*self.shared;
        entries.iter().map(|(name, value)| (&text[name.clone()], &text[value.clone()]))
    }

    /// These headers with one in place of all of its name.
    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        let mut headers = Shared::default();
        for (own, value) in self.iter().filter(|(own, _)| !own.eq_ignore_ascii_case(name)) {
            headers.push(own, value);
        }
        headers.push(name, value);
        Self { shared: Arc::new(headers) }
    }

    /// From an object of strings, or of arrays of them. None: it is none.
    pub(super) fn parse(json: &str) -> Option<Self> {
        let mut headers = Shared { text: String::with_capacity(json.len()), entries: Vec::with_capacity(32) };
        for member in json::members(json)? {
            let (name, value) = member.ok()?;
            for value in json::one_or_more(value) {
                headers.push(&name, &json::text(value.ok()?)?);
            }
        }
        Some(Self { shared: Arc::new(headers) })
    }
}

/// A header that an answer depends on.
#[derive(Clone, Copy)]
pub(crate) enum UsualHeader {
    Accept,
    ContentType,
    Origin,
}

/// By [`UsualHeader`].
#[derive(Default)]
pub(super) struct UsualHeaders([Option<String>; 3]);

impl UsualHeader {
    const ALL: [Self; 3] = [Self::Accept, Self::ContentType, Self::Origin];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::ContentType => "content-type",
            Self::Origin => "origin",
        }
    }
}

impl UsualHeaders {
    pub(super) fn get(&self, header: UsualHeader) -> Option<&str> {
        self.0[header as usize].as_deref()
    }

    /// As [`Headers::parse`], and with the same value where there are several.
    pub(super) fn parse(json: &str) -> Option<Self> {
        let mut found = Self::default();
        for member in json::members(json)? {
            let (name, value) = member.ok()?;
            let usual = UsualHeader::ALL.into_iter().find(|usual| name.eq_ignore_ascii_case(usual.name()));
            let Some(usual) = usual else { continue };
            if let Some(last) = json::one_or_more(value).last() {
                found.0[usual as usize] = Some(json::text(last.ok()?)?.into_owned());
            }
        }
        Some(found)
    }
}

impl Shared {
    fn push(&mut self, name: &str, value: &str) {
        let start = self.text.len();
        self.text.push_str(name);
        self.text[start..].make_ascii_lowercase();
        let middle = self.text.len();
        self.text.push_str(value);
        self.entries.push((start..middle, middle..self.text.len()));
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}
