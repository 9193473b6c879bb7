//! Activations, each beside its derivative.
//!
//! GELU: D. Hendrycks and K. Gimpel, "Gaussian Error Linear Units", arXiv 1606.08415, in its exact form.

use crate::engine::elementary::{normal, sigmoid, tanh};
use crate::engine::simd::Simd;

/// The slope of a leaky rectifier on its negative side, as in PyTorch.
const LEAK: f32 = 0.01;

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
