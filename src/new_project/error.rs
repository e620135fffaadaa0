//! Why a project is not made.

use crate::error::{Failure, Status};
use crate::project::FileError;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum NewProjectError {
    #[error("the project needs a name")]
    NoName,
    #[error("no template was chosen")]
    NoTemplate,
    #[error("a project cannot be called `{name}`: {why}")]
    BadName { name: String, why: String, hint: String },
    #[error("`{}` exists already", folder.display())]
    Exists { folder: PathBuf },
    #[error("cannot make the folder `{}`: the one it is to stand in does not exist", folder.display())]
    NoParent { folder: PathBuf },
    #[error("cannot make the folder `{}`", folder.display())]
    Folder { folder: PathBuf, source: io::Error },
    #[error(transparent)]
    File(#[from] FileError),
}

impl Failure for NewProjectError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoName => "give it, as in `rchalice new-project my-app`".to_owned(),
            Self::NoTemplate => "give `--template rest-api` or another that `--help` names".to_owned(),
            Self::BadName { hint, .. } => hint.clone(),
            Self::Exists { .. } => "choose another name, or move what is there".to_owned(),
            Self::NoParent { .. } => "make it first, or give another `--project-dir`".to_owned(),
            Self::Folder { .. } => "check that you may write there".to_owned(),
            Self::File(error) => return error.hint(),
        })
    }

    fn status(&self) -> Status {
        match self {
            Self::NoName | Self::NoTemplate | Self::BadName { .. } => Status::BadUsage,
            Self::Exists { .. } | Self::NoParent { .. } | Self::Folder { .. } | Self::File(_) => {
                Status::Failed
            }
        }
    }
}
