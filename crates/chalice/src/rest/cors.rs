//! CORS headers of a response.

use chalice_manifest::Cors;

use crate::Response;

/// A header that the handler set itself wins.
pub(super) fn add(response: &mut Response, cors: &Cors, origin: Option<&str>) {
    let mut add = |name: &str, value: String| {
        if response.header_value(name).is_none() {
            response.headers.push((name.to_owned(), value));
        }
    };
    if let Some(allowed) = allowed_origin(cors, origin) {
        add("Access-Control-Allow-Origin", allowed.to_owned());
    }
    for (name, value) in cors.headers() {
        add(name, value);
    }
    if cors.depends_on_origin() {
        response.headers.push(("Vary".to_owned(), "Origin".to_owned()));
    }
}

fn allowed_origin<'a>(cors: &'a Cors, origin: Option<&'a str>) -> Option<&'a str> {
    if let [only] = &cors.allow_origins[..] {
        return Some(only);
    }
    let origin = origin?;
    cors.allow_origins.iter().any(|allowed| allowed == origin || allowed == "*").then_some(origin)
}

pub(super) fn is_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("access-control-") || name == "vary"
}
