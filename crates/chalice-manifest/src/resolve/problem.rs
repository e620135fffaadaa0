//! What can be wrong with an application as a whole.

use std::fmt;

use super::path::PathFault;
use crate::event_source::EventSourceFault;
use crate::record::Place;

/// One fault, with where it was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Problem {
    NoApp,
    SeveralApps {
        first: Place,
        second: Place,
    },
    DuplicateBlueprint {
        module: String,
        first: Place,
        second: Place,
    },
    /// `app!` gives a prefix to a crate that no handler comes from.
    UnusedPrefix {
        krate: String,
        place: Place,
    },
    DuplicateRoute {
        method: String,
        path: String,
        first: Place,
        second: Place,
    },
    DuplicateName {
        name: String,
        first: Place,
        second: Place,
    },
    ReservedName {
        name: String,
        place: Place,
    },
    InvalidName {
        name: String,
        place: Place,
    },
    InvalidPath {
        path: String,
        fault: PathFault,
        place: Place,
    },
    CorsWithOptions {
        path: String,
        cors: Place,
        options: Place,
    },
    DifferingCors {
        path: String,
        first: Place,
        second: Place,
    },
    /// A route names an authorizer whose function is not in the binary.
    UnknownAuthorizer {
        name: String,
        path: String,
        place: Place,
    },
    DifferingAuthorizers {
        name: String,
        first: Place,
        second: Place,
    },
    ReservedAuthorizer {
        name: String,
        place: Place,
    },
    MixedContentTypes {
        path: String,
        binary: String,
        text: String,
        place: Place,
    },
    InvalidEventSource {
        name: String,
        attribute: &'static str,
        fault: EventSourceFault,
        place: Place,
    },
    /// `/a/{x}` beside `/a/{y}`.
    SiblingParameters {
        first_path: String,
        first: Place,
        second_path: String,
        second: Place,
    },
}

impl Problem {
    /// Where it was written; two places where two things disagree.
    pub fn places(&self) -> Vec<&Place> {
        match self {
            Self::NoApp => Vec::new(),
            Self::SeveralApps { first, second }
            | Self::DuplicateBlueprint { first, second, .. }
            | Self::DuplicateRoute { first, second, .. }
            | Self::DuplicateName { first, second, .. }
            | Self::DifferingCors { first, second, .. }
            | Self::DifferingAuthorizers { first, second, .. }
            | Self::SiblingParameters { first, second, .. } => vec![first, second],
            Self::CorsWithOptions { cors, options, .. } => vec![cors, options],
            Self::UnusedPrefix { place, .. }
            | Self::ReservedName { place, .. }
            | Self::InvalidName { place, .. }
            | Self::InvalidPath { place, .. }
            | Self::InvalidEventSource { place, .. }
            | Self::UnknownAuthorizer { place, .. }
            | Self::ReservedAuthorizer { place, .. }
            | Self::MixedContentTypes { place, .. } => vec![place],
        }
    }
}

/// The sentence, then the places in brackets: `(src/a.rs:3 and src/b.rs:9)`.
impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence(formatter)?;
        let places: Vec<String> = self.places().iter().map(ToString::to_string).collect();
        if places.is_empty() { Ok(()) } else { write!(formatter, " ({})", places.join(" and ")) }
    }
}

impl Problem {
    fn sentence(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoApp => formatter
                .write_str("there is no `chalice::app!`: write `chalice::app! {}` once in the crate's root"),
            Self::SeveralApps { .. } => {
                formatter.write_str("`chalice::app!` stands twice; an application has one")
            }
            Self::DuplicateBlueprint { module, .. } => {
                write!(formatter, "`chalice::blueprint!` stands twice in module `{module}`")
            }
            Self::UnusedPrefix { krate, .. } => write!(
                formatter,
                "`app!` gives a prefix to the crate `{krate}`, but no handler comes from a crate of that name; \
                 write the crate's own name, not one that Cargo.toml gives it"
            ),
            Self::DuplicateRoute { method, path, .. } => {
                write!(formatter, "two handlers answer `{method} {path}`")
            }
            Self::DuplicateName { name, .. } => {
                write!(formatter, "two Lambda functions are called `{name}`; give one of them `name = \"…\"`")
            }
            Self::ReservedName { name, .. } => {
                write!(formatter, "the name `{name}` belongs to the function of the REST API; choose another")
            }
            Self::InvalidName { name, .. } => write!(
                formatter,
                "`{name}` cannot name a Lambda function: only letters, digits, `-` and `_` can stand in it"
            ),
            Self::InvalidPath { path, fault, .. } => {
                write!(formatter, "the route `{path}` cannot be served: {fault}")
            }
            Self::InvalidEventSource { name, attribute, fault, .. } => {
                write!(formatter, "`#[{attribute}]` of `{name}` cannot be served: {fault}")
            }
            Self::CorsWithOptions { path, .. } => write!(
                formatter,
                "`{path}` has CORS and a handler for OPTIONS: CORS answers OPTIONS itself, so remove the handler or \
                 write `cors = false`"
            ),
            Self::DifferingCors { path, .. } => {
                write!(
                    formatter,
                    "the routes of `{path}` have different CORS configurations; give them the same one"
                )
            }
            Self::UnknownAuthorizer { name, path, .. } => {
                write!(formatter, "the authorizer `{name}` of the route `{path}` is not in the binary")
            }
            Self::DifferingAuthorizers { name, .. } => write!(
                formatter,
                "two different authorizers are called `{name}`; give one of them another name"
            ),
            Self::ReservedAuthorizer { name, .. } => write!(
                formatter,
                "an authorizer cannot be called `{name}`: API Gateway's document uses that name for something else"
            ),
            Self::MixedContentTypes { path, binary, text, .. } => write!(
                formatter,
                "the route `{path}` accepts `{binary}`, which is binary, and `{text}`, which is not; API Gateway \
                 takes one kind for each route"
            ),
            Self::SiblingParameters { first_path, second_path, .. } => write!(
                formatter,
                "`{first_path}` and `{second_path}` name the same path segment differently; API Gateway takes one \
                 name for each place"
            ),
        }
    }
}

impl std::error::Error for Problem {}

/// `src/users.rs:12`.
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}
