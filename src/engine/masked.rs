//! Products with activations of which many are 0, because ReLU or dropout made them so.
//!
//! As long as the other factor is finite, a zero that is skipped leaves a chain of multiply-adds as it was. So these
//! products equal the dense ones to the bit, and which of the two is taken is a matter of time alone. Where the values
//! that are not 0 lie is kept in words of 64 bits, one bit a value.
//!
//! Who gains: wide networks with `relu` on AVX-512 (784-1024-512-10: a quarter more images a second on a Zen 4, a tenth
//! or nothing on a Zen 5, nothing on a Sapphire Rapids). With fewer registers the walk is slower than the dense
//! product. Other activations have no zeros without dropout. `measurements.md` has the figures and what else was tried.

use super::product::{Start, multiply_panel};
use super::simd::{LANES, Simd};
use super::view::{Panel, Rows, Strided, Tiled};

/// Floats of which a word tells which are not zero.
const WORD: usize = u64::BITS as usize;

/// Vectors of outputs that wait in registers. Fewer would be too few chains at once: then the dense product, which has
/// many rows of them, is faster however many values are 0.
const VECTORS: usize = 4;

/// Floats of those.
const WIDTH: usize = VECTORS * LANES;

/// Whether N columns are so many vectors, and the processor has the registers for them.
#[inline(always)]
fn has_registers<S: Simd>(n: usize) -> bool {
    n.div_ceil(LANES) == VECTORS && S::TILE_VECTORS >= VECTORS
}

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

/// `sums += Σ value · row` over the places of `nonzero`: the values lie `step` apart.
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

/// Whether skipping A's zeros saves time: where they are more than half of its first rows. A step of the walk takes
/// longer than one of the dense product, since an element of A is read for one row of C only.
#[inline(always)]
fn worth_skipping<S: Simd>(simd: S, [m, k]: [usize; 2], a: Tiled) -> bool {
    let rows = m.min(4);
    let mut count = 0;
    for begin in (0..k).step_by(WORD) {
        let a = a.from_column(begin);
        for a in a.data.chunks(a.row).take(rows) {
            count += nonzeros(simd, &a[..WORD.min(k - begin)]).count_ones();
        }
    }
    2 * (count as usize) < rows * k
}

/// `C (M x N) = A (M x K) · B (K x N)` for one panel, as [`multiply_panel`] does it.
///
/// # Panics
/// Where a matrix does not fit its slice.
#[inline(always)]
pub fn multiply<S: Simd>(simd: S, [m, k, n]: [usize; 3], a: Tiled, b: Panel, c: Rows) {
    let fits =
        has_registers::<S>(n) && a.first.column == 1 && a.columns.is_multiple_of(WORD) && b.rows.is_multiple_of(WORD);
    if !fits || !worth_skipping(simd, [m, k], a) {
        return multiply_panel(simd, [m, k, n], a, b, c, Start::Zero);
    }
    // Some rows of B after the others, so that they stay in the first-level cache while A's pass by.
    for begin in (0..k).step_by(WORD) {
        let a = a.from_column(begin);
        let b_rows = &b.data[b.at(begin)..];
        for (a, c) in a.data.chunks(a.row).zip(c.data.chunks_mut(c.row)).take(m) {
            let a = &a[..WORD.min(k - begin)];
            let mut sums = if begin == 0 { [simd.splat(0.0); VECTORS] } else { load(simd, c) };
            add(simd, &mut sums, nonzeros(simd, a), (a, 1), (b_rows, b.row));
            store(simd, c, sums);
        }
    }
}

/// `dW (I x N) = or += Xᵀ (I x B) · dZ (B x N)`.
///
/// # Panics
/// Where a matrix does not fit its slice.
#[inline(always)]
pub fn gradient<S: Simd>(simd: S, [images, inputs, n]: [usize; 3], x: Strided, dz: Strided, dw: Rows, start: Start) {
    let fits = has_registers::<S>(n) && x.column == 1 && images <= WORD && inputs <= WORD;
    if !fits || !worth_skipping(simd, [images, inputs], x.into()) {
        let (x, dz) = (x.transposed().into(), Panel::even(dz.data, dz.row));
        return multiply_panel(simd, [inputs, images, n], x, dz, dw, start);
    }
    // Of each input, the images in which it is not 0.
    let mut nonzero = [0; WORD];
    for (image, x) in x.data.chunks(x.row).take(images).enumerate() {
        for (nonzero, &x) in nonzero.iter_mut().zip(&x[..inputs]) {
            *nonzero |= u64::from(x != 0.0) << image;
        }
    }
    // An input's row of dW stays in registers while the images in which this input is not 0 are added.
    for (input, dw) in dw.data.chunks_mut(dw.row).take(inputs).enumerate() {
        let mut sums = match start {
            Start::Zero => [simd.splat(0.0); VECTORS],
            Start::Continue => load(simd, dw),
        };
        add(simd, &mut sums, nonzero[input], (&x.data[input..], x.row), (dz.data, dz.row));
        store(simd, dw, sums);
    }
}
