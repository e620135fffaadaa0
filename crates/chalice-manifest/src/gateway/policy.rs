//! The policy that an authorizer answers with.

use serde_json::Value;

/// What a policy says about one request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Permission {
    Allowed,
    /// Nothing allows it.
    NotAllowed,
    /// A statement with the effect `Deny` names it.
    Denied,
}

/// The ARN of a request, as API Gateway hands it to an authorizer. `api` is what stands before the stage:
/// `arn:aws:execute-api:us-east-1:123456789012:abc`.
pub fn method_arn(api: &str, stage: &str, method: &str, path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    format!("{api}/{stage}/{method}/{}", path.strip_prefix('/').unwrap_or(path))
}

/// What `policy`, an IAM policy document, says about invoking `arn`.
pub fn permission(policy: &Value, arn: &str) -> Permission {
    let statements = one_or_more(&policy["Statement"]);
    let names = |statement: &Value, key: &str, is_named: &dyn Fn(&str) -> bool| {
        one_or_more(&statement[key]).iter().filter_map(Value::as_str).any(is_named)
    };
    let matching = statements.iter().filter(|statement| {
        names(statement, "Action", &|action| arn_matches(&action.to_ascii_lowercase(), "execute-api:invoke"))
            && names(statement, "Resource", &|resource| arn_matches(resource, arn))
    });
    let effects: Vec<&Value> = matching.map(|statement| &statement["Effect"]).collect();
    if effects.iter().any(|&effect| effect == "Deny") {
        Permission::Denied
    } else if effects.iter().any(|&effect| effect == "Allow") {
        Permission::Allowed
    } else {
        Permission::NotAllowed
    }
}

fn one_or_more(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(values) => values,
        one => std::slice::from_ref(one),
    }
}

/// Whether a pattern names an ARN: `*` is any text, slashes too, and `?` any one character.
pub fn arn_matches(pattern: &str, arn: &str) -> bool {
    let (pattern, arn): (Vec<char>, Vec<char>) = (pattern.chars().collect(), arn.chars().collect());
    let (mut at, mut from) = (0, 0);
    // Where to try again with one character more in the last `*`.
    let mut star: Option<(usize, usize)> = None;
    while from < arn.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(&expected) if expected == '?' || expected == arn[from] => {
                (at, from) = (at + 1, from + 1);
            }
            _ => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                (at, from) = (star_at + 1, taken + 1);
            }
        }
    }
    pattern[at..].iter().all(|&left| left == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ARN: &str = "arn:aws:execute-api:r:1:api/st/GET/a/b";

    fn statement(effect: &str, resource: &str) -> Value {
        json!({"Effect": effect, "Action": "execute-api:Invoke", "Resource": [resource]})
    }

    #[test]
    fn a_deny_wins_over_an_allow() {
        let (all, one) = (statement("Allow", "*"), statement("Deny", "*/GET/a/*"));
        assert_eq!(permission(&json!({"Statement": [all, one]}), ARN), Permission::Denied);
        assert_eq!(permission(&json!({"Statement": all}), ARN), Permission::Allowed);
        assert_eq!(permission(&json!({"Statement": []}), ARN), Permission::NotAllowed);
        let other = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"});
        assert_eq!(permission(&json!({"Statement": [other]}), ARN), Permission::NotAllowed);
        let every = json!({"Effect": "Allow", "Action": ["execute-api:*"], "Resource": ARN});
        assert_eq!(permission(&json!({"Statement": [every]}), ARN), Permission::Allowed);
    }
}
