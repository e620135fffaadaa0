//! What is wrong with what the user wrote.

pub(crate) mod event;
pub(crate) mod route;

use crate::mistakes::Mistakes;
use crate::parse::function::Function;

const ROUTES: [&str; 8] = ["route", "get", "post", "put", "patch", "delete", "head", "options"];
const OTHERS: [&str; 11] = [
    "lambda_function",
    "init",
    "on_shutdown",
    "authorizer",
    "error_handler",
    "middleware",
    "on_sqs_message",
    "on_kinesis_record",
    "on_dynamodb_record",
    "schedule",
    "on_cw_event",
];

/// Several routes may stand on one function; nothing else may stand beside anything.
pub(crate) fn attributes_beside(function: &Function, is_route: bool, mistakes: &mut Mistakes) {
    for attribute in &function.attrs {
        let Some(last) = attribute.path().segments.last() else { continue };
        let is_one_of = |names: &[&str]| names.iter().any(|name| last.ident == name);
        if is_one_of(&OTHERS) || (!is_route && is_one_of(&ROUTES)) {
            let message = format!("`#[{}]` cannot stand beside another attribute of chalice", last.ident);
            mistakes.add(last.ident.span(), message);
        }
    }
}
