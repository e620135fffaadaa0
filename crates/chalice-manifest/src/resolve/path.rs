//! Route paths: their segments, how a prefix joins one, and what API Gateway does not accept.

use std::fmt;

/// A path under a prefix: Chalice's rule, except that nothing under nothing is `/`.
pub fn join_path(prefix: &str, path: &str) -> String {
    let joined = format!("{}/{}", prefix.trim_end_matches('/'), path.trim_matches('/'));
    match joined.trim_end_matches('/') {
        "" => "/".to_owned(),
        trimmed => trimmed.to_owned(),
    }
}

/// One part of a path between slashes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Segment<'a> {
    Literal(&'a str),
    /// `{name}`: one segment of a request.
    Parameter(&'a str),
    /// `{name+}`: the rest of a request.
    Rest(&'a str),
}

impl<'a> Segment<'a> {
    /// The parameter's name.
    pub fn parameter(self) -> Option<&'a str> {
        match self {
            Self::Literal(_) => None,
            Self::Parameter(name) | Self::Rest(name) => Some(name),
        }
    }
}

/// Why a path cannot be a route.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PathFault {
    Empty,
    NoLeadingSlash,
    TrailingSlash,
    EmptySegment,
    /// Braces that do not enclose a whole segment.
    StrayBrace {
        segment: String,
    },
    /// A parameter's name that is not a Rust identifier.
    BadParameterName {
        name: String,
    },
    DuplicateParameter {
        name: String,
    },
    /// `{name+}` with something behind it.
    RestNotLast {
        name: String,
    },
    /// A character that API Gateway does not take in a path.
    BadCharacter {
        character: char,
    },
}

impl fmt::Display for PathFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("a route's path cannot be empty; the root is `/`"),
            Self::NoLeadingSlash => formatter.write_str("a route's path must start with `/`"),
            Self::TrailingSlash => formatter.write_str("a route's path must not end with `/`"),
            Self::EmptySegment => formatter.write_str("a route's path must not hold `//`"),
            Self::StrayBrace { segment } => write!(
                formatter,
                "`{segment}` is neither a literal nor one parameter: a parameter is a whole segment, `{{name}}` or `{{name+}}`"
            ),
            Self::BadParameterName { name } => {
                write!(formatter, "path parameter `{{{name}}}` must be named like a Rust variable")
            }
            Self::DuplicateParameter { name } => {
                write!(formatter, "path parameter `{{{name}}}` stands twice")
            }
            Self::RestNotLast { name } => {
                write!(formatter, "`{{{name}+}}` takes the rest of the path, so it must be the last segment")
            }
            Self::BadCharacter { character } => {
                let character = character.escape_default();
                write!(
                    formatter,
                    "`{character}` cannot stand in a route's path: API Gateway takes letters, digits and `-`, `_`, `.`, \
                     `,`, `:`, `$`; what varies is a parameter, `{{name}}`, or `{{name+}}` for the rest of the path"
                )
            }
        }
    }
}

/// The segments of a route's path, or everything that is wrong with it. The root has none.
pub fn segments(path: &str) -> Result<Vec<Segment<'_>>, Vec<PathFault>> {
    let Some(inner) = path.strip_prefix('/') else {
        return Err(vec![if path.is_empty() { PathFault::Empty } else { PathFault::NoLeadingSlash }]);
    };
    if inner.is_empty() {
        return Ok(Vec::new());
    }
    let mut faults = Vec::new();
    if path.ends_with('/') {
        faults.push(PathFault::TrailingSlash);
    }
    let mut found: Vec<Segment<'_>> = Vec::new();
    for part in inner.trim_end_matches('/').split('/') {
        match segment(part) {
            Ok(segment) => {
                faults.extend(misplaced(segment, &found));
                found.push(segment);
            }
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

fn segment(part: &str) -> Result<Segment<'_>, PathFault> {
    if part.is_empty() {
        return Err(PathFault::EmptySegment);
    }
    let Some(inner) = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return literal(part);
    };
    if inner.contains(['{', '}']) {
        return Err(PathFault::StrayBrace { segment: part.to_owned() });
    }
    let (name, rest) = inner.strip_suffix('+').map_or((inner, false), |name| (name, true));
    if !is_identifier(name) {
        return Err(PathFault::BadParameterName { name: name.to_owned() });
    }
    Ok(if rest { Segment::Rest(name) } else { Segment::Parameter(name) })
}

/// API Gateway's own rule for a path part: letters, digits, and these.
fn literal(part: &str) -> Result<Segment<'_>, PathFault> {
    if part.contains(['{', '}']) {
        return Err(PathFault::StrayBrace { segment: part.to_owned() });
    }
    let allowed = |character: char| character.is_ascii_alphanumeric() || "-_.,:$".contains(character);
    match part.chars().find(|&character| !allowed(character)) {
        Some(character) => Err(PathFault::BadCharacter { character }),
        None => Ok(Segment::Literal(part)),
    }
}

fn misplaced(segment: Segment<'_>, before: &[Segment<'_>]) -> Option<PathFault> {
    if let Some(&Segment::Rest(name)) = before.last() {
        return Some(PathFault::RestNotLast { name: name.to_owned() });
    }
    let name = segment.parameter()?;
    let twice = before.iter().any(|earlier| earlier.parameter() == Some(name));
    twice.then(|| PathFault::DuplicateParameter { name: name.to_owned() })
}

fn is_identifier(name: &str) -> bool {
    let starts = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    starts && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}
