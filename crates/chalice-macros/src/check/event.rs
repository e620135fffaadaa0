//! The arguments of a handler of events.

use proc_macro2::Ident;
use syn::spanned::Spanned;

use crate::mistakes::Mistakes;
use crate::parse::function::{Argument, last_segment};

/// What stands beside an event and never is one.
const BESIDE: [&str; 4] = ["State", "Env", "LambdaContext", "Extension"];
/// What is delivered to other handlers. A type that a user may well have named so, such as `Request`, or another crate,
/// such as `CloudWatchEvent`, is not refused by its name: of chalice's own the compiler says that it is no event.
const OTHERS: [&str; 5] = ["SqsEvent", "KinesisEvent", "DynamodbEvent", "ScheduleEvent", "AuthRequest"];

/// One argument is the event: `event`, or a type of the user's.
pub(crate) fn arguments(arguments: &[Argument<'_>], event: &str, function: &Ident, mistakes: &mut Mistakes) {
    let is_one_of = |argument: &Argument<'_>, names: &[&str]| {
        last_segment(argument.ty).is_some_and(|last| names.iter().any(|name| last == name))
    };
    let others: Vec<&str> = OTHERS.into_iter().filter(|other| *other != event).collect();
    for argument in arguments.iter().filter(|argument| is_one_of(argument, &others)) {
        mistakes.add(argument.ty.span(), format!("not what comes to this handler; expected `{event}`"));
    }
    if arguments.iter().all(|argument| is_one_of(argument, &BESIDE)) {
        let message = format!("`fn {function}` takes no event; add `event: {event}`");
        mistakes.add(function.span(), message);
    }
}
