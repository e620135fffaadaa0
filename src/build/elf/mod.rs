//! What Lambda would refuse, or fail to start, found in the ELF before anything is sent: another architecture,
//! another loader, a newer glibc, a library that is not there.

#[cfg(test)]
pub mod fixture;
mod needs;
#[cfg(test)]
mod tests;

use super::host::machine_name;
use crate::error::Failure;
use crate::settings::Architecture;
use crate::words::list;
use needs::Needs;
use object::elf;
use std::fmt;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Lambda's limit for what a deployment package unpacks to.
const UNZIPPED_LIMIT: usize = 250 * 1024 * 1024;

/// What provided.al2023 has without any layer: glibc's libraries, and those of GCC that its package manager links.
const PROVIDED_LIBRARIES: [&str; 13] = [
    "ld-linux-aarch64.so.1",
    "ld-linux-x86-64.so.2",
    "libanl.so.1",
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libmvec.so.1",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libstdc++.so.6",
    "libutil.so.1",
];

/// The highest symbol versions of provided.al2023: glibc 2.34 and GCC 11.
const PROVIDED_VERSIONS: [(&str, &[u32]); 4] =
    [("GLIBC_", &[2, 34]), ("GLIBCXX_", &[3, 4, 29]), ("CXXABI_", &[1, 3, 13]), ("GCC_", &[11, 0])];

/// Whether Lambda can start these bytes on provided.al2023; `path` is for the error.
pub fn check(bytes: &[u8], path: &Path, architecture: Architecture) -> Result<(), ElfError> {
    let refuse = |fault| ElfError { path: path.to_owned(), fault, needed_by: None };
    if bytes.len() > UNZIPPED_LIMIT {
        return Err(refuse(Fault::TooLarge { bytes: bytes.len() }));
    }
    if let Some(fault) = other_format(bytes) {
        return Err(refuse(fault));
    }
    let needs = Needs::read(bytes).map_err(|error| refuse(Fault::Damaged(error.to_string())))?;
    check_program(&needs, architecture).map_err(refuse)?;
    check_versions(&needs).map_err(|(fault, needed_by)| ElfError {
        path: path.to_owned(),
        fault,
        needed_by,
    })?;
    check_libraries(&needs).map_err(refuse)
}

/// What the bytes are if they are no 64-bit ELF.
fn other_format(bytes: &[u8]) -> Option<Fault> {
    const ELF_CLASS: usize = 4;
    Some(match bytes {
        [] => Fault::Empty,
        [0x7f, b'E', b'L', b'F', ..] if bytes.get(ELF_CLASS) == Some(&elf::ELFCLASS32.0) => Fault::Bits32,
        [0x7f, b'E', b'L', b'F', ..] => return None,
        [b'#', b'!', ..] => Fault::Other("a script"),
        [0xcf | 0xce, 0xfa, 0xed, 0xfe, ..] | [0xca, 0xfe, 0xba, 0xbe, ..] => Fault::Other("a macOS program"),
        [b'M', b'Z', ..] => Fault::Other("a Windows program"),
        [b'P', b'K', 3, 4, ..] => Fault::Other("a zip archive"),
        [0, b'a', b's', b'm', ..] => Fault::Other("a WebAssembly module"),
        _ => Fault::Unknown,
    })
}

fn check_program(needs: &Needs, architecture: Architecture) -> Result<(), Fault> {
    let (machine, loader) = match architecture {
        Architecture::X86_64 => (elf::EM_X86_64, "/lib64/ld-linux-x86-64.so.2"),
        Architecture::Arm64 => (elf::EM_AARCH64, "/lib/ld-linux-aarch64.so.1"),
    };
    if needs.machine != machine || !needs.little_endian {
        return Err(Fault::Machine { found: found_machine(needs), wanted: machine_name(architecture) });
    }
    if !needs.is_program {
        return Err(Fault::NotAProgram);
    }
    match &needs.loader {
        Some(found) if found != loader => Err(Fault::Loader { found: found.clone(), wanted: loader }),
        _ => Ok(()),
    }
}

fn found_machine(needs: &Needs) -> String {
    match needs.machine {
        elf::EM_X86_64 => "x86_64".to_owned(),
        elf::EM_AARCH64 if needs.little_endian => "aarch64".to_owned(),
        elf::EM_AARCH64 => "big-endian aarch64".to_owned(),
        elf::EM_RISCV => "RISC-V".to_owned(),
        other => format!("ELF machine {}", other.0),
    }
}

/// The highest version that provided.al2023 lacks, with the symbol that needs it.
fn check_versions(needs: &Needs) -> Result<(), (Fault, Option<NeededBy>)> {
    let newest = needs.versions.iter().filter_map(|needed| Some((lacking(&needed.name)?, needed))).max_by(
        |(one, _), (other, _)| one.number.cmp(&other.number), // `GLIBC_ABI_…` counts as newer than any number
    );
    let Some((lacking, needed)) = newest else { return Ok(()) };
    let fault = Fault::Version { needed: needed.name.clone(), provided: lacking.provided };
    Err((fault, needed.symbol.clone().map(|symbol| NeededBy { symbol })))
}

