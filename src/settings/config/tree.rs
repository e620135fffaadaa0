//! JSON with the place of every key and value, which serde_json does not keep.

use super::{Problem, Source};
use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use std::ops::Range;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// Bytes of the file.
    pub span: Range<usize>,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub enum Value {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<Member>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Member {
    pub name: String,
    pub name_span: Range<usize>,
    pub node: Node,
}

impl Node {
    /// The member called `name`. As in Chalice, one that is null counts as not there.
    pub fn get(&self, name: &str) -> Option<&Member> {
        self.members()?.iter().find(|member| member.name == name && !matches!(member.node.value, Value::Null))
    }

    pub fn members(&self) -> Option<&[Member]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    pub fn whole(&self) -> Option<u32> {
        match &self.value {
            Value::Number(number) => number.parse().ok(),
            _ => None,
        }
    }

    pub fn elements(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// The strings of a list; a string is a list of one.
    pub fn texts(&self) -> Vec<String> {
        match &self.value {
            Value::Text(text) => vec![text.clone()],
            Value::List(elements) => elements.iter().filter_map(Node::text).map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    }

    /// What kind of value it is, for a message.
    pub fn describe(&self) -> &'static str {
        match self.value {
            Value::Null => "`null`",
            Value::Bool(true) => "`true`",
            Value::Bool(false) => "`false`",
            Value::Number(_) => "a number",
            Value::Text(_) => "a string",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        }
    }
}

/// Strict JSON: no comments, no trailing commas.
pub fn parse(source: &Source) -> Result<Node, Problem> {
    let text = &*source.text;
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|error| {
        let (said, hint) = fault(error.kind());
        not_json(source, error.range().start, &said).hint(hint)
    })?;
    let Some(value) = parsed.value else {
        return Err(not_json(source, 0, "it is empty").hint("write `{\"app_name\": \"my-app\"}` for a start"));
    };
    // jsonc-parser lets some faults pass, such as a line break in a string.
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        let said = error.to_string();
        let said = match said.rsplit_once(" at line ") {
            Some((said, _)) if said.starts_with("control character") => {
                "a string goes on past the line's end"
            }
            Some((said, _)) => said,
            None => &said,
        };
        return Err(not_json(source, offset(text, error.line(), error.column()), said).hint(STRICTER));
    }
    Ok(node(value))
}

const STRICTER: &str = "JSON is stricter than Python and JavaScript: strings in double quotes and on one line, \
                        `true`, `false` and `null` in lower case";

/// What is wrong, in our words where a config.json is likely to have it, and what to do.
fn fault(kind: &ParseErrorKind) -> (String, &'static str) {
    let (said, hint) = match kind {
        ParseErrorKind::CommentsNotAllowed => ("it has a comment here", "remove the comment"),
        ParseErrorKind::TrailingCommasNotAllowed => ("a comma follows the last entry", "remove the comma"),
        ParseErrorKind::ExpectedComma => ("a comma is missing here", "put a `,` between the entries"),
        ParseErrorKind::UnterminatedObject => ("an object that starts here has no end", "close it with `}`"),
        ParseErrorKind::UnterminatedArray => ("a list that starts here has no end", "close it with `]`"),
        other => {
            let mut said = other.to_string();
            if let Some(first) = said.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            return (said, STRICTER);
        }
    };
    (said.to_owned(), hint)
}

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

fn not_json(source: &Source, start: usize, said: &str) -> Problem {
    let next = source.text.get(start..).and_then(|rest| rest.chars().next());
    let length = next.filter(|next| !next.is_control()).map_or(0, char::len_utf8);
    let message = format!("`{}` is not JSON: {said}", source.file.display());
    Problem::at(source, &(start..start + length), message)
}

/// The byte that serde_json means by `line` and `column`, both from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let lines_before = text.split_inclusive('\n').take(line.saturating_sub(1));
    let start: usize = lines_before.map(str::len).sum();
    let mut place = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

fn node(value: ast::Value<'_>) -> Node {
    let range = value.range();
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
        ast::Value::NumberLit(literal) => Value::Number(literal.value.to_owned()),
        ast::Value::StringLit(literal) => Value::Text(literal.value.into_owned()),
        ast::Value::Array(array) => Value::List(array.elements.into_iter().map(node).collect()),
        ast::Value::Object(object) => Value::Object(object.properties.into_iter().map(member).collect()),
    };
    Node { span: range.start..range.end, value }
}

fn member(property: ast::ObjectProp<'_>) -> Member {
    let range = property.name.range();
    Member {
        name: property.name.into_string(),
        name_span: range.start..range.end,
        node: node(property.value),
    }
}
