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
use super::view::{PANEL, Panel, Strided, Tiled};
use std::hint::black_box;
use std::ptr::null_mut;

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
    a: Tiled,
    b: Panel,
    c: &mut [f32],
    c_row: usize,
    start: Start,
) {
    if m == 0 || n == 0 {
        return;
    }
    let vectors = n.div_ceil(LANES);
    let c_matrix = Strided { data: c, row: c_row, column: 1 };
    assert!(n <= PANEL && c_matrix.holds([m, vectors * LANES]), "C is too small");
    assert!(a.holds([m, k]), "A is too small");
    assert!(b.holds([k, vectors * LANES]), "B is too small, or its segments overlap");
    let tiles = Tiles { sizes: [m, k, vectors * LANES], a, b, packed: None, c: c.as_mut_ptr(), c_row, start };
    // SAFETY: the last row, column and k of each matrix are within its slice by the assertions above.
    unsafe { tiles.multiply(simd) }
}

/// A product of one panel; of C exactly N columns are written. Who makes one promises what [`Tiles::multiply`] asks
/// for: [`Task::call`] relies on it.
#[derive(Clone, Copy)]
pub(super) struct Tiles<'a> {
    pub sizes: [usize; 3],
    pub a: Tiled<'a>,
    pub b: Panel<'a>,
    /// Where to pack B on the way, rows of N columns rounded up to whole vectors; B then need not have more columns
    /// than N. The first tile of rows packs what it reads, so that fetching B costs no time of its own.
    pub packed: Option<*mut f32>,
    pub c: *mut f32,
    pub c_row: usize,
    pub start: Start,
}

impl Tiles<'_> {
    /// Multiplies.
    ///
    /// # Safety
    /// M x K elements of A and N columns of M rows of C are within their allocations. So are K rows of B, in whole
    /// vectors of columns; where it is to be packed, N columns of them and K rows of the room for it. C and that room
    /// are the caller's alone.
    #[inline(always)]
    pub(super) unsafe fn multiply<S: Simd>(self, simd: S) {
        // Run as a task it is compiled once for each instruction set, and not into every caller: it is the
        // largest piece of code of the program.
        simd.run(self);
    }
}

