//! A block of images in the last layers, which are narrow: the threads have nothing in them to share, so each block
//! goes through them on its own, forward to the loss and back again.

use super::dense::{self, Input};
use super::hidden::{Backward, Forward, Hidden, Pass, Tile};
use super::images::Images;
use super::loss::{MeanLoss, cross_entropy, softmax};
use super::parameters::{Layer, Parameters};
use crate::engine::simd::{Simd, Task};
use crate::engine::view::{Rows, Tiled};

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
    /// Hidden layers of one panel, and the last layer. Its Z become, as the goal wants it, the probabilities.
    layers: Vec<Hidden>,
    classes: usize,
    losses: Vec<f32>,
    /// Images whose class is the most probable one.
    correct: usize,
}

impl Block {
    /// An empty block with room for `capacity` images, which goes through all layers but the first `wide` by itself.
    pub fn new(layers: &[Layer], wide: usize, capacity: usize) -> Self {
        let hidden = |layer: &Layer| Hidden::new(layer.outputs, layer.across() * layer.width, 1, capacity);
        Block {
            images: Images::new(layers[0].inputs, capacity),
            layers: layers[wide..].iter().map(hidden).collect(),
            classes: layers[layers.len() - 1].outputs,
            losses: vec![0.0; capacity],
            correct: 0,
        }
    }

    /// What the narrow layer `index` puts out.
    pub fn values(&self, index: usize) -> Tiled<'_> {
        self.layers[index].values(0)
    }

    /// dZ of the narrow layer `index`.
    pub fn deltas(&self, index: usize) -> Tiled<'_> {
        self.layers[index].deltas(0)
    }

    /// The outputs of each image: probabilities.
    pub fn outputs(&self) -> impl Iterator<Item = &[f32]> {
        let z = self.values(self.layers.len() - 1).first;
        z.data.chunks_exact(z.row).take(self.images.numbers().len()).map(|row| &row[..self.classes])
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
        let Block { images, layers, classes, losses, correct } = block;
        let count = images.numbers().len();
        let (last, wide) = (layers.len() - 1, parameters.layers().len() - layers.len());
        let input = x.map_or_else(|| images.input(), Input::Dense);
        for index in 0..last {
            let (before, rest) = layers.split_at_mut(index);
            let x = before.last().map_or(input, |before| Input::Dense(before.values(0)));
            let tile = rest[0].tile(wide + index);
            Forward { tile, x, numbers: images.numbers(), parameters, pass }.call(simd);
        }
        let (hidden, rest) = layers.split_at_mut(last);
        let x = hidden.last().map_or(input, |before| Input::Dense(before.values(0)));
        let Tile { number, grid, floats, .. } = rest[0].tile(wide + last);
        let (z, dz) = floats.split_at_mut(grid.rows * grid.width);
        for output in (0..*classes).step_by(parameters.layers()[number].width) {
            let z = Rows { data: &mut z[output..], row: grid.width };
            dense::forward(simd, x, parameters.column(number, pass.plane, output), count, z);
        }
        let z = z.chunks_exact_mut(grid.width).take(count);
        let mean = match goal {
            Goal::Probabilities => return z.for_each(|z| _ = softmax(simd, z, *classes)),
            Goal::Losses(mean) => mean,
        };
        *correct = 0;
        let labelled = losses.iter_mut().zip(images.classes());
        for ((z, dz), (loss, &class)) in z.zip(dz.chunks_exact_mut(grid.width)).zip(labelled) {
            let is_correct;
            (*loss, is_correct) = cross_entropy(simd, z, dz, class.into(), *classes, mean);
            *correct += usize::from(is_correct);
        }
        for index in (0..last).rev() {
            let (before, after) = layers.split_at_mut(index + 1);
            let tile = before[index].tile(wide + index);
            Backward { tile, dz: after[0].deltas(0), images: count, parameters, dh }.call(simd);
        }
    }
}
