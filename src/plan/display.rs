//! The plan in words.

use super::{Action, Change, Plan, Shown, Step};
use crate::deployed::Recorded;
use crate::model::{Attribute, Kind, ResourceId, Spec};
use crate::words::count;
use serde_json::{Value as Json, json};

/// `+` makes, `~` changes, `-` deletes, `=` leaves what somebody else changed; a line for each field with the value before and after.
pub fn display(plan: &Plan) -> String {
    let left_as_is = plan.left_as_is.iter().fold(String::new(), |text, left| text + "= " + left + "\n");
    if plan.is_empty() {
        return format!("{left_as_is}Nothing to change");
    }
    let mut text = left_as_is;
    let mut shown: Vec<&ResourceId> = Vec::new();
    for step in &plan.steps {
        // A resource that grows and shrinks is one change to a reader.
        if shown.contains(&&step.resource) {
            continue;
        }
        shown.push(&step.resource);
        let same = plan.steps.iter().filter(|other| other.resource == step.resource);
        text.push_str(&resource(step, &same.flat_map(Step::changes).cloned().collect::<Vec<_>>()));
    }
    let summary = [("to create", '+'), ("to change", '~'), ("to delete", '-')]
        .map(|(what, sign)| format!("{} {what}", text.lines().filter(|line| line.starts_with(sign)).count()));
    format!("{text}\n{}: {}", count(shown.len(), "resource"), summary.join(", "))
}

fn resource(step: &Step, changes: &[Change]) -> String {
    match &step.action {
        Action::Create { spec, .. } => format!("+ {}\n{}", label(spec), fields(changes)),
        Action::Update { spec, found, drifted, .. } => {
            let note = if found.unfinished {
                " (the last deploy did not finish it)"
            } else if *drifted {
                " (changed by somebody else)"
            } else {
                ""
            };
            format!("~ {}{note}\n{}", label(spec), fields(changes))
        }
        Action::Delete(recorded) if recorded.id.kind == Kind::LogGroup => {
            format!("- retention of the {}\n", recorded_label(recorded))
        }
        Action::Delete(recorded) => format!("- {}\n", recorded_label(recorded)),
    }
}

fn fields(changes: &[Change]) -> String {
    changes.iter().fold(String::new(), |text, change| text + "      " + &field(change) + "\n")
}

fn field(Change { field, before, after }: &Change) -> String {
    match (before, after) {
        (Shown::Opaque, Shown::Opaque) => format!("{field}: changes"),
        (Shown::Nothing, after) => format!("{field}: {}", value(after)),
        (before, Shown::Nothing) => format!("{field}: {} → (none)", value(before)),
        (before, after) => format!("{field}: {} → {}", value(before), value(after)),
    }
}

fn value(shown: &Shown) -> String {
    match shown {
        Shown::Nothing => "(none)".to_owned(),
        Shown::Text(text) => text.clone(),
        Shown::Masked => "(hidden)".to_owned(),
        Shown::Opaque => "(new)".to_owned(),
        Shown::KnownAfterwards => "(known afterwards)".to_owned(),
    }
}

/// What a reader calls the resource.
pub fn label(spec: &Spec) -> String {
    match spec {
        Spec::LogGroup(log_group) => format!("log group {}", log_group.name),
        Spec::Role(role) => format!("IAM role {}", role.name),
        Spec::RestApi(api) => format!("REST API {}", api.name),
        Spec::Function(function) => format!("Lambda function {}", function.name),
        Spec::Permission(permission) => {
            format!("permission for {} to invoke {}", permission.principal, permission.function_name)
        }
        Spec::RestApiContents(contents) => format!("REST API stage {}", contents.stage),
        Spec::EventSourceMapping(mapping) => {
            format!("event source mapping from {} to {}", mapping.source.words(), mapping.function_name)
        }
        Spec::Rule(rule) => format!("EventBridge rule {}", rule.name),
    }
}

/// The same for what is only recorded.
pub fn recorded_label(recorded: &Recorded) -> String {
    let name = [Attribute::Stage, Attribute::Id, Attribute::Name]
        .into_iter()
        .find_map(|key| recorded.attribute(key));
    format!("{} {}", recorded.id.kind.words(), name.unwrap_or(&recorded.id.name))
}

/// The plan for a program.
pub fn json(plan: &Plan) -> Json {
    let steps = plan.steps.iter().map(|step| {
        let (action, label) = match &step.action {
            Action::Create { spec, .. } => ("create", label(spec)),
            Action::Update { spec, .. } => ("update", label(spec)),
            Action::Delete(recorded) => ("delete", recorded_label(recorded)),
        };
        let changes = step.changes().iter().map(|change| {
            json!({"field": change.field, "before": value(&change.before), "after": value(&change.after)})
        });
        json!({
            "action": action,
            "kind": step.resource.kind,
            "name": step.resource.name,
            "resource": label,
            "phase": format!("{:?}", step.phase).to_lowercase(),
            "changes": changes.collect::<Vec<_>>(),
        })
    });
    json!({"steps": steps.collect::<Vec<_>>(), "left_as_is": plan.left_as_is})
}
