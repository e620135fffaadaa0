//! Where a project's files are, and the one door through which files are written: each whole, or not at all.

use crate::error::Failure;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A project's folder: the one that holds `.chalice`.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// `dir`, made absolute; nothing is read yet.
    pub fn at(dir: &Path) -> Result<Self, FileError> {
        let root = std::path::absolute(dir).map_err(|source| FileError::read(dir, source))?;
        Ok(Self { root })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn chalice_dir(&self) -> PathBuf {
        self.root.join(".chalice")
    }

    pub fn config_file(&self) -> PathBuf {
        self.chalice_dir().join("config.json")
    }

    /// The template of what the sandbox holds before the first deploy.
    pub fn sandbox_template(&self) -> PathBuf {
        self.chalice_dir().join("sandbox.json")
    }

    /// What was deployed to a real account.
    pub fn deployed_file(&self, stage: &str) -> PathBuf {
        self.chalice_dir().join("deployed").join(format!("{stage}.json"))
    }

    /// What was deployed to the sandbox.
    pub fn sandbox_deployed_file(&self, stage: &str) -> PathBuf {
        self.chalice_dir().join("deployed").join(format!("{stage}.sandbox.json"))
    }

    /// Packages that were built.
    pub fn deployments_dir(&self) -> PathBuf {
        self.chalice_dir().join("deployments")
    }

    /// `path` as a user would type it from the project's folder.
    pub fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

/// A file that could not be read or written.
#[derive(Debug, Error)]
pub enum FileError {
    #[error("cannot read `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write `{}`", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("cannot delete `{}`", path.display())]
    Delete { path: PathBuf, source: io::Error },
}

impl FileError {
    pub fn read(path: &Path, source: io::Error) -> Self {
        Self::Read { path: path.to_owned(), source }
    }

    pub fn write(path: &Path, source: io::Error) -> Self {
        Self::Write { path: path.to_owned(), source }
    }
}

impl Failure for FileError {
    fn hint(&self) -> Option<String> {
        let (Self::Read { path, source } | Self::Write { path, source } | Self::Delete { path, source }) =
            self;
        Some(match source.kind() {
            io::ErrorKind::NotFound => format!("check that `{}` exists", path.display()),
            io::ErrorKind::PermissionDenied => format!("check the permissions of `{}`", path.display()),
            io::ErrorKind::StorageFull => "free some space on the disk and run the command again".to_owned(),
            _ => return None,
        })
    }
}

/// Writes `bytes` to `path` so that a reader, and a crash, sees the old content or the new, never a part.
/// Folders on the way are made.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let fail = |source| FileError::write(path, source);
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(fail)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fail)?;
    file.write_all(bytes).map_err(fail)?;
    file.as_file().sync_all().map_err(fail)?;
    make_readable(file.as_file()).map_err(fail)?;
    file.persist(path).map_err(|error| fail(error.error))?;
    Ok(())
}

/// A temporary file is its owner's alone; what is left in a project is as readable as any other file.
fn make_readable(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

/// Deletes `path`; that it is not there is no failure.
pub fn delete(path: &Path) -> Result<(), FileError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(FileError::Delete { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// The file's text, or None if there is no such file.
pub fn read_if_there(path: &Path) -> Result<Option<String>, FileError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(FileError::read(path, source)),
    }
}

pub fn read_bytes(path: &Path) -> Result<Vec<u8>, FileError> {
    std::fs::read(path).map_err(|source| FileError::read(path, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_file_is_whole_and_its_folders_are_made() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b/c.json");
        write_whole(&path, b"one").unwrap();
        write_whole(&path, b"two").unwrap();
        assert_eq!(read_if_there(&path).unwrap().as_deref(), Some("two"));
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_is_gone_can_be_deleted_again() {
        let dir = tempfile::tempdir().unwrap();
        delete(&dir.path().join("nothing")).unwrap();
    }
}
