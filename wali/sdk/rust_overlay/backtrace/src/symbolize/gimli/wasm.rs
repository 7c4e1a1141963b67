//! The program's own module: DWARF in its custom sections, functions' names in its name section.
//!
//! Addresses of frames are offsets in the module. Those of DWARF begin at the code section's contents, which
//! is the bias of the one library that there is. The file may be another one by now, or damaged: nothing is
//! read beyond its end.

use super::mystd::ffi::OsStr;
use super::mystd::path::Path;
use super::{Context, Endian, EndianSlice, Library, LibrarySegment, Mapping, Stash, gimli, mmap};
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

const PROGRAM: &str = "/proc/self/exe";
const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;
const FUNCTION_NAMES: u8 = 1;

struct Reader<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.data.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn number(&mut self) -> Option<usize> {
        let mut value = 0u64;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            if shift < 64 {
                value |= u64::from(byte & 127) << shift;
            }
            if byte < 128 {
                return usize::try_from(value).ok();
            }
            shift += 7;
        }
    }

    /// What comes next, behind its length.
    fn part(&mut self) -> Option<&'a [u8]> {
        let size = self.number()?;
        let part = self.data.get(self.at..self.at.checked_add(size)?)?;
        self.at += size;
        Some(part)
    }

    fn limits(&mut self) -> Option<()> {
        let flags = self.byte()?;
        self.number()?;
        if flags & 1 != 0 {
            self.number()?;
        }
        Some(())
    }
}

/// The module in a program: behind the line that names its interpreter, if it has one.
fn module(file: &[u8]) -> Option<&[u8]> {
    let begin = if file.starts_with(b"#!") { file.iter().position(|&byte| byte == b'\n')? + 1 } else { 0 };
    let module = &file[begin..];
    module.starts_with(b"\0asm").then_some(module)
}

/// Calls `each` with the kind, offset and contents of every section, until it answers that it has enough.
fn sections<'a>(module: &'a [u8], mut each: impl FnMut(u8, usize, &'a [u8]) -> bool) {
    let mut reader = Reader { data: module, at: 8 };
    while let Some(kind) = reader.byte() {
        let Some(contents) = reader.part() else { return };
        if each(kind, reader.at - contents.len(), contents) {
            return;
        }
    }
}

fn imported_functions(section: &[u8]) -> Option<usize> {
    let mut reader = Reader { data: section, at: 0 };
    let mut found = 0;
    for _ in 0..reader.number()? {
        reader.part()?;
        reader.part()?;
        match reader.byte()? {
            0 => {
                found += 1;
                reader.number()?;
            }
            1 => {
                reader.byte()?;
                reader.limits()?;
            }
            2 => reader.limits()?,
            _ => {
                reader.number()?;
                reader.number()?;
            }
        }
    }
    Some(found)
}

/// Where each function ends, in their order; offsets in the code section.
fn ends(section: &[u8]) -> Vec<usize> {
    let mut reader = Reader { data: section, at: 0 };
    let mut found = Vec::new();
    for _ in 0..reader.number().unwrap_or(0) {
        if reader.part().is_none() {
            break;
        }
        found.push(reader.at);
    }
    found
}

/// Calls `each` with the number and name of every function in the name section.
fn names<'a>(section: &'a [u8], mut each: impl FnMut(usize, &'a [u8])) -> Option<()> {
    let mut reader = Reader { data: section, at: 0 };
    loop {
        let kind = reader.byte()?;
        let part = reader.part()?;
        if kind != FUNCTION_NAMES {
            continue;
        }
        let mut names = Reader { data: part, at: 0 };
        for _ in 0..names.number()? {
            each(names.number()?, names.part()?);
        }
        return Some(());
    }
}

impl Mapping {
    pub fn new(path: &Path) -> Option<Mapping> {
        Mapping::mk(mmap(path)?, |file, stash| Context::new(stash, Object::parse(module(file)?), None, None))
    }
}

pub struct Object<'a> {
    /// Custom sections: name and contents.
    custom: Vec<(&'a [u8], &'a [u8])>,
    /// The end of each function of the module, and its name.
    functions: Vec<(usize, &'a [u8])>,
}

impl<'a> Object<'a> {
    fn parse(module: &'a [u8]) -> Object<'a> {
        let mut custom = Vec::new();
        let mut functions = Vec::new();
        let mut imported = 0;
        sections(module, |kind, _, contents| {
            match kind {
                IMPORT => imported = imported_functions(contents).unwrap_or(0),
                CODE => functions.extend(ends(contents).into_iter().map(|end| (end, &[][..]))),
                CUSTOM => {
                    let mut reader = Reader { data: contents, at: 0 };
                    if let Some(name) = reader.part() {
                        custom.push((name, &contents[reader.at..]));
                    }
                }
                _ => {}
            }
            false
        });
        if let Some((_, section)) = custom.iter().find(|(name, _)| *name == b"name") {
            names(section, |number, name| {
                if let Some(function) = number.checked_sub(imported).and_then(|at| functions.get_mut(at)) {
                    function.1 = name;
                }
            });
        }
        Object { custom, functions }
    }

    pub fn section(&self, _: &Stash, name: &str) -> Option<&'a [u8]> {
        self.custom.iter().find(|(found, _)| *found == name.as_bytes()).map(|(_, contents)| *contents)
    }

    pub fn search_symtab<'b>(&'b self, addr: u64) -> Option<&'b [u8]> {
        let at = self.functions.partition_point(|(end, _)| *end as u64 <= addr);
        let name = self.functions.get(at)?.1;
        (!name.is_empty()).then_some(name)
    }

    pub(super) fn search_object_map(&self, _addr: u64) -> Option<(&Context<'_>, u64)> {
        None
    }
}

pub(super) fn handle_split_dwarf<'data>(
    _package: Option<&gimli::DwarfPackage<EndianSlice<'data, Endian>>>,
    _stash: &'data Stash,
    _load: addr2line::SplitDwarfLoad<EndianSlice<'data, Endian>>,
) -> Option<Arc<gimli::Dwarf<EndianSlice<'data, Endian>>>> {
    None
}

/// The program, whose segment is its code section.
pub(super) fn native_libraries() -> Vec<Library> {
    let Some(file) = mmap(Path::new(PROGRAM)) else { return Vec::new() };
    let mut code = None;
    if let Some(module) = module(&file) {
        sections(module, |kind, begin, contents| {
            if kind == CODE {
                code = Some((begin, contents.len()));
            }
            code.is_some()
        });
    }
    let Some((bias, len)) = code else { return Vec::new() };
    let segments = vec![LibrarySegment { stated_virtual_memory_address: 0, len }];
    vec![Library { name: OsStr::new(PROGRAM).to_owned(), segments, bias }]
}
