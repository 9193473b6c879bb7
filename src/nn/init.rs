//! The random weights that training begins with: X. Glorot and Y. Bengio, "Understanding the difficulty of training
//! deep feedforward neural networks", AISTATS 2010 (called Xavier's after the first author). A variance of 2 / (fan-in
//! + fan-out) keeps the signal's size alike forward and backward.

use crate::engine::elementary::ln;
use crate::engine::simd::Portable;
use crate::matrix::Matrix;
use rand::{Rng, RngExt};

/// Xavier's weights (I x O), normally distributed.
pub fn xavier(inputs: usize, outputs: usize, random: &mut impl Rng) -> Matrix {
    let deviation = (2.0 / (inputs + outputs) as f32).sqrt();
    Matrix::from_fn(inputs, outputs, |_, _| deviation * normal(random))
}

/// A float from the standard normal distribution: the polar method (G. Marsaglia and T. A. Bray, "A Convenient Method
/// for Generating Normal Variables", SIAM Review 6(3), 1964).
fn normal(random: &mut impl Rng) -> f32 {
    loop {
        let (u, v) = (random.random_range(-1.0f32..1.0), random.random_range(-1.0f32..1.0));
        let s = u * u + v * v;
        if s > 0.0 && s < 1.0 {
            return u * (-2.0 * ln(Portable, s) / s).sqrt();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::ChaCha12Rng;

    /// Weights of a 300 x 200 layer.
    fn weights(seed: u64) -> Matrix {
        xavier(300, 200, &mut ChaCha12Rng::seed_from_u64(seed))
    }

    #[test]
    fn mean_and_variance_are_the_papers() {
        let (weights, variance) = (weights(1), 2.0 / 500.0);
        let sum_of = |power: i32| {
            let powers = weights.data().iter().map(|&w| f64::from(w).powi(power));
            powers.sum::<f64>() / 60_000.0
        };
        let deviation = f64::sqrt(variance);
        // Four standard errors of 60,000 draws; the fourth moment of a normal distribution is 3.
        assert!(sum_of(1).abs() < 4.0 * deviation / 60_000f64.sqrt());
        let second = sum_of(2) / variance;
        assert!((second - 1.0).abs() < 4.0 * (2.0 / 60_000f64).sqrt(), "{second}");
        let fourth = sum_of(4) / (variance * variance);
        assert!((fourth - 3.0).abs() < 4.0 * (96.0 / 60_000f64).sqrt(), "{fourth}");
    }

    #[test]
    fn the_same_generator_gives_the_same_weights() {
        assert_eq!(weights(1), weights(1));
        assert_ne!(weights(1), weights(2));
        // The bits are part of the promise of the same files everywhere: FNV-1a over them.
        let hash = |hash: u64, w: &f32| {
            let bytes = w.to_bits().to_le_bytes();
            bytes.iter().fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
        };
        let weights = weights(1);
        let found = weights.data().iter().fold(0xcbf2_9ce4_8422_2325, hash);
        assert_eq!(found, 0x73c7_292d_c119_26d5, "{found:#x}");
    }
}
