//! Weka's ARFF, as OpenML has it: the attributes with their names and types, then rows of a CSV, or of `{place value,
//! ...}` with all else left out. (University of Waikato, "ARFF".)

use super::{Error, Options, Progress, Table, csv};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether text begins like an ARFF file: with comments, blank lines and `@relation`, which some leave out.
pub(super) fn begins(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut lines = text.split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"%")).unwrap_or_default();
    [&b"@relation"[..], b"@attribute"]
        .iter()
        .any(|word| first.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

/// Lines that may stand before the rows.
const MOST_LINES: u64 = 1 << 18;

/// A line that is longer is neither attribute nor row.
const LONGEST_LINE: u64 = 16 << 20;

/// One column of the rows.
struct Attribute {
    name: String,
    /// What a row of `{place value, ...}` leaves out: 0, or the first of the values that are listed.
    usual: String,
}

impl Attribute {
    /// What stands behind `@attribute`: a name, which may be in quotes, and a type or a list of values.
    fn new(text: &str) -> Attribute {
        let (name, kind) = match text.chars().next() {
            Some(quote @ ('\'' | '"')) => text[1..].split_once(quote).unwrap_or((text, "")),
            _ => text.split_once(|c: char| c.is_whitespace() || c == '{').unwrap_or((text, "")),
        };
        let listed = kind.trim_start_matches(|c: char| c == '{' || c.is_whitespace());
        let is_listed = text.trim_end().ends_with('}');
        let usual = listed.split([',', '}']).next().filter(|_| is_listed).unwrap_or("0");
        Attribute {
            name: name.replace(['"', ',', '\t', ';'], "_"),
            usual: usual.trim().trim_matches(['\'', '"']).to_owned(),
        }
    }
}

/// Rows as a CSV has them: without ARFF's comments and weights of rows, its single quotes double, and with all values.
struct Rows<'a, R> {
    input: BufReader<R>,
    /// Whether a row has a weight.
    weighted: &'a AtomicBool,
    attributes: Vec<Attribute>,
    line: Vec<u8>,
    /// Bytes of the line that were given on.
    given: usize,
}

impl<R: Read> Rows<'_, R> {
    /// Rewrites the line that was read.
    fn rewrite(&mut self) {
        let mut quoted = false;
        for at in 0..self.line.len() {
            match self.line[at] {
                b'\'' | b'"' => {
                    self.line[at] = b'"';
                    quoted = !quoted;
                }
                // The rest is a comment.
                b'%' if !quoted => {
                    self.line.truncate(at);
                    break;
                }
                _ => {}
            }
        }
        let text = self.line.trim_ascii();
        if text.ends_with(b"}")
            && let Some(open) = text.iter().rposition(|&b| b == b'{')
        {
            let line = match text[..open].trim_ascii_end() {
                b"" => self.dense(&String::from_utf8_lossy(&text[open + 1..text.len() - 1])),
                // The weight of the row.
                [row @ .., b','] => {
                    self.weighted.store(true, Ordering::Relaxed);
                    Some(row.to_vec())
                }
                _ => None,
            };
            self.line = line.unwrap_or(std::mem::take(&mut self.line));
        }
    }

    /// All values of a row of which some are given, each with its place from 0; nothing where one has no place.
    fn dense(&self, given: &str) -> Option<Vec<u8>> {
        let mut values: Vec<&str> = self.attributes.iter().map(|attribute| attribute.usual.as_str()).collect();
        for pair in given.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (place, value) = pair.split_once(char::is_whitespace)?;
            *values.get_mut(place.parse::<usize>().ok()?)? = value.trim();
        }
        Some(values.join(",").into_bytes())
    }
}

impl<R: Read> Read for Rows<'_, R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.given == self.line.len() {
            self.given = 0;
            self.line.clear();
            self.input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut self.line)?;
            // Without its end, a row may be cut off.
            let ended = self.line.pop_if(|last| *last == b'\n').is_some();
            self.rewrite();
            self.line.extend(ended.then_some(b'\n'));
        }
        let count = self.line[self.given..].as_ref().read(to)?;
        self.given += count;
        Ok(count)
    }
}

fn unreadable(error: io::Error) -> Error {
    Error::reading("ARFF", error)
}

/// Reads the attributes' names, and the rows below `@data` as a CSV that has them as its header, in its own line.
pub(super) fn read(
    input: impl Read + Send,
    options: &Options,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Table, Error> {
    let mut input = BufReader::new(input);
    let mut attributes = Vec::new();
    let mut lines = 0;
    loop {
        let mut line = Vec::new();
        let read = input.by_ref().take(1 << 20).read_until(b'\n', &mut line);
        if read.map_err(unreadable)? == 0 {
            return Err(Error::line(
                lines + 1,
                "expected `@data` and rows of pixels behind it, found the end of the file",
            ));
        }
        lines += 1;
        if lines > MOST_LINES {
            return Err(Error::line(lines, "expected `@data` before long, found none: this is no ARFF file of digits"));
        }
        let text = String::from_utf8_lossy(&line).trim_start_matches('\u{feff}').trim().to_owned();
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((&text, ""));
        if word.eq_ignore_ascii_case("@attribute") {
            attributes.push(Attribute::new(rest.trim_start()));
        } else if word.eq_ignore_ascii_case("@data") {
            break;
        }
    }
    // Rows may have tabs between the values, and the header then has them too.
    let next = input.fill_buf().map_err(unreadable)?;
    let between = if next.contains(&b',') || !next.contains(&b'\t') { "," } else { "\t" };
    let names: Vec<&str> = attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    // Blank lines keep the numbers of the rows' lines.
    let header = format!("{}{}\n", "\n".repeat(lines as usize - 1), names.join(between));
    let weighted = AtomicBool::new(false);
    let rows = Rows { input, weighted: &weighted, attributes, line: Vec::new(), given: 0 };
    let mut table = csv::read(Cursor::new(header).chain(rows), None, options, progress)?;
    if weighted.into_inner() {
        table.notes.push("the rows have weights, {...} behind them: left aside".to_owned().into());
    }
    Ok(table)
}
