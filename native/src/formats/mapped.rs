//! Read-only files in memory, mapped so that a large key is not copied first.

use std::fs::File;
use std::path::Path;

use memmap2::{Mmap, UncheckedAdvice};

use crate::error::{Error, Result};

/// A file, read-only; unmapped on drop.
pub struct MappedFile {
    map: Option<Mmap>,
}

impl MappedFile {
    /// Map `path`, which has to be a regular file. An empty file maps to no bytes.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(Error::io(path))?;
        let metadata = file.metadata().map_err(Error::io(path))?;
        if !metadata.is_file() {
            let kind = std::io::ErrorKind::InvalidInput;
            return Err(Error::io(path)(std::io::Error::new(
                kind,
                "not a regular file",
            )));
        }
        if metadata.len() == 0 {
            return Ok(Self { map: None });
        }
        // SAFETY: the map is private and read-only, and lives as long as this value. Should another process shorten
        // the file meanwhile, the system ends this process with SIGBUS rather than show other memory; zkdata itself
        // replaces such files only by rename, which leaves an open map whole.
        #[allow(unsafe_code)]
        let map = unsafe { Mmap::map(&file) }.map_err(Error::io(path))?;
        Ok(Self { map: Some(map) })
    }

    /// Every byte of the file.
    pub fn bytes(&self) -> &[u8] {
        self.map.as_deref().unwrap_or(&[])
    }
}

/// A file's bytes, wherever they are, for a reader that goes over them once.
#[derive(Clone, Copy)]
pub enum Contents<'a> {
    /// In memory.
    Bytes(&'a [u8]),
    /// In a file.
    File(&'a MappedFile),
}

impl<'a> Contents<'a> {
    /// Every byte.
    pub fn bytes(&self) -> &'a [u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::File(file) => file.bytes(),
        }
    }

    /// A part of them is not needed any more. What of a file was looked at counts as this process's memory until then.
    pub fn let_go(&self, part: &[u8]) {
        let Self::File(MappedFile { map: Some(map) }) = self else {
            return;
        };
        let start = (part.as_ptr() as usize).checked_sub(map.as_ptr() as usize);
        let Some(start) = start.filter(|start| start + part.len() <= map.len()) else {
            return;
        };
        // SAFETY: the map is of a file and read-only: whoever looks again is given the same bytes by the file.
        #[allow(unsafe_code)]
        let done =
            unsafe { map.unchecked_advise_range(UncheckedAdvice::DontNeed, start, part.len()) };
        // It is a hint: where the system refuses it, more memory is used.
        let _ = done;
    }
}
