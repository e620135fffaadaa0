//! Paths, methods, and how arguments and path parameters belong together.

use chalice_manifest::Segment;
use syn::spanned::Spanned;
use syn::{Ident, LitStr};

use crate::mistakes::Mistakes;
use crate::parse::function::{Argument, comparable, last_segment};

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// As many as `chalice` has functions for.
const MOST_ARGUMENTS: usize = 12;

/// The extractors that nobody would expect in a path.
const EXTRACTORS: [&str; 13] = [
    "Request",
    "Form",
    "Json",
    "Multipart",
    "Path",
    "Query",
    "QueryParams",
    "State",
    "Extension",
    "Headers",
    "Bytes",
    "Env",
    "LambdaContext",
];

/// Those of them that are made of a body.
const OF_BODY: [&str; 4] = ["Form", "Json", "Multipart", "Bytes"];

/// Whether the argument's type says, by its name, that it accepts every content type: to ask the type itself costs each
/// route of each build. `FromRequest::NEEDS_WITHOUT_BODY` holds the name to its word.
pub(crate) fn is_without_body(argument: &Argument<'_>) -> bool {
    last_segment(argument.ty).is_some_and(|last| {
        EXTRACTORS.iter().any(|known| last == known) && !OF_BODY.iter().any(|known| last == known)
    })
}

/// The names of the path's parameters.
pub(crate) fn parameters(path: &LitStr, mistakes: &mut Mistakes) -> Vec<String> {
    let text = path.value();
    match chalice_manifest::segments(&text) {
        Ok(segments) => segments.into_iter().filter_map(Segment::parameter).map(str::to_owned).collect(),
        Err(faults) => {
            for fault in faults {
                mistakes.add(path.span(), format!("{fault} (in `{text}`)"));
            }
            Vec::new()
        }
    }
}

pub(crate) fn methods(methods: &[LitStr], mistakes: &mut Mistakes) -> Vec<String> {
    let mut checked: Vec<String> = Vec::new();
    for literal in methods {
        let method = literal.value();
        if !METHODS.contains(&method.as_str()) {
            let upper = method.to_ascii_uppercase();
            let known = if METHODS.contains(&upper.as_str()) {
                format!("write it in upper case, `{upper}`")
            } else {
                format!("expected one of `{}`", METHODS.join("`, `"))
            };
            mistakes.add(literal.span(), format!("unknown HTTP method `{method}`; {known}"));
        } else if checked.contains(&method) {
            mistakes.add(literal.span(), format!("method `{method}` given twice"));
        }
        checked.push(method);
    }
    checked
}

/// The parameter that an argument is, if its name says so.
pub(crate) fn parameter_of<'a>(argument: &Argument<'_>, parameters: &'a [String]) -> Option<&'a String> {
    let name = argument.name.as_ref()?;
    parameters.iter().find(|parameter| comparable(parameter) == name)
}

pub(crate) fn arguments(
    arguments: &[Argument<'_>],
    parameters: &[String],
    path: &LitStr,
    function: &Ident,
    mistakes: &mut Mistakes,
) {
    if let [_, ..] = arguments.get(MOST_ARGUMENTS..).unwrap_or_default() {
        let message = format!(
            "a handler takes at most {MOST_ARGUMENTS} arguments; make several into one type that implements `FromRequest`, \
             or take all path parameters as one `Path<T>`"
        );
        mistakes.add(arguments[MOST_ARGUMENTS].pattern.span(), message);
    }
    two_kinds_of_body(arguments, mistakes);
    // `Path<T>` takes them all.
    let takes_all =
        arguments.iter().any(|argument| last_segment(argument.ty).is_some_and(|last| last == "Path"));
    for parameter in parameters.iter().filter(|_| !takes_all) {
        if !arguments.iter().any(|argument| parameter_of(argument, parameters) == Some(parameter)) {
            let message = format!(
                "path parameter `{{{parameter}}}` has no argument in `fn {function}`; add `{parameter}: String`, or \
                 `_{parameter}: String` where another argument reads it"
            );
            mistakes.add(path.span(), message);
        }
    }
    for argument in arguments {
        let Some(parameter) = parameter_of(argument, parameters) else { continue };
        if let Some(extractor) =
            last_segment(argument.ty).filter(|last| EXTRACTORS.iter().any(|known| last == known))
        {
            let message = format!(
                "`{extractor}` is an extractor, but its argument is named like the path parameter `{{{parameter}}}`; \
                 give one of them another name"
            );
            mistakes.add(argument.pattern.span(), message);
        }
    }
}

/// A body is of one content type, so no request has what both take.
fn two_kinds_of_body(arguments: &[Argument<'_>], mistakes: &mut Mistakes) {
    let kinds = arguments.iter().filter_map(|argument| {
        let kind = last_segment(argument.ty)?;
        (kind != "Bytes" && OF_BODY.iter().any(|known| kind == known)).then_some((argument, kind))
    });
    let mut kinds = kinds.peekable();
    let Some(&(_, first)) = kinds.peek() else { return };
    if let Some((argument, other)) = kinds.find(|(_, kind)| *kind != first) {
        let message = format!(
            "no request has a body for both `{first}` and `{other}`; take one of them, or each as an `Option` of a type of \
             yours that looks at the content type"
        );
        mistakes.add(argument.ty.span(), message);
    }
}
