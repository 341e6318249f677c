//! The container that .r1cs, .wtns, .zkey and .ptau share: a magic word, a version, and numbered sections.
//!
//! ```text
//! magic 4 bytes | version u32 | section count u32 | { number u32 | size u64 | size bytes } ...      little-endian
//! ```
//!
//! A size is believed only after the bytes it names have been found; nothing is allocated by it.

use crate::error::{Error, Result};

/// More sections than any known version of these formats has.
const MAX_SECTIONS: u32 = 64;

/// A container whose sections have been found, but not read.
pub struct Container<'a> {
    format: &'static str,
    sections: Vec<(u32, Reader<'a>)>,
}

impl<'a> Container<'a> {
    /// Find the sections of `bytes`, which must start with `format` as magic and be of one of `versions`.
    pub fn open(bytes: &'a [u8], format: &'static str, versions: &[u32]) -> Result<Self> {
        let mut reader = Reader {
            format,
            bytes,
            start: 0,
            position: 0,
        };
        let mut magic = [0u8; 4];
        let name = format.as_bytes();
        magic[..name.len()].copy_from_slice(name);
        if reader.take(4)? != magic {
            return Err(reader.malformed_at(0, format!("it does not start with {format:?}")));
        }
        let version = reader.u32()?;
        if !versions.contains(&version) {
            return Err(
                reader.malformed_at(4, format!("version {version} is not one of {versions:?}"))
            );
        }
        let count = reader.u32()?;
        if count > MAX_SECTIONS {
            return Err(reader.malformed_at(
                8,
                format!("{count} sections, at most {MAX_SECTIONS} are allowed"),
            ));
        }
        let mut sections: Vec<(u32, Reader<'a>)> = Vec::new();
        for _ in 0..count {
            let place = reader.offset();
            let number = reader.u32()?;
            if sections.iter().any(|(known, _)| *known == number) {
                return Err(reader.malformed_at(place, format!("section {number} occurs twice")));
            }
            let section = reader.section()?;
            sections.push((number, section));
        }
        reader.finish()?;
        Ok(Self { format, sections })
    }

    /// The section called `number`, which must be there.
    pub fn section(&mut self, number: u32, what: &str) -> Result<Reader<'a>> {
        self.optional(number)
            .ok_or_else(|| Error::ArtifactMalformed {
                format: self.format,
                offset: None,
                reason: format!("section {number} ({what}) is missing"),
            })
    }

    /// Refuse sections that nobody asked for: what they hold is checked by no one.
    pub fn finish(self) -> Result<()> {
        match self.sections.first() {
            None => Ok(()),
            Some((number, section)) => {
                Err(section.malformed(format!("section {number} does not belong here")))
            }
        }
    }

    /// The section called `number`, if it is there.
    pub fn optional(&mut self, number: u32) -> Option<Reader<'a>> {
        let index = self
            .sections
            .iter()
            .position(|(known, _)| *known == number)?;
        Some(self.sections.swap_remove(index).1)
    }
}

/// A place in a section. Every read is bounds-checked and every refusal names the byte of the file.
#[derive(Clone)]
pub struct Reader<'a> {
    format: &'static str,
    bytes: &'a [u8],
    start: u64,
    position: usize,
}

impl<'a> Reader<'a> {
    /// Bytes that are all of something.
    pub fn of(bytes: &'a [u8], format: &'static str) -> Self {
        Self {
            format,
            bytes,
            start: 0,
            position: 0,
        }
    }

    /// Bytes from the start of the file.
    pub fn offset(&self) -> u64 {
        self.start + self.position as u64
    }

    /// Bytes not read yet.
    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.position
    }

    /// The next `size` bytes.
    pub fn take(&mut self, size: usize) -> Result<&'a [u8]> {
        let rest = &self.bytes[self.position..];
        if size > rest.len() {
            return Err(self.malformed(format!("{size} bytes expected, {} left", rest.len())));
        }
        self.position += size;
        Ok(&rest[..size])
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0u8; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// The next byte.
    pub fn u8(&mut self) -> Result<u8> {
        self.array().map(u8::from_le_bytes)
    }

    /// The next four bytes as a number.
    pub fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// The next eight bytes as a number.
    pub fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// A size (u64), then that many bytes as a reader of their own.
    fn section(&mut self) -> Result<Reader<'a>> {
        let place = self.offset();
        let size = self.u64()?;
        let start = self.offset();
        let bytes = usize::try_from(size)
            .ok()
            .filter(|size| *size <= self.remaining());
        let Some(size) = bytes else {
            let left = self.remaining();
            return Err(self.malformed_at(
                place,
                format!("a section of {size} bytes, but only {left} are left"),
            ));
        };
        Ok(Reader {
            format: self.format,
            bytes: self.take(size)?,
            start,
            position: 0,
        })
    }

    /// What is left must be exactly `count` items of `size` bytes.
    pub fn expect_items(&self, count: usize, size: usize, what: &str) -> Result<()> {
        if count.checked_mul(size) == Some(self.remaining()) {
            return Ok(());
        }
        let left = self.remaining();
        Err(self.malformed(format!(
            "{count} {what} of {size} bytes expected, but {left} bytes are left"
        )))
    }

    /// Nothing may be left.
    pub fn finish(&self) -> Result<()> {
        match self.remaining() {
            0 => Ok(()),
            left => Err(self.malformed(format!("{left} bytes more than expected"))),
        }
    }

    /// A refusal that names the current byte.
    pub fn malformed(&self, reason: impl Into<String>) -> Error {
        self.malformed_at(self.offset(), reason)
    }

    /// A refusal that names byte `offset` of the file.
    pub fn malformed_at(&self, offset: u64, reason: impl Into<String>) -> Error {
        Error::ArtifactMalformed {
            format: self.format,
            offset: Some(offset),
            reason: reason.into(),
        }
    }
}
