//! The deployment package: a zip that depends on nothing but the bootstrap's bytes.

use crate::error::Failure;
use std::io::{Cursor, Write};
use thiserror::Error;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// Lambda starts the file of this name.
const ENTRY: &str = "bootstrap";

/// Changes whenever the same bootstrap would give another zip, so that no package of an older rchalice is taken.
pub const RECIPE: &str = "1";

/// One entry, `bootstrap`, executable, without a time, an owner or anything else of the machine it is made on.
pub fn deterministic(bootstrap: &[u8]) -> Result<Vec<u8>, ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default()) // 1980-01-01, the first that a zip can say
        .unix_permissions(0o755)
        .system(System::Unix);
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(bootstrap.len() / 2)));
    zip.start_file(ENTRY, options)?;
    zip.write_all(bootstrap).map_err(zip::result::ZipError::from)?;
    Ok(zip.finish()?.into_inner())
}

#[derive(Debug, Error)]
#[error("cannot make the deployment package")]
pub struct ZipError(#[from] zip::result::ZipError);

impl Failure for ZipError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::hash::hex_sha256;
    use std::io::Read;

    /// Compresses like code does: repeats at a distance, and noise.
    fn sample() -> Vec<u8> {
        let mut state = 1_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        (0..200_000_u32).map(|index| if index % 7 < 4 { (index / 64 % 251) as u8 } else { noise() }).collect()
    }

    #[test]
    fn the_same_bytes_give_the_same_zip_on_every_machine() {
        let zip = deterministic(&sample()).unwrap();
        assert_eq!(zip, deterministic(&sample()).unwrap());
        assert_eq!(
            hex_sha256(&zip),
            "ddd1919e7132b89c68c0358d26fe5843aae39f6fcbc0ceeba1c9f5084a9ae757",
            "if this is meant, change RECIPE too: packages in `.chalice/deployments` are reused by it"
        );
    }

    #[test]
    fn the_zip_holds_one_executable_bootstrap_and_no_time() {
        let mut archive = zip::ZipArchive::new(Cursor::new(deterministic(&sample()).unwrap())).unwrap();
        assert_eq!(archive.len(), 1);
        let mut entry = archive.by_index(0).unwrap();
        assert_eq!(entry.name().unwrap(), "bootstrap");
        assert_eq!(entry.unix_mode(), Some(0o100_755));
        assert_eq!(
            entry.last_modified().map(|time| time.to_string()).as_deref(),
            Some("1980-01-01 00:00:00")
        );
        assert_eq!(entry.extra_data().unwrap_or_default(), Vec::<u8>::new());
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        assert_eq!(content, sample());
    }
}
