//! From a URL to a route's path, its parameters and the query.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::resolve::{Segment, segments};

/// The paths of an API.
#[derive(Clone, Debug, Default)]
pub struct Router {
    paths: Vec<String>,
}

/// What a URL means.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Matched {
    /// The route's path: `/users/{id}`.
    pub resource_path: String,
    /// As requested, without the query.
    pub path: String,
    /// As they stand in the URL: API Gateway does not decode them.
    pub parameters: BTreeMap<String, String>,
    /// Decoded, in the order written; several of one name are several.
    pub query: Vec<(String, String)>,
}

impl Router {
    /// A path may come several times. Of two that are alike but for the names of their parameters, the first by name
    /// is taken.
    pub fn new<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let mut paths: Vec<String> = paths.into_iter().map(str::to_owned).collect();
        paths.sort_unstable();
        paths.dedup();
        Self { paths }
    }

    /// The most particular path that fits: in each segment a literal before `{name}` before `{name+}`. One slash at
    /// the end does not count; an empty segment is no parameter's value.
    pub fn matched(&self, url: &str) -> Option<Matched> {
        let url = url.split('#').next().unwrap_or(url);
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let trimmed = if path.len() > 1 { path.strip_suffix('/').unwrap_or(path) } else { path };
        let fitting = self.paths.iter().filter_map(|own| Some((fit(own, trimmed)?, own)));
        let (Fit { parameters, .. }, own) = fitting.min_by(|(a, _), (b, _)| a.rank.cmp(&b.rank))?;
        Some(Matched {
            resource_path: own.clone(),
            path: path.to_owned(),
            parameters,
            query: query_pairs(query).collect(),
        })
    }
}

struct Fit {
    /// 0 for a literal, 1 for `{name}`, 2 for `{name+}`, segment by segment.
    rank: Vec<u8>,
    parameters: BTreeMap<String, String>,
}

fn fit(own: &str, path: &str) -> Option<Fit> {
    let mut fit = Fit { rank: Vec::new(), parameters: BTreeMap::new() };
    let mut rest = path.strip_prefix('/').map(|rest| if rest.is_empty() { None } else { Some(rest) })?;
    for segment in segments(own).ok()? {
        let all = rest?;
        let (first, after) = all.split_once('/').map_or((all, None), |(first, after)| (first, Some(after)));
        let (rank, parameter, after) = match segment {
            Segment::Literal(literal) => ((literal == first).then_some(0)?, None, after),
            Segment::Parameter(name) => (1, Some((name, first)), after),
            Segment::Rest(name) => (2, Some((name, all)), None),
        };
        if let Some((name, value)) = parameter {
            if first.is_empty() {
                return None;
            }
            fit.parameters.insert(name.to_owned(), value.to_owned());
        }
        fit.rank.push(rank);
        rest = after;
    }
    rest.is_none().then_some(fit)
}

/// The parameters of a query string or a form, decoded.
pub fn query_pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    query.split('&').filter(|pair| !pair.is_empty()).map(move |pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(paths: &[&str], url: &str) -> Option<(String, Vec<(String, String)>)> {
        let matched = Router::new(paths.iter().copied()).matched(url)?;
        Some((matched.resource_path, matched.parameters.into_iter().collect()))
    }

    #[allow(clippy::unnecessary_wraps)] // to compare with what was found
    fn with(path: &str, parameters: &[(&str, &str)]) -> Option<(String, Vec<(String, String)>)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Some((path.to_owned(), parameters.iter().map(owned).collect()))
    }

    #[test]
    fn the_most_particular_path_is_taken_and_a_dead_end_is_left_again() {
        let paths = ["/{all+}", "/a/{x}", "/a/b", "/a/{x}/c", "/a/b/d"];
        assert_eq!(found(&paths, "/a/b"), with("/a/b", &[]));
        assert_eq!(found(&paths, "/a/z"), with("/a/{x}", &[("x", "z")]));
        assert_eq!(found(&paths, "/a/b/c"), with("/a/{x}/c", &[("x", "b")]));
        assert_eq!(found(&paths, "/a/b/e"), with("/{all+}", &[("all", "a/b/e")]));
        assert_eq!(found(&paths, "/"), None);
    }

    #[test]
    fn a_path_that_fits_only_at_first_leaves_no_parameter_behind() {
        let paths = ["/{a}/x", "/{b}/y", "/{c}/{rest+}"];
        assert_eq!(found(&paths, "/1/x"), with("/{a}/x", &[("a", "1")]));
        assert_eq!(found(&paths, "/1/y"), with("/{b}/y", &[("b", "1")]));
        assert_eq!(found(&paths, "/1/z/2"), with("/{c}/{rest+}", &[("c", "1"), ("rest", "z/2")]));
    }

    #[test]
    fn one_slash_at_the_end_does_not_count_and_an_empty_segment_is_no_value() {
        let paths = ["/", "/a", "/a/{x}", "/f/{rest+}"];
        assert_eq!(found(&paths, "/a/"), with("/a", &[]));
        assert_eq!(found(&paths, "/a/1/"), with("/a/{x}", &[("x", "1")]));
        assert_eq!(found(&paths, "/a//"), None);
        assert_eq!(found(&paths, "//"), with("/", &[]));
        assert_eq!(found(&paths, "/f/"), None);
        assert_eq!(found(&paths, "/f/x//y"), with("/f/{rest+}", &[("rest", "x//y")]));
    }
}
