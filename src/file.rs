//! Files that are replaced whole or grow by whole lines: whatever happens, nobody finds half of one.
//!
//! A file is replaced in five steps: a temporary is created beside it, given the old file's permissions, written and
//! flushed to disk, renamed over the old file, and the folder is flushed too. Up to the renaming the old file is
//! untouched, and the renaming happens at once or not at all. A process that is killed before it can leave the
//! temporary behind, `.mnist-PROCESS-NUMBER.tmp`, and never more than that.
//!
//! Every error is one line that begins with the path and ends with the cause.

mod lock;

pub use lock::{Lock, NoLock};

use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf, is_separator};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// Replaces the file at `path`, or creates it: it has the old bytes or the new ones, even when the power fails.
///
/// Symbolic links stay, and the file at their end is replaced; the permissions stay too. What is not an ordinary file
/// (`/dev/null`, a named pipe) is written directly.
///
/// # Errors
/// Those of [`check_writable`], a full disk, and whatever else the system reports. The old file is then still there,
/// and the temporary is not, with one exception that the message tells: when the folder alone could not be flushed,
/// the new file is in place, but a power failure may bring the old one back.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_after(path, bytes, || Ok(()))
}

/// The same, with work that comes when the new file is whole and before it takes the old one's place: to keep that one.
/// What is not an ordinary file is written without it.
///
/// # Errors
/// Those of [`replace`] and of the work. After one of the work, too, the old file is still there.
pub fn replace_after(path: &Path, bytes: &[u8], work: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    replace_on(&mut System, path, bytes, work).map(drop)
}

/// Whether [`replace`] would work now, for the start of a long run. A file at `path` is not touched, and nothing stays
/// behind.
///
/// # Errors
/// A folder that does not exist or in which no file can be created, a disk that is full, a file that is read-only or
/// that this user may not write, a folder in the place of the file.
pub fn check_writable(path: &Path) -> io::Result<()> {
    let Target::File { path: target, .. } = find(path)? else {
        return Ok(());
    };
    let (temporary, file) = create_beside(&mut System, path, &target)?;
    // On a full disk a file can often be created, but not a block of it be written.
    let written = System.write(&file, &[0; 4096]);
    let removed = fs::remove_file(&temporary);
    written.and(removed).map_err(cannot(path, "write"))
}

/// A text file that grows by whole lines and can be followed while it grows. Follow it by its name (`tail -F`): from
/// time to time a new file takes its place.
#[derive(Debug)]
pub struct Lines {
    path: PathBuf,
    file: File,
    /// The bytes of the whole lines so far.
    length: usize,
}

impl Lines {
    /// A write that is killed may end between two pages of memory, never within one. This is the smallest page of any
    /// system, and where larger ones begin it begins too.
    const PAGE: usize = 4096;

    /// Replaces the file at `path` by `text`, as [`replace`] does, and goes on from there. The text is a header, say,
    /// and when a run is resumed all lines of the part that is done: what the file held beyond them is gone.
    ///
    /// # Errors
    /// Those of [`replace`].
    pub fn start(path: &Path, text: &str) -> io::Result<Lines> {
        let file = replace_on(&mut System, path, text.as_bytes(), || Ok(()))?;
        Ok(Lines { path: path.to_owned(), file, length: text.len() })
    }

    /// Lets the file grow to `text`, all that it holds and whole lines more: what is new is appended by a single write
    /// where it lies within a page, and comes with a new file otherwise. A pipe or device is written directly.
    ///
    /// The lines are with the system then, and outlive this process, but need not be on the disk yet: what must survive
    /// a power failure belongs into a checkpoint too.
    ///
    /// # Errors
    /// Those of [`replace`], and whatever else the system reports, a full disk above all. The file then has the lines
    /// before.
    pub fn grow_to(&mut self, text: &str) -> io::Result<()> {
        let new = &text.as_bytes()[self.length..];
        let crosses = self.length % Self::PAGE + new.len() > Self::PAGE;
        if crosses && self.file.metadata().is_ok_and(|file| file.is_file()) {
            *self = Lines::start(&self.path, text)?;
            return Ok(());
        }
        let written = self.file.write_all(new);
        match written {
            Ok(()) => self.length = text.len(),
            // Fails for a pipe, from which nothing can be taken back.
            Err(_) => drop(self.file.set_len(self.length as u64)),
        }
        written.map_err(cannot(&self.path, "write"))
    }
}

/// What a path leads to.
enum Target {
    /// Not an ordinary file: a device, a pipe.
    Stream,
    /// A file, with its permissions, or the place for a new one. No link: `path` is where the links end.
    File { path: PathBuf, permissions: Option<Permissions> },
}

