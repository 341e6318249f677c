//! Files replaced whole: a reader sees the old one or the new one, never a part.
//!
//! A file is written beside its name, as `.NAME.<16 hex>.part`, brought to the disk, and only then given its name; then
//! the folder is brought to the disk. `zkdata/capsule/atomic_file.py` does the same. The writer holds an exclusive
//! flock on its part. A part that nobody holds belongs to a writer that was killed; the next one of that name
//! removes it.

use std::ffi::{OsStr, OsString};
use std::fs::{self, DirEntry, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::random::fresh_bytes;
use crate::watch::{Watch, Watched};

/// Readable by everyone, writable by the owner.
const MODE: u32 = 0o644;
/// For the owner alone.
const PRIVATE_MODE: u32 = 0o600;
/// New parts that another program may take away, before we give up.
const ATTEMPTS: usize = 16;
const SUFFIX: &[u8] = b".part";
const HEX_DIGITS: usize = 16;

/// Return for a regular file and for a name that is free. A link, folder, device or pipe is no place to write to.
pub fn expect_output(path: &Path) -> Result<()> {
    let kind = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(missing) if missing.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(Error::io(path)(source)),
    };
    if kind.is_symlink() {
        return Err(Error::output(
            path,
            "is a symbolic link; name the file itself",
        ));
    }
    if !kind.is_file() {
        return Err(Error::output(
            path,
            "is not a regular file; name another output",
        ));
    }
    Ok(())
}

/// Let `fill` write a new file beside `path`, bring it to the disk, and only then, if the watch lets it, give it that
/// name.
pub fn replace(
    path: &Path,
    watch: &Watch,
    fill: impl FnOnce(&mut Watched<'_, BufWriter<&File>>) -> io::Result<()>,
) -> Result<()> {
    replace_with(path, MODE, watch, fill)
}

/// The same for a file that only its owner can read.
pub fn replace_private(
    path: &Path,
    watch: &Watch,
    fill: impl FnOnce(&mut Watched<'_, BufWriter<&File>>) -> io::Result<()>,
) -> Result<()> {
    replace_with(path, PRIVATE_MODE, watch, fill)
}

fn replace_with(
    path: &Path,
    mode: u32,
    watch: &Watch,
    fill: impl FnOnce(&mut Watched<'_, BufWriter<&File>>) -> io::Result<()>,
) -> Result<()> {
    expect_output(path)?;
    let folder_path = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = path
        .file_name()
        .ok_or_else(|| Error::Argument(format!("{} names no file", path.display())))?;
    let folder = File::open(folder_path).map_err(Error::io(folder_path))?;

    let part = Part::begin(path, folder_path, name, mode)?;
    let filled = part.fill(mode, watch, fill);
    watch.advance(0)?;
    filled.map_err(Error::io(path))?;
    expect_output(path)?;
    watch.commit()?;
    fs::rename(&part.path, path).map_err(Error::io(path))?;
    folder.sync_all().map_err(Error::io(path))?;
    drop(part);
    remove_abandoned(folder_path, name);
    Ok(())
}

/// A new file beside its target, held while it is written; dropping it removes whatever still has its name.
struct Part {
    path: PathBuf,
    file: File,
}

impl Part {
    fn begin(target: &Path, folder: &Path, name: &OsStr, mode: u32) -> Result<Self> {
        for _ in 0..ATTEMPTS {
            let mut beside = prefix(name);
            let number = u64::from_le_bytes(*fresh_bytes::<8>()?);
            beside.push(format!("{number:016x}.part"));
            let path = folder.join(beside);
            let file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(mode)
                .custom_flags(libc::O_NOFOLLOW)
                .open(&path)
                .map_err(Error::io(target))?;
            let part = Self { path, file };
            // between its creation and its lock, another writer may take it for abandoned
            if part.is_held().map_err(Error::io(target))? {
                return Ok(part);
            }
        }
        let taken_away = io::Error::from_raw_os_error(libc::EAGAIN);
        Err(Error::io(target)(taken_away))
    }

    fn is_held(&self) -> io::Result<bool> {
        match self.file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(false),
            Err(TryLockError::Error(source)) if without_locks(&source) => {}
            Err(TryLockError::Error(source)) => return Err(source),
        }
        let own = self.file.metadata()?;
        match fs::symlink_metadata(&self.path) {
            Ok(named) => Ok((named.dev(), named.ino()) == (own.dev(), own.ino())),
            Err(missing) if missing.kind() == ErrorKind::NotFound => Ok(false),
            Err(source) => Err(source),
        }
    }

    fn fill(
        &self,
        mode: u32,
        watch: &Watch,
        fill: impl FnOnce(&mut Watched<'_, BufWriter<&File>>) -> io::Result<()>,
    ) -> io::Result<()> {
        // whatever the umask says
        self.file.set_permissions(Permissions::from_mode(mode))?;
        let out = BufWriter::new(&self.file);
        let mut writer = Watched { out, watch };
        fill(&mut writer)?;
        writer.flush()?;
        self.file.sync_all()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // The first failure is the one to report. After the rename there is nothing of this name.
        let _ = fs::remove_file(&self.path);
    }
}

/// What filesystems say that have no locks. There no part is ever removed but by its writer.
fn without_locks(fault: &io::Error) -> bool {
    matches!(
        fault.raw_os_error(),
        Some(libc::ENOLCK | libc::EOPNOTSUPP | libc::ENOSYS)
    )
}

fn prefix(name: &OsStr) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    prefix
}

/// Remove the parts of `name` that no living writer holds. What cannot be removed stays for the next writer.
fn remove_abandoned(folder: &Path, name: &OsStr) {
    let prefix = prefix(name);
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if is_part(entry.file_name().as_bytes(), prefix.as_bytes()) {
            let _ = remove_unheld(&entry);
        }
    }
}

fn is_part(name: &[u8], prefix: &[u8]) -> bool {
    name.strip_prefix(prefix)
        .and_then(|rest| rest.strip_suffix(SUFFIX))
        .is_some_and(|number| {
            number.len() == HEX_DIGITS
                && number
                    .iter()
                    .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
        })
}

fn remove_unheld(entry: &DirEntry) -> io::Result<()> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(entry.path())?;
    if file.metadata()?.is_file() && file.try_lock().is_ok() {
        fs::remove_file(entry.path())?;
    }
    Ok(())
}
