//! A network as it is kept and passed on: layer sizes, activation, and a matrix and a bias a layer.

use super::activation::Activation;
use crate::matrix::Matrix;
use crate::random::hashed;

/// One dense layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Dense {
    /// W (I x O).
    pub weights: Matrix,
    /// b (1 x O).
    pub bias: Matrix,
}

impl Dense {
    /// The elements of W, row by row, and of b.
    pub fn parts(&self) -> [&[f32]; 2] {
        [self.weights.data(), self.bias.data()]
    }

    /// One of them, to be written: W is part 0, b part 1.
    pub fn part_mut(&mut self, part: usize) -> &mut [f32] {
        [&mut self.weights, &mut self.bias][part].data_mut()
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
        self.layers.iter().flat_map(Dense::parts).map(<[f32]>::len).sum()
    }

    /// A hash of the bits of all weights and biases: two different networks hardly ever have the same.
    pub fn hash(&self) -> u64 {
        let parts = self.layers.iter().flat_map(Dense::parts).flatten();
        parts.fold(1, |hash, value| hashed(hash, value.to_bits().into()))
    }

    /// Whether all weights and biases are finite numbers.
    pub fn is_finite(&self) -> bool {
        self.layers.iter().flat_map(Dense::parts).flatten().all(|value| value.is_finite())
    }
}
