//! Whether the statements that a user writes allow an action.

use serde_json::Value as Json;

/// Whether one of `statements` allows it, on whatever resource. What another denies does not count: a user who denies it
/// still should know that a call needs it.
pub fn allows(statements: &[Json], action: &str) -> bool {
    statements.iter().any(|statement| statement["Effect"] == "Allow" && is_about(statement, action))
}

fn is_about(statement: &Json, action: &str) -> bool {
    let has = |patterns: &Json| match patterns {
        Json::Array(patterns) => patterns.iter().filter_map(Json::as_str).any(|one| matches(one, action)),
        Json::String(pattern) => matches(pattern, action),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => false,
    };
    match (statement.get("Action"), statement.get("NotAction")) {
        (Some(patterns), _) => has(patterns),
        (None, Some(patterns)) => !has(patterns),
        (None, None) => false,
    }
}

/// As IAM does: `*` stands for any characters, `?` for one, upper and lower case are the same.
fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_ascii_lowercase(), action.to_ascii_lowercase());
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = starting(first, &action) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        let Some(after) = (0..=rest.len()).find_map(|at| starting(piece, rest.get(at..)?)) else {
            return false;
        };
        rest = after;
    }
    rest.len()
        .checked_sub(last.len())
        .and_then(|at| rest.get(at..))
        .is_some_and(|end| starting(last, end).is_some())
}

/// What follows `piece`, a pattern without `*`, in a text that starts with it.
fn starting<'a>(piece: &str, text: &'a str) -> Option<&'a str> {
    let fits = |(pattern, byte): (u8, u8)| pattern == b'?' || pattern == byte;
    let rest = text.get(piece.len()..)?;
    piece.bytes().zip(text.bytes()).all(fits).then_some(rest)
}
