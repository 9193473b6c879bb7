//! The files that a command reads; `-` is standard input.

use super::error::{Error, Result};
use super::output::STREAM;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::Path;

/// What a file is called in messages.
pub fn name(file: &str) -> &str {
    if file == STREAM { "standard input" } else { file }
}

/// A file or standard input, and its length where that is known.
pub fn open(file: &str) -> Result<(Box<dyn Read + Send>, Option<u64>)> {
    if file == STREAM {
        return Ok((Box::new(io::stdin()), None));
    }
    let cannot = |cause| Error::new(format!("{file}: cannot open the file: {cause}"));
    let opened = File::open(file).map_err(cannot)?;
    let metadata = opened.metadata().map_err(cannot)?;
    if metadata.is_dir() {
        return Err(Error::new(format!("{file}: expected a file, found a folder")));
    }
    let length = metadata.is_file().then_some(metadata.len());
    Ok((Box::new(opened), length))
}

/// Whether `test` holds for the beginning of a file or of standard input. Another pipe can't be read twice: it is taken
/// for an empty one.
pub fn begins(file: &str, test: impl Fn(&[u8]) -> bool) -> bool {
    // A drawing in XML says late that it is one.
    const START: u64 = 4096;
    if file == STREAM {
        return io::stdin().lock().fill_buf().is_ok_and(test);
    }
    let mut start = Vec::new();
    Path::new(file).is_file()
        && File::open(file).is_ok_and(|file| file.take(START).read_to_end(&mut start).is_ok())
        && test(&start)
}
