//! IAM's limit on the inline policies of a role, all of them together: 10,240 characters without white space.
//!
//! A policy over it is written with prefixes (`ec2:DescribeVpc*`): of all ways to do so that fit, the one that grants the
//! fewest actions which the program does not need. A policy that fits as it is, and one that no prefix can make fit, is
//! left as it is.

use super::actions::Prefix;
use super::statements::Grant;
use crate::model::{LONGEST_POLICY, Location, Tree, Value};
use std::collections::BTreeMap;
use std::ops::Range;

/// Several actions written as one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Widened {
    /// `ec2:DescribeVpc*`.
    pub pattern: String,
    /// How many actions of the program it stands for.
    pub stands_for: usize,
    /// How many it grants beside them.
    pub more: usize,
}

/// Makes `grants` fit beside `others`, the role's other statements, if need be and if it can be; says how.
pub fn fit(grants: &mut [Grant], others: &[Tree]) -> Vec<Widened> {
    let over = size(grants, others).saturating_sub(LONGEST_POLICY);
    if over == 0 {
        return Vec::new();
    }
    let none = vec![Choice::default()];
    let of_grants = grants.iter().enumerate().map(|(at, grant)| choices(at, grant, over));
    let best =
        of_grants.fold(none, |front, of_grant| both(&front, &of_grant, over)).pop().unwrap_or_default();
    if best.saves < over {
        return Vec::new();
    }
    best.least(over).into_iter().map(|pattern| write(grants, &pattern)).collect()
}

/// With places at their longest, so that the same policy fits everywhere.
fn size(grants: &[Grant], others: &[Tree]) -> usize {
    let statements: Vec<Tree> = grants.iter().map(Grant::statement).chain(others.iter().cloned()).collect();
    r#"{"Version":"2012-10-17","Statement":}"#.len() + length(&Tree::List(statements))
}

/// Of the tree as JSON.
fn length(tree: &Tree) -> usize {
    match tree {
        Tree::Json(json) => json.to_string().chars().count(),
        Tree::Value(value) => 2 + value_length(value),
        Tree::List(items) => 2 + separated(items.iter().map(length)),
        Tree::Map(entries) => 2 + separated(entries.iter().map(|(key, value)| key.len() + 3 + length(value))),
    }
}

fn separated(lengths: impl Iterator<Item = usize>) -> usize {
    lengths.map(|length| length + 1).sum::<usize>().saturating_sub(1)
}

fn value_length(value: &Value) -> usize {
    match value {
        Value::Known(text) => text.chars().count(),
        Value::Location(Location::Partition) => "aws-us-gov".len(),
        Value::Location(Location::Region) => "ap-southeast-1".len(),
        Value::Location(Location::Account) => "123456789012".len(),
        // Lambda's longest function name within the ARN of its log group.
        Value::Output(..) => 150,
        Value::Joined(parts) => parts.iter().map(value_length).sum(),
    }
}

/// A prefix in place of actions that stand side by side.
#[derive(Clone, Debug)]
struct Pattern {
    grant: usize,
    actions: Range<usize>,
    /// Without the star.
    prefix: String,
    saves: usize,
    more: usize,
}

/// Patterns that do not overlap.
#[derive(Clone, Debug, Default)]
struct Choice {
    patterns: Vec<Pattern>,
    saves: usize,
    more: usize,
}

impl Choice {
    /// Without what need not be: patterns that grant nothing more, but whatever AWS adds one day. From the last one of
    /// a grant to the first, so that they can be written one after the other.
    fn least(mut self, over: usize) -> Vec<Pattern> {
        self.patterns.sort_by_key(|pattern| pattern.saves);
        let mut spare = self.saves - over;
        self.patterns.retain(|pattern| match spare.checked_sub(pattern.saves) {
            Some(rest) => {
                spare = rest;
                false
            }
            None => true,
        });
        self.patterns.sort_by_key(|pattern| (pattern.grant, std::cmp::Reverse(pattern.actions.start)));
        self.patterns
    }
}