struct Lacking {
    number: Vec<u32>,
    provided: String,
}

/// What provided.al2023 has in place of `version`; None where that is enough.
fn lacking(version: &str) -> Option<Lacking> {
    let (prefix, highest) = PROVIDED_VERSIONS.iter().find(|(prefix, _)| version.starts_with(prefix))?;
    let digits = &version[prefix.len()..];
    let text = || highest.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
    if digits.starts_with("ABI_") {
        // Marks such as `GLIBC_ABI_DT_RELR`, which came with glibc 2.36: an older loader refuses the program.
        return Some(Lacking { number: vec![u32::MAX], provided: text() });
    }
    let number: Vec<u32> = digits.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    (number.as_slice() > *highest).then(|| Lacking { number, provided: text() })
}

fn check_libraries(needs: &Needs) -> Result<(), Fault> {
    let missing: Vec<String> =
        needs.libraries.iter().filter(|name| !PROVIDED_LIBRARIES.contains(&name.as_str())).cloned().collect();
    if missing.is_empty() { Ok(()) } else { Err(Fault::Libraries(missing)) }
}

/// A bootstrap that Lambda could not start.
#[derive(Debug, Error)]
#[error("`{}` {fault}", path.display())]
pub struct ElfError {
    path: PathBuf,
    fault: Fault,
    #[source]
    needed_by: Option<NeededBy>,
}

#[derive(Debug, Error)]
#[error("it was linked on a newer system (symbol `{symbol}`)")]
struct NeededBy {
    symbol: String,
}

#[derive(Debug)]
enum Fault {
    Empty,
    /// Not an ELF but this.
    Other(&'static str),
    /// Neither an ELF nor anything that we know.
    Unknown,
    Bits32,
    /// An ELF whose tables cannot be read.
    Damaged(String),
    NotAProgram,
    Machine {
        found: String,
        wanted: &'static str,
    },
    Loader {
        found: String,
        wanted: &'static str,
    },
    Version {
        needed: String,
        provided: String,
    },
    Libraries(Vec<String>),
    TooLarge {
        bytes: usize,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("is empty"),
            Self::Other(what) => write!(formatter, "is {what}, not a program for Linux"),
            Self::Unknown => formatter.write_str("is not a program for Linux"),
            Self::Bits32 => formatter.write_str("is a 32-bit program, but Lambda runs 64-bit ones"),
            Self::Damaged(why) => write!(formatter, "is damaged: {why}"),
            Self::NotAProgram => formatter.write_str("is a library or an object file, not a program"),
            Self::Machine { found, wanted } => {
                write!(formatter, "is for {found}, but the stage's functions run on {wanted}")
            }
            Self::Loader { found, wanted } => {
                write!(formatter, "asks for the loader `{found}`, but provided.al2023 has `{wanted}`")
            }
            Self::Version { needed, provided } => {
                write!(formatter, "needs {needed}, but provided.al2023 has {provided}")
            }
            Self::Libraries(names) => {
                write!(formatter, "needs {}, which provided.al2023 does not have", list(names, "and"))
            }
            Self::TooLarge { bytes } => {
                write!(formatter, "has {} MB, but Lambda takes at most 250 MB", bytes.div_ceil(1024 * 1024))
            }
        }
    }
}

impl Failure for ElfError {
    fn hint(&self) -> Option<String> {
        let hint = match &self.fault {
            Fault::Empty | Fault::Damaged(_) => "build it again",
            Fault::Other("a zip archive") => "give the program itself: rchalice makes the zip",
            Fault::Other(_) | Fault::Unknown | Fault::Bits32 => {
                "build the application for `x86_64-unknown-linux-gnu` or `aarch64-unknown-linux-gnu`"
            }
            Fault::NotAProgram => {
                "give the binary that `cargo build --release` made of the package's `[[bin]]`"
            }
            Fault::Machine { found, .. } => return Some(machine_hint(found)),
            Fault::Loader { found, .. } if found.contains("musl") => {
                "link it statically with `-C target-feature=+crt-static`, or build it for a `-linux-gnu` target"
            }
            Fault::Loader { .. } => {
                "build it outside of Nix or a private toolchain, or set its loader with `patchelf --set-interpreter`"
            }
            Fault::Version { .. } => {
                "build it on Amazon Linux 2023 or another system with glibc 2.34 or older, and deploy it with \
                 `--bootstrap FILE`"
            }
            Fault::Libraries(_) => {
                "link it statically: look for a feature such as `vendored`, `bundled` or `rustls` of the crate that \
                 uses it"
            }
            Fault::TooLarge { .. } => {
                "remove what the binary embeds (`include_bytes!`) and its debug information (`strip = true` in the \
                 profile)"
            }
        };
        Some(hint.to_owned())
    }
}

fn machine_hint(found: &str) -> String {
    let name = match found {
        "x86_64" => "x86_64",
        "aarch64" => "arm64",
        _ => return "build it for the architecture that config.json names".to_owned(),
    };
    format!(
        "set \"lambda_architecture\": \"{name}\" in .chalice/config.json, or build it for the other architecture"
    )
}
