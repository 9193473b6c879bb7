//! Products with activations of which many are 0, because ReLU or dropout made them so.
//!
//! As long as the other factor is finite, a zero that is skipped leaves a chain of multiply-adds as it was. So these
//! products equal the dense ones to the bit, and which of the two is taken is a matter of time alone. Where the values
//! that are not 0 lie is kept in words of 64 bits, one bit a value.
//!
//! Who gains: wide networks with `relu` (784-1024-512-10: a quarter more images a second on a Zen 4, nothing on a
//! Zen 5 or a Sapphire Rapids). Other activations have no zeros without dropout. `measurements.md` has the
//! figures and what else was tried.

use super::product::{Start, multiply_panel};
use super::simd::{LANES, Simd};
use super::view::{Panel, Strided, Tiled};

/// Floats of which a word tells which are not zero.
const WORD: usize = u64::BITS as usize;

/// Vectors of outputs that wait in registers. Fewer would be too few chains at once: then the dense product, which has
/// many rows of them, is faster however many values are 0.
const VECTORS: usize = 4;

/// Floats of those.
const WIDTH: usize = VECTORS * LANES;

/// Which floats of a row, at most [`WORD`], are not zero: a bit each.
#[inline(always)]
fn nonzeros<S: Simd>(simd: S, row: &[f32]) -> u64 {
    let parts = row.chunks(LANES).enumerate();
    parts.fold(0, |nonzero, (part, floats)| {
        // SAFETY: the vector is as long as the slice.
        let vector = unsafe {
            match floats.len() {
                LANES => simd.load(floats.as_ptr()),
                count => simd.load_first(floats.as_ptr(), count),
            }
        };
        nonzero | u64::from(simd.nonzero(vector)) << (part * LANES)
    })
}

/// Rows of bits as columns, by swapping the off-diagonal squares, then those within each square: H. S. Warren,
/// "Hacker's Delight", 2nd edition, 7-3.
#[inline(always)]
fn transposed(mut rows: [u64; WORD]) -> [u64; WORD] {
    let (mut side, mut mask) = (WORD / 2, u64::MAX >> (WORD / 2));
    while side > 0 {
        for above in (0..WORD).filter(|row| row & side == 0) {
            let swapped = (rows[above] >> side ^ rows[above + side]) & mask;
            rows[above] ^= swapped << side;
            rows[above + side] ^= swapped;
        }
        side /= 2;
        mask ^= mask << side;
    }
    rows
}

/// The places of the bits that are set.
#[inline(always)]
pub(super) fn bits(mut left: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (left != 0).then_some(left.trailing_zeros() as usize);
        left &= left.wrapping_sub(1);
        place
    })
}

/// The first vectors of a row.
#[inline(always)]
fn load<S: Simd>(simd: S, row: &[f32]) -> [S::Vector; VECTORS] {
    let row = &row[..WIDTH];
    // SAFETY: the slice is as long as the vectors.
    std::array::from_fn(|v| unsafe { simd.load(row[v * LANES..].as_ptr()) })
}

/// The same, written.
#[inline(always)]
fn store<S: Simd>(simd: S, row: &mut [f32], vectors: [S::Vector; VECTORS]) {
    let row = &mut row[..WIDTH];
    for (v, vector) in vectors.into_iter().enumerate() {
        // SAFETY: the slice is as long as the vectors.
        unsafe { simd.store(row[v * LANES..].as_mut_ptr(), vector) }
    }
}

/// `sums += Σ value · row` over the places of `nonzero`: the values lie `step` apart, the rows `rows.1`.
#[inline(always)]
fn add<S: Simd>(
    simd: S,
    sums: &mut [S::Vector; VECTORS],
    nonzero: u64,
    (values, step): (&[f32], usize),
    (rows, row): (&[f32], usize),
) {
    for place in bits(nonzero) {
        let value = simd.splat(values[place * step]);
        let vectors = load(simd, &rows[place * row..]);
        for (sum, &vector) in sums.iter_mut().zip(&vectors) {
            *sum = simd.mul_add(value, vector, *sum);
        }
    }
}

