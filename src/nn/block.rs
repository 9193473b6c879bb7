//! A block of images on its way through the network and back.

use super::activation::Activation;
use super::dense::{self, Delta, Input};
use super::dropout::Dropout;
use super::loss::{cross_entropy, predicted, softmax};
use super::parameters::{CELL, Layer, Parameters, Place};
use crate::engine::aligned::Aligned;
use crate::engine::product::{PANEL, Strided};
use crate::engine::simd::{LANES, Simd};
use crate::engine::sparse::{GROUP, Lists};
use crate::random::{Purpose, Stream};

/// Images of a block at most: enough to share each weight that is fetched, and few enough that a
/// block's activations stay in the second-level cache.
pub const BLOCK: usize = 64;

/// The outputs of a layer for a block of images: a row an image.
struct Outputs {
    /// H = f(Z); of the last layer first the logits, then the probabilities.
    values: Aligned,
    /// On the way forward f'(Z); the way back turns it into dZ.
    deltas: Aligned,
    /// From a row to the next.
    stride: usize,
}

/// The block's images as the first layer reads them.
enum First {
    /// By the pixels that are not blank.
    Sparse(Lists),
    /// Every pixel: for data that has few blank ones.
    Dense(Vec<f32>),
}

/// What a forward pass depends on besides the weights.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    /// Between the layers.
    pub activation: Activation,
    /// The plane of the weights that is used.
    pub plane: usize,
    /// Silences units, while training.
    pub dropout: Option<Dropout>,
    /// What the dropout of an image is drawn from, with the image's number.
    pub seed: u64,
    /// The same.
    pub epoch: u64,
}

/// Images with their classes, and all that the network makes of them.
pub struct Block {
    /// Images in it now.
    images: usize,
    /// Bytes of an image, a multiple of [`GROUP`].
    width: usize,
    pixels: Vec<u8>,
    classes: Vec<u16>,
    /// Each image's number in its data set.
    numbers: Vec<u32>,
    first: First,
    layers: Vec<Outputs>,
    /// The panel at hand of dX, rows [`PANEL`] apart.
    dx: Aligned,
    losses: Vec<f32>,
    /// Images whose class is the most probable one.
    correct: usize,
}

/// What a pixel is to the network: 0 to 1.
fn value(byte: u8) -> f32 {
    f32::from(byte) / 255.0
}

/// Floats from one row of outputs to the next: an odd number of cache lines. Were it a power of
/// two, the rows of a column would compete for a few places of the cache.
fn stride(outputs: usize) -> usize {
    (outputs.div_ceil(LANES) | 1) * LANES
}

impl Block {
    /// An empty block with room for `capacity` images. `dense` says how the first layer reads them.
    pub fn new(layers: &[Layer], capacity: usize, dense: bool) -> Self {
        let width = layers[0].inputs.next_multiple_of(GROUP);
        let outputs = |layer: &Layer| {
            let stride = stride(layer.outputs);
            let floats = Aligned::zeros(capacity * stride);
            Outputs {
                values: floats.clone(),
                deltas: floats,
                stride,
            }
        };
        Block {
            images: 0,
            width,
            pixels: vec![0; capacity * width],
            classes: vec![0; capacity],
            numbers: vec![0; capacity],
            first: if dense {
                First::Dense(vec![0.0; capacity * width])
            } else {
                First::Sparse(Lists::new(
                    capacity,
                    width,
                    std::array::from_fn(|byte| value(byte as u8)),
                ))
            },
            layers: layers.iter().map(outputs).collect(),
            dx: Aligned::zeros(capacity * PANEL),
            losses: vec![0.0; capacity],
            correct: 0,
        }
    }

    /// Takes images in: `image` draws number `n` into a row of pixels and returns its class.
    ///
    /// # Panics
    /// Where there are more than the block has room for.
    #[inline(always)]
    pub fn load(&mut self, numbers: &[u32], mut image: impl FnMut(u32, &mut [u8]) -> u16) {
        self.images = numbers.len();
        self.numbers[..self.images].copy_from_slice(numbers);
        let rows = self
            .pixels
            .chunks_exact_mut(self.width)
            .zip(&mut self.classes);
        for ((pixels, class), &number) in rows.zip(numbers) {
            *class = image(number, pixels);
        }
        let pixels = &self.pixels[..self.images * self.width];
        match &mut self.first {
            First::Sparse(lists) => lists.fill(pixels),
            First::Dense(x) => x
                .iter_mut()
                .zip(pixels)
                .for_each(|(x, &byte)| *x = value(byte)),
        }
    }

