//! Floats that begin at a cache line.

use super::simd::LANES;
use std::ops::{Deref, DerefMut};
use std::slice;

/// A cache line, which is also the widest vector.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line(#[expect(dead_code, reason = "read through a pointer")] [f32; LANES]);

/// Bytes of a cache line.
pub const LINE: usize = size_of::<Line>();

/// A fixed number of floats, the first of which begins a cache line. The system's allocator promises 16 bytes only, and
/// a vector that straddles two lines is read twice and written twice.
#[derive(Clone, Default)]
pub struct Aligned {
    lines: Vec<Line>,
    length: usize,
}

impl Aligned {
    /// So many zeros.
    pub fn zeros(length: usize) -> Self {
        Aligned { lines: vec![Line([0.0; LANES]); length.div_ceil(LANES)], length }
    }
}

impl Deref for Aligned {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        // SAFETY: lines are floats without gaps, since a line's size is its alignment, and hold `length` of them.
        unsafe { slice::from_raw_parts(self.lines.as_ptr().cast(), self.length) }
    }
}

impl DerefMut for Aligned {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as in `deref`.
        unsafe { slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.length) }
    }
}
