//! DEFLATE, RFC 1951: a reader of what a compressed stream holds.
//!
//! A stream is blocks of symbols: bytes, and lengths with distances, which repeat what came before. Symbols are Huffman
//! codes, at most 15 bits long.

use super::bits::Bits;
use super::huffman::Code;
use std::io::{self, Read};

/// How far back a distance reaches.
const WINDOW: usize = 32 << 10;
/// Bytes that are unpacked at a time, behind the window.
const CHUNK: usize = 64 << 10;
/// The longest repetition, with room for copying whole words.
const LONGEST: usize = 258 + 8;

/// What comes next.
enum State {
    /// The header of a block.
    Header,
    /// So many bytes as they are.
    Stored(usize),
    /// Symbols, by the codes of literals with lengths, and of distances.
    Symbols(Box<[Code; 2]>),
    /// Nothing: the last block has ended.
    Ended,
}

/// Reads what a compressed stream holds.
pub struct Inflate<R> {
    bits: Bits<R>,
    state: State,
    last: bool,
    /// The window, and behind it what was unpacked.
    out: Vec<u8>,
    /// Where what was unpacked ends, and how far it was read.
    end: usize,
    read: usize,
}

impl<R: Read> Inflate<R> {
    /// Of a stream that begins here.
    pub fn new(input: R) -> Self {
        Inflate::from_bits(Bits::new(input))
    }

    pub(super) fn from_bits(bits: Bits<R>) -> Self {
        let out = vec![0; WINDOW + CHUNK + LONGEST];
        Inflate { bits, state: State::Header, last: false, out, end: 0, read: 0 }
    }

    /// The bits behind the stream, once it has ended.
    pub(super) fn bits(&mut self) -> &mut Bits<R> {
        &mut self.bits
    }

    /// Makes ready to read another stream behind the one that has ended.
    pub(super) fn start_over(&mut self) {
        (self.state, self.last, self.end, self.read) = (State::Header, false, 0, 0);
    }

    /// Unpacks until there is a chunk, or the stream has ended.
    fn unpack(&mut self) -> io::Result<()> {
        // The window moves to the front.
        let kept = self.end.min(WINDOW);
        self.out.copy_within(self.end - kept..self.end, 0);
        (self.end, self.read) = (kept, kept);
        while self.end < kept + CHUNK {
            match &mut self.state {
                State::Ended => break,
                State::Header if self.last => self.state = State::Ended,
                State::Header => self.state = self.header()?,
                State::Stored(0) => self.state = State::Header,
                State::Stored(left) => {
                    let room = (kept + CHUNK - self.end).min(*left);
                    let count = self.bits.bytes(&mut self.out[self.end..][..room])?;
                    if count == 0 {
                        return Err(self.bits.ended());
                    }
                    *left -= count;
                    self.end += count;
                }
                State::Symbols(codes) => {
                    let (bits, limit) = (&mut self.bits, kept + CHUNK);
                    if symbols(bits, codes, &mut self.out, &mut self.end, limit)? {
                        self.state = State::Header;
                    }
                }
            }
        }
        Ok(())
    }

