//! Files replaced whole: a reader sees the old one or the new one, never a part.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::{Error, Result};
use crate::random::fresh_bytes;

/// Readable by everyone, writable by the owner.
const MODE: u32 = 0o644;

/// Let `fill` write a new file beside `path`, bring it to the disk, and only then give it that name.
pub fn replace(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = path
        .file_name()
        .ok_or_else(|| Error::Argument(format!("{} names no file", path.display())))?;
    let mut beside = OsString::from(".");
    beside.push(name);
    beside.push(format!(
        ".{:016x}.part",
        u64::from_le_bytes(*fresh_bytes::<8>()?)
    ));
    let beside = folder.join(beside);

    let written = fill_new(&beside, fill).and_then(|()| fs::rename(&beside, path));
    if let Err(source) = written {
        // The first failure is the one to report; the part may not even exist.
        let _ = fs::remove_file(&beside);
        return Err(Error::io(path)(source));
    }
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::io(folder))
}

fn fill_new(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(MODE)
        .open(path)?;
    let mut writer = BufWriter::new(file);
    fill(&mut writer)?;
    writer.flush()?;
    writer.get_ref().sync_all()
}
