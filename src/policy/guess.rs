//! The lines to add to config.json for services without a scope, with the names guessed from the stage's variables. They
//! are shown to a person, never applied.

use super::actions::{Action, Prefix};
use super::scope::Named;
use super::variable::{Variable, random_end};
use std::collections::{BTreeMap, BTreeSet};

/// More kinds of resources than this are not worth guessing.
const MOST_TYPES: usize = 4;

/// `"resources"` for what `actions` are about, below `"iam"`.
pub fn lines(actions: &[Action], variables: &BTreeMap<String, String>) -> String {
    let prefixes: BTreeSet<&str> = actions.iter().map(|action| action.prefix.as_str()).collect();
    let line = |prefix: &&str| format!("      {prefix:?}: {:?}", resources(prefix, actions, variables));
    let lines: Vec<String> = prefixes.iter().map(line).collect();
    format!("    \"iam\": {{\n      \"resources\": {{\n  {}\n      }}\n    }}", lines.join(",\n  "))
}

fn resources(service: &str, actions: &[Action], variables: &BTreeMap<String, String>) -> Vec<String> {
    let Some(prefix) = Prefix::find(service) else { return Vec::new() };
    let mut by_type: BTreeMap<&str, Guess> = BTreeMap::new();
    for action in actions.iter().filter(|action| action.prefix == service) {
        let types = plain(&prefix.types_of(&action.name));
        let guesses: Vec<(&str, Guess)> =
            types.into_iter().map(|name| (name, guess(prefix, name, variables))).collect();
        let is_certain = guesses.iter().any(|(_, guess)| guess.is_of_variable);
        by_type.extend(guesses.into_iter().filter(|(_, guess)| guess.is_of_variable || !is_certain));
    }
    let mut guesses: Vec<Guess> = by_type.into_values().collect();
    guesses.sort_by_key(|guess| !guess.is_of_variable);
    let guesses = guesses.into_iter().take(MOST_TYPES);
    let mut resources: Vec<String> = guesses.flat_map(|guess| guess.resources).collect();
    resources.sort_by_key(|resource| (resource.len(), resource.clone()));
    resources.dedup();
    let covers = |one: &String, other: &String| {
        one != other && one.strip_suffix('*').is_some_and(|start| other.starts_with(start))
    };
    let all = resources.clone();
    resources.retain(|resource| !all.iter().any(|other| covers(other, resource)));
    resources
}

/// Of the many types that a call to a model of Bedrock can be about.
const MODELS: [&str; 2] = ["foundation-model", "inference-profile"];

/// Parts of the names of types that few programs name.
const RARE: [&str; 3] = ["accesspoint", "consumable", "global"];

/// Without the types that few programs name.
pub fn plain<'a>(types: &[&'a str]) -> Vec<&'a str> {
    if types.contains(&MODELS[0]) {
        return types.iter().copied().filter(|name| MODELS.contains(name)).collect();
    }
    let is_plain = |name: &&&str| !RARE.iter().any(|rare| name.contains(rare));
    let plain: Vec<&str> = types.iter().filter(is_plain).copied().collect();
    if plain.is_empty() { types.to_vec() } else { plain }
}

struct Guess {
    resources: Vec<String>,
    is_of_variable: bool,
}

/// `table/${TableName}/index/${IndexName}` → `table/${TABLE_NAME}/index/*`.
fn guess(prefix: Prefix, name: &str, variables: &BTreeMap<String, String>) -> Guess {
    let service = prefix.name;
    let resource = prefix.types().get(name).and_then(|arn| arn.splitn(6, ':').nth(5)).unwrap_or("*");
    let Some(Shape { before, subject, after }) = Shape::of(resource) else {
        return Guess { resources: vec![resource.to_owned()], is_of_variable: false };
    };
    let variables = variables.iter().map(|(name, value)| Variable { name, value });
    let matching =
        variables.filter(|variable| is_about(variable.name, &subject) && variable.can_name(service));
    let written = |variable: Variable| match variable.model_of_profile() {
        // The profile calls the model in regions of its own choice.
        Some(model) if MODELS.contains(&name) => {
            let profile = variable.within(service, "inference-profile/", &after);
            vec![profile, format!("arn:aws:bedrock:*::foundation-model/{model}")]
        }
        _ => {
            let after = behind(variable, &after, prefix, name);
            after.map(|after| variable.within(service, before, after)).into_iter().collect()
        }
    };
    let resources: Vec<String> = matching.flat_map(written).collect();
    if resources.is_empty() {
        return Guess { resources: vec![example(service, resource)], is_of_variable: false };
    }
    Guess { resources, is_of_variable: true }
}

