//! Huffman codes (RFC 1951, 3.2.2). The next [`FAST`] bits are looked up in a table that gives symbol and length; the
//! few longer codes are found bit by bit in the canonical order.

use super::bits::Bits;
use std::io::{self, Read};

/// Bits that are looked up at once.
const FAST: u32 = 10;
/// The longest code.
const MOST_BITS: usize = 15;

/// A Huffman code.
pub(super) struct Code {
    /// For the next `FAST` bits: symbol * 16 + length, or 0 where the code is longer.
    fast: Vec<u16>,
    /// Symbols by length and value.
    symbols: Vec<u16>,
    /// How many codes have each length.
    counts: [u16; MOST_BITS + 1],
}

impl Code {
    /// The canonical code of these lengths (RFC 1951, 3.2.2); none where they are too many, or leave bits
    /// unused. As zlib has it, a code of no symbol is allowed, and, where `single` is, a code of one
    /// symbol: in a block with one distance.
    pub(super) fn new(lengths: &[u8], single: bool) -> Option<Code> {
        let mut counts = [0u16; MOST_BITS + 1];
        lengths.iter().for_each(|&length| counts[usize::from(length)] += 1);
        counts[0] = 0;
        let (mut first, mut place) = ([0u32; MOST_BITS + 2], [0u16; MOST_BITS + 2]);
        for length in 1..=MOST_BITS {
            first[length + 1] = (first[length] + u32::from(counts[length])) << 1;
            place[length + 1] = place[length] + counts[length];
            if first[length] + u32::from(counts[length]) > 1 << length {
                return None;
            }
        }
        let used: u16 = counts.iter().sum();
        let is_full = first[MOST_BITS + 1] == 2 << MOST_BITS;
        if !(is_full || used == 0 || single && used == 1 && counts[1] == 1) {
            return None;
        }
        let mut fast = vec![0; 1 << FAST];
        let mut symbols = vec![0; lengths.len()];
        for (symbol, &length) in lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
            let bits = usize::from(length);
            symbols[usize::from(place[bits])] = symbol as u16;
            place[bits] += 1;
            let value = first[bits];
            first[bits] += 1;
            if u32::from(length) <= FAST {
                let reversed = value.reverse_bits() >> (32 - u32::from(length));
                for entry in fast[reversed as usize..].iter_mut().step_by(1 << length) {
                    *entry = (symbol as u16) << 4 | u16::from(length);
                }
            }
        }
        Some(Code { fast, symbols, counts })
    }

    /// The next symbol. At least 15 bits are ready, if as many are left.
    #[inline(always)]
    pub(super) fn next<R: Read>(&self, bits: &mut Bits<R>) -> io::Result<u16> {
        let entry = self.fast[(bits.bits & ((1 << FAST) - 1)) as usize];
        if entry > 0 {
            bits.pass(u32::from(entry & 15))?;
            return Ok(entry >> 4);
        }
        self.next_slowly(bits)
    }

    #[cold]
    fn next_slowly<R: Read>(&self, bits: &mut Bits<R>) -> io::Result<u16> {
        let (mut value, mut first, mut place) = (0u32, 0u32, 0u32);
        for length in 1..=MOST_BITS {
            value |= (bits.bits >> (length - 1)) as u32 & 1;
            let count = u32::from(self.counts[length]);
            if value < first + count {
                bits.pass(length as u32)?;
                return Ok(self.symbols[(place + value - first) as usize]);
            }
            place += count;
            first = (first + count) << 1;
            value <<= 1;
        }
        Err(if bits.count < MOST_BITS as u32 { bits.ended() } else { bits.damaged("no such code") })
    }
}
