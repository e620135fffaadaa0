//! IAM's limit on the inline policies of a role, all of them together: 10,240 characters without white space.
//!
//! A policy over it is written with wildcards (`ec2:Describe*`), the ones that save most first, and only until it fits.

use super::statements::Grant;
use crate::model::{Location, Tree, Value};
use std::collections::BTreeMap;

/// What IAM takes.
const LIMIT: usize = 10_240;

/// Several actions written as one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Widened {
    /// `ec2:Describe*`.
    pub pattern: String,
    /// How many actions of the program it stands for.
    pub stands_for: usize,
}

/// Makes `grants` fit beside `others`, the role's other statements, if need be and as far as can be; says how.
pub fn fit(grants: &mut [Grant], others: &[Tree]) -> Vec<Widened> {
    let mut widened = Vec::new();
    while size(grants, others) > LIMIT {
        let Some(best) =
            candidates(grants).max_by_key(|candidate| (candidate.saves, candidate.pattern.clone()))
        else {
            break;
        };
        let actions = &mut grants[best.grant].actions;
        actions.retain(|action| !is_of(action, &best.pattern));
        actions.push(best.pattern.clone());
        actions.sort();
        let pattern = format!("{}:{}", grants[best.grant].prefix, best.pattern);
        widened.push(Widened { pattern, stands_for: best.stands_for });
    }
    widened
}

/// Whether the policy is still too large for IAM.
pub fn is_too_large(grants: &[Grant], others: &[Tree]) -> bool {
    size(grants, others) > LIMIT
}

fn size(grants: &[Grant], others: &[Tree]) -> usize {
    let frame = r#"{"Version":"2012-10-17","Statement":[]}"#.len();
    let own: usize = grants.iter().map(|grant| 1 + length(&grant.statement())).sum();
    frame + own + others.iter().map(|other| 1 + length(other)).sum::<usize>()
}

/// Of the tree as JSON, with places at their longest.
fn length(tree: &Tree) -> usize {
    match tree {
        Tree::Json(json) => json.to_string().len(),
        Tree::Value(value) => 2 + value_length(value),
        Tree::List(items) => 2 + items.iter().map(|item| 1 + length(item)).sum::<usize>(),
        Tree::Map(entries) => {
            2 + entries.iter().map(|(key, value)| key.len() + 4 + length(value)).sum::<usize>()
        }
    }
}

fn value_length(value: &Value) -> usize {
    match value {
        Value::Known(text) => text.len(),
        Value::Location(Location::Partition) => "aws-us-gov".len(),
        Value::Location(Location::Region) => "ap-southeast-1".len(),
        Value::Location(Location::Account) => "123456789012".len(),
        // Lambda's longest function name within the ARN of its log group.
        Value::Output(..) => 150,
        Value::Joined(parts) => parts.iter().map(value_length).sum(),
    }
}

struct Candidate {
    grant: usize,
    pattern: String,
    saves: usize,
    stands_for: usize,
}

/// Each verb of each grant; where every verb of a grant is a pattern already, the whole service.
fn candidates(grants: &[Grant]) -> impl Iterator<Item = Candidate> {
    grants.iter().enumerate().flat_map(|(position, grant)| {
        let cost = |action: &str| grant.prefix.len() + action.len() + 4;
        let mut verbs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for action in grant.actions.iter().filter(|action| !action.ends_with('*')) {
            verbs.entry(verb(action)).or_default().push(action);
        }
        let all: Vec<&str> = grant.actions.iter().map(String::as_str).collect();
        let by_verb: Vec<(String, Vec<&str>)> = verbs
            .into_iter()
            .filter(|(_, of)| of.len() > 1)
            .map(|(verb, of)| (format!("{verb}*"), of))
            .collect();
        let patterns =
            if by_verb.is_empty() && all.len() > 1 { vec![("*".to_owned(), all)] } else { by_verb };
        patterns.into_iter().map(move |(pattern, of)| Candidate {
            grant: position,
            saves: of.iter().map(|action| cost(action)).sum::<usize>().saturating_sub(cost(&pattern)),
            stands_for: of.len(),
            pattern,
        })
    })
}

/// `Describe` of `DescribeInstances`.
fn verb(action: &str) -> &str {
    let next = action.char_indices().skip(1).find(|(_, character)| character.is_ascii_uppercase());
    next.map_or(action, |(end, _)| &action[..end])
}

fn is_of(action: &str, pattern: &str) -> bool {
    let verb_of_pattern = pattern.trim_end_matches('*');
    verb_of_pattern.is_empty() || verb(action) == verb_of_pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(prefix: &str, actions: &[String]) -> Grant {
        Grant { prefix: prefix.to_owned(), actions: actions.to_vec(), resources: vec!["*".into()], via: None }
    }

    #[test]
    fn a_policy_that_fits_is_left_as_it_is() {
        let mut grants = vec![grant("ec2", &["DescribeVpcs".to_owned(), "DescribeSubnets".to_owned()])];
        let before = grants.clone();
        assert_eq!(fit(&mut grants, &[]), []);
        assert_eq!(grants, before);
    }

    #[test]
    fn a_policy_over_the_limit_gets_the_fewest_wildcards_that_make_it_fit() {
        let named = |verb: &str, count: usize| {
            (0..count).map(|at| format!("{verb}SomethingOfLength{at:03}")).collect::<Vec<_>>()
        };
        let describe = grant("ec2", &[named("Describe", 350), named("Create", 20)].concat());
        let mut grants = vec![describe, grant("s3", &named("Get", 10))];
        let widened = fit(&mut grants, &[]);
        assert_eq!(widened, [Widened { pattern: "ec2:Describe*".to_owned(), stands_for: 350 }]);
        assert_eq!(grants[0].actions.len(), 21);
        assert_eq!(grants[1].actions.len(), 10);
        assert!(!is_too_large(&grants, &[]));
    }

    #[test]
    fn what_no_wildcard_of_a_verb_makes_fit_becomes_the_service() {
        let mut grants =
            vec![grant("ec2", &(0..900).map(|at| format!("{}Thing", letters(at))).collect::<Vec<_>>())];
        let widened = fit(&mut grants, &[]);
        assert_eq!(widened, [Widened { pattern: "ec2:*".to_owned(), stands_for: 900 }]);
    }

    fn letters(number: usize) -> String {
        format!(
            "V{}",
            number.to_string().chars().map(|digit| char::from(b'a' + digit as u8 - b'0')).collect::<String>()
        )
    }
}
