//! Headers of a request.

use std::collections::BTreeMap;
use std::sync::Arc;

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
#[derive(Clone, Debug, Default)]
pub struct Headers {
    /// Names in lower case.
    entries: Arc<Vec<(String, String)>>,
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
        self.entries.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// These headers with one in place of all of its name.
    pub(super) fn with(&self, name: &str, value: String) -> Self {
        let name = name.to_ascii_lowercase();
        let mut entries: Vec<(String, String)> =
            self.entries.iter().filter(|(own, _)| *own != name).cloned().collect();
        entries.push((name, value));
        Self { entries: Arc::new(entries) }
    }

    pub(super) fn new(values: BTreeMap<String, Vec<String>>) -> Self {
        let lower = |(name, values): (String, Vec<String>)| {
            let name = name.to_ascii_lowercase();
            values.into_iter().map(move |value| (name.clone(), value))
        };
        Self { entries: Arc::new(values.into_iter().flat_map(lower).collect()) }
    }
}