impl Task for Tiles<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Tiles { sizes: [m, k, n], a, b, packed, c, c_row, start } = self;
        let vectors = n.div_ceil(LANES);
        let width = vectors * LANES;
        let mut column = 0;
        while column < vectors {
            let wide = (vectors - column).min(S::TILE_VECTORS);
            // Rows are dealt evenly: a last tile of one row would cost nearly as much as a full one.
            let tiles = m.div_ceil(S::TILE_ROWS[wide]);
            let mut row = 0;
            for tile in 0..tiles {
                let rows = (m - row).div_ceil(tiles - tile);
                let (b, b_row, b_rows, b_segment) = match packed {
                    Some(packed) if tile > 0 => (packed.cast_const(), width, PANEL, PANEL * width),
                    _ => (b.data.as_ptr(), b.row, b.rows, b.segment),
                };
                let tile = Tile {
                    k,
                    a: a.first.data.as_ptr().wrapping_add(row * a.first.row),
                    a_row: a.first.row,
                    a_column: a.first.column,
                    a_columns: a.columns,
                    a_segment: a.segment,
                    b: b.wrapping_add(column * LANES),
                    b_row,
                    b_rows,
                    b_segment,
                    packed: packed.filter(|_| tile == 0).map(|packed| packed.wrapping_add(column * LANES)),
                    packed_row: width,
                    c: c.wrapping_add(row * c_row + column * LANES),
                    c_row,
                    last: (n - (column + wide - 1) * LANES).min(LANES),
                };
                // SAFETY: a part of what was promised when this task was made.
                unsafe {
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
struct Tile {
    k: usize,
    a: *const f32,
    a_row: usize,
    a_column: usize,
    a_columns: usize,
    a_segment: usize,
    b: *const f32,
    b_row: usize,
    b_rows: usize,
    b_segment: usize,
    /// Where to pack the columns of B.
    packed: Option<*mut f32>,
    packed_row: usize,
    c: *mut f32,
    c_row: usize,
    /// Columns in the last vector of C, and of B where it is to be packed.
    last: usize,
}

impl Tile {
    /// Chooses the micro-kernel: as many of them as a register file can hold, each unrolled for its size.
    ///
    /// # Safety
    /// As for `multiply`, with M = `rows`.
    #[inline(always)]
    unsafe fn rows<S: Simd, const V: usize>(self, simd: S, rows: usize, start: Start) {
        // SAFETY: the caller's promise.
        unsafe {
            match rows {
                1 => self.packing::<S, 1, V>(simd, start),
                2 => self.packing::<S, 2, V>(simd, start),
                3 => self.packing::<S, 3, V>(simd, start),
                4 => self.packing::<S, 4, V>(simd, start),
                5 => self.packing::<S, 5, V>(simd, start),
                6 => self.packing::<S, 6, V>(simd, start),
                7 => self.packing::<S, 7, V>(simd, start),
                8 => self.packing::<S, 8, V>(simd, start),
                9 => self.packing::<S, 9, V>(simd, start),
                10 => self.packing::<S, 10, V>(simd, start),
                11 => self.packing::<S, 11, V>(simd, start),
                _ => self.packing::<S, 12, V>(simd, start),
            }
        }
    }

    /// Chooses between the micro-kernels that pack B and those that do not.
    ///
    /// # Safety
    /// As for `multiply`.
    #[inline(always)]
    unsafe fn packing<S: Simd, const M: usize, const V: usize>(self, simd: S, start: Start) {
        // SAFETY: the caller's promise.
        unsafe {
            match self.packed {
                Some(packed) => self.multiply::<S, M, V, true>(simd, start, packed),
                None => self.multiply::<S, M, V, false>(simd, start, null_mut()),
            }
        }
    }

    /// The micro-kernel: `M x V` vectors of C += `M` rows of A · `V` vectors of columns of B.
    ///
    /// # Safety
    /// The K elements of M rows of A, the K rows of V vectors of B and the M rows of V vectors of C are within their
    /// allocations, and C is the caller's alone; so is the room for what is to be packed.
    #[inline(always)]
    unsafe fn multiply<S: Simd, const M: usize, const V: usize, const PACKS: bool>(
        self,
        simd: S,
        start: Start,
        mut packed: *mut f32,
    ) {
        if V > S::TILE_VECTORS || M > S::TILE_ROWS[V] {
            unreachable!("the register file can't hold it; the condition is a constant, so this arm costs no code");
        }
        // SAFETY: by the caller's promise each k, row and vector below is within its matrix. Pointers run past the last
        // k, but nothing is read there: prefetching reads nothing.
        unsafe {
            let mut c = [[simd.splat(0.0); V]; M];
            if start == Start::Continue {
                for (i, row) in c.iter_mut().enumerate() {
                    for (v, vector) in row.iter_mut().enumerate() {
                        let c = self.c.add(i * self.c_row + v * LANES);
                        *vector =
                            if v + 1 < V || self.last == LANES { simd.load(c) } else { simd.load_first(c, self.last) };
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
                let mut b = self.b.wrapping_add(k / self.b_rows * self.b_segment + k % self.b_rows * self.b_row);
                for _ in k..self.k.min(k + LANES) {
                    let b_row: [S::Vector; V] = std::array::from_fn(|v| {
                        if !PACKS || v + 1 < V || self.last == LANES {
                            simd.load(b.add(v * LANES))
                        } else {
                            simd.load_first(b.add(v * LANES), self.last)
                        }
                    });
                    if PACKS {
                        for (v, &vector) in b_row.iter().enumerate() {
                            simd.store(packed.add(v * LANES), vector);
                        }
                        packed = packed.wrapping_add(self.packed_row);
                    }
                    for (i, row) in c.iter_mut().enumerate() {
                        let a = simd.splat(*a[i / 4].add(i % 4 * self.a_row));
                        for (vector, &b) in row.iter_mut().zip(&b_row) {
                            *vector = simd.mul_add(a, b, *vector);
                        }
                    }
                    for a in &mut a {
                        *a = a.wrapping_add(self.a_column);
                    }
                    b = b.wrapping_add(self.b_row);
                }
                if (k + LANES).is_multiple_of(self.a_columns) {
                    // From behind this tile's last column to the next one's first.
                    for a in &mut a {
                        *a = a.wrapping_add(self.a_segment).wrapping_sub(self.a_columns * self.a_column);
                    }
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
