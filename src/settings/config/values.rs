//! What the value of a key may be.

use super::keys::{Key, Kind, Scope};
use super::{Member, Node, Problem, Source, Value, statements};
use crate::policy;
use crate::words::{list, nearest};
use std::ops::Range;

/// Lambda sets these itself and refuses them from others.
const RESERVED_VARIABLES: &[&str] = &[
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];

/// What is wrong with the value of `member`, whose key is `key`.
pub fn faults(source: &Source, key: &Key, member: &Member) -> Vec<Problem> {
    let of = Of { source, name: key.name, member };
    let node = &member.node;
    if let Kind::Refused { why, instead } = key.kind {
        let message = format!("`{}` cannot be used: {why}", key.name);
        return vec![Problem::at(source, &member.name_span, message).hint(instead)];
    }
    if matches!(node.value, Value::Null) {
        return Vec::new(); // as in Chalice: not set
    }
    match &key.kind {
        Kind::Version => of.version(),
        Kind::Text => of.text(|_| None),
        Kind::Name => of.text(|name| name_fault(&format!("`{}`", key.name), name)),
        Kind::RoleArn => of.text(role_arn_fault),
        Kind::PolicyArn => of.text(|arn| policy_arn_fault(&format!("`{}`", key.name), arn)),
        Kind::PolicyArns => of.policy_arns(),
        Kind::RolePath => of.text(role_path_fault),
        Kind::Resources => of.resources(),
        Kind::Bool => of.bool(),
        Kind::Whole { unit, least, most } => of.whole(unit, |number| {
            let fits = number.is_some_and(|number| (*least..=*most).contains(&number));
            (!fits).then(|| match *most {
                u32::MAX => format!("give a whole number, {least} or more"),
                most => format!("give a whole number from {least} to {most}"),
            })
        }),
        Kind::Days(days) => of.whole("days", |number| {
            let fits = number.is_some_and(|number| days.contains(&number));
            (!fits).then(|| format!("CloudWatch Logs takes {}", plain_list(days)))
        }),
        Kind::OneOf(choices) => of.one_of(choices),
        Kind::Texts => of.texts(|_| None),
        Kind::Environment => of.texts(variable_fault),
        Kind::TextList => of.list_of_texts("a list of strings"),
        Kind::TextOrList if node.text().is_some() => Vec::new(),
        Kind::TextOrList => of.list_of_texts("a string or a list of strings"),
        Kind::Statements => of.statements(),
        Kind::Section(_) | Kind::Named(_) if node.members().is_some() => Vec::new(),
        Kind::Section(_) => of.wrong_type("an object", Some("{}".to_owned())),
        Kind::Named(Scope::Function) => {
            of.wrong_type("an object of functions", Some(r#"{"api_handler": {}}"#.to_owned()))
        }
        Kind::Named(_) => of.wrong_type("an object of stages", Some(r#"{"dev": {}}"#.to_owned())),
        Kind::Never { why } => match node.bool() {
            Some(true) => of.fault(&node.span, format!("`{}` cannot be true: {why}", key.name), "remove it"),
            Some(false) => Vec::new(),
            None => of.bool(),
        },
        Kind::Refused { .. } => Vec::new(),
    }
}

/// Why `name` cannot be a part of names on AWS, if so.
pub fn name_fault(what: &str, name: &str) -> Option<(String, String)> {
    let fits = |character: char| character.is_ascii_alphanumeric() || character == '_' || character == '-';
    let rule = "use letters, digits, `-` and `_`";
    if name.is_empty() {
        return Some((format!("{what} is empty"), rule.to_owned()));
    }
    let bad = match name.chars().find(|character| !fits(*character))? {
        character if character.is_whitespace() => "spaces".to_owned(),
        character => format!("`{character}`"),
    };
    Some((format!("{what} cannot be `{name}`: names on AWS have no {bad}"), rule.to_owned()))
}

fn role_arn_fault(arn: &str) -> Option<(String, String)> {
    let is_role = arn.starts_with("arn:") && arn.contains(":iam::") && arn.contains(":role/");
    let hint = "a role's ARN looks like `arn:aws:iam::123456789012:role/my-role`";
    (!is_role).then(|| (format!("`iam_role_arn` is the ARN of a role, got `{arn}`"), hint.to_owned()))
}

fn policy_arn_fault(what: &str, arn: &str) -> Option<(String, String)> {
    let is_policy = arn.starts_with("arn:") && arn.contains(":iam::") && arn.contains(":policy/");
    let hint = "a policy's ARN looks like `arn:aws:iam::123456789012:policy/my-policy`";
    (!is_policy).then(|| (format!("{what} is the ARN of a policy, got `{arn}`"), hint.to_owned()))
}

fn role_path_fault(path: &str) -> Option<(String, String)> {
    let fits = path.len() <= 512
        && path.starts_with('/')
        && path.ends_with('/')
        && path.chars().all(|character| character.is_ascii_graphic());
    (!fits).then(|| {
        (format!("`path` cannot be `{path}`"), "start and end it with `/`, such as `/my-team/`".to_owned())
    })
}

fn variable_fault(name: &str) -> Option<(String, String)> {
    if RESERVED_VARIABLES.contains(&name) {
        let message = format!("`{name}` is a variable that Lambda sets itself");
        return Some((message, "give it another name".to_owned()));
    }
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic());
    let fits = name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
    (!starts_well || !fits).then(|| {
        let message = format!("`{name}` cannot be the name of an environment variable");
        (message, "start with a letter, go on with letters, digits and `_`".to_owned())
    })
}

fn plain_list(days: &[u32]) -> String {
    list(&days.iter().map(u32::to_string).collect::<Vec<_>>(), "or").replace('`', "")
}

/// A key's value, with what a message about it needs.
struct Of<'a> {
    source: &'a Source,
    name: &'a str,
    member: &'a Member,
}

impl Of<'_> {
    fn fault(&self, span: &Range<usize>, message: String, hint: impl Into<String>) -> Vec<Problem> {
        vec![Problem::at(self.source, span, message).hint(hint)]
    }

    fn wrong_type(&self, wanted: &str, instead: Option<String>) -> Vec<Problem> {
        let node = &self.member.node;
        let message = format!("`{}` is {wanted}, got {}", self.name, node.describe());
        let problem = Problem::at(self.source, &node.span, message);
        vec![problem.hint(match instead {
            Some(instead) if self.written() == format!("\"{instead}\"") => {
                format!("write `{instead}`, without quotes")
            }
            Some(instead) => format!("write `{instead}`"),
            None => format!("give {wanted}"),
        })]
    }

    fn written(&self) -> &str {
        self.source.text.get(self.member.node.span.clone()).unwrap_or_default()
    }

    fn text(&self, fault: impl Fn(&str) -> Option<(String, String)>) -> Vec<Problem> {
        let node = &self.member.node;
        let Some(text) = node.text() else {
            let scalar = matches!(node.value, Value::Number(_) | Value::Bool(_));
            return self.wrong_type("a string", scalar.then(|| format!("\"{}\"", self.written())));
        };
        match fault(text) {
            Some((message, hint)) => self.fault(&node.span, message, hint),
            None => Vec::new(),
        }
    }

    fn version(&self) -> Vec<Problem> {
        let node = &self.member.node;
        let written = match &node.value {
            Value::Text(text) | Value::Number(text) => text.trim(),
            _ => return self.wrong_type("a string", Some("\"2.0\"".to_owned())),
        };
        let hint = "write `\"version\": \"2.0\"`";
        match written.parse::<f64>() {
            Ok(version) if version <= 2.0 => Vec::new(),
            Ok(version) if version > 2.0 => {
                self.fault(&node.span, format!("version `{written}` is newer than 2.0, the latest"), hint)
            }
            _ => self.fault(&node.span, format!("`version` is a number such as 2.0, got `{written}`"), hint),
        }
    }

    fn bool(&self) -> Vec<Problem> {
        let node = &self.member.node;
        let meant = node.text().map(str::to_lowercase).filter(|text| text == "true" || text == "false");
        if node.bool().is_some() { Vec::new() } else { self.wrong_type("`true` or `false`", meant) }
    }

    /// `fault` gets None for what is no whole number, or too large for anything.
    fn whole(&self, unit: &str, fault: impl Fn(Option<u32>) -> Option<String>) -> Vec<Problem> {
        let node = &self.member.node;
        let Value::Number(written) = &node.value else {
            let meant = node.text().filter(|text| text.parse::<u32>().is_ok()).map(str::to_owned);
            return self.wrong_type(&format!("a number of {unit}"), meant);
        };
        match fault(node.whole()) {
            Some(hint) => self.fault(&node.span, format!("`{}` cannot be {written} {unit}", self.name), hint),
            None => Vec::new(),
        }
    }

    fn one_of(&self, choices: &[&str]) -> Vec<Problem> {
        let node = &self.member.node;
        let Some(text) = node.text() else {
            return self.wrong_type(&list(choices, "or"), None);
        };
        if choices.contains(&text) {
            return Vec::new();
        }
        let hint = match nearest(text, choices) {
            Some(near) => format!("did you mean `{near}`? There are {}", list(choices, "and")),
            None => format!("choose {}", list(choices, "or")),
        };
        self.fault(&node.span, format!("`{}` cannot be `{text}`", self.name), hint)
    }

    fn texts(&self, name_fault: impl Fn(&str) -> Option<(String, String)>) -> Vec<Problem> {
        let Some(members) = self.member.node.members() else {
            return self.wrong_type("an object of strings", None);
        };
        let mut problems = Vec::new();
        for member in members {
            if let Some((message, hint)) = name_fault(&member.name) {
                problems.push(Problem::at(self.source, &member.name_span, message).hint(hint));
            }
            if member.node.text().is_none() {
                let of = Of { source: self.source, name: &member.name, member };
                problems.extend(of.text(|_| None));
            }
        }
        problems
    }

    fn list_of_texts(&self, wanted: &str) -> Vec<Problem> {
        let node = &self.member.node;
        let Some(elements) = node.elements() else {
            let one = node.text().is_some().then(|| format!("[{}]", self.written()));
            return self.wrong_type(wanted, one);
        };
        let wrong = elements.iter().filter(|element| element.text().is_none());
        let message =
            |element: &Node| format!("`{}` is {wanted}, got {} in it", self.name, element.describe());
        wrong
            .map(|wrong| Problem::at(self.source, &wrong.span, message(wrong)).hint("write it in quotes"))
            .collect()
    }

    fn policy_arns(&self) -> Vec<Problem> {
        let wrong_type = self.list_of_texts("a list of ARNs of policies");
        if !wrong_type.is_empty() {
            return wrong_type;
        }
        let elements = self.member.node.elements().unwrap_or_default().iter();
        let fault = |element: &Node| {
            let (message, hint) = policy_arn_fault("each of `managed_policies`", element.text()?)?;
            Some(Problem::at(self.source, &element.span, message).hint(hint))
        };
        elements.filter_map(fault).collect()
    }

    fn resources(&self) -> Vec<Problem> {
        let Some(services) = self.member.node.members() else {
            return self.wrong_type("an object of lists", Some(r#"{"dynamodb": ["table/NAME"]}"#.to_owned()));
        };
        let mut problems = Vec::new();
        for service in services {
            if policy::prefix_of(&service.name).is_none() {
                let known: Vec<&str> = policy::service_names().into_iter().collect();
                let message = format!("AWS has no service `{}`", service.name);
                problems.push(Problem::at(self.source, &service.name_span, message).hint(
                    match nearest(&service.name, &known) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "name it as IAM's actions do, or as its crate without `aws-sdk-`".to_owned(),
                    },
                ));
            }
            let of = Of { source: self.source, name: &service.name, member: service };
            problems.extend(of.list_of_texts("a list of resources"));
        }
        problems
    }

    fn statements(&self) -> Vec<Problem> {
        let Some(elements) = self.member.node.elements() else {
            return self.wrong_type("a list of IAM statements", None);
        };
        statements::faults(self.source, elements)
    }
}
