//! Dense matrix products.
//!
//! The names are those of BLIS (Van Zee and van de Geijn, "BLIS: A Framework for Rapidly Instantiating BLAS
//! Functionality", ACM TOMS 41(3), 2015): a *micro-kernel* keeps a tile of `M x V` vectors of C in registers and runs
//! over k; B is *packed* in *panels*, here of [`PANEL`] columns, each of whose rows is contiguous. A is read where it
//! lies, in any stride, so that A·B and Aᵀ·B are the same loop and no transpose is ever formed of it.
//!
//! Every element of C is one chain of fused multiply-adds, k ascending, whatever the tile, the vector or the thread:
//! nothing is ever summed in two halves, and so the bits never change.

use super::simd::{LANES, Simd, Task};
use std::hint::black_box;

/// Columns of a panel.
pub const PANEL: usize = 64;

/// A read where it lies: element (i, k) is `data[i * row + k * column]`.
#[derive(Clone, Copy)]
pub struct Strided<'a> {
    /// The floats.
    pub data: &'a [f32],
    /// From a row to the next.
    pub row: usize,
    /// From a column to the next.
    pub column: usize,
}

impl<'a> Strided<'a> {
    /// Whether the slice reaches to the last element of so many rows and columns.
    pub fn holds(&self, [rows, columns]: [usize; 2]) -> bool {
        let last = |down: usize, across: usize| {
            down.checked_mul(self.row)?
                .checked_add(across.checked_mul(self.column)?)
        };
        let empty = rows == 0 || columns == 0;
        empty || last(rows - 1, columns - 1).is_some_and(|last| last < self.data.len())
    }

    /// The matrix from one of its elements on.
    pub(super) fn from(self, row: usize, column: usize) -> Self {
        Strided {
            data: &self.data[row * self.row + column * self.column..],
            ..self
        }
    }

    /// The same elements with rows for columns.
    pub(super) fn transposed(self) -> Self {
        Strided {
            row: self.column,
            column: self.row,
            ..self
        }
    }
}

/// A panel of B: row k begins at `data[k / PANEL * segment + k % PANEL * row]` and is contiguous.
#[derive(Clone, Copy)]
pub struct Panel<'a> {
    /// The floats.
    pub data: &'a [f32],
    /// From a row to the next.
    pub row: usize,
    /// From [`PANEL`] rows to the next [`PANEL`] rows: `PANEL * row` where nothing lies between.
    pub segment: usize,
}

impl<'a> Panel<'a> {
    /// A panel whose rows follow each other evenly.
    pub fn even(data: &'a [f32], row: usize) -> Self {
        Panel {
            data,
            row,
            segment: PANEL * row,
        }
    }

    /// Where row `k` begins.
    pub(super) fn at(&self, k: usize) -> usize {
        k / PANEL * self.segment + k % PANEL * self.row
    }
}

/// What the chain of an element begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// `C = A·B`
    Zero,
    /// `C += A·B`, going on with the chain that C holds.
    Continue,
}

/// `C (M x N) = or += A (M x K) · B (K x N)` for one panel: N is at most [`PANEL`]. C's rows are `c_row` apart and
/// written in whole vectors: up to N rounded up to [`LANES`] columns of each.
///
/// # Panics
/// Where a matrix does not fit its slice.
#[inline(always)]
pub fn multiply_panel<S: Simd>(
    simd: S,
    [m, k, n]: [usize; 3],
    a: Strided,
    b: Panel,
    c: &mut [f32],
    c_row: usize,
    start: Start,
) {
    if m == 0 || n == 0 {
        return;
    }
    let vectors = n.div_ceil(LANES);
    let c_matrix = Strided {
        data: c,
        row: c_row,
        column: 1,
    };
    assert!(
        n <= PANEL && c_matrix.holds([m, vectors * LANES]),
        "C is too small"
    );
    assert!(a.holds([m, k]), "A is too small");
    if k > 0 {
        // Rows only move forward, so the last one reaches furthest.
        assert!(
            b.at(k - 1) + vectors * LANES <= b.data.len(),
            "B is too small"
        );
        assert!(
            b.segment >= PANEL * b.row || k <= PANEL,
            "B's segments overlap"
        );
    }
    // SAFETY: the last row, column and k of each matrix are within its slice by the assertions above.
    unsafe {
        multiply_tiles(
            simd,
            [m, k, vectors * LANES],
            a,
            b,
            c.as_mut_ptr(),
            c_row,
            start,
        )
    }
}

/// `multiply_panel`, but for C, of which N columns of each row are written and no more.
///
/// # Safety
/// M x K elements of A and N columns of M rows of C are within their allocations, K rows of B in whole vectors of
/// columns too, and C is the caller's alone.
#[inline(always)]
pub(super) unsafe fn multiply_tiles<S: Simd>(
    simd: S,
    [m, k, n]: [usize; 3],
    a: Strided,
    b: Panel,
    c: *mut f32,
    c_row: usize,
    start: Start,
) {
    simd.run(Tiles {
        sizes: [m, k, n],
        a,
        b,
        c,
        c_row,
        start,
    });
}

/// `multiply_tiles` as a task, so that it is compiled once for each instruction set and not into every caller: it is
/// the largest function of the program. Whoever makes one promises what `multiply_tiles` asks for.
struct Tiles<'a> {
    sizes: [usize; 3],
    a: Strided<'a>,
    b: Panel<'a>,
    c: *mut f32,
    c_row: usize,
    start: Start,
}

