//! Logical ids in a template, as Chalice derives them.

/// `-` and `_` end a word, and a word starts in upper case; what is no ASCII letter or digit is left out then.
pub fn logical_id(name: &str) -> String {
    let words = name.split(['-', '_']).map(capitalised);
    words.collect::<String>().chars().filter(char::is_ascii_alphanumeric).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors;

    #[test]
    fn names_are_those_of_chalice() {
        for row in vectors::rows("cfn_name", include_str!("../../fixtures/vectors/cfn_name.json")) {
            assert_eq!(logical_id(row["name"].as_str().unwrap()), row["expected"], "{row}");
        }
    }
}
