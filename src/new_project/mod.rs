//! New projects: a template's files, with the project's name in place of the template's own.

mod error;
mod name;
mod template;

use crate::cli::Template;
use crate::project::write_whole;
use crate::settings;
pub use error::NewProjectError;
pub use name::Name;
use std::io;
use std::path::{Path, PathBuf};

/// Makes the folder `name` in `parent` and the project in it.
pub fn create(parent: &Path, name: &Name, template: Template) -> Result<PathBuf, NewProjectError> {
    let root = parent.join(name.as_str());
    make(&root)?;
    let dependency = template::Dependency::of_this_build();
    for file in template::files(template) {
        let text = template::fill(file, name, &dependency, std::env::consts::ARCH);
        write_whole(&root.join(file.path), text.as_bytes())?;
    }
    let schema = format!("{:#}\n", settings::schema());
    write_whole(&root.join(".chalice/config.schema.json"), schema.as_bytes())?;
    Ok(root)
}

/// Makes a folder that was not there before: what somebody has is never written over.
fn make(root: &Path) -> Result<(), NewProjectError> {
    let folder = root.to_owned();
    std::fs::create_dir(root).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => NewProjectError::Exists { folder },
        io::ErrorKind::NotFound => NewProjectError::NoParent { folder },
        _ => NewProjectError::Folder { folder, source },
    })
}
