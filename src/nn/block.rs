//! A block of images at both ends of the network: their pixels as the first layer reads them, and what the last layers
//! make of them.
//!
//! The last layers are narrow, and there is nothing in them to be shared by the threads: each block goes through them on
//! its own, forward to the loss and back again.

use super::dense::{self, Input};
use super::hidden::{Hidden, Pass};
use super::loss::{cross_entropy, softmax};
use super::order::Ordered;
use super::parameters::{Layer, Parameters};
use crate::engine::aligned::Aligned;
use crate::engine::product::{Strided, Tiled};
use crate::engine::simd::Simd;
use crate::engine::sparse::{GROUP, Ink, Inked, Lists};

/// The block's images as the first layer reads them.
enum First {
    /// By the pixels that are not blank.
    Sparse(Lists),
    /// Every pixel: for data that has few blank ones.
    Dense(Vec<f32>),
}

impl First {
    /// What the first layer receives: `row` pixels an image.
    fn input(&self, row: usize) -> Input<'_> {
        match self {
            First::Sparse(lists) => Input::Sparse(lists),
            First::Dense(data) => {
                let column = 1;
                Input::Dense(Strided { data, row, column }.into())
            }
        }
    }
}

/// What becomes of the logits.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// They turn into probabilities.
    Probabilities,
    /// The same, and the losses and the derivatives of their mean over so many images, with so much label smoothing.
    Losses(usize, f32),
}

/// Images with their classes, and what the network makes of them.
pub struct Block {
    ordered: Ordered,
    /// Room for an image's ink.
    ink: Ink,
    first: First,
    classes: Vec<u16>,
    /// Each image's number in its data set.
    numbers: Vec<u32>,
    /// Hidden layers of one panel, up to the last layer.
    narrow: Vec<Hidden>,
    /// Outputs: classes.
    outputs: usize,
    /// From an image's outputs to the next one's.
    stride: usize,
    /// The last layer's Z; then, as the goal wants it, the probabilities.
    values: Aligned,
    /// The last layer's dZ.
    deltas: Aligned,
    losses: Vec<f32>,
    /// Images whose class is the most probable one.
    correct: usize,
}

/// What a pixel is to the network: 0 to 1.
pub fn value(byte: u8) -> f32 {
    f32::from(byte) / 255.0
}

/// The last layer's dZ.
fn last_deltas(data: &[f32], row: usize) -> Tiled<'_> {
    let column = 1;
    Strided { data, row, column }.into()
}

impl Block {
    /// An empty block with room for `capacity` images, which goes through all layers but the first `wide` by itself.
    /// `dense` says how the first layer reads them.
    pub fn new(layers: &[Layer], wide: usize, capacity: usize, dense: bool) -> Self {
        let (first, last) = (layers[0], layers[layers.len() - 1]);
        let width = first.inputs.next_multiple_of(GROUP);
        let stride = last.across() * last.width;
        Block {
            ordered: Ordered::new(first.inputs),
            ink: Ink::of_one(width),
            first: if dense {
                First::Dense(Vec::with_capacity(capacity * width))
            } else {
                let values = std::array::from_fn(|byte| value(byte as u8));
                First::Sparse(Lists::new(capacity, width, values))
            },
            classes: vec![0; capacity],
            numbers: Vec::with_capacity(capacity),
            narrow: layers[wide..layers.len() - 1].iter().map(|layer| Hidden::new(layer, 1, capacity)).collect(),
            outputs: last.outputs,
            stride,
            values: Aligned::zeros(capacity * stride),
            deltas: Aligned::zeros(capacity * stride),
            losses: vec![0.0; capacity],
            correct: 0,
        }
    }

    /// Forgets its images: others, of those numbers and classes, are to be pushed.
    ///
    /// # Panics
    /// Where there is no room for them.
    #[inline(always)]
    pub fn open(&mut self, numbers: &[u32], class: impl Fn(u32) -> u16) {
        self.numbers.clear();
        self.numbers.extend_from_slice(numbers);
        let classes = self.classes[..numbers.len()].iter_mut();
        classes.zip(numbers).for_each(|(to, &number)| *to = class(number));
        match &mut self.first {
            First::Sparse(lists) => lists.open(),
            First::Dense(x) => x.clear(),
        }
    }

