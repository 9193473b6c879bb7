//! UTF-16 as UTF-8: what Excel calls Unicode text, and what PowerShell writes behind `>`.

use std::io::{self, Read};

/// Whether text begins with the byte order mark of UTF-16, that of UTF-32 begins alike; or without it, as characters of
/// ASCII.
pub(super) fn begins(start: &[u8]) -> bool {
    let is_text = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    let is_plain = |start: &[u8; 8]| {
        let pairs = start.as_chunks::<2>().0;
        pairs.iter().all(|&[low, high]| is_text(low) && high == 0)
            || pairs.iter().all(|&[high, low]| is_text(low) && high == 0)
    };
    start.starts_with(b"\xfe\xff")
        || start.starts_with(b"\xff\xfe") && !start.starts_with(b"\xff\xfe\0\0")
        || start.first_chunk().is_some_and(is_plain)
}

/// Text that is rewritten while it is read. What is no UTF-16 becomes U+FFFD.
pub(super) struct Utf8<R> {
    input: R,
    /// Whether the first byte of two is the upper one; known by the first character.
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
            let big = *self.big.get_or_insert(units.first().is_some_and(|unit| *unit == 0xfffe || unit & 0xff == 0));
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
