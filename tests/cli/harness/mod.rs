//! What the tests of the CLI share: the CLI as a process ([`Cli`]), one sandbox for all of them, in which each test
//! has an account of its own ([`Sandbox`], [`Account`]), a [`Proxy`] between the two that writes down every AWS call
//! and can make AWS misbehave, and an HTTP client ([`http`]).

#![allow(dead_code, unused_imports, reason = "not every kind of test uses all of it")]

mod app;
mod aws;
mod cli;
mod operations;
mod project;
mod proxy;
mod python;
mod sandbox;
mod wire;

pub use app::{Hello, Version, bootstrap, bootstrap_of, fixture};
pub use aws::{Aws, zipped_bootstrap};
pub use cli::{Cli, Output, temporary_folder};
pub use project::{copy_of, quick, quick_build};
pub use proxy::{Call, Proxy};
pub use python::python_with;
pub use sandbox::{Account, REGION, Sandbox, cache_with_shared_venv};
pub use wire::{Response, http};
