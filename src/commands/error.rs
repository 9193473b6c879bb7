//! Why a command failed.

use std::fmt::{self, Display};
use std::io;

/// One line that says where, what and what to do.
#[derive(Debug)]
pub struct Error {
    line: String,
    exit_code: u8,
    signal: Option<i32>,
}

/// What a command gives.
pub(super) type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The job failed.
    pub(super) fn new(line: impl Into<String>) -> Self {
        Error { line: line.into(), exit_code: 1, signal: None }
    }

    /// The command line is wrong, by what only the command knows.
    pub(super) fn usage(line: impl Into<String>) -> Self {
        Error { line: line.into(), exit_code: 2, signal: None }
    }

    /// A signal broke the job off.
    pub(super) fn interrupted(line: impl Into<String>, signal: Option<i32>) -> Self {
        Error { signal, ..Error::new(line) }
    }

    /// The signal that broke the job off: the process is to die by it, so that a shell's loop stops too.
    pub fn signal(&self) -> Option<i32> {
        self.signal
    }

    /// What the process says to its caller: 1 for a job that failed, 2 for a command line that is wrong.
    pub fn exit_code(&self) -> u8 {
        self.exit_code
    }
}

/// An error of what `place` (a file, a variable) holds.
pub(super) fn within<E: Display>(place: &str) -> impl Fn(E) -> Error {
    move |error| Error::new(format!("{place}: {error}"))
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.line)
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    /// Of an error that names its file itself.
    fn from(error: io::Error) -> Self {
        Error::new(error.to_string())
    }
}
