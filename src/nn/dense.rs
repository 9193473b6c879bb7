//! A dense layer: the product forward, a column of cells at a time, and the gradient, a cell at a time.

use super::parameters::{CELL, Column, Place};
use crate::engine::masked;
use crate::engine::product::Start;
use crate::engine::simd::Simd;
use crate::engine::sparse::{self, Lists};
use crate::engine::view::{Rows, Strided, Tiled};

/// What a layer receives: a row an image.
#[derive(Clone, Copy)]
pub enum Input<'a> {
    /// Images, by their pixels that are not blank.
    Sparse(&'a Lists),
    /// Floats.
    Dense(Tiled<'a>),
}

/// `Z = X·W + b` of `images` images, for a column of cells.
#[inline(always)]
pub fn forward<S: Simd>(simd: S, x: Input, column: Column, images: usize, z: Rows) {
    let Column { inputs, outputs, w, bias } = column;
    let Rows { data, row } = z;
    match x {
        Input::Sparse(x) => sparse::forward(simd, x, w, outputs, Rows { data, row }),
        Input::Dense(x) => masked::multiply(simd, [images, inputs, outputs], x, w, Rows { data, row }),
    }
    for z in data.chunks_mut(row).take(images) {
        z.iter_mut().zip(bias).for_each(|(z, b)| *z += b);
    }
}

/// `dW = or += Xᵀ·dZ` and `db = or +=` the sum of dZ's rows over `images` images, for the weights of one cell. `dz`
/// begins at the cell's columns.
#[inline(always)]
pub fn gradient<S: Simd>(
    simd: S,
    x: Input,
    images: usize,
    dz: Strided,
    place: &Place,
    dw: &mut [f32; CELL],
    start: Start,
) {
    let Place { input, inputs, outputs, width, .. } = *place;
    match x {
        Input::Sparse(x) => {
            let dw = Rows { data: dw, row: width };
            sparse::gradient(simd, x, input..input + inputs, outputs, dz, dw, start);
        }
        Input::Dense(x) => {
            let mut row = input;
            while row < input + inputs {
                // Those of the cell's rows that belong to one tile of X.
                let rows = (input + inputs - row).min(x.columns - row % x.columns);
                let dw = Rows { data: &mut dw[(row - input) * width..], row: width };
                masked::gradient(simd, [images, rows, outputs], x.from_column(row), dz, dw, start);
                row += rows;
            }
        }
    }
    if place.bias {
        let db = &mut dw[inputs * width..][..outputs];
        if start == Start::Zero {
            db.fill(0.0);
        }
        for dz in dz.data.chunks(dz.row).take(images) {
            db.iter_mut().zip(dz).for_each(|(b, z)| *b += z);
        }
    }
}
