//! ELF → the AWS operations that the program can reach, by two marks that do not depend on each other:
//!
//! - a **symbol**, `<aws_sdk_S::operation::m::Op as …RuntimePlugin>::config`: its address stands in a vtable, so no
//!   optimisation takes it away, and its body names the operation, so it is never merged with another's;
//! - a **path**, `aws-sdk-S-1.2.3/src/operation/m.rs`, where the operation's code could panic: it survives `strip` and
//!   tells the SDK's version.
//!
//! Both are there exactly if something in the program sends, presigns, pages through or waits for the operation. Other
//! symbols of an operation prove nothing: the linker folds equal functions and keeps all their names.

use super::binary::{Binary, last_folder, paths};
use memchr::memmem;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// One operation of one service, as the SDK's crates spell them.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Operation {
    /// The crate's name without `aws-sdk-`.
    pub service: String,
    /// The module's name: `get_item`.
    pub module: String,
}

impl Operation {
    pub fn new(service: &str, module: &str) -> Self {
        Self { service: service.to_owned(), module: module.to_owned() }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.service, camel_case(&self.module))
    }
}

/// `get_item` → `GetItem`.
pub fn camel_case(module: &str) -> String {
    let word = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    module.split('_').filter(|part| !part.is_empty()).map(word).collect()
}

/// Which marks an operation left.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Marks {
    pub symbol: bool,
    pub path: bool,
    /// The versions of the SDK's crate; none where the path tells none.
    pub versions: BTreeSet<String>,
}

/// What a binary tells of its calls to AWS.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Operations {
    pub found: BTreeMap<Operation, Marks>,
    /// Whether the binary has its symbols, so that the one mark can be held against the other.
    pub has_symbols: bool,
    /// Whether it holds the SDK at all.
    pub has_sdk: bool,
    /// Whether the program asks `aws-config` to assume a role, beside what its default chain may do.
    pub assumes_role: bool,
}

impl Operations {
    /// What is left of the SDK in the binary, but no operation and no symbols: it was stripped of both marks.
    pub fn is_unreadable(&self) -> bool {
        self.found.is_empty() && self.has_sdk && !self.has_symbols
    }

    /// The operations whose marks differ though the binary could have both.
    pub fn disagreeing(&self) -> Vec<&Operation> {
        let differs = |marks: &Marks| self.has_symbols && marks.symbol != marks.path;
        self.found.iter().filter(|(_, marks)| differs(marks)).map(|(operation, _)| operation).collect()
    }
}

/// A header that every call of the SDK has. It names no source file, so it is there where paths are not.
const SDK_HEADER: &[u8] = b"amz-sdk-invocation-id";

pub fn operations(binary: &Binary<'_>) -> Operations {
    let mut operations = Operations { has_symbols: binary.symbols.is_some(), ..Operations::default() };
    if let Some(symbols) = binary.symbols {
        symbol_marks(symbols, &mut operations);
    }
    for constants in &binary.constants {
        path_marks(constants, &mut operations);
        operations.has_sdk |= memmem::find(constants, SDK_HEADER).is_some();
    }
    operations.has_sdk |= !operations.found.is_empty();
    operations
}

/// Looks through the names as one text: a name ends at a zero byte, and both ways of mangling keep identifiers whole.
fn symbol_marks(names: &[u8], operations: &mut Operations) {
    for at in memmem::find_iter(names, b"RuntimePlugin") {
        let start = memchr::memrchr(0, &names[..at]).map_or(0, |zero| zero + 1);
        let end = memchr::memchr(0, &names[at..]).map_or(names.len(), |zero| at + zero);
        let name = &names[start..end];
        if memmem::find(name, b"operation").is_none() || memmem::find(name, b"6config").is_none() {
            continue;
        }
        let Some(operation) = std::str::from_utf8(name).ok().and_then(of_symbol) else { continue };
        operations.found.entry(operation).or_default().symbol = true;
    }
    let assumes = [&b"aws_config..sts..assume_role"[..], b"10aws_config3sts11assume_role"];
    operations.assumes_role |= assumes.iter().any(|name| memmem::find(names, name).is_some());
}

/// The operation of `<aws_sdk_S::operation::m::Op as …::RuntimePlugin>::config`.
fn of_symbol(mangled: &str) -> Option<Operation> {
    let name = format!("{:#}", rustc_demangle::demangle(mangled));
    let (implementor, function) = name.strip_prefix("<aws_sdk_")?.split_once(" as ")?;
    if !function.ends_with("::RuntimePlugin>::config") {
        return None;
    }
    match implementor.split("::").collect::<Vec<_>>()[..] {
        [service, "operation", module, _] => Some(Operation::new(service, module)),
        _ => None,
    }
}

fn path_marks(constants: &[u8], operations: &mut Operations) {
    for (before, after, separator) in paths(constants, "/src/operation/") {
        let Some(module) = module(after) else { continue };
        let Some((service, version)) = package(before, separator) else { continue };
        let marks = operations.found.entry(Operation::new(service, module)).or_default();
        marks.path = true;
        marks.versions.extend(version.map(str::to_owned));
    }
    let mut assuming = paths(constants, "/src/sts/assume_role.rs");
    operations.assumes_role |= assuming.any(|(before, _, separator)| {
        last_folder(before, separator).is_some_and(|folder| folder.starts_with("aws-config"))
    });
}

/// `get_item` of `get_item.rs`; a file in a folder of the module (`get_item/builders.rs`) is no mark.
fn module(file: &[u8]) -> Option<&str> {
    let is_of_name = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
    let length = file.iter().position(|byte| !is_of_name(byte))?;
    let (name, rest) = file.split_at(length);
    let is_name = name.first().is_some_and(u8::is_ascii_lowercase) && rest.starts_with(b".rs");
    std::str::from_utf8(name).ok().filter(|_| is_name)
}

/// The service and the version of the crate whose folder's path ends here: `…/aws-sdk-dynamodb-1.136.0` of a registry,
/// `…/aws-sdk-dynamodb` of `cargo vendor`, `…/aws-sdk-rust-…/sdk/dynamodb` of git.
fn package(path: &[u8], separator: u8) -> Option<(&str, Option<&str>)> {
    let folder = last_folder(path, separator)?;
    if let Some(name) = folder.strip_prefix("aws-sdk-") {
        let versioned =
            name.split_once('-').filter(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()));
        return Some(versioned.map_or((name, None), |(service, version)| (service, Some(version))));
    }
    let parent = last_folder(&path[..path.len() - folder.len() - 1], separator)?;
    let from_git = memmem::rfind(&path[path.len().saturating_sub(200)..], b"aws-sdk-rust").is_some();
    (parent == "sdk" && from_git).then_some((folder, None))
}
