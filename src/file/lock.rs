//! A lock that keeps two runs from writing the same file.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process;

/// Held as long as this value lives; the system releases it too when the process dies. The lock is a file, and says
/// the number of the process that holds it. It is removed at the end.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    _file: File,
}

/// Why there is no lock.
#[derive(Debug)]
pub enum NoLock {
    /// Another process holds it, and this is its number where that can be read.
    Held(Option<u32>),
    /// This system or file system has none.
    Unavailable(io::Error),
}

impl Lock {
    /// Locks by the file at `path`, without waiting. What a dead process left there is no obstacle: a file
    /// of one number, or an empty one, is taken for that, whoever wrote it. Anything else, a link too, is left alone.
    ///
    /// # Errors
    /// Another process holds the lock, or there is none to be had.
    pub fn take(path: &Path) -> Result<Lock, NoLock> {
        let owner = || fs::read_to_string(path).map(|text| text.trim().to_owned());
        let ours = process::id().to_string();
        loop {
            if is_foreign(path) {
                return Err(NoLock::Unavailable(io::Error::other("what is there is no lock of mnist's: rename it")));
            }
            let opened = File::options().write(true).create(true).truncate(false).open(path);
            let mut file = opened.map_err(NoLock::Unavailable)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(NoLock::Held(owner().ok().and_then(|owner| owner.parse().ok())));
                }
                Err(TryLockError::Error(cause)) => {
                    drop(fs::remove_file(path));
                    return Err(NoLock::Unavailable(cause));
                }
            }
            let written = file.set_len(0).and_then(|()| writeln!(file, "{ours}"));
            if let Err(cause) = written {
                drop(fs::remove_file(path));
                return Err(NoLock::Unavailable(cause));
            }
            // Between opening and locking, who held it may have removed the file: then this lock keeps nobody out.
            match owner() {
                Ok(owner) if owner != ours => {}
                Err(cause) if cause.kind() == ErrorKind::NotFound => {}
                // Where a locked file cannot be read, it is there.
                _ => return Ok(Lock { path: path.to_owned(), _file: file }),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while it is held: nobody can have locked this file by then. What stays behind harms no one.
        if !is_foreign(&self.path) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Whether something stands at `path` that is no file of a number alone.
fn is_foreign(path: &Path) -> bool {
    const LONGEST: u64 = 32;
    let is_number = |bytes: Vec<u8>| bytes.trim_ascii_end().iter().all(u8::is_ascii_digit);
    // Some systems let nobody read a locked file.
    fs::symlink_metadata(path)
        .is_ok_and(|found| !found.is_file() || found.len() > LONGEST || !fs::read(path).map_or(true, is_number))
}