    fn header(&mut self) -> io::Result<State> {
        let bits = &mut self.bits;
        self.last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => {
                let mut bytes = [0; 4];
                for byte in &mut bytes {
                    *byte = bits.byte()?.ok_or_else(|| bits.ended())?;
                }
                let [length, complement] = [[bytes[0], bytes[1]], [bytes[2], bytes[3]]].map(u16::from_le_bytes);
                if length != !complement {
                    return Err(bits.damaged("a length and its complement do not agree"));
                }
                Ok(State::Stored(usize::from(length)))
            }
            1 => {
                let literals: Vec<u8> = (0..288)
                    .map(|symbol| match symbol {
                        0..144 => 8,
                        144..256 => 9,
                        256..280 => 7,
                        _ => 8,
                    })
                    .collect();
                self.codes(&literals, &[5; 32])
            }
            2 => self.dynamic(),
            _ => Err(bits.damaged("no such kind of block")),
        }
    }

    fn codes(&self, literals: &[u8], distances: &[u8]) -> io::Result<State> {
        match (Code::new(literals, true), Code::new(distances, true)) {
            (Some(literals), Some(distances)) => Ok(State::Symbols(Box::new([literals, distances]))),
            _ => Err(self.bits.damaged("too many codes or too few")),
        }
    }

    /// Codes that the block itself describes (RFC 1951, 3.2.7).
    fn dynamic(&mut self) -> io::Result<State> {
        const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
        let bits = &mut self.bits;
        let (literals, distances) = (bits.take(5)? as usize + 257, bits.take(5)? as usize + 1);
        let described = bits.take(4)? as usize + 4;
        if literals > 286 || distances > 30 {
            return Err(bits.damaged("more codes than there are"));
        }
        let mut lengths = [0; 19];
        for &place in &ORDER[..described] {
            lengths[place] = bits.take(3)? as u8;
        }
        let code = Code::new(&lengths, false).ok_or_else(|| bits.damaged("too many codes or too few"))?;
        let mut lengths: Vec<u8> = Vec::with_capacity(literals + distances);
        while lengths.len() < literals + distances {
            bits.refill()?;
            let (value, count) = match code.next(bits)? {
                symbol @ 0..16 => (symbol as u8, 1),
                16 => match lengths.last() {
                    Some(&last) => (last, 3 + bits.take(2)?),
                    None => return Err(bits.damaged("nothing to repeat")),
                },
                17 => (0, 3 + bits.take(3)?),
                _ => (0, 11 + bits.take(7)?),
            };
            lengths.extend((0..count).map(|_| value));
        }
        if lengths.len() > literals + distances || lengths[256] == 0 {
            return Err(bits.damaged("the description of its codes"));
        }
        let (literals, distances) = lengths.split_at(literals);
        self.codes(literals, distances)
    }
}

/// Unpacks symbols up to `limit`, and less than a repetition beyond; whether the block has ended.
fn symbols<R: Read>(
    bits: &mut Bits<R>,
    [literals, distances]: &[Code; 2],
    out: &mut [u8],
    end: &mut usize,
    limit: usize,
) -> io::Result<bool> {
    /// The shortest length of symbols 257 to 285 and its extra bits; the same for distances (RFC 1951, 3.2.5).
    const LENGTHS: [u16; 29] = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ];
    const DISTANCES: [u16; 30] = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577,
    ];
    let mut at = *end;
    while at < limit {
        // 56 bits: a length with its extra bits and a distance with its own take 48 at most.
        bits.refill()?;
        let mut symbol = literals.next(bits)?;
        if symbol < 256 {
            out[at] = symbol as u8;
            at += 1;
            symbol = literals.next(bits)?;
            if symbol < 256 {
                out[at] = symbol as u8;
                at += 1;
                continue;
            }
            bits.refill()?;
        }
        if symbol == 256 {
            *end = at;
            return Ok(true);
        }
        let symbol = usize::from(symbol - 257);
        let Some(&length) = LENGTHS.get(symbol) else { return Err(bits.damaged("no such length")) };
        let extra = if (8..28).contains(&symbol) { symbol as u32 / 4 - 1 } else { 0 };
        let length = usize::from(length) + bits.take(extra)? as usize;
        let symbol = usize::from(distances.next(bits)?);
        let Some(&distance) = DISTANCES.get(symbol) else { return Err(bits.damaged("no such distance")) };
        let extra = if symbol < 4 { 0 } else { symbol as u32 / 2 - 1 };
        let distance = usize::from(distance) + bits.take(extra)? as usize;
        if distance > at {
            return Err(bits.damaged("a repetition of what was before the beginning"));
        }
        if distance >= 8 {
            // Whole words: what is too much is written over by what comes next.
            for step in (0..length).step_by(8) {
                let word: [u8; 8] = *out[at + step - distance..].first_chunk().expect("room for a word");
                out[at + step..at + step + 8].copy_from_slice(&word);
            }
        } else {
            for at in at..at + length {
                out[at] = out[at - distance];
            }
        }
        at += length;
    }
    *end = at;
    Ok(false)
}

impl<R: Read> Read for Inflate<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.read == self.end {
            self.unpack()?;
        }
        let count = to.len().min(self.end - self.read);
        to[..count].copy_from_slice(&self.out[self.read..][..count]);
        self.read += count;
        Ok(count)
    }
}
