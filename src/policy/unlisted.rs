//! Operations that no list of IAM's actions has: their actions are guesses by their names.

use super::actions::Source;
use super::explain::Row;
use super::operations::camel_case;
use super::statements::{Scopes, is_scoped};
use crate::words::count;

/// Which ones the policy allows, and what to do where the guess is wrong.
pub fn warning(rows: &[Row], scopes: &Scopes) -> Option<String> {
    let guesses = rows.iter().filter(|row| row.dropped.is_none() && row.needed.source == Source::Unlisted);
    let lines = guesses.flat_map(|row| {
        row.needed.actions.iter().map(|action| {
            let where_ = if is_scoped(action, scopes) {
                format!("what `iam.resources` names of {}", action.prefix)
            } else {
                "every resource".to_owned()
            };
            let operation = camel_case(&row.operation.module);
            format!("    {action}  for {operation} of aws-sdk-{}, on {where_}\n", row.operation.service)
        })
    });
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| {
        format!(
            "rchalice's list of IAM actions lacks {} of the program: the policy allows a guess by the name:\n\n{}\n\
             where AWS refuses such a call, it names the action that is missing; add it to `iam.statements` in \
             .chalice/config.json:\n\n    \
             {{\"Effect\": \"Allow\", \"Action\": [\"SERVICE:ACTION\"], \"Resource\": [\"RESOURCE\"]}}\n",
            count(lines.len(), "operation"),
            lines.concat()
        )
    })
}