impl Task for Tiles<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Tiles {
            sizes: [m, k, n],
            a,
            b,
            c,
            c_row,
            start,
        } = self;
        let vectors = n.div_ceil(LANES);
        let mut column = 0;
        while column < vectors {
            let wide = (vectors - column).min(S::TILE_VECTORS);
            // Rows are dealt evenly: a last tile of one row would cost nearly as much as a full one.
            let tiles = m.div_ceil(S::TILE_ROWS[wide]);
            let mut row = 0;
            for tile in 0..tiles {
                let rows = (m - row).div_ceil(tiles - tile);
                // SAFETY: a part of what the caller promises.
                unsafe {
                    let a_tile = a.data.as_ptr().wrapping_add(row * a.row);
                    let b_tile = b.data.as_ptr().wrapping_add(column * LANES);
                    let c_tile = c.add(row * c_row + column * LANES);
                    let tile = Tile {
                        k,
                        a: a_tile,
                        a_row: a.row,
                        a_column: a.column,
                        b: b_tile,
                        panel: b,
                        c: c_tile,
                        c_row,
                        last: (n - (column + wide - 1) * LANES).min(LANES),
                    };
                    match wide {
                        1 => tile.rows::<S, 1>(simd, rows, start),
                        2 => tile.rows::<S, 2>(simd, rows, start),
                        3 => tile.rows::<S, 3>(simd, rows, start),
                        _ => tile.rows::<S, 4>(simd, rows, start),
                    }
                }
                row += rows;
            }
            column += wide;
        }
    }
}

/// The place of a tile in A, B and C.
struct Tile<'a> {
    k: usize,
    a: *const f32,
    a_row: usize,
    a_column: usize,
    b: *const f32,
    panel: Panel<'a>,
    c: *mut f32,
    c_row: usize,
    /// Columns of C in the last vector.
    last: usize,
}

impl Tile<'_> {
    /// Chooses the micro-kernel: as many of them as a register file can hold, each unrolled for its size.
    ///
    /// # Safety
    /// As for `multiply`, with M = `rows`.
    #[inline(always)]
    unsafe fn rows<S: Simd, const V: usize>(self, simd: S, rows: usize, start: Start) {
        unsafe {
            match rows {
                1 => self.multiply::<S, 1, V>(simd, start),
                2 => self.multiply::<S, 2, V>(simd, start),
                3 => self.multiply::<S, 3, V>(simd, start),
                4 => self.multiply::<S, 4, V>(simd, start),
                5 => self.multiply::<S, 5, V>(simd, start),
                6 => self.multiply::<S, 6, V>(simd, start),
                7 => self.multiply::<S, 7, V>(simd, start),
                8 => self.multiply::<S, 8, V>(simd, start),
                9 => self.multiply::<S, 9, V>(simd, start),
                10 => self.multiply::<S, 10, V>(simd, start),
                11 => self.multiply::<S, 11, V>(simd, start),
                _ => self.multiply::<S, 12, V>(simd, start),
            }
        }
    }

    /// The micro-kernel: `M x V` vectors of C += `M` rows of A · `V` vectors of columns of B.
    ///
    /// # Safety
    /// The K elements of M rows of A, the K rows of V vectors of B and the M rows of V vectors of C are within their
    /// allocations, and C is the caller's alone.
    #[inline(always)]
    unsafe fn multiply<S: Simd, const M: usize, const V: usize>(self, simd: S, start: Start) {
        if V > S::TILE_VECTORS || M > S::TILE_ROWS[V] {
            unreachable!(
                "the register file can't hold it; the condition is a constant, so this arm costs no code"
            );
        }
        unsafe {
            let mut c = [[simd.splat(0.0); V]; M];
            if start == Start::Continue {
                for (i, row) in c.iter_mut().enumerate() {
                    for (v, vector) in row.iter_mut().enumerate() {
                        let c = self.c.add(i * self.c_row + v * LANES);
                        *vector = if v + 1 < V || self.last == LANES {
                            simd.load(c)
                        } else {
                            simd.load_first(c, self.last)
                        };
                    }
                }
            }
            // A pointer for every four rows, which the compiler must not know to belong together: from one pointer it
            // makes a chain of additions from row to row, longer than the multiply-adds take.
            let mut a: [*const f32; 3] =
                std::array::from_fn(|four| black_box(self.a.wrapping_add(four * 4 * self.a_row)));
            for k in (0..self.k).step_by(LANES) {
                // The same place in the next tile's rows: a line each, since a line is as long as these steps of k.
                for i in 0..M {
                    simd.prefetch(a[0].wrapping_add((M + i) * self.a_row));
                }
                let mut b = self.b.wrapping_add(self.panel.at(k));
                for _ in k..self.k.min(k + LANES) {
                    let b_row: [S::Vector; V] =
                        std::array::from_fn(|v| simd.load(b.add(v * LANES)));
                    for (i, row) in c.iter_mut().enumerate() {
                        let a = simd.splat(*a[i / 4].add(i % 4 * self.a_row));
                        for (vector, &b) in row.iter_mut().zip(&b_row) {
                            *vector = simd.mul_add(a, b, *vector);
                        }
                    }
                    for a in &mut a {
                        *a = a.wrapping_add(self.a_column);
                    }
                    b = b.wrapping_add(self.panel.row);
                }
            }
            for (i, row) in c.iter().enumerate() {
                for (v, &vector) in row.iter().enumerate() {
                    let c = self.c.add(i * self.c_row + v * LANES);
                    if v + 1 < V || self.last == LANES {
                        simd.store(c, vector);
                    } else {
                        simd.store_first(c, vector, self.last);
                    }
                }
            }
        }
    }
}
