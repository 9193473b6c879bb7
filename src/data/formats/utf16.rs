//! UTF-16 as UTF-8: what Excel calls Unicode text, and what PowerShell writes behind `>`.

use std::io::{self, Read};

/// Whether text begins with the byte order mark of UTF-16; that of UTF-32 begins alike.
pub(super) fn begins(start: &[u8]) -> bool {
    start.starts_with(b"\xfe\xff") || start.starts_with(b"\xff\xfe") && !start.starts_with(b"\xff\xfe\0\0")
}

/// Text that is rewritten while it is read. What is no UTF-16 becomes U+FFFD.
pub(super) struct Utf8<R> {
    input: R,
    /// Whether the first byte of two is the upper one; known by the mark.
    big: Option<bool>,
    /// Bytes that were read and not rewritten: half a unit, or the first unit of a pair.
    rest: Vec<u8>,
    text: Vec<u8>,
    /// Bytes of the text that were given on.
    given: usize,
}

impl<R: Read> Utf8<R> {
    pub fn new(input: R) -> Utf8<R> {
        Utf8 { input, big: None, rest: Vec::new(), text: Vec::new(), given: 0 }
    }

    /// Rewrites the next bytes; leaves no text at the end of the input.
    fn fill(&mut self) -> io::Result<()> {
        (self.given, self.text) = (0, Vec::new());
        while self.text.is_empty() {
            let count = self.input.by_ref().take(1 << 16).read_to_end(&mut self.rest)?;
            let mut units: Vec<u16> = self.rest.as_chunks().0.iter().map(|&pair| u16::from_le_bytes(pair)).collect();
            let big = *self.big.get_or_insert(units.first() == Some(&0xfffe));
            if big {
                units.iter_mut().for_each(|unit| *unit = unit.swap_bytes());
            }
            if count > 0 {
                // A pair of units is one character.
                units.pop_if(|unit| (0xd800..0xdc00).contains(unit));
            }
            self.rest.drain(..2 * units.len());
            let text: String =
                char::decode_utf16(units).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
            self.text = text.into_bytes();
            if count == 0 {
                break;
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            self.fill()?;
        }
        let count = self.text[self.given..].as_ref().read(to)?;
        self.given += count;
        Ok(count)
    }
}