/// What has to stand behind a variable: `after`, but nothing behind the ARN of the type itself; None: it holds the ARN of
/// another one, as no execution's ARN starts with its state machine's. An alias names a key.
fn behind<'a>(variable: Variable, after: &'a str, prefix: Prefix, name: &str) -> Option<&'a str> {
    if !variable.value.starts_with("arn:") {
        return Some(after);
    }
    let is_it = |after: &&str| {
        let types = Named(&format!("{}{after}", variable.value)).types(prefix);
        types.contains(&name) || types == ["alias"]
    };
    ["", after].into_iter().find(is_it)
}

/// How resources of a type look: `table/${TableName}/index/${IndexName}` → `table/TABLE/index/*`.
pub fn example(service: &str, resource: &str) -> String {
    match Shape::of(resource) {
        None => resource.to_owned(),
        Some(Shape { before, subject, after }) => {
            format!("{before}{}{after}{}", subject.join("_"), random_end(service, before))
        }
    }
}

/// A type's resource around its first variable.
struct Shape<'a> {
    before: &'a str,
    subject: Vec<String>,
    after: String,
}

impl<'a> Shape<'a> {
    fn of(resource: &'a str) -> Option<Self> {
        let (before, rest) = resource.split_once("${")?;
        let (name, after) = rest.split_once('}').unwrap_or((rest, ""));
        let type_name = before.trim_end_matches(['/', ':']).rsplit(['/', ':']).next().unwrap_or_default();
        Some(Self { before, subject: subject(name, type_name), after: others_as_wildcards(after) })
    }
}

fn others_as_wildcards(text: &str) -> String {
    let mut parts = text.split("${");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "*" + part.split_once('}').map_or("", |(_, after)| after))
}

/// What a variable of an ARN names: `StateMachineName` → `STATE`, `MACHINE`. Where it does not say, what stands before it
/// does: `foundation-model/${ResourceId}` → `FOUNDATION`, `MODEL`.
fn subject(variable: &str, before: &str) -> Vec<String> {
    const EMPTY: [&str; 10] =
        ["NAME", "ID", "IDENTIFIER", "WITH", "WITHOUT", "PATH", "LEADING", "SLASH", "ARN", "RESOURCE"];
    let mut words: Vec<String> = Vec::new();
    for character in variable.chars() {
        match words.last_mut() {
            Some(word) if !character.is_ascii_uppercase() => word.push(character.to_ascii_uppercase()),
            _ => words.push(character.to_ascii_uppercase().to_string()),
        }
    }
    let told: Vec<String> = words.iter().filter(|word| !EMPTY.contains(&word.as_str())).cloned().collect();
    match (told.is_empty(), before.is_empty()) {
        (false, _) => told,
        (true, false) => before.to_ascii_uppercase().split(['-', '_']).map(str::to_owned).collect(),
        (true, true) => words,
    }
}

