//! What a weights file remembers of its training images: enough to notice images of another kind, and images that the
//! network learned from.

mod ink;
mod mean;

use crate::random::hashed;
pub use ink::Ink;
pub use mean::{Mean, Turn};

/// Hashes that are kept of all rows: the smallest. Of 20 rows out of 42,000, some are nearly always among them.
const KEPT: usize = 8192;
/// The same, of files that were written before.
const KEPT_BEFORE: usize = 512;
/// The bits that are kept of a hash. Of 10,000 new rows, one in a thousand times one is taken for one of 42,000.
const BITS: u32 = 40;

/// The smallest hashes of a set of images and labels, whatever file and order they came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// Ascending.
    hashes: Vec<u64>,
    /// Up to here, all hashes of the set were kept.
    limit: u64,
}

/// Rows that are compared with a sketch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// All of them.
    pub rows: usize,
    /// Those that the sketch would hold if they were of its set.
    pub decided: usize,
    /// Those of them that it holds.
    pub common: usize,
}

impl Sketch {
    /// Of images with their labels.
    pub fn new<'a>(rows: impl Iterator<Item = (&'a [u8], i32)>) -> Self {
        let mut hashes: Vec<u64> = rows.map(|(pixels, label)| hash(pixels, label)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(KEPT);
        Self::kept(hashes, KEPT)
    }

    /// Of hashes of which at most so many were kept.
    fn kept(hashes: Vec<u64>, most: usize) -> Self {
        // A set of fewer rows was kept whole.
        let limit = hashes.last().copied().filter(|_| hashes.len() >= most).unwrap_or(u64::MAX);
        Sketch { hashes, limit }
    }

    /// Each hash less the one before, in hexadecimal.
    pub fn to_text(&self) -> String {
        let before = [0].iter().chain(&self.hashes);
        let gaps = self.hashes.iter().zip(before).map(|(hash, before)| format!("{:x}", hash - before));
        gaps.collect::<Vec<_>>().join(" ")
    }

    /// The sketch of that text, if it is one.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut sum = 0_u64;
        let mut add = |word| {
            sum = sum.checked_add(u64::from_str_radix(word, 16).ok()?)?;
            Some(sum)
        };
        Some(Self::kept(text.split_whitespace().map(&mut add).collect::<Option<_>>()?, KEPT))
    }

    /// The same of a file written before: whole hashes of 64 bits.
    pub fn from_whole(text: &str) -> Option<Self> {
        let hash = |word| Some(u64::from_str_radix(word, 16).ok()? >> (64 - BITS));
        let hashes: Vec<u64> = text.split_whitespace().map(hash).collect::<Option<_>>()?;
        hashes.is_sorted().then(|| Self::kept(hashes, KEPT_BEFORE))
    }

    /// How many of these rows belong to the set, as far as it can be told: of those whose hash is so
    /// small that it would have been kept.
    pub fn memory_of<'a>(&self, rows: impl Iterator<Item = (&'a [u8], i32)>) -> Memory {
        let mut memory = Memory::default();
        for (pixels, label) in rows {
            let hash = hash(pixels, label);
            memory.rows += 1;
            memory.decided += usize::from(hash <= self.limit);
            memory.common += usize::from(self.hashes.binary_search(&hash).is_ok());
        }
        memory
    }
}

/// A hash of a row: two different rows hardly ever have the same.
pub fn hash(pixels: &[u8], label: i32) -> u64 {
    let (words, rest) = pixels.as_chunks::<8>();
    let hash = words.iter().fold(label as u64, |hash, word| hashed(hash, u64::from_le_bytes(*word)));
    let hash = rest.iter().fold(hash, |hash, &byte| hashed(hash, u64::from(byte)));
    hashed(hashed(hash, pixels.len() as u64), 1) >> (64 - BITS)
}

/// A thousand images or so, spread over all of them.
fn spread(pixels: &[u8], size: usize) -> impl ExactSizeIterator<Item = &[u8]> {
    pixels.chunks_exact(size).step_by((pixels.len() / size).div_ceil(1000).max(1))
}

#[cfg(test)]
mod tests;
