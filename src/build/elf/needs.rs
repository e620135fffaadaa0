//! What a 64-bit ELF asks of the system that starts it. Nothing here judges.

use object::elf::{self, FileHeader64, Machine};
use object::read::StringTable;
use object::read::elf::{FileHeader, ProgramHeader, SectionTable};
use object::{Endianness, Result};

type Header = FileHeader64<Endianness>;

pub struct Needs {
    pub machine: Machine,
    pub little_endian: bool,
    /// Something that a kernel can start: not a library, not an object file.
    pub is_program: bool,
    /// The loader's path; None for a static program.
    pub loader: Option<String>,
    /// Files that the loader has to find, in the order it looks for them.
    pub libraries: Vec<String>,
    /// Versions that a library must have, in the order of the file.
    pub versions: Vec<NeededVersion>,
}

pub struct NeededVersion {
    /// Such as `GLIBC_2.34`.
    pub name: String,
    /// One of the symbols that need it.
    pub symbol: Option<String>,
}

impl Needs {
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let header = Header::parse(bytes)?;
        let endian = header.endian()?;
        let sections = header.sections(endian, bytes)?;
        let loader = loader(header, endian, bytes)?;
        let starts = header.e_entry(endian) != 0;
        let is_program = match header.e_type(endian) {
            elf::ET_EXEC => true,
            elf::ET_DYN => starts,
            _ => false,
        };
        Ok(Self {
            machine: header.e_machine(endian),
            little_endian: header.is_little_endian(),
            is_program,
            loader,
            libraries: libraries(&sections, endian, bytes)?,
            versions: versions(&sections, endian, bytes)?,
        })
    }
}

fn loader(header: &Header, endian: Endianness, bytes: &[u8]) -> Result<Option<String>> {
    for segment in header.program_headers(endian, bytes)? {
        if let Some(path) = segment.interpreter(endian, bytes)? {
            return Ok(Some(text(path)));
        }
    }
    Ok(None)
}

fn libraries(sections: &SectionTable<'_, Header>, endian: Endianness, bytes: &[u8]) -> Result<Vec<String>> {
    let table = sections.dynamic_table(endian, bytes)?;
    table
        .iter()
        .filter(|entry| entry.tag == elf::DT_NEEDED)
        .map(|entry| Ok(text(table.string(entry)?)))
        .collect()
}

fn versions(
    sections: &SectionTable<'_, Header>,
    endian: Endianness,
    bytes: &[u8],
) -> Result<Vec<NeededVersion>> {
    let mut versions = Vec::new();
    let Some((mut files, link)) = sections.gnu_verneed(endian, bytes)? else { return Ok(versions) };
    let strings: StringTable<'_> = sections.strings(endian, bytes, link)?;
    while let Some((_, mut entries)) = files.next()? {
        while let Some(entry) = entries.next()? {
            // The loader tolerates that a weak version is missing.
            if entry.vna_flags.get(endian).0 & elf::VER_FLG_WEAK.0 != 0 {
                continue;
            }
            let symbol = symbol_of_version(sections, endian, bytes, entry.vna_other.get(endian).0)?;
            versions.push(NeededVersion { name: text(entry.name(endian, strings)?), symbol });
        }
    }
    Ok(versions)
}

/// The first dynamic symbol that is of the version with this index.
fn symbol_of_version(
    sections: &SectionTable<'_, Header>,
    endian: Endianness,
    bytes: &[u8],
    version: u16,
) -> Result<Option<String>> {
    use object::read::elf::Sym;
    const HIDDEN: u16 = 0x8000;
    let Some((indices, _)) = sections.gnu_versym(endian, bytes)? else { return Ok(None) };
    let symbols = sections.symbols(endian, bytes, elf::SHT_DYNSYM)?;
    for (index, symbol) in indices.iter().zip(symbols.iter()) {
        if index.0.get(endian).0 & !HIDDEN == version {
            return Ok(Some(text(symbol.name(endian, symbols.strings())?)));
        }
    }
    Ok(None)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
