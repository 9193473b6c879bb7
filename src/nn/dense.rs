//! A dense layer, one panel of 64 columns at a time: the product forward, the product backward, the gradient.

use super::parameters::{CELL, Parameters, Place};
use crate::engine::product::{PANEL, Panel, Start, Strided, multiply_panel};
use crate::engine::simd::Simd;
use crate::engine::sparse::{self, Lists};

/// What a layer receives: a row an image.
#[derive(Clone, Copy)]
pub enum Input<'a> {
    /// Images, by their pixels that are not blank.
    Sparse(&'a Lists),
    /// Floats.
    Dense(Strided<'a>),
}

/// A layer's gradient with respect to its sums, dZ: a row an image, rows `stride` apart.
#[derive(Clone, Copy)]
pub struct Delta<'a> {
    /// The floats.
    pub data: &'a [f32],
    /// From a row to the next.
    pub stride: usize,
    /// Images.
    pub images: usize,
}

/// `Z = X·W + b` for the outputs `output..output + 64` of layer `number`. `z` begins at those columns.
#[inline(always)]
pub fn forward<S: Simd>(
    simd: S,
    x: Input,
    parameters: &Parameters,
    [number, plane, output]: [usize; 3],
    z: &mut [f32],
    stride: usize,
    images: usize,
) {
    let layer = &parameters.layers()[number];
    let outputs = (layer.outputs - output).min(PANEL);
    let w = parameters.panel(number, plane, output);
    match x {
        Input::Sparse(x) => sparse::forward(simd, x, w, outputs, z, stride),
        Input::Dense(x) => multiply_panel(
            simd,
            [images, layer.inputs, outputs],
            x,
            w,
            z,
            stride,
            Start::Zero,
        ),
    }
    let bias = &parameters.bias(number, plane, output)[..outputs];
    for z in z.chunks_mut(stride).take(images) {
        z.iter_mut().zip(bias).for_each(|(z, b)| *z += b);
    }
}

/// `dX = dZ·Wᵀ` for the inputs `input..input + 64` of layer `number`: rows of `dx` are 64 apart.
#[inline(always)]
pub fn backward<S: Simd>(
    simd: S,
    dz: Delta,
    parameters: &Parameters,
    [number, input]: [usize; 2],
    dx: &mut [f32],
) {
    let layer = &parameters.layers()[number];
    let inputs = (layer.inputs - input).min(PANEL);
    let w = parameters.transposed_panel(number, input);
    let strided = Strided {
        data: dz.data,
        row: dz.stride,
        column: 1,
    };
    multiply_panel(
        simd,
        [dz.images, layer.outputs, inputs],
        strided,
        w,
        dx,
        PANEL,
        Start::Zero,
    );
}

/// `dW += Xᵀ·dZ` and `db += ` the sum of dZ's rows, for the weights of one cell.
#[inline(always)]
pub fn gradient<S: Simd>(simd: S, x: Input, dz: Delta, place: &Place, dw: &mut [f32; CELL]) {
    let Place {
        input,
        inputs,
        output,
        outputs,
        ..
    } = *place;
    let columns = Delta {
        data: &dz.data[output..],
        ..dz
    };
    match x {
        Input::Sparse(x) => {
            let pixels = input..input + inputs;
            sparse::gradient(simd, x, pixels, columns.data, dz.stride, outputs, dw);
        }
        Input::Dense(x) => {
            let transposed = Strided {
                data: &x.data[input..],
                row: x.column,
                column: x.row,
            };
            let panel = Panel::even(columns.data, dz.stride);
            let sizes = [inputs, dz.images, outputs];
            multiply_panel(simd, sizes, transposed, panel, dw, PANEL, Start::Continue);
        }
    }
    if place.bias {
        let db = &mut dw[inputs * PANEL..][..outputs];
        for dz in columns.data.chunks(dz.stride).take(dz.images) {
            db.iter_mut().zip(dz).for_each(|(b, z)| *b += z);
        }
    }
}