    /// Takes in the next image: its pixels, a byte each.
    ///
    /// # Panics
    /// Where there is no room for it, or it is of another size.
    #[inline(always)]
    pub fn push(&mut self, pixels: &[u8]) {
        let pixels = self.ordered.arrange(pixels);
        match &mut self.first {
            First::Sparse(lists) => {
                self.ink.clear();
                self.ink.push(pixels);
                lists.push(self.ink.image(0));
            }
            First::Dense(x) => x.extend(pixels.iter().map(|&byte| value(byte))),
        }
    }

    /// The same, where the image's ink was kept.
    ///
    /// # Panics
    /// Where there is no room for it, or the first layer reads every pixel.
    #[inline(always)]
    pub fn push_ink(&mut self, image: &[Inked]) {
        let First::Sparse(lists) = &mut self.first else {
            panic!("every pixel is to be read");
        };
        lists.push(image);
    }

    /// Makes itself ready to be read many times: its images stay.
    pub fn compact(&mut self) {
        if let First::Sparse(lists) = &mut self.first {
            lists.compact();
        }
    }

    /// The images in it, by their numbers.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// What the first layer receives.
    pub fn input(&self) -> Input<'_> {
        self.first.input(self.ordered.width())
    }

    /// From what the first narrow layer receives, or the images themselves where no layer is wide, to the goal; from
    /// losses also back to that layer. `dx` is room for a tile.
    #[inline(always)]
    pub fn finish<S: Simd>(
        &mut self,
        simd: S,
        x: Option<Tiled>,
        parameters: &Parameters,
        pass: &Pass,
        goal: Goal,
        dx: &mut [f32],
    ) {
        let last = parameters.layers().len() - 1;
        let wide = last - self.narrow.len();
        let (images, stride) = (self.numbers.len(), self.stride);
        let first = x.map_or_else(|| self.first.input(self.ordered.width()), Input::Dense);
        for index in 0..self.narrow.len() {
            let (before, rest) = self.narrow.split_at_mut(index);
            let x = before.last().map_or(first, |before| Input::Dense(before.values(0)));
            let tile = rest[0].tile(wide + index);
            tile.forward(simd, x, &self.numbers, parameters, pass);
        }
        let x = self.narrow.last().map_or(first, |before| Input::Dense(before.values(0)));
        for output in (0..self.outputs).step_by(parameters.layers()[last].width) {
            let z = (&mut self.values[output..], stride);
            dense::forward(simd, x, parameters, [last, pass.plane, output], images, z);
        }
        match goal {
            Goal::Probabilities => {
                for row in self.values.chunks_exact_mut(stride).take(images) {
                    softmax(simd, row, self.outputs);
                }
            }
            Goal::Losses(batch, smoothing) => {
                self.correct = 0;
                let rows = self.values.chunks_exact_mut(stride).zip(self.deltas.chunks_exact_mut(stride));
                let labelled = self.losses.iter_mut().zip(&self.classes);
                for ((logits, delta), (loss, &class)) in rows.zip(labelled).take(images) {
                    let (class, sizes) = (usize::from(class), [self.outputs, batch]);
                    let correct;
                    (*loss, correct) = cross_entropy(simd, logits, delta, class, sizes, smoothing);
                    self.correct += usize::from(correct);
                }
                for index in (0..self.narrow.len()).rev() {
                    let (before, after) = self.narrow.split_at_mut(index + 1);
                    let dz = after.first().map_or_else(|| last_deltas(&self.deltas, stride), |after| after.deltas(0));
                    let tile = before[index].tile(wide + index);
                    tile.backward(simd, dz, images, parameters, dx);
                }
            }
        }
    }

    /// What the narrow layer `index` puts out, the last layer not counted.
    pub fn values(&self, index: usize) -> Tiled<'_> {
        self.narrow[index].values(0)
    }

    /// dZ of the narrow layer `index`, or of the last layer behind them.
    pub fn deltas(&self, index: usize) -> Tiled<'_> {
        self.narrow.get(index).map_or_else(|| last_deltas(&self.deltas, self.stride), |narrow| narrow.deltas(0))
    }

    /// The outputs of each image: logits or probabilities, as the goal was.
    pub fn outputs(&self) -> impl Iterator<Item = &[f32]> {
        let rows = self.values.chunks_exact(self.stride);
        rows.take(self.numbers.len()).map(|row| &row[..self.outputs])
    }

    /// The loss of each image.
    pub fn losses(&self) -> &[f32] {
        &self.losses[..self.numbers.len()]
    }

    /// How many images' class is the most probable one.
    pub fn correct(&self) -> usize {
        self.correct
    }
}
