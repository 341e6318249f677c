//! Where the bytes of a file come from: its name, or the bytes themselves.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

use crate::error::Result;
use crate::formats::mapped::{Contents, MappedFile};

/// A path, or contents as immutable `bytes`, which are used where they lie.
#[derive(FromPyObject)]
pub enum Source {
    Contents(PyBackedBytes),
    Path(PathBuf),
}

impl Source {
    /// Hand the bytes to `read`.
    pub fn read<T>(&self, read: impl FnOnce(&[u8]) -> Result<T>) -> Result<T> {
        self.once(|contents| read(contents.bytes()))
    }

    /// Hand them to a reader that lets go of what it has read.
    pub fn once<T>(&self, read: impl FnOnce(Contents<'_>) -> Result<T>) -> Result<T> {
        match self {
            Self::Contents(bytes) => read(Contents::Bytes(bytes)),
            Self::Path(path) => read(Contents::File(&MappedFile::open(path)?)),
        }
    }
}
