//! The files that a command reads; `-` is standard input.

use super::error::{Error, Result, within};
use super::output::STREAM;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

/// What a file is called in messages.
pub fn name(file: &str) -> &str {
    if file == STREAM { "standard input" } else { file }
}

/// The bytes of a file or of standard input.
pub type Input = Box<dyn Read + Send>;

/// A file or standard input, and its length where that is known.
pub fn open(file: &str) -> Result<(Input, Option<u64>)> {
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

/// A file whose beginning was looked at.
pub struct Peeked<'a> {
    /// Its name, as it was typed.
    pub file: &'a str,
    /// Its first bytes; none of a folder or of what an archive holds.
    pub start: Vec<u8>,
    /// All of a stream, which can't be opened a second time: of standard input, or of another pipe.
    pub stream: Option<Input>,
}

/// Looks at the beginning of a file, a folder, `archive.zip:member`, or of a stream.
pub fn peek(file: &str) -> Result<Peeked<'_>> {
    // A drawing in XML says late that it is one.
    const START: u64 = 4096;
    let path = Path::new(file);
    let archive = file.rsplit_once(':').map_or(path, |(archive, _)| Path::new(archive));
    let (mut start, mut stream) = (Vec::new(), None);
    if !path.is_dir() && (file == STREAM || path.exists() || !archive.exists()) {
        let mut input = open(file)?.0;
        input.by_ref().take(START).read_to_end(&mut start).map_err(within(name(file)))?;
        if file == STREAM || !path.is_file() {
            stream = Some(Box::new(Cursor::new(start.clone()).chain(input)) as Input);
        }
    }
    Ok(Peeked { file, start, stream })
}

impl Peeked<'_> {
    /// The file from its beginning.
    pub fn open(self) -> Result<Input> {
        match self.stream {
            Some(stream) => Ok(stream),
            None => Ok(open(self.file)?.0),
        }
    }
}
