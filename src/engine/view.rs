//! Matrices read where they lie: whole, in tiles side by side, or a panel of columns.

use super::simd::LANES;

/// Columns of a panel.
pub const PANEL: usize = 64;

/// A read where it lies: element (i, k) is `data[i * row + k * column]`.
#[derive(Clone, Copy)]
pub struct Strided<'a> {
    /// The floats.
    pub data: &'a [f32],
    /// Floats from one row to the next.
    pub row: usize,
    /// Floats from one column to the next.
    pub column: usize,
}

impl<'a> Strided<'a> {
    /// Whether the slice reaches to the last element of so many rows and columns.
    pub fn holds(&self, [rows, columns]: [usize; 2]) -> bool {
        let last =
            |down: usize, across: usize| down.checked_mul(self.row)?.checked_add(across.checked_mul(self.column)?);
        let empty = rows == 0 || columns == 0;
        empty || last(rows - 1, columns - 1).is_some_and(|last| last < self.data.len())
    }

    /// The matrix from one of its elements on.
    pub(super) fn starting_at(self, row: usize, column: usize) -> Self {
        Strided { data: &self.data[row * self.row + column * self.column..], ..self }
    }

    /// The same elements with rows for columns.
    pub(super) fn transposed(self) -> Self {
        Strided { row: self.column, column: self.row, ..self }
    }
}

/// A matrix to be written, whose rows are contiguous: row i begins at `data[i * row]`.
pub struct Rows<'a> {
    /// The floats.
    pub data: &'a mut [f32],
    /// Floats from one row to the next.
    pub row: usize,
}

impl Rows<'_> {
    /// Whether the slice reaches to the last element of so many rows and columns.
    pub(super) fn holds(&self, sizes: [usize; 2]) -> bool {
        Strided { data: self.data, row: self.row, column: 1 }.holds(sizes)
    }
}

/// A read where it lies, in tiles side by side: element (i, k) is
/// `first.data[k / columns * segment + i * first.row + k % columns * first.column]`.
#[derive(Clone, Copy)]
pub struct Tiled<'a> {
    /// The first tile, and all floats from it on.
    pub first: Strided<'a>,
    /// Columns of a tile, a multiple of [`LANES`].
    pub columns: usize,
    /// From a tile to the next.
    pub segment: usize,
}

impl<'a> From<Strided<'a>> for Tiled<'a> {
    /// One tile, as wide as can be, in whole panels.
    fn from(first: Strided<'a>) -> Self {
        Tiled { first, columns: usize::MAX / PANEL * PANEL, segment: 0 }
    }
}

impl<'a> Tiled<'a> {
    /// The matrix from `column` on, as far as its tile reaches.
    pub fn from_column(&self, column: usize) -> Strided<'a> {
        let at = column / self.columns * self.segment + column % self.columns * self.first.column;
        Strided { data: &self.first.data[at..], ..self.first }
    }

    /// Whether the slice reaches to the last tile, whole, of so many rows and columns.
    pub(super) fn holds(&self, [rows, columns]: [usize; 2]) -> bool {
        let last = columns.saturating_sub(1) / self.columns;
        let from_last = last.checked_mul(self.segment).and_then(|at| self.first.data.get(at..));
        self.columns.is_multiple_of(LANES)
            && from_last.is_some_and(|data| {
                let tile = Strided { data, ..self.first };
                tile.holds([rows, columns.min(self.columns)])
            })
    }
}

/// A panel of B: row k begins at `data[k / rows * segment + k % rows * row]` and is contiguous.
#[derive(Clone, Copy)]
pub struct Panel<'a> {
    /// The floats.
    pub data: &'a [f32],
    /// Floats from one row to the next.
    pub row: usize,
    /// Rows of a segment, a multiple of [`LANES`].
    pub rows: usize,
    /// From a segment to the next: `rows * row` where nothing lies between.
    pub segment: usize,
}

impl<'a> Panel<'a> {
    /// A panel whose rows follow each other evenly.
    pub fn even(data: &'a [f32], row: usize) -> Self {
        Panel { data, row, rows: PANEL, segment: PANEL * row }
    }

    /// Whether the slice holds `k` rows of `width` floats. Segments are whole vectors of rows and don't overlap, so
    /// the last row reaches furthest.
    pub(super) fn holds(&self, [k, width]: [usize; 2]) -> bool {
        let Some(last) = k.checked_sub(1) else {
            return true;
        };
        let apart = k <= self.rows || self.rows.checked_mul(self.row).is_some_and(|rows| rows <= self.segment);
        let end = || {
            let segments = (last / self.rows).checked_mul(self.segment)?;
            (last % self.rows).checked_mul(self.row)?.checked_add(segments)?.checked_add(width)
        };
        self.rows.is_multiple_of(LANES) && apart && end().is_some_and(|end| end <= self.data.len())
    }

    /// Where row `k` begins.
    pub(super) fn at(&self, k: usize) -> usize {
        k / self.rows * self.segment + k % self.rows * self.row
    }
}