/// Whether the environment variable's name says what `subject` says, its last word at least.
fn is_about(variable: &str, subject: &[String]) -> bool {
    let name = variable.to_ascii_uppercase();
    let whole = subject.concat();
    name.replace('_', "").contains(&whole)
        || subject.last().is_some_and(|last| name.split('_').any(|word| word == last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(actions: &[(&str, &str)], variables: &[(&str, &str)]) -> String {
        let action =
            |(prefix, name): &(&str, &str)| Action { prefix: (*prefix).to_owned(), name: (*name).to_owned() };
        let actions: Vec<Action> = actions.iter().map(action).collect();
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        lines(&actions, &variables)
    }

    #[test]
    fn the_lines_can_be_pasted_into_a_stage() {
        let actions =
            [("dynamodb", "GetItem"), ("dynamodb", "Query"), ("s3", "GetObject"), ("s3", "ListBucket")];
        let variables = [("TABLE_NAME", "orders"), ("UPLOAD_BUCKET", "in"), ("LOG_LEVEL", "info")];
        let lines = guessed(&actions, &variables);
        assert_eq!(
            lines,
            r#"    "iam": {
      "resources": {
        "dynamodb": ["table/${TABLE_NAME}", "table/${TABLE_NAME}/index/*"],
        "s3": ["${UPLOAD_BUCKET}", "${UPLOAD_BUCKET}/*"]
      }
    }"#
        );
        let parsed: serde_json::Value = serde_json::from_str(&format!("{{{lines}}}")).unwrap();
        assert_eq!(parsed["iam"]["resources"]["s3"][1], "${UPLOAD_BUCKET}/*");
    }

    #[test]
    fn a_variable_that_holds_an_arn_or_a_queues_url_is_the_resource_itself() {
        let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";
        assert!(
            guessed(&[("sqs", "SendMessage")], &[("QUEUE_URL", url)]).contains(r#""sqs": ["${QUEUE_URL}"]"#)
        );
        let arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:ship";
        let line = r#""states": ["${STATE_MACHINE_ARN}"]"#;
        assert!(guessed(&[("states", "StartExecution")], &[("STATE_MACHINE_ARN", arn)]).contains(line));
    }

    #[test]
    fn a_variable_that_holds_the_arn_of_another_type_is_in_no_line_of_this_one() {
        let arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:ship";
        let actions = [("states", "DescribeExecution"), ("states", "StartExecution")];
        let line =
            r#""states": ["${STATE_MACHINE_ARN}", "execution:STATE_MACHINE:*", "express:STATE_MACHINE:*:*"]"#;
        assert!(guessed(&actions, &[("STATE_MACHINE_ARN", arn)]).contains(line));
        let live = "arn:aws:lambda:eu-west-1:123456789012:function:worker:live";
        let line = guessed(&[("lambda", "InvokeFunction")], &[("FUNCTION_ARN", live)]);
        assert!(line.contains(r#""lambda": ["${FUNCTION_ARN}"]"#), "{line}");
        let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders";
        let line = r#""dynamodb": ["${TABLE_ARN}", "${TABLE_ARN}/index/*"]"#;
        assert!(guessed(&[("dynamodb", "Query")], &[("TABLE_ARN", table)]).contains(line));
        let key = "arn:aws:kms:eu-west-1:123456789012:alias/app";
        assert!(guessed(&[("kms", "Decrypt")], &[("KEY_ALIAS", key)]).contains(r#""kms": ["${KEY_ALIAS}"]"#));
    }

    #[test]
    fn a_type_whose_variable_says_nothing_is_named_by_what_stands_before_it() {
        let guessed = |variables: &[(&str, &str)]| guessed(&[("bedrock", "InvokeModel")], variables);
        let line =
            r#""bedrock": ["foundation-model/FOUNDATION_MODEL", "inference-profile/INFERENCE_PROFILE"]"#;
        assert!(guessed(&[]).contains(line), "{}", guessed(&[]));
        let line = r#""bedrock": ["foundation-model/${MODEL_ID}"]"#;
        assert!(guessed(&[("MODEL_ID", "anthropic.claude-3")]).contains(line));
        let profile = |name: &str| {
            format!(
                r#""bedrock": ["inference-profile/${{{name}}}", "arn:aws:bedrock:*::foundation-model/anthropic.claude-3"]"#
            )
        };
        for name in ["MODEL_ID", "INFERENCE_PROFILE_ID"] {
            let line = guessed(&[(name, "us.anthropic.claude-3")]);
            assert!(line.contains(&profile(name)), "{line}");
        }
    }

    #[test]
    fn of_many_types_those_are_named_that_most_programs_name() {
        let line = r#""batch": ["job/JOB", "job-queue/JOB_QUEUE", "job-definition/JOB_DEFINITION", "job-definition/JOB_DEFINITION:*"]"#;
        let lines = guessed(&[("batch", "SubmitJob")], &[]);
        assert!(lines.contains(line), "{lines}");
    }

    #[test]
    fn a_log_group_is_named_with_what_is_behind_it() {
        let actions = [("logs", "FilterLogEvents"), ("logs", "PutLogEvents")];
        let line = guessed(&actions, &[("LOG_GROUP", "/app/audit")]);
        assert!(line.contains(r#""logs": ["log-group:${LOG_GROUP}:*"]"#), "{line}");
    }

    #[test]
    fn a_variable_that_holds_another_url_names_no_resource() {
        let line = guessed(&[("dynamodb", "GetItem")], &[("TABLE_ENDPOINT", "https://example.com/orders")]);
        assert!(line.contains(r#""dynamodb": ["table/TABLE"]"#), "{line}");
    }

    #[test]
    fn a_function_is_invoked_with_a_qualifier_or_without() {
        let line = guessed(&[("lambda", "InvokeFunction")], &[("FUNCTION", "worker")]);
        assert!(line.contains(r#""lambda": ["function:${FUNCTION}", "function:${FUNCTION}:*"]"#), "{line}");
    }

    #[test]
    fn without_a_variable_the_line_says_what_is_missing() {
        assert!(guessed(&[("sqs", "SendMessage")], &[]).contains(r#""sqs": ["QUEUE"]"#));
        let secret = guessed(&[("secretsmanager", "GetSecretValue")], &[]);
        assert!(secret.contains(r#""secretsmanager": ["secret:SECRET-??????"]"#), "{secret}");
        assert!(
            guessed(&[("dynamodb", "GetItem")], &[("A", "b")]).contains(r#""dynamodb": ["table/TABLE"]"#)
        );
    }
}
