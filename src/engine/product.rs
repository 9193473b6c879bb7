//! Dense matrix products.
//!
//! The names are those of BLIS (Van Zee and van de Geijn, "BLIS: A Framework for Rapidly Instantiating BLAS
//! Functionality", ACM TOMS 41(3), 2015): a *micro-kernel* keeps a tile of `M x V` vectors of C in registers and runs
//! over k; B is *packed* in *panels*, here of [`PANEL`] columns, each of whose rows is contiguous. A is read where it
//! lies, in any stride, so that A·B and Aᵀ·B are the same loop and no transpose is ever formed of it.
//!
//! Every element of C is one chain of fused multiply-adds, k ascending, whatever the tile, the vector or the thread:
//! nothing is ever summed in two halves, and so the bits never change.

use super::simd::{LANES, Simd, Task, prefetch};
use super::view::{PANEL, Panel, Rows, Tiled};
use std::hint::black_box;

/// What the chain of an element begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// `C = A·B`
    Zero,
    /// `C += A·B`, going on with the chain that C holds.
    Continue,
}

/// `C (M x N) = or += A (M x K) · B (K x N)` for one panel: N is at most [`PANEL`]. C is written in whole vectors: up
/// to N rounded up to [`LANES`] columns of each row.
///
/// # Panics
/// Where a matrix does not fit its slice.
#[inline(always)]
pub fn multiply_panel<S: Simd>(simd: S, [m, k, n]: [usize; 3], a: Tiled, b: Panel, c: Rows, start: Start) {
    if m == 0 || n == 0 {
        return;
    }
    let width = n.next_multiple_of(LANES);
    assert!(n <= PANEL && c.holds([m, width]), "C is too small");
    assert!(a.holds([m, k]), "A is too small");
    assert!(b.holds([k, width]), "B is too small, or its segments overlap");
    let product = Product { sizes: [m, k, width], a, b, c: c.data.as_mut_ptr(), c_row: c.row, start };
    // SAFETY: the last row, column and k of each matrix are within its slice by the assertions above.
    unsafe { product.multiply(simd) }
}

/// A product of one panel; of C exactly N columns are written, of B whole vectors are read. Who makes one promises what
/// [`Product::multiply`] asks for: [`Task::call`] relies on it.
#[derive(Clone, Copy)]
pub(super) struct Product<'a> {
    pub sizes: [usize; 3],
    pub a: Tiled<'a>,
    pub b: Panel<'a>,
    pub c: *mut f32,
    pub c_row: usize,
    pub start: Start,
}

impl Product<'_> {
    /// Multiplies.
    ///
    /// # Safety
    /// M x K elements of A, K rows of B in whole vectors of columns, and N columns of M rows of C are within their
    /// allocations. C is the caller's alone.
    #[inline(always)]
    pub(super) unsafe fn multiply<S: Simd>(self, simd: S) {
        // Run as a task it is compiled once for each instruction set, and not into every caller: it is the
        // largest piece of code of the program.
        simd.run(self);
    }
}

impl Task for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let [m, _, n] = self.sizes;
        let vectors = n.div_ceil(LANES);
        let mut vector = 0;
        while vector < vectors {
            let wide = (vectors - vector).min(S::TILE_VECTORS);
            // Rows are dealt evenly: a last tile of one row would cost nearly as much as a full one.
            let tiles = m.div_ceil(S::TILE_ROWS[wide]);
            let mut row = 0;
            for tile in 0..tiles {
                let rows = (m - row).div_ceil(tiles - tile);
                // SAFETY: a part of what was promised when this task was made.
                unsafe {
                    match wide {
                        1 => self.rows::<S, 1>(simd, row, rows, vector),
                        2 => self.rows::<S, 2>(simd, row, rows, vector),
                        3 => self.rows::<S, 3>(simd, row, rows, vector),
                        _ => self.rows::<S, 4>(simd, row, rows, vector),
                    }
                }
                row += rows;
            }
            vector += wide;
        }
    }
}

