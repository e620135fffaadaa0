//! What IAM takes as the statements of a role's policy. It would refuse others in the middle of a deploy.

use super::{Node, Problem, Source, conditions};
use crate::words::list;
use std::collections::BTreeMap;

const FIELDS: [&str; 7] = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];
const SID_HINT: &str = "IAM takes letters and digits, at least one";
const ACTION_HINT: &str = "IAM takes `*`, or a service and an action such as `s3:GetObject` or `s3:Get*`";
const RESOURCE_HINT: &str = "IAM takes `*`, or an ARN such as `arn:aws:s3:::my-bucket/*`";

/// What is wrong with the statements of one list.
pub fn faults(source: &Source, statements: &[Node]) -> Vec<Problem> {
    let mut problems = doubled_sids(source, statements);
    for statement in statements {
        if let Some(message) = shape_fault(statement) {
            let example = r#"{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}"#;
            let hint = format!("a statement looks like `{example}`");
            problems.push(Problem::at(source, &statement.span, message).hint(hint));
        }
        problems.extend(field_faults(source, statement));
    }
    problems
}

/// That `resource`, which stands at `node` with its variables filled, is none for IAM.
pub fn resource_fault(source: &Source, node: &Node, field: &str, resource: &str) -> Option<Problem> {
    let is_resource = resource == "*" || (resource.starts_with("arn:") && resource.matches(':').count() >= 5);
    (!is_resource).then(|| cannot_be(source, node, field, resource).hint(RESOURCE_HINT))
}

fn shape_fault(statement: &Node) -> Option<String> {
    if statement.members().is_none() {
        return Some(format!("an IAM statement is an object, got {}", statement.describe()));
    }
    let has = |name| statement.get(name).is_some();
    let effect = statement.get("Effect").and_then(|effect| effect.node.text());
    match effect {
        None => Some("the IAM statement has no `Effect`".to_owned()),
        Some(effect) if effect != "Allow" && effect != "Deny" => {
            Some(format!("the `Effect` of an IAM statement is `Allow` or `Deny`, got `{effect}`"))
        }
        Some(_) if !has("Action") && !has("NotAction") => {
            Some("the IAM statement has no `Action`".to_owned())
        }
        Some(_) if !has("Resource") && !has("NotResource") => {
            Some("the IAM statement has no `Resource`".to_owned())
        }
        Some(_) if has("Action") && has("NotAction") => {
            Some("the IAM statement has both `Action` and `NotAction`".to_owned())
        }
        Some(_) if has("Resource") && has("NotResource") => {
            Some("the IAM statement has both `Resource` and `NotResource`".to_owned())
        }
        Some(_) => None,
    }
}

fn field_faults(source: &Source, statement: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    for member in statement.members().unwrap_or_default() {
        let (field, node) = (member.name.as_str(), &member.node);
        match field {
            "Sid" => problems.extend(sid_fault(source, node)),
            "Action" | "NotAction" => {
                problems.extend(texts_faults(source, field, node, ACTION_HINT, &|one, text| {
                    (!is_action(text)).then(|| cannot_be(source, one, field, text).hint(ACTION_HINT))
                }));
            }
            "Resource" | "NotResource" => {
                problems.extend(texts_faults(source, field, node, RESOURCE_HINT, &|one, text| {
                    // What a variable stands for is known in a stage only.
                    let is_filled = text.starts_with("${");
                    if is_filled { None } else { resource_fault(source, one, field, text) }
                }));
            }
            "Condition" => problems.extend(conditions::faults(source, node)),
            _ if FIELDS.contains(&field) => {}
            _ => {
                let message = format!("an IAM statement of a role has no `{field}`");
                let hint = format!("it has {}", list(&FIELDS, "and"));
                problems.push(Problem::at(source, &member.name_span, message).hint(hint));
            }
        }
    }
    problems
}

fn sid_fault(source: &Source, node: &Node) -> Option<Problem> {
    let Some(sid) = node.text() else {
        let message = format!("`Sid` of an IAM statement is a string, got {}", node.describe());
        return Some(Problem::at(source, &node.span, message).hint(SID_HINT));
    };
    let fits = !sid.is_empty() && sid.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (!fits).then(|| cannot_be(source, node, "Sid", sid).hint(SID_HINT))
}

/// What is wrong with a string or a list of strings, which `fault` looks at one by one.
fn texts_faults(
    source: &Source,
    field: &str,
    node: &Node,
    hint: &str,
    fault: &dyn Fn(&Node, &str) -> Option<Problem>,
) -> Vec<Problem> {
    let of_one = |one: &Node| {
        if let Some(text) = one.text() {
            return fault(one, text);
        }
        let got = one.describe();
        let message = format!("`{field}` of an IAM statement is a string or a list of strings, got {got}");
        Some(Problem::at(source, &one.span, message).hint(hint))
    };
    match node.elements() {
        Some([]) => {
            let message = format!("`{field}` of an IAM statement is empty");
            vec![Problem::at(source, &node.span, message).hint(hint)]
        }
        Some(elements) => elements.iter().filter_map(of_one).collect(),
        None => of_one(node).into_iter().collect(),
    }
}

fn is_action(text: &str) -> bool {
    let is_service = |service: &str| {
        service == "*"
            || (!service.is_empty()
                && service.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
    };
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"*?-_".contains(&byte))
    };
    text == "*" || text.split_once(':').is_some_and(|(service, name)| is_service(service) && is_name(name))
}

fn doubled_sids(source: &Source, statements: &[Node]) -> Vec<Problem> {
    let mut first: BTreeMap<&str, &Node> = BTreeMap::new();
    let mut problems = Vec::new();
    for node in statements.iter().filter_map(|statement| Some(&statement.get("Sid")?.node)) {
        let Some(sid) = node.text() else { continue };
        match first.get(sid) {
            Some(other) => problems.push(
                Problem::at(source, &node.span, format!("two IAM statements have the `Sid` `{sid}`"))
                    .also(source.place(&other.span), "the first one")
                    .hint("give one of them another name, or none"),
            ),
            None => _ = first.insert(sid, node),
        }
    }
    problems
}

fn cannot_be(source: &Source, node: &Node, field: &str, text: &str) -> Problem {
    Problem::at(source, &node.span, format!("`{field}` of an IAM statement cannot be `{text}`"))
}
