//! Packages that were made before, in `.chalice/deployments`: an unchanged bootstrap is not compressed again.

use super::hash::hex_sha256;
use super::zip::{self, RECIPE, ZipError};
use crate::project::{self, Project};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A few stages or branches in turn, without a folder that grows.
const KEPT: usize = 3;
const KEY_LENGTH: usize = 32;

/// The bootstrap's zip: the one made before if it is whole, else a new one.
///
/// A file's name says what it was made from and its own hash, so that one that was damaged is not used. The cache only
/// saves time: that it cannot be written is no failure.
pub fn zipped(project: &Project, bootstrap: &[u8]) -> Result<Vec<u8>, ZipError> {
    let folder = project.deployments_dir();
    let key = key(bootstrap);
    if let Some(zip) = packages(&folder).iter().find_map(|path| whole_package(path, &key)) {
        return Ok(zip);
    }
    let zip = zip::deterministic(bootstrap)?;
    let path = folder.join(format!("{key}-{}.zip", hex_sha256(&zip)));
    if project::write_whole(&path, &zip).is_ok() {
        forget_old(&folder);
    }
    Ok(zip)
}

fn key(bootstrap: &[u8]) -> String {
    let both = format!("{RECIPE} {}", hex_sha256(bootstrap));
    let mut key = hex_sha256(both.as_bytes());
    key.truncate(KEY_LENGTH);
    key
}

/// The file's content if it was made from `key` and is as it was written.
fn whole_package(path: &Path, key: &str) -> Option<Vec<u8>> {
    let (of, hash) = path.file_stem()?.to_str()?.split_once('-')?;
    if of != key {
        return None;
    }
    project::read_bytes(path).ok().filter(|zip| hex_sha256(zip) == hash)
}

/// The files of the folder that this module wrote; Chalice keeps its packages there too.
fn packages(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_package(path)).collect()
}

fn is_package(path: &Path) -> bool {
    const HASH_LENGTH: usize = 64;
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    path.extension().is_some_and(|extension| extension == "zip")
        && path.file_stem().and_then(|stem| stem.to_str()?.split_once('-')).is_some_and(|(key, hash)| {
            key.len() == KEY_LENGTH && hash.len() == HASH_LENGTH && is_hex(key) && is_hex(hash)
        })
}

fn forget_old(folder: &Path) {
    let mut packages = packages(folder);
    let written = |path: &PathBuf| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    packages.sort_by_key(|path| std::cmp::Reverse(written(path).unwrap_or(SystemTime::UNIX_EPOCH)));
    for path in packages.iter().skip(KEPT) {
        let _ = project::delete(path); // it is in nobody's way
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> (tempfile::TempDir, Project) {
        let folder = tempfile::tempdir().unwrap();
        let project = Project::at(folder.path()).unwrap();
        (folder, project)
    }

    #[test]
    fn a_package_is_made_once() {
        let (_folder, project) = project();
        let zip = zipped(&project, b"one").unwrap();
        assert_eq!(zip, zip::deterministic(b"one").unwrap());
        let files = packages(&project.deployments_dir());
        assert_eq!(files.len(), 1);
        let written = std::fs::metadata(&files[0]).unwrap().modified().unwrap();
        assert_eq!(zipped(&project, b"one").unwrap(), zip);
        assert_eq!(std::fs::metadata(&files[0]).unwrap().modified().unwrap(), written);
    }

    #[test]
    fn a_damaged_package_is_made_again() {
        let (_folder, project) = project();
        let zip = zipped(&project, b"one").unwrap();
        let files = packages(&project.deployments_dir());
        project::write_whole(&files[0], b"damaged").unwrap();
        assert_eq!(zipped(&project, b"one").unwrap(), zip);
        assert_eq!(project::read_bytes(&files[0]).unwrap(), zip);
    }

    #[test]
    fn the_newest_few_are_kept_and_files_of_others_are_not_touched() {
        let (_folder, project) = project();
        let of_chalice = project.deployments_dir().join("d41d8cd98f00b204e9800998ecf8427e-python3.12.zip");
        project::write_whole(&of_chalice, b"theirs").unwrap();
        for bootstrap in [b"1", b"2", b"3", b"4", b"5"] {
            zipped(&project, bootstrap).unwrap();
        }
        assert_eq!(packages(&project.deployments_dir()).len(), KEPT);
        assert!(of_chalice.exists());
    }

    #[test]
    fn a_folder_that_cannot_be_written_costs_only_time() {
        let (folder, project) = project();
        std::fs::create_dir(folder.path().join(".chalice")).unwrap();
        project::write_whole(&project.deployments_dir(), b"a file in the folder's place").unwrap();
        assert_eq!(zipped(&project, b"one").unwrap(), zip::deterministic(b"one").unwrap());
    }
}