impl Product<'_> {
    /// Chooses the micro-kernel for so many rows of C and `V` vectors of columns: as many of them as a register file
    /// can hold, each unrolled for its size.
    ///
    /// # Safety
    /// As for `multiply`.
    #[inline(always)]
    unsafe fn rows<S: Simd, const V: usize>(self, simd: S, row: usize, rows: usize, vector: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            match rows {
                1 => self.tile::<S, 1, V>(simd, row, vector),
                2 => self.tile::<S, 2, V>(simd, row, vector),
                3 => self.tile::<S, 3, V>(simd, row, vector),
                4 => self.tile::<S, 4, V>(simd, row, vector),
                5 => self.tile::<S, 5, V>(simd, row, vector),
                6 => self.tile::<S, 6, V>(simd, row, vector),
                7 => self.tile::<S, 7, V>(simd, row, vector),
                8 => self.tile::<S, 8, V>(simd, row, vector),
                9 => self.tile::<S, 9, V>(simd, row, vector),
                10 => self.tile::<S, 10, V>(simd, row, vector),
                11 => self.tile::<S, 11, V>(simd, row, vector),
                _ => self.tile::<S, 12, V>(simd, row, vector),
            }
        }
    }

    /// The micro-kernel: `M x V` vectors of C += `M` rows of A · `V` vectors of columns of B. The tile of C begins at
    /// `row` and at the column `vector * LANES`.
    ///
    /// # Safety
    /// As for `multiply`, and C has the tile.
    #[inline(always)]
    unsafe fn tile<S: Simd, const M: usize, const V: usize>(self, simd: S, row: usize, vector: usize) {
        if V > S::TILE_VECTORS || M > S::TILE_ROWS[V] {
            unreachable!("the register file can't hold it; the condition is a constant, so this arm costs no code");
        }
        let Product { sizes: [_, depth, n], a: Tiled { first, columns, segment }, b, c, c_row, start } = self;
        let column = vector * LANES;
        let a = first.data.as_ptr().wrapping_add(row * first.row);
        let c_at = |i: usize, v: usize| c.wrapping_add((row + i) * c_row + column + v * LANES);
        // Only the last vector of C may be a part of one.
        let last = (n - column - (V - 1) * LANES).min(LANES);
        let is_whole = |v: usize| v + 1 < V || last == LANES;
        // SAFETY: by the caller's promise each k, row and vector below is within its matrix. Pointers run past the last
        // k, but nothing is read there: prefetching reads nothing.
        unsafe {
            let mut sums = [[simd.splat(0.0); V]; M];
            if start == Start::Continue {
                for (i, row) in sums.iter_mut().enumerate() {
                    for (v, sum) in row.iter_mut().enumerate() {
                        *sum = if is_whole(v) { simd.load(c_at(i, v)) } else { simd.load_first(c_at(i, v), last) };
                    }
                }
            }
            // A pointer for every four rows, which the compiler must not know to belong together: from one pointer it
            // makes a chain of additions from row to row, longer than the multiply-adds take.
            let mut a: [*const f32; 3] = std::array::from_fn(|four| black_box(a.wrapping_add(four * 4 * first.row)));
            for k in (0..depth).step_by(LANES) {
                // The same place in the next tile's rows: a line each, since a line is as long as these steps of k.
                for i in 0..M {
                    prefetch(a[0].wrapping_add((M + i) * first.row));
                }
                let mut b_row = b.data.as_ptr().wrapping_add(b.at(k) + column);
                for _ in k..depth.min(k + LANES) {
                    let vectors: [S::Vector; V] = std::array::from_fn(|v| simd.load(b_row.add(v * LANES)));
                    for (i, row) in sums.iter_mut().enumerate() {
                        let a = simd.splat(*a[i / 4].add(i % 4 * first.row));
                        for (sum, &b) in row.iter_mut().zip(&vectors) {
                            *sum = simd.mul_add(a, b, *sum);
                        }
                    }
                    for a in &mut a {
                        *a = a.wrapping_add(first.column);
                    }
                    b_row = b_row.wrapping_add(b.row);
                }
                if (k + LANES).is_multiple_of(columns) {
                    // From behind this tile's last column to the next one's first.
                    for a in &mut a {
                        *a = a.wrapping_add(segment).wrapping_sub(columns * first.column);
                    }
                }
            }
            for (i, row) in sums.iter().enumerate() {
                for (v, &sum) in row.iter().enumerate() {
                    if is_whole(v) {
                        simd.store(c_at(i, v), sum);
                    } else {
                        simd.store_first(c_at(i, v), sum, last);
                    }
                }
            }
        }
    }
}
