//! Huffman codes: T.81, annexes C and F.2.2.3.

use super::bits::{Bits, Fault};

/// Codes of at most so many bits are looked up at once.
const SHORT: usize = 9;

/// A table of codes of 1 to 16 bits, each for a symbol. Shorter codes are the smaller ones, and codes of a length are
/// consecutive, so the number of codes of each length says them all.
pub(super) struct Huffman {
    /// For each beginning of `SHORT` bits: the length of its code, times 256, and the symbol; 0 where codes are longer.
    short: [u16; 1 << SHORT],
    /// For each length: what follows its last code, as 16 bits with zeros behind it.
    ends: [usize; 17],
    /// For each length: what to add to a code for the place of its symbol.
    places: [isize; 17],
    symbols: Vec<u8>,
}

impl Huffman {
    /// From the number of codes of each length and the symbols behind these, and the bytes that follow. None where
    /// bytes are missing, or there are more codes than their lengths allow.
    pub fn from_segment(segment: &[u8]) -> Option<(Self, &[u8])> {
        let (counts, rest) = segment.split_first_chunk::<16>()?;
        let (symbols, rest) = rest.split_at_checked(counts.iter().map(|&count| usize::from(count)).sum())?;
        let (mut short, mut ends, mut places) = ([0; 1 << SHORT], [0; 17], [0; 17]);
        let (mut code, mut place) = (0, 0);
        for (length, &count) in (1..).zip(counts) {
            places[length] = place as isize - code as isize;
            for &symbol in &symbols[place..][..count.into()] {
                if code >> length != 0 {
                    return None;
                }
                if length <= SHORT {
                    let others = SHORT - length;
                    short[code << others..][..1 << others].fill((length << 8) as u16 | u16::from(symbol));
                }
                code += 1;
            }
            place += usize::from(count);
            ends[length] = code << (16 - length);
            code <<= 1;
        }
        Some((Self { short, ends, places, symbols: symbols.to_vec() }, rest))
    }

    /// The symbol of the next code.
    #[inline]
    pub fn read(&self, bits: &mut Bits) -> Result<u8, Fault> {
        let next = bits.peek();
        let short = self.short[next >> (16 - SHORT)];
        if short != 0 {
            bits.skip(u32::from(short >> 8))?;
            return Ok(short as u8);
        }
        let length = (SHORT + 1..=16).find(|&length| next < self.ends[length]).ok_or(Fault::Code)?;
        bits.skip(length as u32)?;
        let place = (next >> (16 - length)) as isize + self.places[length];
        Ok(self.symbols[place as usize])
    }
}
