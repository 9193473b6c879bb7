//! Matrices: rows, columns, and one flat vector of floats, row by row.

use crate::engine::Engine;
use crate::engine::gemm::multiply;
use crate::engine::view::Strided;

/// A matrix of floats, stored row by row: element (i, j) is `data[i * columns + j]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    data: Vec<f32>,
}

impl Matrix {
    /// A `rows` x `columns` matrix of zeros.
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Matrix { rows, columns, data: vec![0.0; rows * columns] }
    }

    /// The `rows` x `columns` matrix whose element (i, j) is `element(i, j)`; `element` is called row by row.
    pub fn from_fn(rows: usize, columns: usize, mut element: impl FnMut(usize, usize) -> f32) -> Self {
        let data = (0..rows * columns).map(|at| element(at / columns, at % columns)).collect();
        Matrix { rows, columns, data }
    }

    /// The matrix whose rows lie one after another in `data`.
    ///
    /// # Panics
    /// Where `data` is not `rows * columns` long.
    pub fn from_vec(rows: usize, columns: usize, data: Vec<f32>) -> Self {
        assert_eq!(data.len(), rows * columns, "the floats of {rows} x {columns} elements");
        Matrix { rows, columns, data }
    }

    /// Its number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Its number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// All elements, row by row.
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// All elements, to be written.
    pub fn data_mut(&mut self) -> &mut [f32] {
        &mut self.data
    }

    /// All elements, row by row, as the vector that they are kept in.
    pub fn into_data(self) -> Vec<f32> {
        self.data
    }

    /// Row `i`.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn row(&self, i: usize) -> &[f32] {
        &self.data[i * self.columns..][..self.columns]
    }

    /// Row `i`, to be written.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn row_mut(&mut self, i: usize) -> &mut [f32] {
        &mut self.data[i * self.columns..][..self.columns]
    }

    /// The transpose, moved in memory.
    pub fn transpose(&self) -> Matrix {
        /// Square by square, so that both matrices' parts stay in the cache.
        const SIDE: usize = 32;
        let mut result = Matrix::zeros(self.columns, self.rows);
        for top in (0..self.rows).step_by(SIDE) {
            for left in (0..self.columns).step_by(SIDE) {
                for i in top..self.rows.min(top + SIDE) {
                    for j in left..self.columns.min(left + SIDE) {
                        result.data[j * self.rows + i] = self.data[i * self.columns + j];
                    }
                }
            }
        }
        result
    }

    /// `A·B` (M x N) of this matrix A (M x K) and another B (K x N): each element is one chain of fused multiply-adds,
    /// [`fused`](crate::engine::simd::fused), in ascending order.
    ///
    /// ```text
    /// for i in 0..M { for j in 0..N { for k in 0..K { C[i, j] = fused(A[i, k], B[k, j], C[i, j]) } } }
    /// ```
    ///
    /// # Panics
    /// Where A has not as many columns as B has rows.
    pub fn product(&self, b: &Matrix, engine: &mut Engine) -> Matrix {
        multiplied("A·B", [self, b], [false, false], engine)
    }

    /// `Aᵀ·B` (M x N) of this matrix A (K x M) and another B (K x N), without forming the transpose: as
    /// [`Matrix::product`], with A[k, i] in the place of A[i, k].
    ///
    /// # Panics
    /// Where A has not as many rows as B.
    pub fn transposed_product(&self, b: &Matrix, engine: &mut Engine) -> Matrix {
        multiplied("Aᵀ·B", [self, b], [true, false], engine)
    }

    /// `A·Bᵀ` (M x N) of this matrix A (M x K) and another B (N x K), without forming the transpose: as
    /// [`Matrix::product`], with B[j, k] in the place of B[k, j].
    ///
    /// # Panics
    /// Where A has not as many columns as B.
    pub fn product_transposed(&self, b: &Matrix, engine: &mut Engine) -> Matrix {
        multiplied("A·Bᵀ", [self, b], [false, true], engine)
    }

    /// Rows, columns and elements of the matrix or of its transpose.
    fn view(&self, transposed: bool) -> (usize, usize, Strided<'_>) {
        let data = &self.data;
        if transposed {
            (self.columns, self.rows, Strided { data, row: 1, column: self.columns })
        } else {
            (self.rows, self.columns, Strided { data, row: self.columns, column: 1 })
        }
    }
}

/// The product of two matrices, each of which may be taken as its transpose.
fn multiplied(operation: &str, [left, right]: [&Matrix; 2], transposed: [bool; 2], engine: &mut Engine) -> Matrix {
    let (m, k, a) = left.view(transposed[0]);
    let (inner, n, b) = right.view(transposed[1]);
    let [l, r] = [left, right].map(|matrix| format!("{} x {}", matrix.rows, matrix.columns));
    assert_eq!(k, inner, "{operation}: a {l} matrix does not fit a {r} matrix");
    let mut c = Matrix::zeros(m, n);
    multiply(engine.kernel, &mut engine.pool, [m, k, n], a, b, &mut c.data);
    c
}
