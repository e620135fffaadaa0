//! `${NAME}` in manifest values: one binary serves every stage, so what differs between stages is a variable.

use std::fmt;

/// A `${NAME}` that nothing fills.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnsetVariable {
    pub name: String,
}

impl fmt::Display for UnsetVariable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the variable `{}` is not set", self.name)
    }
}

impl std::error::Error for UnsetVariable {}

/// Replaces each `${NAME}` by what `lookup` gives for it; `$${` stands for a literal `${`. A `${` without its
/// `}` is literal text.
pub fn fill(text: &str, lookup: impl Fn(&str) -> Option<String>) -> Result<String, UnsetVariable> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        filled.push_str(&rest[..dollar]);
        rest = &rest[dollar..];
        if let Some(after) = rest.strip_prefix("$${") {
            filled.push_str("${");
            rest = after;
        } else if let Some((name, after)) = rest.strip_prefix("${").and_then(|inner| inner.split_once('}')) {
            filled.push_str(&lookup(name).ok_or_else(|| UnsetVariable { name: name.to_owned() })?);
            rest = after;
        } else {
            filled.push('$');
            rest = &rest[1..];
        }
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Result<String, UnsetVariable> {
        fill(text, |name| (name == "STAGE").then(|| "dev".to_owned()))
    }

    #[test]
    fn variables_are_filled_wherever_they_stand() {
        assert_eq!(filled("${STAGE}-in-${STAGE}"), Ok("dev-in-dev".to_owned()));
        assert_eq!(filled("none"), Ok("none".to_owned()));
    }

    #[test]
    fn a_doubled_dollar_is_a_literal() {
        assert_eq!(filled("$${STAGE} $ $5 ${STAGE"), Ok("${STAGE} $ $5 ${STAGE".to_owned()));
    }

    #[test]
    fn an_unset_variable_is_named() {
        assert_eq!(filled("${BUCKET}"), Err(UnsetVariable { name: "BUCKET".to_owned() }));
    }
}
