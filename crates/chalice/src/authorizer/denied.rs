//! What a policy must deny because its wildcards permit more than was meant.
//!
//! `*` is all that a policy has for a parameter, and it is any text, slashes too: what permits `/items/{id}` as `/items/*`
//! permits `/items/5/sub` and `/items/new` with it, which may be routes of their own. Those are denied, each by its own
//! pattern, as far as that pattern does not reach a route that is permitted: a denial always wins.

use std::borrow::Cow;

use chalice_manifest::sort_few;

use super::AuthRoute;

/// A route that an authorizer stands before.
pub(super) struct Guarded<'a> {
    parts: Vec<Part<'a>>,
    path: &'a str,
    methods: &'a [Cow<'static, str>],
}

/// What one or more segments of a path are.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Part<'a> {
    Text(&'a str),
    /// Any one segment.
    One,
    /// Any number of segments, one at least.
    Many,
}

/// A path that is permitted.
struct Permitted<'a> {
    parts: Vec<Part<'a>>,
    methods: &'a [String],
    /// Whether it is the path of a route, and means that alone. Any other is a pattern that means all it matches.
    is_route: bool,
}

impl<'a> Guarded<'a> {
    pub(super) fn new(path: &'a str, methods: &'a [Cow<'static, str>]) -> Self {
        Self { parts: parts(path), path, methods }
    }

    /// Those that API Gateway knows: HEAD comes with GET.
    fn methods(&self) -> impl Iterator<Item = &'a str> {
        let has = |name: &str| self.methods.iter().any(|method| method == name);
        let head = (has("GET") && !has("HEAD")).then_some("HEAD");
        self.methods.iter().map(|method| &**method).chain(head)
    }

    /// Whether the pattern that denies this route matches a request that API Gateway hands to `other`.
    fn reaches(&self, other: &Guarded<'_>) -> bool {
        let is_plain = |part: &Part<'_>| *part != Part::Many;
        let is_aligned = self.parts.len() == other.parts.len()
            && self.parts.iter().chain(&other.parts).all(is_plain)
            && overlap(&self.parts, &other.parts);
        if is_aligned {
            // Of two that fit, API Gateway takes the one that has a text where they first differ.
            let mut pairs = self.parts.iter().zip(&other.parts);
            return pairs.find(|(own, other)| own != other).is_none_or(|(own, _)| *own == Part::One);
        }
        overlap(&widened(&self.parts), &other.parts)
    }
}

impl Permitted<'_> {
    fn has(&self, method: &str) -> bool {
        self.methods.iter().any(|own| own == "*" || own == method)
    }

    /// Whether it is meant to permit requests of this route.
    fn means(&self, route: &Guarded<'_>) -> bool {
        if self.is_route { self.parts == route.parts } else { overlap(&self.parts, &route.parts) }
    }

    /// Whether its pattern permits requests of this route.
    fn matches(&self, route: &Guarded<'_>) -> bool {
        overlap(&widened(&self.parts), &route.parts)
    }
}

/// The methods and paths of the routes that are to be denied, by path: routes come in another order from build to build.
pub(super) fn denied<'a>(permitted: &[AuthRoute], routes: &[Guarded<'a>]) -> Vec<(&'a str, &'a str)> {
    let permitted: Vec<Permitted<'_>> = permitted.iter().map(|route| of_route(route, routes)).collect();
    let is_meant = |route: &Guarded<'_>, method: &str| {
        permitted.iter().any(|permitted| permitted.has(method) && permitted.means(route))
    };
    let mut denied = Vec::new();
    for route in routes {
        for method in route.methods() {
            let is_matched =
                permitted.iter().any(|permitted| permitted.has(method) && permitted.matches(route));
            let reaches_others =
                || routes.iter().any(|other| is_meant(other, method) && route.reaches(other));
            if is_matched && !is_meant(route, method) && !reaches_others() {
                denied.push((method, route.path));
            }
        }
    }
    sort_few(&mut denied, |a, b| (a.1, a.0) > (b.1, b.0));
    denied
}

fn of_route<'a>(permitted: &'a AuthRoute, routes: &[Guarded<'_>]) -> Permitted<'a> {
    let own = parts(&permitted.path);
    let is_route = routes.iter().any(|route| route.parts == own);
    let any_text = |part: Part<'a>| match part {
        Part::Text(text) if text.contains(['*', '?']) => Part::Many,
        part => part,
    };
    let parts = if is_route { own } else { widened(&own).into_iter().map(any_text).collect() };
    Permitted { parts, methods: &permitted.methods, is_route }
}

fn parts(path: &str) -> Vec<Part<'_>> {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.split('/')
        .map(|segment| match segment.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')) {
            None => Part::Text(segment),
            Some(greedy) if greedy.ends_with('+') => Part::Many,
            Some(_) => Part::One,
        })
        .collect()
}

