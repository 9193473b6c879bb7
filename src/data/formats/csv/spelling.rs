//! Other delimiters and line ends: a block's text is rewritten with commas and newlines, and all behind knows these
//! alone.

use super::cells::{MARK, says_nothing};
use crate::data::formats::Note;
use crate::data::formats::error::{COMMA_IN_CELL, quoted};

/// How cells and lines end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spelling {
    delimiter: u8,
    /// A newline, which may have a carriage return before it, or a carriage return alone.
    line_end: u8,
    /// A delimiter that the first line tells, and no other has.
    passed_over: Option<u8>,
}

/// How lines end in text that begins so.
pub(super) fn line_end(text: &[u8]) -> u8 {
    if !text.contains(&b'\n') && text.contains(&b'\r') { b'\r' } else { b'\n' }
}

/// The delimiter that a line `sep=;` tells spreadsheets, if it is not lost; a tab may be written `\t`.
pub(super) fn told_delimiter(line: &[u8]) -> Option<Option<u8>> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (key, told) = line.strip_prefix(b"\"").unwrap_or(line).split_at_checked(4)?;
    let told = match told.strip_suffix(b"\"").unwrap_or(told) {
        [] => None,
        b"\\t" => Some(b'\t'),
        [delimiter] => Some(*delimiter),
        _ => return None,
    };
    key.eq_ignore_ascii_case(b"sep=").then_some(told)
}

impl Spelling {
    /// The spelling of text that begins so: by a line that tells it, or by the longest of the first, as titles are
    /// short.
    pub fn of(text: &[u8], line_end: u8) -> Spelling {
        let text = text.strip_prefix(MARK).unwrap_or(text);
        let lines = || text.split(|&b| b == line_end).filter(|line| !says_nothing(line)).take(5);
        let longest = lines().max_by_key(|line| line.len()).unwrap_or_default();
        let told = lines().next().and_then(told_delimiter).flatten();
        let (told, passed_over) = match told {
            Some(told) if lines().skip(1).any(|line| line.contains(&told)) => (Some(told), None),
            told => (None, told),
        };
        Spelling { delimiter: told.unwrap_or_else(|| delimiter(longest.trim_ascii())), line_end, passed_over }
    }

    /// What is to be said of a delimiter that was told and is none.
    pub fn note(self) -> Option<Note> {
        let told = quoted(&[b"sep=", &[self.passed_over?][..]].concat());
        Some(format!("the line {told} is passed over: no row has this delimiter").into())
    }

    /// Rewrites whole lines; returns how many bytes they are now.
    pub fn rewrite(self, text: &mut [u8]) -> usize {
        if self.line_end == b'\r' {
            text.iter_mut().filter(|b| **b == b'\r').for_each(|b| *b = b'\n');
        }
        match self.delimiter {
            b',' => text.len(),
            b' ' => join_words(text),
            delimiter => {
                for b in text.iter_mut() {
                    *b = match *b {
                        b if b == delimiter => b',',
                        b',' => COMMA_IN_CELL,
                        b => b,
                    };
                }
                text.len()
            }
        }
    }
}

/// The delimiter of a line: where there are commas as well, at most one a cell, they are decimal commas.
fn delimiter(line: &[u8]) -> u8 {
    let count = |byte| line.iter().filter(|&&b| b == byte).count();
    let commas = count(b',');
    let delimits = |&byte: &u8| {
        let behind_commas = line.windows(2).any(|pair| pair == [b',', byte]);
        count(byte) > 0 && count(byte) + 1 >= commas && !behind_commas
    };
    // Of these, a few may stand in any text.
    const MANY: usize = 63;
    let rare = || [b':', b'^', b'~', b'/', 0x1f].into_iter().find(|&byte| commas == 0 && count(byte) >= MANY);
    let usual = [b';', b'\t', b'|'].into_iter().find(delimits);
    usual.or_else(rare).unwrap_or(if commas == 0 && count(b' ') > 0 { b' ' } else { b',' })
}

/// Puts a comma in the place of the spaces and tabs between two words.
fn join_words(text: &mut [u8]) -> usize {
    let (mut len, mut space) = (0, false);
    for at in 0..text.len() {
        let byte = text[at];
        if byte == b' ' || byte == b'\t' {
            space = true;
            continue;
        }
        let starts_line = matches!(&text[..len], [] | [.., b'\n'] | b"\xef\xbb\xbf");
        if space && !starts_line && !matches!(byte, b'\n' | b'\r') {
            text[len] = b',';
            len += 1;
        }
        space = false;
        text[len] = byte;
        len += 1;
    }
    len
}
