//! Packing: a part of a matrix copied row by row, each row whole vectors of contiguous floats.
//!
//! The products read a packed part many times. Read from its first place, each of these reads would pay for
//! the stride or the transposition.

use super::simd::{LANES, Simd};
use super::view::Strided;

/// Copies a matrix of `rows` x `columns`, or the transpose of such a one, to rows that follow each other in `to`. Each
/// row is filled up with zeros to whole vectors.
///
/// # Panics
/// Where a matrix does not fit its slice, or neither its rows nor its columns are contiguous.
#[inline(always)]
pub fn pack<S: Simd>(simd: S, [rows, columns]: [usize; 2], from: Strided, to: &mut [f32]) {
    let width = columns.next_multiple_of(LANES);
    assert!(from.holds([rows, columns]), "the matrix is too small");
    assert!(rows.checked_mul(width).is_some_and(|floats| floats <= to.len()), "there is no room for it");
    if from.column == 1 {
        for (row, to) in to.chunks_exact_mut(width.max(1)).take(rows).enumerate() {
            to[..columns].copy_from_slice(&from.data[row * from.row..][..columns]);
            to[columns..].fill(0.0);
        }
        return;
    }
    assert_eq!(from.row, 1, "contiguous columns");
    // 16 x 16 elements at a time.
    for column in (0..columns).step_by(LANES) {
        for row in (0..rows).step_by(LANES) {
            let (high, wide) = ((rows - row).min(LANES), (columns - column).min(LANES));
            let mut block = [simd.splat(0.0); LANES];
            // SAFETY: the last row and column are within the slices by the assertions above.
            unsafe {
                for (j, vector) in block.iter_mut().enumerate().take(wide) {
                    let from = from.data.as_ptr().add(row + (column + j) * from.column);
                    *vector = if high == LANES { simd.load(from) } else { simd.load_first(from, high) };
                }
                for (i, &vector) in transposed(simd, block).iter().enumerate().take(high) {
                    simd.store(to.as_mut_ptr().add((row + i) * width + column), vector);
                }
            }
        }
    }
}

/// The transpose of a block of 16 x 16 floats.
///
/// Rows a, b, c, ... become it in four rounds of zipping row i with row i + 8: the first makes `a0 i0 a1 i1 ...`, and
/// after the fourth the rows read `a0 b0 c0 ...`, `a1 b1 c1 ...`.
#[inline(always)]
fn transposed<S: Simd>(simd: S, mut block: [S::Vector; LANES]) -> [S::Vector; LANES] {
    for _ in 0..LANES.ilog2() {
        let rows = block;
        for i in 0..LANES / 2 {
            [block[2 * i], block[2 * i + 1]] = simd.zip(rows[i], rows[i + LANES / 2]);
        }
    }
    block
}
