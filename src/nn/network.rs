//! A network as it is kept and passed on: layer sizes, activation, and a matrix and a bias a layer.

use super::activation::Activation;
use super::batch::Batch;
use super::block::{Block, Goal};
use super::hidden::Pass;
use super::parameters::{Parameters, WEIGHTS};
use crate::engine::Kernel;
use crate::engine::pool::Pool;
use crate::engine::simd::{Simd, Task};
use crate::matrix::Matrix;

/// One dense layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Dense {
    /// W (I x O).
    pub weights: Matrix,
    /// b (1 x O).
    pub bias: Matrix,
}

impl Dense {
    /// W and b.
    pub fn parts(&self) -> [&Matrix; 2] {
        [&self.weights, &self.bias]
    }

    /// W and b, to be written.
    pub fn parts_mut(&mut self) -> [&mut Matrix; 2] {
        [&mut self.weights, &mut self.bias]
    }
}

/// A multi-layer perceptron.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Between the layers.
    pub activation: Activation,
    /// From the pixels to the logits; each takes as many inputs as the one before has outputs.
    pub layers: Vec<Dense>,
}

impl Network {
    /// The inputs, the hidden layers and the classes.
    pub fn sizes(&self) -> Vec<usize> {
        let inputs = self.layers.iter().take(1).map(|layer| layer.weights.rows());
        inputs.chain(self.layers.iter().map(|layer| layer.weights.columns())).collect()
    }

    /// Classes.
    pub fn classes(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.weights.columns())
    }

    /// Weights and biases.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(|layer| layer.weights.data().len() + layer.bias.data().len()).sum()
    }

    /// Whether all weights and biases are finite numbers.
    pub fn is_finite(&self) -> bool {
        let finite = |matrix: &Matrix| matrix.data().iter().all(|value| value.is_finite());
        self.layers.iter().all(|layer| finite(&layer.weights) && finite(&layer.bias))
    }

    /// The same weights where the products want them, in `planes` planes.
    pub fn unpack(&self, planes: usize) -> Parameters {
        let mut parameters = Parameters::new(&self.sizes(), planes);
        for (number, layer) in self.layers.iter().enumerate() {
            parameters.set(number, WEIGHTS, &layer.weights, &layer.bias);
        }
        parameters
    }

    /// The network of a plane of weights.
    pub fn pack(activation: Activation, parameters: &Parameters, plane: usize) -> Self {
        let dense = |number| {
            let (weights, bias) = parameters.matrices(number, plane);
            Dense { weights, bias }
        };
        Network { activation, layers: (0..parameters.layers().len()).map(dense).collect() }
    }

    /// The probability of each class (B x C) for images of one byte a pixel, one after another.
    pub fn probabilities(&self, pixels: &[u8], kernel: Kernel, pool: &mut Pool) -> Matrix {
        let parameters = self.unpack(2);
        let pass = Pass { activation: self.activation, plane: WEIGHTS, dropout: None, seed: 0, epoch: 0 };
        let size = self.sizes()[0];
        let count = pixels.len() / size;
        let mut result = Matrix::zeros(count, self.classes());
        let threads = pool.threads();
        let capacity = threads * IMAGES;
        let mut batch = Batch::new(parameters.layers(), capacity, false, threads);
        let all: Vec<u32> = (0..count).map(|number| number as u32).collect();
        let mut row = 0;
        for numbers in all.chunks(capacity) {
            batch.load(pool, numbers, |_, block, numbers| {
                kernel.run(Load { block, numbers, pixels, size });
            });
            batch.forward((kernel, pool), &parameters, &pass, Goal::Probabilities);
            for probabilities in batch.blocks().iter().flat_map(Block::outputs) {
                result.row_mut(row).copy_from_slice(probabilities);
                row += 1;
            }
        }
        result
    }
}

/// Images that a thread classifies at a time: a few blocks.
const IMAGES: usize = 256;

/// Takes images to be classified into a block.
struct Load<'a> {
    block: &'a mut Block,
    numbers: &'a [u32],
    pixels: &'a [u8],
    size: usize,
}

impl Task for Load<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, _: S) {
        // Of what class they are is the question.
        self.block.open(self.numbers, |_| 0);
        for &number in self.numbers {
            let pixels = &self.pixels[number as usize * self.size..][..self.size];
            self.block.push(pixels);
        }
    }
}
