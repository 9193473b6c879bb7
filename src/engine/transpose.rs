//! Tiles and their transposes.

use super::simd::{LANES, Simd};

/// Writes the transpose of a tile of `height` x `width` floats.
///
/// # Panics
/// Where that is not the size of both tiles, or no whole vectors.
#[inline(always)]
pub fn transpose<S: Simd>(simd: S, [height, width]: [usize; 2], from: &[f32], to: &mut [f32]) {
    let whole = height.is_multiple_of(LANES) && width.is_multiple_of(LANES);
    let floats = height.checked_mul(width);
    assert!(whole && floats == Some(from.len()) && floats == Some(to.len()), "a tile of another size");
    for row in (0..height).step_by(LANES) {
        for column in (0..width).step_by(LANES) {
            let mut block = [simd.splat(0.0); LANES];
            for (i, vector) in block.iter_mut().enumerate() {
                // SAFETY: the block's rows, `LANES` floats each, are within the tiles.
                *vector = unsafe { simd.load(from.as_ptr().add((row + i) * width + column)) };
            }
            for (i, &vector) in transposed(simd, block).iter().enumerate() {
                // SAFETY: as above.
                unsafe { simd.store(to.as_mut_ptr().add((column + i) * height + row), vector) };
            }
        }
    }
}

/// The transpose of a block of 16 x 16 floats.
///
/// Rows a, b, c, ... become it in four rounds of zipping row i with row i + 8: the first makes `a0 i0 a1 i1 ...`, and
/// after the fourth the rows read `a0 b0 c0 ...`, `a1 b1 c1 ...`.
#[inline(always)]
pub(super) fn transposed<S: Simd>(simd: S, mut block: [S::Vector; LANES]) -> [S::Vector; LANES] {
    for _ in 0..LANES.ilog2() {
        let rows = block;
        for i in 0..LANES / 2 {
            [block[2 * i], block[2 * i + 1]] = simd.zip(rows[i], rows[i + LANES / 2]);
        }
    }
    block
}
