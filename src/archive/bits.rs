//! The bits of a compressed stream, in order, whatever blocks its input comes in.

use super::invalid;
use std::io::{self, Read};

/// The bits of a stream, the lowest of each byte first.
pub(super) struct Bits<R> {
    input: R,
    buffer: Vec<u8>,
    at: usize,
    len: usize,
    /// Bits that were taken from the buffer, and how many.
    pub(super) bits: u64,
    pub(super) count: u32,
    /// Bytes of the stream before the buffer.
    before: u64,
}

impl<R: Read> Bits<R> {
    pub(super) fn new(input: R) -> Self {
        Bits { input, buffer: vec![0; 64 << 10], at: 0, len: 0, bits: 0, count: 0, before: 0 }
    }

    /// Where the next bit is, in bytes of the stream.
    pub(super) fn place(&self) -> u64 {
        self.before + self.at as u64 - u64::from(self.count / 8)
    }

    /// Makes 56 bits ready, or as many as are left.
    #[inline(always)]
    pub(super) fn refill(&mut self) -> io::Result<()> {
        if let Some(next) = self.buffer[..self.len].get(self.at..self.at + 8) {
            let word = u64::from_le_bytes(next.try_into().expect("eight bytes"));
            self.bits |= word << self.count;
            let taken = (63 - self.count) / 8;
            self.at += taken as usize;
            self.count += 8 * taken;
            // Bits above the count are those of the bytes that come next: they are read again, the same.
            self.bits &= (1u64 << self.count) - 1;
            return Ok(());
        }
        self.refill_slowly()
    }

    #[cold]
    fn refill_slowly(&mut self) -> io::Result<()> {
        while self.count <= 55 {
            if self.at == self.len {
                self.before += self.len as u64;
                self.at = 0;
                self.len = loop {
                    match self.input.read(&mut self.buffer) {
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        read => break read?,
                    }
                };
                if self.len == 0 {
                    return Ok(());
                }
            }
            self.bits |= u64::from(self.buffer[self.at]) << self.count;
            self.at += 1;
            self.count += 8;
        }
        Ok(())
    }

    /// Passes over bits that are ready.
    #[inline(always)]
    pub(super) fn pass(&mut self, count: u32) -> io::Result<()> {
        if count > self.count {
            return Err(self.ended());
        }
        self.bits >>= count;
        self.count -= count;
        Ok(())
    }

    /// The next bits, at most 16, as a number.
    #[inline(always)]
    pub(super) fn take(&mut self, count: u32) -> io::Result<u32> {
        if self.count < count {
            self.refill()?;
        }
        let value = self.bits & ((1 << count) - 1);
        self.pass(count)?;
        Ok(value as u32)
    }

    /// The next byte, the rest of a byte that was begun left out; none at the end.
    pub(super) fn byte(&mut self) -> io::Result<Option<u8>> {
        let begun = self.count % 8;
        self.pass(begun)?;
        if self.count == 0 {
            self.refill()?;
        }
        if self.count == 0 { Ok(None) } else { self.take(8).map(|byte| Some(byte as u8)) }
    }

    /// The next bytes, some at least; none at the end. The rest of a byte that was begun is left out.
    pub(super) fn bytes(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.count < 8 && self.at < self.len {
            self.pass(self.count)?;
            let count = to.len().min(self.len - self.at);
            to[..count].copy_from_slice(&self.buffer[self.at..][..count]);
            self.at += count;
            return Ok(count);
        }
        let Some(first) = to.first_mut() else { return Ok(0) };
        Ok(self.byte()?.map_or(0, |byte| {
            *first = byte;
            1
        }))
    }

    pub(super) fn ended(&self) -> io::Error {
        invalid(format!("byte {}: the compressed data is cut off: copy or download the file again", self.place()))
    }

    pub(super) fn damaged(&self, what: &str) -> io::Error {
        invalid(format!(
            "byte {}: the compressed data is damaged ({what}): copy or download the file again",
            self.place()
        ))
    }
}
