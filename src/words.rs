//! Grammar, so that no message says "function(s)", and what a user may have meant.

/// Two names at least this alike are taken for one mistyped.
const ALIKE: f64 = 0.86;

/// `1 function`, `3 functions`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("{number} {noun}") } else { format!("{number} {noun}s") }
}

/// "`a`, `b` and `c`", with `last` before the last one.
pub fn list<S: AsRef<str>>(names: &[S], last: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.split_last() {
        Some((end, start)) if !start.is_empty() => format!("{} {last} {end}", start.join(", ")),
        Some((only, _)) => only.clone(),
        None => "none".to_owned(),
    }
}

/// The one of `known` that is most like `typed`, if one is.
pub fn nearest<'a, S: AsRef<str>>(typed: &str, known: &'a [S]) -> Option<&'a str> {
    let scored = known.iter().map(|name| (likeness(typed, name.as_ref()), name.as_ref()));
    let best = scored.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (best.0 >= ALIKE).then_some(best.1)
}

fn likeness(typed: &str, known: &str) -> f64 {
    let (typed, known) = (typed.to_lowercase(), known.to_lowercase());
    let score = strsim::jaro_winkler(&typed, &known);
    // `timeout` for `lambda_timeout` is no mistyping but a half of the name.
    if typed.len() > 3 && known.contains(&typed) { score.max(ALIKE) } else { score }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_agree_with_their_numbers() {
        assert_eq!(
            [0, 1, 2].map(|number| count(number, "function")),
            ["0 functions", "1 function", "2 functions"]
        );
    }

    #[test]
    fn a_slip_finds_the_name_and_another_word_finds_nothing() {
        let known = ["lambda_timeout", "lambda_memory_size", "tags", "reserved_concurrency"];
        assert_eq!(nearest("lambda_timout", &known), Some("lambda_timeout"));
        assert_eq!(nearest("timeout", &known), Some("lambda_timeout"));
        assert_eq!(nearest("reserved_concurrent_executions", &known), Some("reserved_concurrency"));
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(nearest::<&str>("x", &[]), None);
    }

    #[test]
    fn a_list_reads_as_prose() {
        assert_eq!(list::<&str>(&[], "and"), "none");
        assert_eq!(list(&["a"], "or"), "`a`");
        assert_eq!(list(&["a", "b"], "or"), "`a` or `b`");
        assert_eq!(list(&["a", "b", "c"], "and"), "`a`, `b` and `c`");
    }
}
