//! What IAM takes as the `Condition` of a statement.

use super::tree::Value;
use super::{Node, Problem, Source};
use crate::words::nearest;

/// All that IAM compares by. It reads them without regard to case.
const OPERATORS: [&str; 27] = [
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "BinaryEquals",
    "Bool",
    "DateEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateNotEquals",
    "IpAddress",
    "NotIpAddress",
    "Null",
    "NumericEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericNotEquals",
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "StringNotEquals",
    "StringNotEqualsIgnoreCase",
    "StringNotLike",
];
const HINT: &str = r#"a condition looks like `{"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}`"#;

pub fn faults(source: &Source, condition: &Node) -> Vec<Problem> {
    let Some(operators) = condition.members() else {
        let got = condition.describe();
        let message = format!("`Condition` of an IAM statement is an object of operators, got {got}");
        return vec![Problem::at(source, &condition.span, message).hint(HINT)];
    };
    let mut problems = Vec::new();
    for operator in operators {
        let name = operator.name.as_str();
        if let Err(compared) = comparison(name) {
            let message = format!("IAM has no condition operator `{name}`");
            let hint = nearest(compared, &OPERATORS).map(|near| format!("did you mean `{near}`?"));
            let hint = hint.unwrap_or_else(|| HINT.to_owned());
            problems.push(Problem::at(source, &operator.name_span, message).hint(hint));
        }
        let Some(keys) = operator.node.members() else {
            let got = operator.node.describe();
            let message = format!("`{name}` of a `Condition` is an object of keys, got {got}");
            problems.push(Problem::at(source, &operator.node.span, message).hint(HINT));
            continue;
        };
        for key in keys.iter().filter(|key| !is_value(&key.node)) {
            let got = key.node.describe();
            let message =
                format!("`{}` of a `Condition` is a value or a list of values, got {got}", key.name);
            problems.push(Problem::at(source, &key.node.span, message).hint(HINT));
        }
    }
    problems
}

/// By what an operator with all its trimmings compares; the error is what nobody knows.
fn comparison(operator: &str) -> Result<(), &str> {
    let bare = ["ForAllValues:", "ForAnyValue:"].iter().find_map(|set| operator.strip_prefix(set));
    let bare = bare.unwrap_or(operator);
    // `Null` asks just that, so it has none of the kind.
    let if_exists = bare.strip_suffix("IfExists").filter(|bare| !bare.eq_ignore_ascii_case("Null"));
    let bare = if_exists.unwrap_or(bare);
    let is_known = OPERATORS.iter().any(|known| known.eq_ignore_ascii_case(bare));
    if is_known { Ok(()) } else { Err(bare) }
}

fn is_value(node: &Node) -> bool {
    let is_one = |node: &Node| matches!(node.value, Value::Text(_) | Value::Number(_) | Value::Bool(_));
    node.elements().map_or_else(|| is_one(node), |values| values.iter().all(is_one))
}