/// Whether skipping A's zeros saves time: where they are more than 40% of its first rows. A step of the walk takes up
/// to half as long again as one of the dense product, since an element of A is read for one row of C only.
#[inline(always)]
fn worth_skipping<S: Simd>(simd: S, [m, k]: [usize; 2], a: Tiled) -> bool {
    let rows = m.min(4);
    let mut count = 0;
    for begin in (0..k).step_by(WORD) {
        let (a, a_row) = a.rows_from(begin);
        for a in a.chunks(a_row).take(rows) {
            count += nonzeros(simd, &a[..WORD.min(k - begin)]).count_ones();
        }
    }
    10 * (count as usize) < 6 * rows * k
}

/// `C (M x N) = A (M x K) · B (K x N)` for one panel, as [`multiply_panel`] does it.
///
/// # Panics
/// Where a matrix does not fit its slice, or elements of A's rows do not follow each other.
#[inline(always)]
pub fn multiply<S: Simd>(simd: S, sizes: [usize; 3], a: Tiled, b: Panel, (c, c_row): (&mut [f32], usize)) {
    let [m, k, n] = sizes;
    let fits = n.div_ceil(LANES) == VECTORS && a.columns.is_multiple_of(WORD) && b.rows.is_multiple_of(WORD);
    if !fits || !worth_skipping(simd, [m, k], a) {
        return multiply_panel(simd, sizes, a, b, c, c_row, Start::Zero);
    }
    // Some rows of B after the others, so that they stay in the first-level cache while A's pass by.
    for begin in (0..k).step_by(WORD) {
        let (a, a_row) = a.rows_from(begin);
        let b_rows = &b.data[b.at(begin)..];
        for (a, c) in a.chunks(a_row).zip(c.chunks_mut(c_row)).take(m) {
            let a = &a[..WORD.min(k - begin)];
            let mut sums = if begin == 0 { [simd.splat(0.0); VECTORS] } else { load(simd, c) };
            add(simd, &mut sums, nonzeros(simd, a), (a, 1), (b_rows, b.row));
            store(simd, c, sums);
        }
    }
}

/// `dW (I x N) = or += Xᵀ (I x B) · dZ (B x N)`. The rows of `dw` are `dw_row` apart.
///
/// # Panics
/// Where a matrix does not fit its slice.
#[inline(always)]
pub fn gradient<S: Simd>(
    simd: S,
    [images, inputs, n]: [usize; 3],
    x: Strided,
    (dz, dz_row): (&[f32], usize),
    (dw, dw_row): (&mut [f32], usize),
    start: Start,
) {
    let fits = images <= WORD && inputs <= WORD && n.div_ceil(LANES) == VECTORS && x.column == 1;
    let mut rows = [0; WORD];
    if fits {
        for (row, x) in rows.iter_mut().zip(x.data.chunks(x.row)).take(images) {
            *row = nonzeros(simd, &x[..inputs]);
        }
    }
    // Where more than half is not 0, the walk gains nothing.
    let count: u32 = rows.iter().map(|row| row.count_ones()).sum();
    if !fits || 2 * count as usize > images * inputs {
        let sizes = [inputs, images, n];
        let (x, dz) = (x.transposed().into(), Panel::even(dz, dz_row));
        return multiply_panel(simd, sizes, x, dz, dw, dw_row, start);
    }
    // An input's row of dW stays in registers while the images in which this input is not 0 are added.
    let inputs = transposed(rows).into_iter().enumerate().take(inputs);
    for ((input, nonzero), dw) in inputs.zip(dw.chunks_mut(dw_row)) {
        let mut sums = match start {
            Start::Zero => [simd.splat(0.0); VECTORS],
            Start::Continue => load(simd, dw),
        };
        add(simd, &mut sums, nonzero, (&x.data[input..], x.row), (dz, dz_row));
        store(simd, dw, sums);
    }
}
