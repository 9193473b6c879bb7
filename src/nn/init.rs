//! How weights begin.
//!
//! Xavier: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS
//! 2010: a variance of 2 / (fan-in + fan-out) keeps the signal's size alike forward and backward.
//! He: K. He et al., "Delving Deep into Rectifiers", ICCV 2015, equation 10: a rectifier halves the variance, so
//! 2 / fan-in keeps the signal's size through it.

use crate::engine::elementary::ln;
use crate::engine::simd::Portable;
use crate::matrix::Matrix;
use rand::{Rng, RngExt};

/// Which variance the weights begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Init {
    /// 2 / (I + O)
    Xavier,
    /// 2 / I
    He,
}

impl Init {
    /// Normally distributed weights (I x O).
    pub fn weights(self, inputs: usize, outputs: usize, random: &mut impl Rng) -> Matrix {
        let variance = match self {
            Init::Xavier => 2.0 / (inputs + outputs) as f32,
            Init::He => 2.0 / inputs as f32,
        };
        let deviation = variance.sqrt();
        Matrix::from_fn(inputs, outputs, |_, _| deviation * normal(random))
    }
}

/// A float from the standard normal distribution: the polar method (G. Marsaglia and T. A. Bray, "A Convenient Method
/// for Generating Normal Variables", SIAM Review 6(3), 1964).
fn normal(random: &mut impl Rng) -> f32 {
    loop {
        let (u, v) = (
            random.random_range(-1.0f32..1.0),
            random.random_range(-1.0f32..1.0),
        );
        let s = u * u + v * v;
        if s > 0.0 && s < 1.0 {
            return u * (-2.0 * ln(Portable, s) / s).sqrt();
        }
    }
}
