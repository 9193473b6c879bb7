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

    /// A committee as one network: its logits are the mean of those of M networks of one shape. Their first layers stand
    /// side by side over the same pixels, their hidden layers in blocks along a diagonal, and their last ones below
    /// each other, so that they are summed up:
    ///
    /// ```text
    /// W1 = [A1 B1]     W2 = [A2  0]     W3 = [A3] / M     b1 = [a1 b1], b2 = [a2 b2], b3 = (a3 + b3) / M
    ///                       [ 0 B2]          [B3]
    /// ```
    ///
    /// L. K. Hansen, P. Salamon, "Neural Network Ensembles", IEEE Transactions on Pattern Analysis and Machine
    /// Intelligence 12(10), 1990.
    ///
    /// # Panics
    /// Where there is none.
    pub fn mean_of(networks: &[Network]) -> Network {
        let [first, others @ ..] = networks else { panic!("a committee has a member") };
        if others.is_empty() {
            return first.clone();
        }
        let last = first.layers.len() - 1;
        let layer = |index: usize| {
            let [inputs, outputs] = [first.layers[index].weights.rows(), first.layers[index].weights.columns()];
            // How far apart two members stand, in rows and in columns.
            let step = [if index > 0 { inputs } else { 0 }, if index < last { outputs } else { 0 }];
            let [rows, columns] = [inputs + others.len() * step[0], outputs + others.len() * step[1]];
            let mut joined = Dense { weights: Matrix::zeros(rows, columns), bias: Matrix::zeros(1, columns) };
            let share = if index == last { 1.0 / networks.len() as f32 } else { 1.0 };
            for (number, network) in networks.iter().enumerate() {
                let Dense { weights, bias } = &network.layers[index];
                let add = |to: &mut [f32], values: &[f32]| {
                    let to = to[number * step[1]..].iter_mut();
                    to.zip(values).for_each(|(to, value)| *to += share * value);
                };
                (0..inputs).for_each(|row| add(joined.weights.row_mut(number * step[0] + row), weights.row(row)));
                add(joined.bias.row_mut(0), bias.row(0));
            }
            joined
        };
        Network { activation: first.activation, layers: (0..=last).map(layer).collect() }
    }

    /// Whether all weights and biases are finite numbers.
    pub fn is_finite(&self) -> bool {
        self.layers.iter().flat_map(Dense::parts).flatten().all(|value| value.is_finite())
    }
}
