//! Weka's ARFF, as OpenML has it: the names of the attributes, then rows of a CSV. (University of Waikato, "ARFF".)

use super::{Error, Options, Progress, Table, csv};
use std::io::{self, BufRead, BufReader, Cursor, Read};

/// Whether text begins like an ARFF file: with comments, blank lines and `@relation`.
pub(super) fn begins(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut lines = text.split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"%")).unwrap_or_default();
    first.len() >= 9 && first[..9].eq_ignore_ascii_case(b"@relation")
}

/// Lines that may stand before the rows.
const MOST_LINES: u64 = 1 << 18;

/// Rows as a CSV has them: ARFF's comments begin with `%`, and its quotes are single.
struct Rows<R>(R);

impl<R: Read> Read for Rows<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(to)?;
        for byte in &mut to[..count] {
            *byte = match *byte {
                b'%' => b'#',
                b'\'' => b'"',
                other => other,
            };
        }
        Ok(count)
    }
}

/// Reads the attributes' names, and the rows below `@data` as a CSV that has them as its header, in its own line.
pub(super) fn read(
    input: impl Read + Send,
    options: &Options,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Table, Error> {
    let mut input = BufReader::new(input);
    let mut names: Vec<String> = Vec::new();
    let mut lines = 0;
    loop {
        let mut line = Vec::new();
        // A line that is longer is no attribute.
        let read = input.by_ref().take(1 << 20).read_until(b'\n', &mut line);
        if read.map_err(|error| Error::whole(format!("cannot be read: {error}")))? == 0 {
            return Err(Error::line(
                lines + 1,
                "expected `@data` and rows of pixels behind it, found the end of the file",
            ));
        }
        lines += 1;
        if lines > MOST_LINES {
            return Err(Error::line(lines, "expected `@data` before long, found none: this is no ARFF file of digits"));
        }
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((&text, ""));
        if word.eq_ignore_ascii_case("@attribute") {
            let rest = rest.trim_start();
            let name = match rest.chars().next() {
                Some(quote @ ('\'' | '"')) => rest[1..].split(quote).next(),
                _ => rest.split(char::is_whitespace).next(),
            };
            names.push(name.unwrap_or_default().replace(['"', ','], "_"));
        } else if word.eq_ignore_ascii_case("@data") {
            break;
        }
    }
    let next = input.fill_buf().map_err(|error| Error::whole(format!("cannot be read: {error}")))?;
    if next.trim_ascii_start().starts_with(b"{") {
        return Err(Error::line(lines + 1, "expected dense rows, found sparse ARFF: save it with all values"));
    }
    // Blank lines keep the numbers of the rows' lines.
    let header = format!("{}{}\n", "\n".repeat(lines as usize - 1), names.join(","));
    csv::read(Cursor::new(header).chain(Rows(input)), None, options, progress)
}