fn write(grants: &mut [Grant], pattern: &Pattern) -> Widened {
    let grant = &mut grants[pattern.grant];
    let name = format!("{}*", pattern.prefix);
    grant.actions.splice(pattern.actions.clone(), [name.clone()]);
    Widened {
        pattern: format!("{}:{name}", grant.prefix),
        stands_for: pattern.actions.len(),
        more: pattern.more,
    }
}

/// The ways to write one grant that are worth a thought: each grants more than the one before and saves more. What its
/// prefix's actions are must be known, as nobody can say else what a pattern grants.
fn choices(at: usize, grant: &Grant, over: usize) -> Vec<Choice> {
    let Some(prefix) = Prefix::find(&grant.prefix) else { return vec![Choice::default()] };
    let others = prefix.actions().filter(|action| !grant.actions.iter().any(|own| own == action));
    let others: Vec<String> = others.map(str::to_ascii_lowercase).collect();
    of_range(at, grant, &others, 0..grant.actions.len(), over)
}

/// `actions` of the grant are sorted, so those with a common prefix stand side by side.
fn of_range(at: usize, grant: &Grant, others: &[String], actions: Range<usize>, over: usize) -> Vec<Choice> {
    let own = &grant.actions[actions.clone()];
    let [first, .., last] = own else { return vec![Choice::default()] };
    let common = first.chars().zip(last.chars()).take_while(|(one, other)| one == other);
    let prefix: String = common.map(|(character, _)| character).collect();
    let mut front = vec![Choice::default()];
    let mut start = 0;
    for part in
        own.chunk_by(|one, other| one[prefix.len()..].chars().next() == other[prefix.len()..].chars().next())
    {
        let part = actions.start + start..actions.start + start + part.len();
        start += part.len();
        front = both(&front, &of_range(at, grant, others, part, over), over);
    }
    let cost = |name: &str| grant.prefix.len() + name.len() + r#"":","#.len();
    let saves = own.iter().map(|action| cost(action)).sum::<usize>().saturating_sub(cost(&prefix) + 1);
    let lower = prefix.to_ascii_lowercase();
    let more = others.iter().filter(|other| other.starts_with(&lower)).count();
    let pattern = Pattern { grant: at, actions, prefix, saves, more };
    front.push(Choice { patterns: vec![pattern], saves, more });
    worthwhile(front.iter().map(|choice| (choice.more, choice.saves)), over)
        .map(|at| front[at].clone())
        .collect()
}

/// Each choice of the one with each of the other.
fn both(one: &[Choice], other: &[Choice], over: usize) -> Vec<Choice> {
    let pairs = one.iter().flat_map(|one| other.iter().map(move |other| (one, other)));
    let pairs: Vec<(&Choice, &Choice)> = pairs.collect();
    let sums = pairs.iter().map(|(one, other)| (one.more + other.more, one.saves + other.saves));
    let join = |at: usize| {
        let (one, other) = pairs[at];
        let patterns = one.patterns.iter().chain(&other.patterns).cloned().collect();
        Choice { patterns, saves: one.saves + other.saves, more: one.more + other.more }
    };
    worthwhile(sums, over).map(join).collect()
}

