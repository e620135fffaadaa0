//! Where a binary holds names: its symbols, and the constants among which the paths stand that a panic shows.

use memchr::memmem;
use object::elf::{FileHeader64, SHF_ALLOC, SHF_EXECINSTR, SHT_PROGBITS, SHT_STRTAB, SHT_SYMTAB};
use object::read::elf::{FileHeader, SectionHeader};
use object::{Endianness, elf};

/// The parts of a 64-bit ELF that tell what it was linked from.
pub struct Binary<'a> {
    /// The names of the symbols; None: stripped.
    pub symbols: Option<&'a [u8]>,
    /// What is loaded and cannot be run: texts, tables.
    pub constants: Vec<&'a [u8]>,
}

impl<'a> Binary<'a> {
    /// Of any architecture; what is no 64-bit ELF tells nothing.
    pub fn of(elf: &'a [u8]) -> Self {
        Self::read(elf).unwrap_or(Self { symbols: None, constants: Vec::new() })
    }

    fn read(elf: &'a [u8]) -> Option<Self> {
        let header = FileHeader64::<Endianness>::parse(elf).ok()?;
        let endian = header.endian().ok()?;
        let sections = header.sections(endian, elf).ok()?;
        let is_constant = |section: &&elf::SectionHeader64<Endianness>| {
            let flags = section.sh_flags(endian);
            section.sh_type(endian) == SHT_PROGBITS
                && flags.contains(SHF_ALLOC)
                && !flags.contains(SHF_EXECINSTR)
        };
        let constants = sections.iter().filter(is_constant);
        let constants = constants.filter_map(|section| section.data(endian, elf).ok()).collect();
        let table = sections.iter().find(|section| section.sh_type(endian) == SHT_SYMTAB);
        let names = table.and_then(|table| sections.iter().nth(table.sh_link(endian) as usize));
        let names = names.filter(|section| section.sh_type(endian) == SHT_STRTAB);
        let symbols = names.and_then(|section| section.data(endian, elf).ok());
        Some(Self { symbols, constants })
    }
}

/// The places of `part`, a part of a path in the notation of Unix, in that of Unix and in that of Windows: what is
/// before it, what is after it, and the separator.
pub fn paths<'a>(constants: &'a [u8], part: &str) -> impl Iterator<Item = (&'a [u8], &'a [u8], u8)> {
    [b'/', b'\\'].into_iter().flat_map(move |separator| {
        let part: Vec<u8> = part.bytes().map(|byte| if byte == b'/' { separator } else { byte }).collect();
        let places: Vec<usize> = memmem::find_iter(constants, &part).collect();
        let length = part.len();
        places.into_iter().map(move |at| (&constants[..at], &constants[at + length..], separator))
    })
}

/// What stands after the last separator, if it can be a folder's name.
pub fn last_folder(path: &[u8], separator: u8) -> Option<&str> {
    const LONGEST: usize = 80;
    let start = path.len().saturating_sub(LONGEST);
    let name = &path[memchr::memrchr(separator, &path[start..]).map(|at| start + at + 1)?..];
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(byte);
    std::str::from_utf8(name).ok().filter(|_| !name.is_empty() && name.iter().all(is_of_name))
}