    /// From the pixels to the logits.
    #[inline(always)]
    pub fn forward<S: Simd>(&mut self, simd: S, parameters: &Parameters, pass: &Pass) {
        let images = self.images;
        for (number, layer) in parameters.layers().iter().enumerate() {
            let (before, rest) = self.layers.split_at_mut(number);
            let x = input(&self.first, self.width, before);
            let Outputs {
                values,
                deltas,
                stride,
            } = &mut rest[0];
            let hidden = number + 1 < parameters.layers().len();
            for output in (0..layer.outputs).step_by(PANEL) {
                let z = &mut values[output..];
                dense::forward(
                    simd,
                    x,
                    parameters,
                    [number, pass.plane, output],
                    z,
                    *stride,
                    images,
                );
                if hidden {
                    // The panel's columns are still in cache.
                    let columns = (layer.outputs - output).min(PANEL).next_multiple_of(LANES);
                    let rows = z
                        .chunks_mut(*stride)
                        .zip(deltas[output..].chunks_mut(*stride));
                    for ((z, slopes), &image) in rows.zip(&self.numbers[..images]) {
                        let (z, slopes) = (&mut z[..columns], &mut slopes[..columns]);
                        pass.activation.forward(simd, z, slopes);
                        if let Some(dropout) = pass.dropout {
                            let panel = ((number << 16) | (output / PANEL)) as u64;
                            let index = panel << 32 | u64::from(image);
                            let mut random =
                                Stream::new(pass.seed, Purpose::Dropout, pass.epoch, index);
                            dropout.apply(&mut random, z, slopes);
                        }
                    }
                }
            }
        }
    }

    /// From the logits to the probabilities.
    #[inline(always)]
    pub fn softmax<S: Simd>(&mut self, simd: S, classes: usize) {
        let Some(Outputs { values, stride, .. }) = self.layers.last_mut() else {
            return;
        };
        for row in values.chunks_exact_mut(*stride).take(self.images) {
            softmax(simd, row, classes);
        }
    }

    /// From the logits to the probabilities, the losses, and the derivatives of the mean loss over
    /// `batch` images.
    #[inline(always)]
    pub fn loss<S: Simd>(&mut self, simd: S, sizes: [usize; 2], smoothing: f32) {
        let Some(Outputs {
            values,
            deltas,
            stride,
        }) = self.layers.last_mut()
        else {
            return;
        };
        let rows = values
            .chunks_exact_mut(*stride)
            .zip(deltas.chunks_exact_mut(*stride));
        let images = self.losses.iter_mut().zip(&self.classes);
        self.correct = 0;
        for ((logits, delta), (loss, &class)) in rows.zip(images).take(self.images) {
            let correct;
            (*loss, correct) =
                cross_entropy(simd, logits, delta, usize::from(class), sizes, smoothing);
            self.correct += usize::from(correct);
        }
    }

    /// From the derivatives of the last layer to those of the first.
    #[inline(always)]
    pub fn backward<S: Simd>(&mut self, simd: S, parameters: &Parameters) {
        let dx = &mut self.dx;
        for number in (1..parameters.layers().len()).rev() {
            let (before, after) = self.layers.split_at_mut(number);
            let dz = Delta {
                data: &after[0].deltas,
                stride: after[0].stride,
                images: self.images,
            };
            let Outputs { deltas, stride, .. } = &mut before[number - 1];
            let inputs = parameters.layers()[number].inputs;
            for input in (0..inputs).step_by(PANEL) {
                dense::backward(simd, dz, parameters, [number, input], dx);
                let columns = (inputs - input).min(PANEL);
                let rows = deltas[input..]
                    .chunks_mut(*stride)
                    .zip(dx.chunks_exact(PANEL));
                for (delta, dx) in rows.take(self.images) {
                    // dZ = dH ∘ f'(Z)
                    delta[..columns]
                        .iter_mut()
                        .zip(dx)
                        .for_each(|(delta, dx)| *delta *= dx);
                }
            }
        }
    }

    /// Adds the block's part to the gradient of a cell's weights.
    #[inline(always)]
    pub fn gradient<S: Simd>(&self, simd: S, place: &Place, dw: &mut [f32; CELL]) {
        let (before, after) = self.layers.split_at(place.layer);
        let x = input(&self.first, self.width, before);
        let dz = Delta {
            data: &after[0].deltas,
            stride: after[0].stride,
            images: self.images,
        };
        dense::gradient(simd, x, dz, place, dw);
    }

    /// The images in it, by their numbers.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers[..self.images]
    }

    /// The loss of each image.
    pub fn losses(&self) -> &[f32] {
        &self.losses[..self.images]
    }

    /// The output of each image: logits after `forward`, probabilities after `softmax` and `loss`.
    pub fn outputs(&self, classes: usize) -> impl Iterator<Item = &[f32]> {
        let last = self.layers.last().into_iter();
        let rows = last.flat_map(|layer| layer.values.chunks_exact(layer.stride));
        rows.take(self.images).map(move |row| &row[..classes])
    }

    /// Counts the images whose class has the largest output.
    pub fn score(&mut self, classes: usize) {
        let labelled = self.outputs(classes).zip(&self.classes);
        let correct = |(row, class): &(&[f32], &u16)| predicted(row) == usize::from(**class);
        self.correct = labelled.filter(correct).count();
    }

    /// How many images' class is the most probable one, after `loss` or `score`.
    pub fn correct(&self) -> usize {
        self.correct
    }
}

/// What layer `before.len()` reads: the layer before it, or the images.
fn input<'a>(first: &'a First, width: usize, before: &'a [Outputs]) -> Input<'a> {
    match (before.last(), first) {
        (Some(x), _) => Input::Dense(Strided {
            data: &x.values,
            row: x.stride,
            column: 1,
        }),
        (None, First::Dense(x)) => Input::Dense(Strided {
            data: x,
            row: width,
            column: 1,
        }),
        (None, First::Sparse(lists)) => Input::Sparse(lists),
    }
}
