//! Frames: finding them in a section, and the header that `chalice`'s macros put before each record.

use std::fmt;

/// The ELF section that holds the frames.
pub const SECTION: &str = "rchalice_manifest";
/// Starts every frame.
pub const MAGIC: [u8; 8] = *b"\x7fRCHALCE";
/// The version of the record format that this crate writes and reads.
pub const SCHEMA_VERSION: u16 = 1;
/// Bytes before the JSON.
pub const HEADER_LEN: usize = 20;

/// The version of the `chalice` crate that wrote a frame.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct FrameworkVersion {
    pub major: u16,
    pub minor: u16,
    pub patch: u16,
}

impl fmt::Display for FrameworkVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The header of a frame whose JSON is `length` bytes long; `const`, as macros call it in const evaluation.
#[allow(clippy::cast_possible_truncation)] // a record is far below 4 GiB: rustc itself would not carry such a literal
pub const fn header(framework: FrameworkVersion, length: usize) -> [u8; HEADER_LEN] {
    let [m0, m1, m2, m3, m4, m5, m6, m7] = MAGIC;
    let [s0, s1] = SCHEMA_VERSION.to_le_bytes();
    let [a0, a1] = framework.major.to_le_bytes();
    let [b0, b1] = framework.minor.to_le_bytes();
    let [c0, c1] = framework.patch.to_le_bytes();
    let [l0, l1, l2, l3] = (length as u32).to_le_bytes();
    [m0, m1, m2, m3, m4, m5, m6, m7, s0, s1, a0, a1, b0, b1, c0, c1, l0, l1, l2, l3]
}

/// A frame with its own length in its header.
#[allow(clippy::cast_possible_truncation)] // as above
pub const fn with_length<const N: usize>(mut frame: [u8; N]) -> [u8; N] {
    [frame[16], frame[17], frame[18], frame[19]] = ((N - HEADER_LEN) as u32).to_le_bytes();
    frame
}

/// One frame of a section.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Frame<'a> {
    pub framework: FrameworkVersion,
    pub json: &'a [u8],
}

/// Why a section cannot be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FrameError {
    /// Bytes that are neither padding nor the start of a frame.
    NotAFrame { offset: usize },
    /// The section ends inside a frame.
    CutShort { offset: usize },
    /// The frame is of a schema that this crate does not know.
    UnknownSchema { offset: usize, schema: u16, framework: FrameworkVersion },
}

impl fmt::Display for FrameError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAFrame { offset } => write!(formatter, "no manifest frame at byte {offset}"),
            Self::CutShort { offset } => {
                write!(formatter, "the manifest frame at byte {offset} is cut short")
            }
            Self::UnknownSchema { schema, framework, .. } => write!(
                formatter,
                "the manifest has schema {schema} (written by chalice {framework}), this reads {SCHEMA_VERSION}"
            ),
        }
    }
}

impl std::error::Error for FrameError {}

/// All frames of a section, in link order.
pub fn frames(section: &[u8]) -> Result<Vec<Frame<'_>>, FrameError> {
    let mut found = Vec::new();
    let mut offset = 0;
    while let Some(padding) = section[offset..].iter().position(|&byte| byte != 0) {
        offset += padding;
        let (frame, length) = frame_at(section, offset)?;
        found.push(frame);
        offset += length;
    }
    Ok(found)
}

fn frame_at(section: &[u8], offset: usize) -> Result<(Frame<'_>, usize), FrameError> {
    let bytes = &section[offset..];
    if !bytes.starts_with(&MAGIC) {
        return Err(FrameError::NotAFrame { offset });
    }
    let header = bytes.first_chunk::<HEADER_LEN>().ok_or(FrameError::CutShort { offset })?;
    let u16_at = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
    let framework = FrameworkVersion { major: u16_at(10), minor: u16_at(12), patch: u16_at(14) };
    let schema = u16_at(8);
    if schema != SCHEMA_VERSION {
        return Err(FrameError::UnknownSchema { offset, schema, framework });
    }
    let length = u32::from_le_bytes([header[16], header[17], header[18], header[19]]) as usize;
    let json = bytes.get(HEADER_LEN..HEADER_LEN + length).ok_or(FrameError::CutShort { offset })?;
    Ok((Frame { framework, json }, HEADER_LEN + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION: FrameworkVersion = FrameworkVersion { major: 1, minor: 2, patch: 300 };

    fn framed(json: &[u8]) -> Vec<u8> {
        [&header(VERSION, json.len())[..], json].concat()
    }

    #[test]
    fn frames_are_found_across_padding() {
        let section = [&framed(b"{}")[..], &[0; 5], &framed(b"[1]"), &[0; 3]].concat();
        let expected =
            vec![Frame { framework: VERSION, json: b"{}" }, Frame { framework: VERSION, json: b"[1]" }];
        assert_eq!(frames(&section), Ok(expected));
    }

    #[test]
    fn an_empty_section_has_no_frames() {
        assert_eq!(frames(&[]), Ok(vec![]));
    }

    #[test]
    fn a_section_that_ends_inside_a_frame_is_refused() {
        let section = framed(b"{\"a\":1}");
        for end in 8..section.len() {
            assert_eq!(frames(&section[..end]), Err(FrameError::CutShort { offset: 0 }), "cut at {end}");
        }
    }

    #[test]
    fn foreign_bytes_are_refused() {
        assert_eq!(frames(b"\0\0hello"), Err(FrameError::NotAFrame { offset: 2 }));
    }

    #[test]
    fn a_newer_schema_is_refused_with_both_versions() {
        let mut section = framed(b"{}");
        section[8] = 9;
        let error = FrameError::UnknownSchema { offset: 0, schema: 9, framework: VERSION };
        assert_eq!(frames(&section), Err(error));
        assert_eq!(error.to_string(), "the manifest has schema 9 (written by chalice 1.2.300), this reads 1");
    }
}
