//! Read-only files in memory, mapped so that a large key is not copied first.

use std::fs::File;
use std::path::Path;

use memmap2::Mmap;

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