/// As the pattern of a policy has it.
fn widened<'a>(parts: &[Part<'a>]) -> Vec<Part<'a>> {
    parts.iter().map(|part| if *part == Part::One { Part::Many } else { *part }).collect()
}

/// Whether one path fits both.
fn overlap(a: &[Part<'_>], b: &[Part<'_>]) -> bool {
    let ([first_a, rest_a @ ..], [first_b, rest_b @ ..]) = (a, b) else {
        return a.is_empty() && b.is_empty();
    };
    let fits = match (first_a, first_b) {
        (Part::Text(a), Part::Text(b)) => a == b,
        (Part::One | Part::Many, _) | (_, Part::One | Part::Many) => true,
    };
    fits && (overlap(rest_a, rest_b)
        || *first_a == Part::Many && overlap(a, rest_b)
        || *first_b == Part::Many && overlap(rest_a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both as `GET,PUT /path`; all routes are the application's.
    fn denied_of(permitted: &[&str], routes: &[&str]) -> Vec<String> {
        fn read(line: &str) -> (Vec<&str>, &str) {
            let (methods, path) = line.split_once(' ').unwrap_or_default();
            (methods.split(',').collect(), path)
        }
        let permitted: Vec<AuthRoute> = permitted
            .iter()
            .map(|line| {
                let (methods, path) = read(line);
                AuthRoute::new(path, methods)
            })
            .collect();
        let routes: Vec<(Vec<Cow<'static, str>>, &str)> = routes
            .iter()
            .map(|line| {
                let (methods, path) = read(line);
                (methods.into_iter().map(|method| Cow::Owned(method.to_owned())).collect(), path)
            })
            .collect();
        let routes: Vec<Guarded<'_>> =
            routes.iter().map(|(methods, path)| Guarded::new(path, methods)).collect();
        denied(&permitted, &routes).into_iter().map(|(method, path)| format!("{method} {path}")).collect()
    }

    const ITEMS: [&str; 6] = [
        "GET,PUT /items/{id}",
        "PUT /items",
        "PUT /items/new",
        "PUT /items/{id}/sub",
        "PUT /items/{id}/sub/{part}",
        "PUT /other/{id}",
    ];

    #[test]
    fn routes_that_only_a_wildcard_permits_are_denied() {
        assert_eq!(
            denied_of(&["PUT /items/{id}"], &ITEMS),
            ["PUT /items/new", "PUT /items/{id}/sub", "PUT /items/{id}/sub/{part}"]
        );
        assert_eq!(denied_of(&["GET /items/{id}"], &ITEMS), [""; 0]);
        assert_eq!(
            denied_of(&["* /{a}"], &["GET /{a}", "GET /{a}/b"]),
            ["GET /{a}/b", "HEAD /{a}/b"],
            "HEAD comes with GET"
        );
        assert_eq!(denied_of(&["PUT /a/{x}"], &["PUT /a/{x}", "PUT /a/{x}/{rest+}"]), ["PUT /a/{x}/{rest+}"]);
    }

    #[test]
    fn what_is_permitted_is_not_denied() {
        let with = |more: &str| denied_of(&["PUT /items/{id}", more], &ITEMS);
        // `/items/*/sub` matches `/items/1/sub/sub`, a request of the third.
        assert_eq!(with("PUT /items/{id}/sub/{part}"), ["PUT /items/new"]);
        assert_eq!(with("PUT /items/{id}/sub"), ["PUT /items/new", "PUT /items/{id}/sub/{part}"]);
        // Patterns mean all that they match.
        for pattern in ["* *", "PUT /items/*", "PUT /it?ms/*", "PUT /items/{anything+}"] {
            assert_eq!(with(pattern), [""; 0], "{pattern}");
        }
        // One item's parts alone.
        assert_eq!(with("PUT /items/7/sub/*"), ["PUT /items/new"]);
    }

    #[test]
    fn a_denial_that_would_reach_a_permitted_route_is_left_out() {
        let routes = ["PUT /{a}/{b}", "PUT /x/{b}", "PUT /x/y", "PUT /{rest}"];
        // `/*/*` matches `/x/y`, which is permitted.
        assert_eq!(denied_of(&["PUT /{rest}", "PUT /x/y"], &routes), [""; 0]);
        assert_eq!(denied_of(&["PUT /{a}/{b}"], &routes), ["PUT /x/y", "PUT /x/{b}"]);
        let greedy = ["PUT /f/{id}", "PUT /f/{id}/{rest+}", "PUT /f/{id}/a/b"];
        assert_eq!(denied_of(&["PUT /f/{id}/{rest+}"], &greedy), [""; 0]);
    }
}
