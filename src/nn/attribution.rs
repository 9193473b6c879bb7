//! Which pixels of an image, and which hidden units, led to the network's answer.
//!
//! ```text
//! of a pixel             x ∂z/∂x
//! of a first-layer unit  h ∂z/∂h
//! ```
//!
//! This is gradient times input: A. Shrikumar et al., "Not Just a Black Box", arXiv 1605.01713.
//!
//! z is the logit of the answer, or how far it is above the logit of the second guess. The derivatives are those of the
//! backward propagation, carried on to the image. Where all activations are rectifiers and all biases 0, z is linear in
//! the image as far as no rectifier switches, and both kinds of shares sum to z (L. Euler's theorem on homogeneous
//! functions).

use super::images::value;
use super::network::Network;
use super::predict::best_two;
use super::reference::{forward_propagation, input_gradients, softmax};
use crate::engine::Engine;
use crate::matrix::Matrix;

/// One image's way through a network.
#[derive(Clone, Debug)]
pub struct Attribution {
    /// H of each hidden layer.
    pub activations: Vec<Vec<f32>>,
    /// Of each class, before the softmax.
    pub logits: Vec<f32>,
    /// Of each class.
    pub probabilities: Vec<f32>,
    /// The most probable class.
    pub answer: usize,
    /// The second most probable one.
    pub second: usize,
    /// Each pixel's share of the answer's logit.
    pub for_answer: Vec<f32>,
    /// Each pixel's share of the difference between the answer's logit and the second's.
    pub against_second: Vec<f32>,
    /// Each first-layer unit's share of the answer's logit; empty without a hidden layer.
    pub units: Vec<f32>,
}

impl Attribution {
    /// Of an image of a byte a pixel, as many as the network has inputs; the network has two classes at least.
    pub fn new(network: &Network, pixels: &[u8], engine: &mut Engine) -> Self {
        let x = Matrix::from_fn(1, pixels.len(), |_, pixel| value(pixels[pixel]));
        let forward = forward_propagation(network, x, None, engine);
        let (logits, probabilities) = (forward.logits.row(0).to_vec(), softmax(&forward.logits).0.into_data());
        let [answer, second] = best_two(&logits);
        // The derivative of a sum of logits by each of them is its factor.
        let mut shares = |factor: &dyn Fn(usize) -> f32| {
            let dz = Matrix::from_fn(1, logits.len(), |_, class| factor(class));
            let gradients = input_gradients(network, &forward, dz, engine);
            let share = |(x, dx): (&Matrix, Matrix)| x.data().iter().zip(dx.data()).map(|(x, dx)| x * dx).collect();
            forward.inputs.iter().zip(gradients).map(share).collect::<Vec<Vec<f32>>>()
        };
        let one = |is: bool| if is { 1.0 } else { 0.0 };
        let mut of_answer = shares(&|class| one(class == answer));
        let mut of_difference = shares(&|class| one(class == answer) - one(class == second));
        Attribution {
            activations: forward.inputs[1..].iter().map(|h| h.row(0).to_vec()).collect(),
            probabilities,
            answer,
            second,
            units: if of_answer.len() > 1 { of_answer.swap_remove(1) } else { Vec::new() },
            for_answer: of_answer.swap_remove(0),
            against_second: of_difference.swap_remove(0),
            logits,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Kernel;
    use crate::nn::activation::Activation;
    use crate::nn::reference::initialize_parameters;
    use crate::random::{Purpose, Stream};
    use rand::SeedableRng;
    use rand::rngs::ChaCha12Rng;

    fn network(sizes: &[usize], activation: Activation) -> Network {
        initialize_parameters(sizes, activation, &mut ChaCha12Rng::seed_from_u64(3))
    }

    #[test]
    fn shares_sum_to_the_logit_of_rectifiers_without_biases() {
        let engine = &mut Engine::new(Kernel::best(), 1);
        for sizes in [&[784, 10][..], &[784, 30, 10], &[784, 40, 20, 10]] {
            let network = network(sizes, Activation::Relu);
            for number in 0..3 {
                // A fifth of the pixels is inked.
                let mut random = Stream::new(3, Purpose::Deformation, 0, number);
                let pixels: Vec<u8> = (0..784).map(|_| random.below(5 * 256).saturating_sub(4 * 256) as u8).collect();
                let found = Attribution::new(&network, &pixels, engine);
                let close = |sum: f32, expected: f32| assert!((sum - expected).abs() < 1e-4, "{sum}, not {expected}");
                let logit = found.logits[found.answer];
                close(found.for_answer.iter().sum(), logit);
                close(found.against_second.iter().sum(), logit - found.logits[found.second]);
                if sizes.len() > 2 {
                    close(found.units.iter().sum(), logit);
                }
            }
        }
    }

    /// The logit of a class in doubles, by the definition.
    fn logit(network: &Network, x: &[f64], class: usize) -> f64 {
        let last = network.layers.len() - 1;
        let mut h = x.to_vec();
        for (number, layer) in network.layers.iter().enumerate() {
            let z = |o: usize| {
                let sum: f64 = h.iter().enumerate().map(|(i, h)| h * f64::from(layer.weights.row(i)[o])).sum();
                sum + f64::from(layer.bias.row(0)[o])
            };
            let z: Vec<f64> = (0..layer.weights.columns()).map(z).collect();
            h = if number == last { z } else { z.into_iter().map(f64::tanh).collect() };
        }
        h[class]
    }

    #[test]
    fn the_derivative_by_a_pixel_is_that_of_central_differences() {
        let engine = &mut Engine::new(Kernel::best(), 1);
        let network = network(&[25, 12, 7, 4], Activation::Tanh);
        let pixels: Vec<u8> = (0..25).map(|pixel| (pixel * 37 % 256) as u8).collect();
        let found = Attribution::new(&network, &pixels, engine);
        let x: Vec<f64> = pixels.iter().map(|&byte| f64::from(byte) / 255.0).collect();
        let derivative = |pixel: usize| {
            let moved = |step: f64| {
                let mut x = x.clone();
                x[pixel] += step;
                logit(&network, &x, found.answer)
            };
            (moved(1e-4) - moved(-1e-4)) / 2e-4
        };
        let expected: Vec<f64> = (0..25).map(|pixel| x[pixel] * derivative(pixel)).collect();
        let most = expected.iter().fold(0.0f64, |most, share| most.max(share.abs()));
        for (found, expected) in found.for_answer.iter().zip(&expected) {
            assert!((f64::from(*found) - expected).abs() < 1e-4 * most, "{found}, not {expected}");
        }
    }
}
