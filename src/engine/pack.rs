//! Packing: a part of a matrix copied row by row, each row whole vectors of contiguous floats.
//!
//! The products read a packed part many times. Read from its first place, each of these reads would pay for
//! the stride or the transposition.

use super::simd::{LANES, Simd};
use super::transpose::transposed;
use super::view::{PANEL, Strided};

/// Copies a matrix of `rows` x `columns`, at most [`PANEL`] of these, to rows that are `to_row` apart. Each row is
/// filled up with zeros to whole vectors.
///
/// # Panics
/// Where a matrix does not fit its slice.
#[inline(always)]
pub fn pack<S: Simd>(simd: S, [rows, columns]: [usize; 2], from: Strided, to: &mut [f32], to_row: usize) {
    if rows == 0 || columns == 0 {
        return;
    }
    let vectors = columns.div_ceil(LANES);
    assert!(columns <= PANEL, "more columns than a panel's");
    assert!(from.holds([rows, columns]), "the matrix is too small");
    let room = Strided { data: to, row: to_row, column: 1 };
    assert!(room.holds([rows, vectors * LANES]), "there is no room for it");
    let to = to.as_mut_ptr();
    // SAFETY: the last row and column are within the slices by the assertions above.
    unsafe {
        match (from.column, vectors) {
            (1, 1) => pack_rows::<S, 1>(simd, [rows, columns], from, to, to_row),
            (1, 2) => pack_rows::<S, 2>(simd, [rows, columns], from, to, to_row),
            (1, 3) => pack_rows::<S, 3>(simd, [rows, columns], from, to, to_row),
            (1, _) => pack_rows::<S, 4>(simd, [rows, columns], from, to, to_row),
            _ => pack_blocks(simd, [rows, columns], from, to, to_row),
        }
    }
}

/// `pack` for rows that are contiguous: copies of `V` vectors.
///
/// # Safety
/// The elements of `from` are within its slice, and `to` is valid for `V` vectors at each row and the caller's alone.
#[inline(always)]
unsafe fn pack_rows<S: Simd, const V: usize>(
    simd: S,
    [rows, columns]: [usize; 2],
    from: Strided,
    to: *mut f32,
    to_row: usize,
) {
    let last = columns - (V - 1) * LANES;
    for i in 0..rows {
        // SAFETY: the caller's promise.
        unsafe {
            let from = from.data.as_ptr().add(i * from.row);
            let to = to.add(i * to_row);
            for v in 0..V {
                let from = from.add(v * LANES);
                let vector = if v + 1 < V || last == LANES { simd.load(from) } else { simd.load_first(from, last) };
                simd.store(to.add(v * LANES), vector);
            }
        }
    }
}

/// `pack` for any other matrix, most often one that lies transposed: 16 x 16 elements at a time.
///
/// # Safety
/// As for `pack_rows`.
#[inline(always)]
unsafe fn pack_blocks<S: Simd>(simd: S, [rows, columns]: [usize; 2], from: Strided, to: *mut f32, to_row: usize) {
    for column in (0..columns).step_by(LANES) {
        for row in (0..rows).step_by(LANES) {
            let (high, wide) = ((rows - row).min(LANES), (columns - column).min(LANES));
            // SAFETY: the caller's promise.
            unsafe {
                let corner = from.data.as_ptr().add(row * from.row + column * from.column);
                let mut block = [simd.splat(0.0); LANES];
                for (j, vector) in block.iter_mut().enumerate().take(wide) {
                    let corner = corner.add(j * from.column);
                    *vector = match from.row {
                        1 if high == LANES => simd.load(corner),
                        1 => simd.load_first(corner, high),
                        _ => {
                            let mut gathered = [0.0; LANES];
                            for (i, element) in gathered.iter_mut().enumerate().take(high) {
                                *element = *corner.add(i * from.row);
                            }
                            simd.load(gathered.as_ptr())
                        }
                    };
                }
                for (i, &vector) in transposed(simd, block).iter().enumerate().take(high) {
                    simd.store(to.add((row + i) * to_row + column), vector);
                }
            }
        }
    }
}
