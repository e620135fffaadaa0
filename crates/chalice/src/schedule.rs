//! Judges a schedule that is a constant: only const evaluation knows it before the manifest is read.
#![allow(missing_docs, clippy::missing_panics_doc)] // public for the expansions of the attributes alone

use chalice_manifest::{is_whole, schedule_fault};

/// More than any sentence about a schedule has.
const LONGEST: usize = 256;

/// Returns what it is given. One with a variable in it is judged when it is deployed.
#[track_caller]
#[expect(clippy::panic, reason = "runs in const evaluation, where it is a compile error")]
pub const fn judged_schedule(expression: &str) -> &str {
    if !is_whole(expression) {
        return expression;
    }
    let Some(fault) = schedule_fault(expression) else { return expression };
    let (parts, mut message, mut length) = (fault.parts(), [0; LONGEST], 0);
    let mut part = 0;
    while part < parts.len() {
        let bytes = parts[part].as_bytes();
        let mut at = 0;
        while at < bytes.len() && length < LONGEST {
            message[length] = bytes[at];
            (at, length) = (at + 1, length + 1);
        }
        part += 1;
    }
    match str::from_utf8(message.split_at(length).0) {
        Ok(message) => panic!("{}", message),
        Err(_) => panic!("a schedule is `rate(1 hour)` or `cron(0 12 ? * MON-FRI *)`"),
    }
}