/// The positions of those (more, saves) for which no other grants as little and saves as much, in order; none follows
/// one that saves enough.
fn worthwhile(sums: impl Iterator<Item = (usize, usize)>, over: usize) -> impl Iterator<Item = usize> {
    let mut best: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (at, (more, saves)) in sums.enumerate() {
        let known = best.entry(more).or_insert((saves, at));
        if saves > known.0 {
            *known = (saves, at);
        }
    }
    let mut most = None;
    best.into_values().filter_map(move |(saves, at)| {
        let is_better = most.is_none_or(|most| saves > most && most < over);
        is_better.then(|| {
            most = Some(saves);
            at
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(prefix: &str, actions: &[&str]) -> Grant {
        let mut actions: Vec<String> = actions.iter().map(|action| (*action).to_owned()).collect();
        actions.sort();
        Grant { prefix: prefix.to_owned(), actions, resources: vec!["*".into()], via: None, aliases: None }
    }

    /// A statement of the user's that leaves `room` characters of the limit to `grants`.
    fn all_but(room: usize, grants: &[Grant]) -> Tree {
        let statement = |name: &str| Tree::from(serde_json::json!({"Sid": name}));
        let length = LONGEST_POLICY - room - size(grants, &[statement("")]);
        statement(&"a".repeat(length))
    }

    fn is_too_large(grants: &[Grant], others: &[Tree]) -> bool {
        size(grants, others) > LONGEST_POLICY
    }

    fn widened(pattern: &str, stands_for: usize, more: usize) -> Widened {
        Widened { pattern: pattern.to_owned(), stands_for, more }
    }

    #[test]
    fn a_policy_of_just_the_limit_is_left_as_it_is_and_one_character_more_is_not() {
        let exact =
            [grant("sqs", &["ReceiveMessage", "SendMessage"]), grant("sns", &["Publish", "Subscribe"])];
        let mut grants = exact.clone();
        let others = [all_but(0, &exact)];
        assert_eq!(fit(&mut grants, &others), []);
        assert_eq!(grants, exact);
        assert!(!is_too_large(&grants, &others));

        let longer = [Tree::from(serde_json::json!({})), others[0].clone()];
        assert!(is_too_large(&exact, &longer));
        assert_eq!(fit(&mut grants, &longer), [widened("sqs:*", 2, 18)]);
        assert!(!is_too_large(&grants, &longer));
        assert_eq!((&*grants[0].actions, &grants[1]), (&["*".to_owned()][..], &exact[1]));
    }

    #[test]
    fn the_prefixes_are_those_that_grant_the_fewest_actions_more() {
        let gets = ["GetObject", "GetObjectAcl", "GetObjectTagging"];
        let sends = ["ReceiveMessage", "SendMessage"];
        // `sqs:*` would save most, at the price of 18 actions.
        let exact = [grant("s3", &gets), grant("sqs", &sends)];
        let mut grants = exact.clone();
        let others = [all_but(0, &exact), Tree::from(serde_json::json!({"Sid": "0123456789"}))];
        assert_eq!(fit(&mut grants, &others), [widened("s3:GetObject*", 3, 13)]);
        assert_eq!(grants[1], exact[1]);
    }

    #[test]
    fn a_prefix_that_grants_nothing_more_comes_before_all_others_and_only_where_it_is_needed() {
        let exact = [
            grant("kms", &["ReEncryptFrom", "ReEncryptTo"]),
            grant("dynamodb", &["PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate"]),
        ];
        let over = |length: usize| {
            let mut grants = exact.to_vec();
            let over = Tree::from(serde_json::json!({"Sid": "a".repeat(length - r#",{"Sid":""}"#.len())}));
            fit(&mut grants, &[all_but(0, &exact), over])
        };
        assert_eq!(over(12), [widened("dynamodb:PartiQL*", 4, 0)]);
        assert_eq!(over(90), [widened("kms:ReEncrypt*", 2, 0), widened("dynamodb:PartiQL*", 4, 0)]);
    }

    #[test]
    fn what_no_prefix_makes_fit_is_left_as_it_is() {
        let exact = [grant("sqs", &["ReceiveMessage", "SendMessage"])];
        let mut grants = exact.clone();
        let others = [all_but(0, &exact), all_but(0, &exact)];
        assert_eq!(fit(&mut grants, &others), []);
        assert_eq!(grants, exact);
        assert!(is_too_large(&grants, &others));
    }

    #[test]
    fn a_service_whose_actions_nobody_knows_keeps_them() {
        let exact = [grant("brandnew", &["GetThing", "GetThings"])];
        let mut grants = exact.clone();
        assert_eq!(fit(&mut grants, &[all_but(0, &exact), Tree::from(serde_json::json!({}))]), []);
    }

    #[test]
    fn all_operations_of_a_large_service_fit() {
        let ec2 = Prefix::find("ec2").unwrap();
        let all: Vec<&str> = ec2.actions().collect();
        let mut grants = [grant("ec2", &all[..all.len() / 2])];
        let written = fit(&mut grants, &[]);
        assert!(!written.is_empty() && !is_too_large(&grants, &[]), "{written:?}");
    }
}
