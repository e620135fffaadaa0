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
            match json::elements(value) {
                Some(values) => {
                    for value in values {
                        headers.push(&name, &json::text(value.ok()?.1)?);
                    }
                }
                None => headers.push(&name, &json::text(value)?),
            }
        }
        Some(Self { shared: Arc::new(headers) })
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
