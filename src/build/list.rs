//! Names in a sentence: "`a`, `b` and `c`", and the one that a user may have meant.

use std::fmt;

/// Names in back-ticks, joined as in prose.
pub struct List<'a, S>(&'a [S]);

impl<'a, S: AsRef<str>> List<'a, S> {
    pub fn and(names: &'a [S]) -> Self {
        Self(names)
    }
}

impl<S: AsRef<str>> fmt::Display for List<'_, S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            let separator = match index {
                0 => String::new(),
                _ if index + 1 == self.0.len() => " and ".to_owned(),
                _ => ", ".to_owned(),
            };
            write!(formatter, "{separator}`{}`", name.as_ref())?;
        }
        Ok(())
    }
}

/// The name that is near enough to `typed` to be meant.
pub fn nearest<'a, S: AsRef<str>>(typed: &str, names: &'a [S]) -> Option<&'a str> {
    const NEAR_ENOUGH: f64 = 0.8;
    names
        .iter()
        .map(|name| (strsim::jaro_winkler(typed, name.as_ref()), name.as_ref()))
        .filter(|(similarity, _)| *similarity >= NEAR_ENOUGH)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_joined_as_in_prose() {
        assert_eq!(List::and(&["a"]).to_string(), "`a`");
        assert_eq!(List::and(&["a", "b"]).to_string(), "`a` and `b`");
        assert_eq!(List::and(&["a", "b", "c"]).to_string(), "`a`, `b` and `c`");
    }

    #[test]
    fn only_a_near_name_is_suggested() {
        assert_eq!(nearest("todo-apo", &["billing", "todo-api"]), Some("todo-api"));
        assert_eq!(nearest("zebra", &["billing", "todo-api"]), None);
    }
}
