//! Activations, each beside its derivative.
//!
//! GELU: D. Hendrycks and K. Gimpel, "Gaussian Error Linear Units", arXiv 1606.08415, in its exact form.

use crate::engine::elementary::{normal, sigmoid, tanh};
use crate::engine::simd::Simd;

/// The slope of a leaky rectifier on its negative side, as in PyTorch.
pub(super) const LEAK: f32 = 0.01;

/// The function between two layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// max(0, z)
    Relu,
    /// z, or 0.01 z where z is negative
    LeakyRelu,
    /// tanh z
    Tanh,
    /// 1 / (1 + e^-z)
    Sigmoid,
    /// z P(z), P the normal distribution function
    Gelu,
}

impl Activation {
    /// All of them, by the names that users type and weights files hold.
    pub const NAMES: [(&str, Activation); 5] = [
        ("relu", Activation::Relu),
        ("leaky-relu", Activation::LeakyRelu),
        ("tanh", Activation::Tanh),
        ("sigmoid", Activation::Sigmoid),
        ("gelu", Activation::Gelu),
    ];

    /// `h = f(z)`, in place; `slopes` receives `f'(z)`.
    #[inline(always)]
    pub fn forward<S: Simd>(self, simd: S, z: &mut [f32], slopes: &mut [f32]) {
        let elements = z.iter_mut().zip(slopes);
        match self {
            Activation::Relu => elements.for_each(|(z, slope)| {
                *slope = if *z > 0.0 { 1.0 } else { 0.0 };
                // Not f32::max, which would turn the NaN of a diverged network into a 0 that looks well.
                *z = if *z < 0.0 { 0.0 } else { *z };
            }),
            Activation::LeakyRelu => elements.for_each(|(z, slope)| {
                *slope = if *z > 0.0 { 1.0 } else { LEAK };
                *z *= *slope;
            }),
            Activation::Tanh => elements.for_each(|(z, slope)| {
                *z = tanh(simd, *z);
                *slope = 1.0 - *z * *z;
            }),
            Activation::Sigmoid => elements.for_each(|(z, slope)| {
                *z = sigmoid(simd, *z);
                *slope = *z * (1.0 - *z);
            }),
            Activation::Gelu => elements.for_each(|(z, slope)| {
                let (distribution, density) = normal(simd, *z);
                *slope = simd.fma(*z, density, distribution);
                *z *= distribution;
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::simd::Portable;

    /// f(z) and f'(z).
    fn at(activation: Activation, z: f32) -> (f32, f32) {
        let (mut z, mut slope) = ([z], [f32::NAN]);
        activation.forward(Portable, &mut z, &mut slope);
        (z[0], slope[0])
    }

    #[test]
    fn values_and_slopes_are_those_of_tables() {
        // gelu(1) = P(1) = 0.84134475 and gelu'(1) = P(1) + Z(1), Z(1) = 0.24197072: Abramowitz and Stegun, table 26.1.
        for (activation, z, value, slope) in [
            (Activation::Relu, 2.5, 2.5, 1.0),
            (Activation::Relu, -2.5, 0.0, 0.0),
            (Activation::Relu, 0.0, 0.0, 0.0),
            (Activation::LeakyRelu, 2.5, 2.5, 1.0),
            (Activation::LeakyRelu, -2.5, -0.025, 0.01),
            (Activation::Tanh, 0.0, 0.0, 1.0),
            (Activation::Tanh, 1.0, 0.761_594_2, 0.419_974_34),
            (Activation::Tanh, -1.0, -0.761_594_2, 0.419_974_34),
            (Activation::Sigmoid, 0.0, 0.5, 0.25),
            (Activation::Sigmoid, 1.0, 0.731_058_6, 0.196_611_93),
            (Activation::Gelu, 0.0, 0.0, 0.5),
            (Activation::Gelu, 1.0, 0.841_344_8, 1.083_315_5),
            (Activation::Gelu, -1.0, -0.158_655_25, -0.083_315_47),
        ] {
            let found = at(activation, z);
            let close = (found.0 - value).abs() < 3e-7 && (found.1 - slope).abs() < 5e-7;
            assert!(close, "{activation:?} at {z}: expected {value} and {slope}, found {found:?}");
        }
    }

    #[test]
    fn far_from_0_they_are_their_limits() {
        for z in [30.0, 200.0, 1e4, 1e30] {
            assert_eq!(at(Activation::Tanh, z), (1.0, 0.0));
            assert_eq!(at(Activation::Tanh, -z), (-1.0, 0.0));
            assert_eq!(at(Activation::Sigmoid, z), (1.0, 0.0));
            assert_eq!(at(Activation::Gelu, z), (z, 1.0));
            assert_eq!(at(Activation::Gelu, -z), (0.0, 0.0));
            assert!(at(Activation::Sigmoid, -z).0 < 1e-12);
        }
    }

    #[test]
    fn nan_passes_through() {
        for (name, activation) in Activation::NAMES {
            assert!(at(activation, f32::NAN).0.is_nan(), "{name}");
        }
    }
}
