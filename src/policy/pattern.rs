//! Texts with wildcards held against the ARNs of resource types, whose variables may stand for anything.

/// What a wildcard or a variable can stand for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wild {
    Anything,
    /// No `/` and no `:`.
    Segment,
    /// No `:`.
    Part,
    /// No letters and no digits that the other side spells out.
    NoWord,
}

impl Wild {
    fn holds(self, piece: Piece) -> bool {
        match (self, piece) {
            (Self::Anything, _) | (Self::NoWord, Piece::Any(_)) => true,
            (Self::Segment, Piece::Is(character)) => !matches!(character, '/' | ':'),
            (Self::Segment, Piece::Any(wild)) => wild == Self::Segment,
            (Self::Part, Piece::Is(character)) => character != ':',
            (Self::Part, Piece::Any(wild)) => matches!(wild, Self::Part | Self::Segment),
            (Self::NoWord, Piece::Is(character)) => !character.is_alphanumeric(),
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Piece {
    Is(char),
    Any(Wild),
}

/// A resource as a user writes it, its wildcards standing for `wild`.
pub fn written(text: &str, wild: Wild) -> Vec<Piece> {
    text.chars().map(|c| if c == '*' || c == '?' { Piece::Any(wild) } else { Piece::Is(c) }).collect()
}

/// A type's ARN, its variables standing for `wild`.
pub fn template(template: &str, wild: Wild) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((text, tail)) = rest.split_once("${") {
        pieces.extend(text.chars().map(Piece::Is));
        pieces.push(Piece::Any(wild));
        rest = tail.split_once('}').map_or("", |(_, after)| after);
    }
    pieces.extend(rest.chars().map(|c| if c == '*' { Piece::Any(wild) } else { Piece::Is(c) }));
    pieces
}

/// How many characters both spell out alike where some text fits both, at most; None: no text does.
///
/// From the ends to the starts, each pair of positions once: with several wildcards there are more ways than could be
/// tried one by one.
pub fn in_common(one: &[Piece], other: &[Piece]) -> Option<usize> {
    let mut below: Vec<Option<usize>> = vec![None; other.len() + 1];
    for at in (0..=one.len()).rev() {
        let mut row = vec![None; other.len() + 1];
        for beside in (0..=other.len()).rev() {
            row[beside] = match (one.get(at), other.get(beside)) {
                (None, None) => Some(0),
                (Some(Piece::Is(mine)), Some(Piece::Is(its))) if mine == its => {
                    below[beside + 1].map(|rest| rest + 1)
                }
                (mine, its) => {
                    let takes = |side: Option<&Piece>, next: Option<&Piece>| match (side, next) {
                        (Some(Piece::Any(wild)), Some(next)) => wild.holds(*next),
                        _ => false,
                    };
                    // A wildcard ends here, or takes what stands on the other side.
                    let without_mine = matches!(mine, Some(Piece::Any(_))).then(|| below[beside]);
                    let without_its = matches!(its, Some(Piece::Any(_))).then(|| row[beside + 1]);
                    let by_mine = takes(mine, its).then(|| row[beside + 1]);
                    let by_its = takes(its, mine).then(|| below[beside]);
                    [without_mine, without_its, by_mine, by_its].into_iter().flatten().flatten().max()
                }
            };
        }
        below = row;
    }
    below[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, wild: Wild, arn: &str) -> Option<usize> {
        in_common(&written(text, wild), &template(arn, Wild::Anything))
    }

    #[test]
    fn what_a_wildcard_takes_is_not_in_common() {
        assert_eq!(of("table/orders", Wild::Segment, "table/${Name}"), Some(6));
        assert_eq!(of("*/orders", Wild::Segment, "table/${Name}"), Some(1));
        assert_eq!(of("*orders", Wild::Anything, "table/${Name}"), Some(0));
        assert_eq!(of("index/orders", Wild::Anything, "table/${Name}"), None);
    }

    #[test]
    fn a_wildcard_takes_no_more_than_it_may() {
        assert_eq!(of("tab*", Wild::Segment, "table/${Name}/index/${Name}"), None);
        assert_eq!(of("*/*", Wild::NoWord, "table/${Name}"), None);
        assert_eq!(of("*", Wild::NoWord, "${Bucket}/${Object}"), Some(0));
    }

    #[test]
    fn many_wildcards_take_no_longer_than_few() {
        let text = "*a".repeat(60);
        assert_eq!(of(&text, Wild::Anything, &"${Name}/${Name}:".repeat(20)), None);
    }
}
