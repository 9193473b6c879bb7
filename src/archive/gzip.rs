//! Gzip, RFC 1952: members one after another, each with a header, a compressed stream, and its checksum and size.

use super::bits::Bits;
use super::crc32::crc32;
use super::inflate::Inflate;
use super::invalid;
use std::io::{self, Read};

/// Reads what all members of a gzip file hold.
pub struct Gzip<R> {
    stream: Inflate<R>,
    crc: u32,
    size: u32,
    ended: bool,
}

impl<R: Read> Gzip<R> {
    /// The first two bytes of a gzip file.
    pub const MAGIC: [u8; 2] = [0x1F, 0x8B];

    /// Of a file that begins here.
    ///
    /// # Errors
    /// Where it does not begin with a member's header, or cannot be read.
    pub fn new(input: R) -> io::Result<Self> {
        let mut bits = Bits::new(input);
        if !header(&mut bits)? {
            return Err(invalid("expected a gzip file, found an empty one"));
        }
        Ok(Gzip { stream: Inflate::from_bits(bits), crc: 0, size: 0, ended: false })
    }

    /// The end of a member, and the header of the next one if there is one.
    fn next_member(&mut self) -> io::Result<()> {
        let bits = self.stream.bits();
        let place = bits.place();
        let [crc, size] = [word(bits)?, word(bits)?];
        if (crc, size) != (self.crc, self.size) {
            return Err(invalid(format!(
                "byte {place}: the checksum or the size is not that of the data: copy or download the file again"
            )));
        }
        self.ended = !header(bits)?;
        self.stream.start_over();
        (self.crc, self.size) = (0, 0);
        Ok(())
    }
}

fn needed<R: Read>(bits: &mut Bits<R>) -> io::Result<u8> {
    let cut_off = |place| invalid(format!("byte {place}: the gzip file is cut off: copy or download it again"));
    bits.byte()?.ok_or_else(|| cut_off(bits.place()))
}

fn word<R: Read>(bits: &mut Bits<R>) -> io::Result<u32> {
    let mut bytes = [0; 4];
    for byte in &mut bytes {
        *byte = needed(bits)?;
    }
    Ok(u32::from_le_bytes(bytes))
}

/// Passes over a member's header. None is there at the end of the file, and where only zeros follow, as tapes pad.
fn header<R: Read>(bits: &mut Bits<R>) -> io::Result<bool> {
    let place = bits.place();
    let first = loop {
        match bits.byte()? {
            None => return Ok(false),
            Some(0) if place > 0 => {}
            Some(byte) => break byte,
        }
    };
    let magic = [first, needed(bits)?, needed(bits)?];
    if magic[..2] != Gzip::<R>::MAGIC || magic[2] != 8 {
        let found = if place == 0 { "something else" } else { "other data behind the end of the last: cut it off" };
        return Err(invalid(format!("byte {place}: expected the header of a gzip member, found {found}")));
    }
    let flags = needed(bits)?;
    (0..6).try_for_each(|_| needed(bits).map(drop))?;
    if flags & 4 != 0 {
        let length = u16::from_le_bytes([needed(bits)?, needed(bits)?]);
        (0..length).try_for_each(|_| needed(bits).map(drop))?;
    }
    // A name and a comment, ended by a zero each.
    for flag in [8, 16] {
        while flags & flag != 0 && needed(bits)? != 0 {}
    }
    if flags & 2 != 0 {
        (0..2).try_for_each(|_| needed(bits).map(drop))?;
    }
    Ok(true)
}

impl<R: Read> Read for Gzip<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while !self.ended && !to.is_empty() {
            let count = self.stream.read(to)?;
            if count > 0 {
                self.crc = crc32(self.crc, &to[..count]);
                self.size = self.size.wrapping_add(count as u32);
                return Ok(count);
            }
            self.next_member()?;
        }
        Ok(0)
    }
}
