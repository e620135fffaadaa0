//! The query string.

use std::collections::BTreeMap;

use chalice_manifest::gateway::query_pairs;

/// The parameters of the query string, decoded: Chalice's `MultiDict`.
///
/// ```
/// use chalice::prelude::*;
///
/// #[get("/search")]
/// async fn search(request: Request) -> String {
///     let params = request.query_params();
///     format!("{} in {:?}", params.get("q").unwrap_or_default(), params.get_list("tag"))
/// }
/// ```
///
/// Of `?q=tea&tag=a&tag=b%20c`:
///
/// ```
/// # use chalice::prelude::*;
/// # let request = http::Request::get("/search?q=tea&tag=a&tag=b%20c").body(Bytes::new())?;
/// # let request = Request::from(request);
/// let params = request.query_params();
/// assert!(!params.is_empty());
/// assert_eq!((params.get("q"), params.get("page")), (Some("tea"), None));
/// assert_eq!(params.get_list("tag"), ["a", "b c"]);
/// let names: Vec<&str> = params.iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["q", "tag"]);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct QueryParams {
    values: BTreeMap<String, Vec<String>>,
}

impl QueryParams {
    pub(crate) fn new(values: BTreeMap<String, Vec<String>>) -> Self {
        Self { values }
    }

    /// From text in the notation of a query string or a form.
    pub(crate) fn parse(text: &str) -> Self {
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in query_pairs(text) {
            values.entry(name).or_default().push(value);
        }
        Self { values }
    }

    /// The value, or the last one where the parameter stands several times, as in Chalice.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_list(name).last().map(String::as_str)
    }

    /// Every value of a parameter, in the order sent; Chalice's `getlist`.
    pub fn get_list(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every parameter with its values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.values.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// Whether there is no query string.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}
