//! The CLI as its users meet it: a process, judged by its exit status, its output, the files that it leaves and the
//! calls that it makes. A file per command; `harness` holds what they share.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test, and what it stands on, ends at the first thing that is not as it should be"
)]
#![allow(clippy::disallowed_methods, reason = "these rules are for the CLI")]
#![allow(unreachable_pub, reason = "a test binary has no public interface")]

mod blueprints;
mod delete;
mod deploy;
mod events;
mod failures;
mod fidelity;
mod fidelity_of_requests;
mod fidelity_of_rules;
mod harness;
mod new_project;
mod package;
mod plan;
mod policy;
mod proxy;
mod rules;
mod sandbox;
mod sandboxed;
mod surface;
mod todo;
mod use_it;
