//! A block of images in the last layers, which are narrow: the threads have nothing in them to share, so each block
//! goes through them on its own, forward to the loss and back again.

use super::dense::{self, Input};
use super::hidden::{Backward, Forward, Hidden, Pass};
use super::images::Images;
use super::loss::{MeanLoss, cross_entropy, softmax};
use super::parameters::{Layer, Parameters};
use crate::engine::aligned::Aligned;
use crate::engine::simd::{Simd, Task};
use crate::engine::view::{Rows, Strided, Tiled};

/// What becomes of the logits.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// They turn into probabilities.
    Probabilities,
    /// The same, and the losses and the derivatives of their mean.
    Losses(MeanLoss),
}

/// Images with their classes, and what the network makes of them.
pub struct Block {
    /// What the first layer receives.
    pub images: Images,
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

/// The last layer's dZ.
fn last_deltas(data: &[f32], row: usize) -> Tiled<'_> {
    let column = 1;
    Strided { data, row, column }.into()
}

impl Block {
    /// An empty block with room for `capacity` images, which goes through all layers but the first `wide` by itself.
    pub fn new(layers: &[Layer], wide: usize, capacity: usize) -> Self {
        let (first, last) = (layers[0], layers[layers.len() - 1]);
        let stride = last.across() * last.width;
        Block {
            images: Images::new(first.inputs, capacity),
            narrow: layers[wide..layers.len() - 1].iter().map(|layer| Hidden::new(layer, 1, capacity)).collect(),
            outputs: last.outputs,
            stride,
            values: Aligned::zeros(capacity * stride),
            deltas: Aligned::zeros(capacity * stride),
            losses: vec![0.0; capacity],
            correct: 0,
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
        rows.take(self.images.numbers().len()).map(|row| &row[..self.outputs])
    }

    /// The loss of each image.
    pub fn losses(&self) -> &[f32] {
        &self.losses[..self.images.numbers().len()]
    }

    /// How many images' class is the most probable one.
    pub fn correct(&self) -> usize {
        self.correct
    }
}

/// The narrow layers of a block: forward to the goal, and after losses backward to the first of them.
pub struct Finish<'a> {
    /// The block to fill.
    pub block: &'a mut Block,
    /// The first narrow layer's input; none where the images themselves are the input.
    pub x: Option<Tiled<'a>>,
    /// W and b.
    pub parameters: &'a Parameters,
    /// f and the dropout.
    pub pass: &'a Pass,
    /// What becomes of the logits.
    pub goal: Goal,
    /// Room for a tile's dH.
    pub dh: &'a mut [f32],
}

impl Task for Finish<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Finish { block, x, parameters, pass, goal, dh } = self;
        let last = parameters.layers().len() - 1;
        let wide = last - block.narrow.len();
        let (images, stride) = (block.images.numbers().len(), block.stride);
        let first = x.map_or_else(|| block.images.input(), Input::Dense);
        for index in 0..block.narrow.len() {
            let (before, rest) = block.narrow.split_at_mut(index);
            let x = before.last().map_or(first, |before| Input::Dense(before.values(0)));
            let tile = rest[0].tile(wide + index);
            Forward { tile, x, numbers: block.images.numbers(), parameters, pass }.call(simd);
        }
        let x = block.narrow.last().map_or(first, |before| Input::Dense(before.values(0)));
        for output in (0..block.outputs).step_by(parameters.layers()[last].width) {
            let z = Rows { data: &mut block.values[output..], row: stride };
            dense::forward(simd, x, parameters.column(last, pass.plane, output), images, z);
        }
        match goal {
            Goal::Probabilities => {
                for row in block.values.chunks_exact_mut(stride).take(images) {
                    softmax(simd, row, block.outputs);
                }
            }
            Goal::Losses(mean) => {
                block.correct = 0;
                let rows = block.values.chunks_exact_mut(stride).zip(block.deltas.chunks_exact_mut(stride));
                let labelled = block.losses.iter_mut().zip(block.images.classes());
                for ((logits, delta), (loss, &class)) in rows.zip(labelled).take(images) {
                    let correct;
                    (*loss, correct) = cross_entropy(simd, logits, delta, class.into(), block.outputs, mean);
                    block.correct += usize::from(correct);
                }
                for index in (0..block.narrow.len()).rev() {
                    let (before, after) = block.narrow.split_at_mut(index + 1);
                    let dz = after.first().map_or_else(|| last_deltas(&block.deltas, stride), |after| after.deltas(0));
                    let tile = before[index].tile(wide + index);
                    Backward { tile, dz, images, parameters, dh }.call(simd);
                }
            }
        }
    }
}
