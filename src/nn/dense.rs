//! A dense layer, one column of cells at a time: the product forward, the product backward, the gradient.

use super::parameters::{CELL, Parameters, Place, Plane};
use crate::engine::masked;
use crate::engine::product::Start;
use crate::engine::simd::Simd;
use crate::engine::sparse::{self, Lists};
use crate::engine::view::{Strided, Tiled};
use std::ops::Range;

/// What a layer receives: a row an image.
#[derive(Clone, Copy)]
pub enum Input<'a> {
    /// Images, by their pixels that are not blank.
    Sparse(&'a Lists),
    /// Floats.
    Dense(Tiled<'a>),
}

/// `Z = X·W + b` of `images` images, for the outputs of layer `number` from `output` on that are one panel. `z` begins
/// at those columns, and its rows are `stride` apart.
#[inline(always)]
pub fn forward<S: Simd>(
    simd: S,
    x: Input,
    parameters: &Parameters,
    (number, plane): (usize, Plane),
    output: usize,
    images: usize,
    (z, stride): (&mut [f32], usize),
) {
    let layer = &parameters.layers()[number];
    let outputs = (layer.outputs - output).min(layer.width);
    let w = parameters.panel(number, plane, output);
    match x {
        Input::Sparse(x) => sparse::forward(simd, x, w, outputs, z, stride),
        Input::Dense(x) => {
            let sizes = [images, layer.inputs, outputs];
            masked::multiply(simd, sizes, x, w, (z, stride));
        }
    }
    let bias = &parameters.bias(number, plane, output)[..outputs];
    for z in z.chunks_mut(stride).take(images) {
        z.iter_mut().zip(bias).for_each(|(z, b)| *z += b);
    }
}

/// `dX = dZ·Wᵀ` of `images` images, for the `inputs` of layer `number`, whose weights are in one row of cells. The
/// rows of `dx` are `stride` apart.
#[inline(always)]
pub fn backward<S: Simd>(
    simd: S,
    dz: Tiled,
    parameters: &Parameters,
    (number, inputs): (usize, Range<usize>),
    images: usize,
    (dx, stride): (&mut [f32], usize),
) {
    let sizes = [images, parameters.layers()[number].outputs, inputs.len()];
    let w = parameters.transposed_panel(number, inputs.start);
    masked::multiply(simd, sizes, dz, w, (dx, stride));
}

/// `dW = or += Xᵀ·dZ` and `db = or +=` the sum of dZ's rows over `images` images, for the weights of one cell. `dz`
/// begins at the cell's columns, and its rows are `stride` apart.
#[inline(always)]
pub fn gradient<S: Simd>(
    simd: S,
    x: Input,
    images: usize,
    (dz, stride): (&[f32], usize),
    place: &Place,
    dw: &mut [f32; CELL],
    start: Start,
) {
    let Place { input, inputs, outputs, width, .. } = *place;
    match x {
        Input::Sparse(x) => {
            let pixels = input..input + inputs;
            sparse::gradient(simd, x, pixels, outputs, (dz, stride), (dw, width), start);
        }
        Input::Dense(x) => {
            let mut row = input;
            while row < input + inputs {
                // Those of the cell's rows that belong to one tile of X.
                let (tile, column) = (row / x.columns, row % x.columns);
                let rows = (input + inputs - row).min(x.columns - column);
                let x = Strided { data: &x.first.data[tile * x.segment + column..], ..x.first };
                let dw = (&mut dw[(row - input) * width..], width);
                masked::gradient(simd, [images, rows, outputs], x, (dz, stride), dw, start);
                row += rows;
            }
        }
    }
    if place.bias {
        let db = &mut dw[inputs * width..][..outputs];
        if start == Start::Zero {
            db.fill(0.0);
        }
        for dz in dz.chunks(stride).take(images) {
            db.iter_mut().zip(dz).for_each(|(b, z)| *b += z);
        }
    }
}
