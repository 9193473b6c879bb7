//! Scans: bits -> coefficients. T.81, F.2 for baseline files, G.2 for progressive ones.

use super::bits::{Bits, Fault};
use super::frame::Frame;
use super::huffman::Huffman;

/// The coefficients of a block of 8 x 8 samples in their order in the file, which is that of rising frequency. The
/// first, DC, is the mean; the others are AC.
pub(super) type Block = [i16; 64];

/// What a scan holds of each block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Content {
    /// The first and the last coefficient.
    pub first: usize,
    pub last: usize,
    /// How many of the lowest bits come in later scans.
    pub low: u32,
    /// Whether the scan holds one bit more of coefficients whose higher bits were in earlier ones.
    pub refines: bool,
}

/// The header of a scan: B.2.3.
pub(super) struct Header {
    pub parts: Vec<Named>,
    pub content: Content,
}

/// A component in a scan by its place in the frame, and the numbers of its tables.
pub(super) struct Named {
    pub component: usize,
    pub dc: usize,
    pub ac: usize,
}

impl Header {
    /// None if it makes no sense.
    pub fn read(segment: &[u8], frame: &Frame) -> Option<Self> {
        let (&[count], rest) = segment.split_first_chunk()?;
        let (parts, &[first, last, bits]) = rest.split_last_chunk()?;
        let (parts, rest) = parts.as_chunks();
        let named = |&[name, tables]: &[u8; 2]| {
            let component = frame.components.iter().position(|component| component.name == name)?;
            Some(Named { component, dc: usize::from(tables >> 4), ac: usize::from(tables & 15) })
        };
        let parts: Vec<Named> = parts.iter().map(named).collect::<Option<_>>()?;
        let is_sorted = parts.is_sorted_by(|one, next| one.component < next.component);
        let has_tables = parts.iter().all(|part| part.dc < 4 && part.ac < 4);
        if parts.is_empty() || parts.len() != count.into() || !rest.is_empty() || !is_sorted || !has_tables {
            return None;
        }
        if !frame.progressive {
            return Some(Self { parts, content: Content { first: 0, last: 63, low: 0, refines: false } });
        }
        // Coefficients 1 to 63 come component by component, the first by itself.
        let (first, last, high, low) = (usize::from(first), usize::from(last), bits >> 4, u32::from(bits & 15));
        let is_sound = if first == 0 { last == 0 } else { (first..64).contains(&last) && parts.len() == 1 };
        let content = Content { first, last, low, refines: high > 0 };
        (is_sound && low < 14 && (high == 0 || u32::from(high) == low + 1)).then_some(Self { parts, content })
    }
}

/// A component in a scan, with what is needed to read it.
pub(super) struct Part<'a> {
    /// Blocks across and down of a unit.
    pub unit: (usize, usize),
    /// Whether its coefficients are kept.
    pub kept: bool,
    /// Tables for DC and AC, where the scan has codes for them.
    pub dc: Option<&'a Huffman>,
    pub ac: Option<&'a Huffman>,
}

/// A scan that can be read.
pub(super) struct Scan<'a> {
    pub parts: Vec<Part<'a>>,
    pub content: Content,
    /// Units across and down: one has all blocks of all parts for a piece of the picture.
    pub units: (usize, usize),
    /// Units between two restarts, 0 for none.
    pub interval: usize,
}

/// The coefficients that are kept: rows of `across` blocks.
pub(super) struct Blocks {
    pub across: usize,
    pub blocks: Vec<Block>,
}

impl Blocks {
    /// None for those that fill up a unit at the right and lower border.
    fn at(&mut self, x: usize, y: usize) -> Option<&mut Block> {
        if x < self.across { self.blocks.get_mut(y * self.across + x) } else { None }
    }
}