/// Follows `path` and refuses what cannot be replaced.
fn find(path: &Path) -> io::Result<Target> {
    let refuse = |kind, why: &str| Err(io::Error::new(kind, format!("{}: {why}", path.display())));
    match path.as_os_str().as_encoded_bytes().last() {
        None => {
            return refuse(ErrorKind::InvalidInput, "expected the name of a file, found nothing");
        }
        Some(&last) if is_separator(last.into()) => {
            return refuse(ErrorKind::IsADirectory, "expected the name of a file, found that of a folder");
        }
        Some(_) => {}
    }
    match fs::metadata(path) {
        Ok(old) if old.is_dir() => refuse(ErrorKind::IsADirectory, "expected a file, found a folder"),
        Ok(old) if !old.is_file() => Ok(Target::Stream),
        // Renaming asks only for the folder's permission, so the file's own are looked at here.
        Ok(old) if old.permissions().readonly() => {
            refuse(ErrorKind::PermissionDenied, "the file is read-only; make it writable or choose another name")
        }
        Ok(old) => match File::options().write(true).open(path) {
            Ok(_) => Ok(Target::File { path: end_of_links(path), permissions: Some(old.permissions()) }),
            Err(cause) => Err(cannot(path, "open the file for writing")(cause)),
        },
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            let path = end_of_links(path);
            match folder(&path) {
                folder if folder.is_dir() => Ok(Target::File { path, permissions: None }),
                folder => refuse(
                    ErrorKind::NotFound,
                    &format!("there is no folder {}; create it or choose another", folder.display()),
                ),
            }
        }
        Err(cause) => Err(cannot(path, "look at the file")(cause)),
    }
}

/// Where symbolic links lead, even if nothing is there yet. The system has followed them before, and gives up after 40.
pub fn end_of_links(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..40 {
        match fs::read_link(&path) {
            Ok(link) => path = folder(&path).join(link),
            Err(_) => break,
        }
    }
    path
}

/// The folder that a file is in.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// The operations that replacing a file is made of. A test lets them fail, one after the other.
trait Disk {
    fn create(&mut self, path: &Path) -> io::Result<File> {
        File::options().append(true).create_new(true).open(path)
    }
    fn set_permissions(&mut self, file: &File, permissions: Permissions) -> io::Result<()> {
        file.set_permissions(permissions)
    }
    fn write(&mut self, mut file: &File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }
    fn flush(&mut self, file: &File) -> io::Result<()> {
        file.sync_all()
    }
    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }
}

/// The operating system's own.
struct System;

impl Disk for System {}

/// Replaces the file after `work` and returns it, open for appending.
fn replace_on(
    disk: &mut impl Disk,
    path: &Path,
    bytes: &[u8],
    work: impl FnOnce() -> io::Result<()>,
) -> io::Result<File> {
    let Target::File { path: target, permissions } = find(path)? else {
        let stream = File::options().write(true).open(path);
        let stream = stream.map_err(cannot(path, "open"))?;
        disk.write(&stream, bytes).map_err(cannot(path, "write"))?;
        return Ok(stream);
    };
    let (temporary, file) = create_beside(disk, path, &target)?;
    let replace = || {
        if let Some(permissions) = permissions {
            disk.set_permissions(&file, permissions).map_err(cannot(path, "keep the permissions"))?;
        }
        disk.write(&file, bytes).map_err(cannot(path, "write"))?;
        disk.flush(&file).map_err(cannot(path, "flush to disk"))?;
        work()?;
        disk.rename(&temporary, &target).map_err(cannot(path, "put the new file in place"))
    };
    if let Err(error) = replace() {
        // What the error says matters more than a temporary that cannot be removed.
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    let what = "flush its folder to disk, though the new file is in place";
    flush_folder(disk, folder(&target)).map_err(cannot(path, what))?;
    Ok(file)
}

/// A new file in the folder of `target`, under a name that no other process and no other call has.
fn create_beside(disk: &mut impl Disk, path: &Path, target: &Path) -> io::Result<(PathBuf, File)> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let temporary = target.with_file_name(format!(".mnist-{}-{number}.tmp", process::id()));
        match disk.create(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            // Left behind by a process that was killed, or of a process with our number on another machine.
            Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {}
            Err(cause) => {
                let what = format!("create a file in the folder {}", folder(target).display());
                return Err(cannot(path, &what)(cause));
            }
        }
    }
}

/// Makes the renaming last. Where folders cannot be flushed, or this one may not be read, that is not a failure.
fn flush_folder(disk: &mut impl Disk, folder: &Path) -> io::Result<()> {
    use ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    if !cfg!(unix) {
        return Ok(());
    }
    let flushed = File::open(folder).and_then(|folder| disk.flush(&folder));
    flushed.or_else(|cause| match cause.kind() {
        InvalidInput | PermissionDenied | Unsupported => Ok(()),
        _ => Err(cause),
    })
}

/// Adds to a cause which operation on the file at `path` failed; the kind of the error stays.
fn cannot(path: &Path, what: &str) -> impl FnOnce(io::Error) -> io::Error {
    move |cause| {
        let message = format!("{}: cannot {what}: {cause}", path.display());
        io::Error::new(cause.kind(), message)
    }
}

#[cfg(test)]
mod tests;
