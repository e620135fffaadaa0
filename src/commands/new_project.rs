//! `new-project`.

use crate::cli::NewProject;
use crate::connection::Context;
use crate::error::{Result, Status};

pub fn run(args: NewProject, context: &Context<'_>) -> Result<Status> {
    let NewProject { name, template } = args;
    let _ = (name, template, context);
    Ok(Status::Done)
}
