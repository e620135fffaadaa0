//! Small ELF files for tests, byte by byte: what a linker would write, without its code.

use crate::settings::Architecture;

/// What the file says; [`Fixture::bytes`] writes it.
#[derive(Clone, Debug)]
pub struct Fixture {
    pub machine: u16,
    /// 1 an object file, 2 a program at a fixed place, 3 a program or a library that can be anywhere.
    pub file_type: u16,
    /// 0: it cannot be started.
    pub entry: u64,
    pub loader: Option<&'static str>,
    pub libraries: Vec<&'static str>,
    pub versions: Vec<Version>,
    /// One more section: its name and its bytes.
    pub section: Option<(&'static str, Vec<u8>)>,
}

/// A symbol of libc.so.6 and the version that it needs.
#[derive(Clone, Copy, Debug)]
pub struct Version {
    pub name: &'static str,
    pub symbol: &'static str,
    pub is_weak: bool,
}

impl Fixture {
    /// What cargo makes on Debian 12.
    pub fn program(architecture: Architecture) -> Self {
        let (machine, loader) = match architecture {
            Architecture::X86_64 => (62, "/lib64/ld-linux-x86-64.so.2"),
            Architecture::Arm64 => (183, "/lib/ld-linux-aarch64.so.1"),
        };
        let version = |name, symbol| Version { name, symbol, is_weak: false };
        Self {
            machine,
            file_type: 3,
            entry: 0x1000,
            loader: Some(loader),
            libraries: vec!["libgcc_s.so.1", "libc.so.6"],
            versions: vec![
                version("GLIBC_2.34", "__libc_start_main"),
                version("GLIBC_2.3.4", "__xpg_basename"),
            ],
            section: None,
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        const SEGMENT_LENGTH: usize = 56;
        const HEADER_LENGTH: usize = 64;
        let mut file = vec![0; HEADER_LENGTH + SEGMENT_LENGTH];
        let interpreter = append(&mut file, &self.interpreter());
        let sections = self.sections();
        let names = strings(sections.iter().map(|section| section.name));
        let mut headers = vec![0; HEADER_LENGTH]; // the section of index 0
        for (section, &name) in sections.iter().zip(&names.1) {
            let bytes = if section.name == ".shstrtab" { &names.0 } else { &section.bytes };
            let (offset, length) = append(&mut file, bytes);
            headers.extend(section.header(name, offset, length));
        }
        let (table, _) = append(&mut file, &headers);
        let count = u16::try_from(sections.len() + 1).unwrap();
        let header = self.header(table, count);
        file[..HEADER_LENGTH].copy_from_slice(&header);
        file[HEADER_LENGTH..HEADER_LENGTH + SEGMENT_LENGTH].copy_from_slice(&self.segment(interpreter));
        file
    }

    fn header(&self, sections: u64, count: u16) -> Vec<u8> {
        let mut header = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
        header.extend([self.file_type, self.machine].map(u16::to_le_bytes).concat());
        header.extend(1_u32.to_le_bytes());
        header.extend([self.entry, 64, sections].map(u64::to_le_bytes).concat());
        header.extend(0_u32.to_le_bytes());
        header.extend([64, 56, 1, 64, count, count - 1].map(u16::to_le_bytes).concat());
        header
    }

    fn interpreter(&self) -> Vec<u8> {
        self.loader.map(|loader| [loader.as_bytes(), b"\0"].concat()).unwrap_or_default()
    }

    /// PT_INTERP, or PT_NULL.
    fn segment(&self, (offset, length): (u64, u64)) -> Vec<u8> {
        let kind = if self.loader.is_some() { 3_u32 } else { 0 };
        let mut segment = [kind, 4].map(u32::to_le_bytes).concat();
        segment.extend([offset, 0, 0, length, length, 1].map(u64::to_le_bytes).concat());
        segment
    }

    fn sections(&self) -> Vec<Section> {
        let version_names = self.versions.iter().map(|version| version.name);
        let symbols = self.versions.iter().map(|version| version.symbol);
        let all = self.libraries.iter().copied().chain(version_names).chain(symbols).chain(["libc.so.6"]);
        let (table, offsets) = strings(all);
        let (libraries, rest) = offsets.split_at(self.libraries.len());
        let (version_names, rest) = rest.split_at(self.versions.len());
        let (symbols, libc) = rest.split_at(self.versions.len());
        let section = |name, kind, link, bytes| Section { name, kind, link, info: 0, entry: 0, bytes };
        let mut sections = vec![
            section(".dynstr", 3, 0, table),
            Section { info: 1, entry: 24, ..section(".dynsym", 11, 1, dynamic_symbols(symbols)) },
            Section { entry: 2, ..section(".gnu.version", 0x6fff_ffff, 2, symbol_versions(symbols.len())) },
            Section {
                info: 1,
                ..section(".gnu.version_r", 0x6fff_fffe, 1, self.needed_versions(libc[0], version_names))
            },
            Section { entry: 16, ..section(".dynamic", 6, 1, dynamic(libraries)) },
        ];
        if self.versions.is_empty() {
            sections.retain(|section| section.name != ".gnu.version_r");
        }
        sections.extend(self.section.iter().map(|(name, bytes)| section(name, 1, 0, bytes.clone())));
        sections.push(section(".shstrtab", 3, 0, Vec::new()));
        sections
    }

    fn needed_versions(&self, libc: u32, names: &[u32]) -> Vec<u8> {
        let count = u16::try_from(self.versions.len()).unwrap();
        let mut bytes = [1, count].map(u16::to_le_bytes).concat();
        bytes.extend([libc, 16, 0].map(u32::to_le_bytes).concat());
        for (index, (version, name)) in self.versions.iter().zip(names).enumerate() {
            let is_last = index + 1 == self.versions.len();
            let flags = if version.is_weak { 2 } else { 0 };
            bytes.extend(0_u32.to_le_bytes());
            bytes.extend([flags, version_index(index)].map(u16::to_le_bytes).concat());
            bytes.extend([*name, if is_last { 0 } else { 16 }].map(u32::to_le_bytes).concat());
        }
        bytes
    }
}

struct Section {
    name: &'static str,
    kind: u32,
    link: u32,
    info: u32,
    entry: u64,
    bytes: Vec<u8>,
}

impl Section {
    fn header(&self, name: u32, offset: u64, length: u64) -> Vec<u8> {
        let mut header = [name, self.kind].map(u32::to_le_bytes).concat();
        header.extend([0, 0, offset, length].map(u64::to_le_bytes).concat());
        header.extend([self.link, self.info].map(u32::to_le_bytes).concat());
        header.extend([1, self.entry].map(u64::to_le_bytes).concat());
        header
    }
}

/// 0 and 1 have a meaning of their own.
fn version_index(index: usize) -> u16 {
    u16::try_from(index).unwrap() + 2
}

fn dynamic_symbols(names: &[u32]) -> Vec<u8> {
    const LENGTH: usize = 24;
    let mut bytes = vec![0; LENGTH];
    for name in names {
        bytes.extend(name.to_le_bytes());
        bytes.extend([0x12, 0, 0, 0]); // a global function, defined elsewhere
        bytes.extend([0; 16]);
    }
    bytes
}

fn symbol_versions(count: usize) -> Vec<u8> {
    let mut bytes = vec![0, 0];
    bytes.extend((0..count).flat_map(|index| version_index(index).to_le_bytes()));
    bytes
}

fn dynamic(libraries: &[u32]) -> Vec<u8> {
    let needed = libraries.iter().flat_map(|&name| [1, u64::from(name)]);
    needed.chain([0, 0]).flat_map(u64::to_le_bytes).collect()
}

/// A string table, and where in it each string is.
fn strings<'a>(all: impl Iterator<Item = &'a str>) -> (Vec<u8>, Vec<u32>) {
    let mut table = vec![0];
    let mut offsets = Vec::new();
    for string in all {
        offsets.push(u32::try_from(table.len()).unwrap());
        table.extend(string.as_bytes());
        table.push(0);
    }
    (table, offsets)
}

/// Aligned, as readers want tables to be; where the bytes went and how many they are.
fn append(file: &mut Vec<u8>, bytes: &[u8]) -> (u64, u64) {
    file.resize(file.len().next_multiple_of(8), 0);
    let offset = u64::try_from(file.len()).unwrap();
    file.extend(bytes);
    (offset, u64::try_from(bytes.len()).unwrap())
}