impl Scan<'_> {
    /// Reads all bits of the scan.
    ///
    /// # Errors
    /// What is wrong; `bits` tells where.
    pub fn read(&self, bits: &mut Bits, kept: &mut Blocks) -> Result<(), Fault> {
        // DC is coded as the difference to the last block's of the same component.
        let mut last_dc = [0; 4];
        // Blocks still to come that the scan says to have no more AC coefficients.
        let mut empty = 0;
        // Blocks that are not kept are read over this one.
        let mut other = [0; 64];
        for unit in 0..self.units.0 * self.units.1 {
            if self.interval > 0 && unit > 0 && unit % self.interval == 0 {
                bits.restart(unit / self.interval - 1)?;
                (last_dc, empty) = ([0; 4], 0);
            }
            let (x, y) = (unit % self.units.0, unit / self.units.0);
            for (part, last_dc) in self.parts.iter().zip(&mut last_dc) {
                let (across, down) = part.unit;
                for (row, column) in (0..down).flat_map(|row| (0..across).map(move |column| (row, column))) {
                    let block = if part.kept { kept.at(x * across + column, y * down + row) } else { None };
                    self.read_block(bits, part, last_dc, &mut empty, block.unwrap_or(&mut other))?;
                }
            }
        }
        Ok(())
    }

    #[inline]
    fn read_block(
        &self,
        bits: &mut Bits,
        part: &Part,
        last_dc: &mut i32,
        empty: &mut i32,
        block: &mut Block,
    ) -> Result<(), Fault> {
        let Content { first, last, low, refines } = self.content;
        if first == 0 {
            if refines {
                block[0] |= (bits.take(1)? << low) as i16;
            } else if let Some(table) = part.dc {
                *last_dc = last_dc.wrapping_add(read_dc(bits, table)?);
                block[0] = (*last_dc << low) as i16;
            }
        }
        let Some(table) = part.ac else { return Ok(()) };
        let coefficients = &mut block[first.max(1)..=last];
        if refines {
            refine_ac(bits, table, empty, coefficients, 1 << low)
        } else {
            read_ac(bits, table, empty, coefficients, low)
        }
    }
}

/// The difference of a DC coefficient: the symbol is the number of its bits.
#[inline]
fn read_dc(bits: &mut Bits, table: &Huffman) -> Result<i32, Fault> {
    match table.read(bits)? {
        length @ 0..=15 => bits.signed(length.into()),
        _ => Err(Fault::Code),
    }
}

/// AC coefficients (F.2.2.2, G.1.2.2). A symbol's upper 4 bits are how many zeros come before a coefficient, its lower
/// 4 the number of its bits.
#[inline]
fn read_ac(bits: &mut Bits, table: &Huffman, empty: &mut i32, coefficients: &mut [i16], low: u32) -> Result<(), Fault> {
    if *empty > 0 {
        *empty -= 1;
        return Ok(());
    }
    let mut at = 0;
    while at < coefficients.len() {
        let symbol = table.read(bits)?;
        let (zeros, length) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        match (zeros, length) {
            (15, 0) => at += 16,
            (_, 0) => {
                *empty = read_empty(bits, zeros)? - 1;
                break;
            }
            _ => {
                let coefficient = coefficients.get_mut(at + zeros).ok_or(Fault::Code)?;
                *coefficient = (bits.signed(length)? << low) as i16;
                at += zeros + 1;
            }
        }
    }
    Ok(())
}

/// How many blocks, this one among them, have no more AC coefficients (in baseline files always one): the symbol says
/// how many bits the number has behind its leading 1.
#[inline]
fn read_empty(bits: &mut Bits, length: usize) -> Result<i32, Fault> {
    Ok((1 << length) + bits.take(length as u32)?)
}

/// One `bit` more of AC coefficients (G.1.2.3). Those that are not 0 yet have a bit each, wherever they stand; the
/// codes are for those that become `bit` or -`bit` now, and count only what is still 0 before them.
fn refine_ac(
    bits: &mut Bits,
    table: &Huffman,
    empty: &mut i32,
    coefficients: &mut [i16],
    bit: i16,
) -> Result<(), Fault> {
    let mut rest = coefficients.iter_mut();
    while *empty == 0 && rest.len() > 0 {
        let symbol = table.read(bits)?;
        let (mut zeros, length) = (symbol >> 4, symbol & 15);
        let new = match (zeros, length) {
            (15, 0) => 0,
            (_, 0) => {
                *empty = read_empty(bits, zeros.into())?;
                break;
            }
            (_, 1) if bits.take(1)? == 1 => bit,
            (_, 1) => -bit,
            _ => return Err(Fault::Code),
        };
        for coefficient in rest.by_ref() {
            if *coefficient != 0 {
                correct(bits, coefficient, bit)?;
            } else if zeros > 0 {
                zeros -= 1;
            } else {
                *coefficient = new;
                break;
            }
        }
    }
    if *empty > 0 {
        *empty -= 1;
        rest.filter(|coefficient| **coefficient != 0).try_for_each(|coefficient| correct(bits, coefficient, bit))?;
    }
    Ok(())
}

/// Takes the next bit of a coefficient that is not 0; its absolute value grows.
#[inline]
fn correct(bits: &mut Bits, coefficient: &mut i16, bit: i16) -> Result<(), Fault> {
    if bits.take(1)? == 1 {
        *coefficient = coefficient.wrapping_add(bit * coefficient.signum());
    }
    Ok(())
}
