//! The whole algorithm on one page. Read this first.
//!
//! A network is a list of dense layers. Each multiplies what it receives by its weights and adds its bias; between two
//! layers stands an activation function. Learning is gradient descent: forward through the layers, the loss, backward
//! through the layers for its derivatives, a step of every weight against its derivative.
//!
//! With B images (a row each), I inputs and O outputs of a layer, C classes:
//!
//! ```text
//! forward    Z = X·W + b          H = f(Z)          X (B x I)   W (I x O)   b (1 x O)   Z, H (B x O)
//!            H is the X of the next layer; the last layer has no f, and its Z (B x C) are the logits
//! loss       P = softmax(Z)       L = -Σ Q ln P / B                      Q (B x C): 1 for the label, else 0
//! backward   dZ = (P - Q) / B     for the last layer, and for the others
//!            dZ = dH ∘ f'(Z)      dH = dZ'·W'ᵀ      Z' and W' are the next layer's
//! gradient   dW = Xᵀ·dZ           db = Σ rows of dZ
//! update     w = w - η dw         or another rule of the optimiser
//! ```
//!
//! This file is the specification: the fast rooms, the rest of [`crate::nn`] and [`crate::engine`], compute the same
//! numbers, to the last bit, and tests hold them to it. So the order of a sum is part of the definition: one chain of
//! multiply-adds, [`fused`] (each rounds once), in ascending order. The three products are [`Matrix`]'s.
//! [`train_model`] puts the functions together, and `mnist train --reference` trains with them too.

use super::activation::{Activation, LEAK};
use super::init::xavier;
use super::network::{Dense, Network};
use super::optimizer::{BETA_1, BETA_2, EPSILON, MOMENTUM, Optimizer, Settings};
use crate::engine::Engine;
use crate::engine::elementary::{exp, flushed, ln, normal, power, sigmoid, tanh};
use crate::engine::simd::{Portable, fused};
use crate::matrix::Matrix;
use crate::random::{Purpose, Stream};
use rand::Rng;

/// A network that has learned nothing: [Xavier's](xavier) random weights and biases of 0. `sizes` are the inputs, the
/// hidden layers and the classes.
pub fn initialize_parameters(sizes: &[usize], activation: Activation, random: &mut impl Rng) -> Network {
    let weights = |pair: &[usize]| xavier(pair[0], pair[1], random);
    let layer = |weights: Matrix| Dense { bias: Matrix::zeros(1, weights.columns()), weights };
    Network { activation, layers: sizes.windows(2).map(weights).map(layer).collect() }
}

/// What a forward pass leaves for the way back.
pub struct Forward {
    /// X of each layer: the images, then H of each hidden layer.
    pub inputs: Vec<Matrix>,
    /// f'(Z) of each hidden layer, times the mask of the dropout.
    pub slopes: Vec<Matrix>,
    /// Z of the last layer (B x C).
    pub logits: Matrix,
}

/// Silences hidden units while training, each with probability `p`: `numbers` tells which image each row of X is.
#[derive(Clone, Copy)]
pub struct Dropout<'a> {
    /// Below 1.
    pub p: f32,
    /// What is drawn depends on the seed, the epoch, the layer and the image's number alone.
    pub seed: u64,
    /// From 0.
    pub epoch: u64,
    /// The number of each row's image in its data set.
    pub numbers: &'a [u32],
}

/// The images `x` (B x I, 0 paper, 1 ink) through all layers.
pub fn forward_propagation(network: &Network, x: Matrix, dropout: Option<Dropout>, engine: &mut Engine) -> Forward {
    let (mut inputs, mut slopes) = (vec![x], vec![]);
    for (number, layer) in network.layers.iter().enumerate() {
        let mut z = inputs[number].product(&layer.weights, engine);
        for image in 0..z.rows() {
            add(z.row_mut(image), layer.bias.row(0));
        }
        if number + 1 == network.layers.len() {
            return Forward { inputs, slopes, logits: z };
        }
        let mut slope = Matrix::zeros(z.rows(), z.columns());
        for (z, slope) in z.data_mut().iter_mut().zip(slope.data_mut()) {
            (*z, *slope) = activate(network.activation, *z);
        }
        if let Some(dropout) = dropout {
            silence(dropout, number, &mut z, &mut slope);
        }
        inputs.push(z);
        slopes.push(slope);
    }
    unreachable!("a network has a layer")
}

/// `to += row`
fn add(to: &mut [f32], row: &[f32]) {
    to.iter_mut().zip(row).for_each(|(to, value)| *to += value);
}

/// f(z) and f'(z).
fn activate(activation: Activation, z: f32) -> (f32, f32) {
    match activation {
        // What is not a number stays none, so that a diverged network shows.
        Activation::Relu => (if z < 0.0 { 0.0 } else { z }, if z > 0.0 { 1.0 } else { 0.0 }),
        Activation::LeakyRelu if z > 0.0 => (z, 1.0),
        Activation::LeakyRelu => (LEAK * z, LEAK),
        Activation::Tanh => {
            let h = tanh(Portable, z);
            (h, 1.0 - h * h)
        }
        Activation::Sigmoid => {
            let h = sigmoid(Portable, z);
            (h, h * (1.0 - h))
        }
        // z P(z), P the normal distribution function, whose derivative is the density.
        Activation::Gelu => {
            let (distribution, density) = normal(Portable, z);
            (z * distribution, fused(z, density, distribution))
        }
    }
}

/// Inverted dropout (N. Srivastava et al., JMLR 15, 2014): a silent unit's value and slope become 0, those of the
/// others are divided by 1 - p. One random number of 64 bits decides on four units, by 16 bits each.
fn silence(dropout: Dropout, layer: usize, values: &mut Matrix, slopes: &mut Matrix) {
    let threshold = ((dropout.p * 65536.0).round() as u64).min(65535);
    let scale = 65536.0 / (65536 - threshold) as f32;
    for (row, &number) in dropout.numbers.iter().enumerate() {
        let index = (layer as u64) << 32 | u64::from(number);
        let mut random = Stream::new(dropout.seed, Purpose::Dropout, dropout.epoch, index);
        let mut bits = 0;
        for (unit, (value, slope)) in values.row_mut(row).iter_mut().zip(slopes.row_mut(row)).enumerate() {
            bits = if unit % 4 == 0 { random.next_u64() } else { bits >> 16 };
            let mask = if bits & 0xffff < threshold { 0.0 } else { scale };
            *value *= mask;
            *slope *= mask;
        }
    }
}

/// P (B x C) of logits: `p_c = e^(z_c - m) / s`, `s = Σ e^(z_k - m)`. The largest logit m keeps every power from
/// overflowing. Beside P: m and s of each row.
pub fn softmax(logits: &Matrix) -> (Matrix, Vec<(f32, f32)>) {
    let (mut p, mut parts) = (logits.clone(), vec![]);
    for image in 0..p.rows() {
        let row = p.row_mut(image);
        let largest = row.iter().fold(f32::NEG_INFINITY, |m, &z| if z > m { z } else { m });
        row.iter_mut().for_each(|z| *z = exp(Portable, *z - largest));
        let sum = row.iter().fold(0.0, |sum, power| sum + power);
        row.iter_mut().for_each(|power| *power /= sum);
        parts.push((largest, sum));
    }
    (p, parts)
}

/// Each image's loss, -Σ q ln p, and dZ (B x C) of their mean. Label smoothing ε makes of the targets Q
/// `(1 - ε) Q + ε / C` (C. Szegedy et al., CVPR 2016, section 7). `-ln p_c = ln s + m - z_c`.
pub fn cross_entropy(logits: &Matrix, labels: &[u16], smoothing: f32) -> (Vec<f32>, Matrix) {
    let (mut dz, parts) = softmax(logits);
    let classes = logits.columns() as f32;
    let (scale, elsewhere) = (1.0 / logits.rows() as f32, smoothing / classes);
    let mut losses = vec![];
    for (image, (largest, sum)) in parts.into_iter().enumerate() {
        let (z, label) = (logits.row(image), usize::from(labels[image]));
        for (class, d) in dz.row_mut(image).iter_mut().enumerate() {
            let target = if class == label { 1.0 - smoothing } else { 0.0 };
            *d = (*d - elsewhere - target) * scale;
        }
        let log = ln(Portable, sum) + largest;
        let all = z.iter().fold(0.0, |sum, z| sum + z);
        losses.push((1.0 - smoothing) * (log - z[label]) + smoothing * (log - all / classes));
    }
    (losses, dz)
}

/// dW and db of every layer, from dZ of the last one.
pub fn backward_propagation(network: &Network, forward: &Forward, dz: Matrix, engine: &mut Engine) -> Vec<Dense> {
    let dzs = dz_of_layers(network, forward, dz, engine);
    let gradient = |(x, dz): (&Matrix, &Matrix)| {
        let mut db = Matrix::zeros(1, dz.columns());
        for image in 0..dz.rows() {
            add(db.row_mut(0), dz.row(image));
        }
        Dense { weights: x.transposed_product(dz, engine), bias: db }
    };
    forward.inputs.iter().zip(&dzs).map(gradient).collect()
}

/// dX of every layer: the derivatives by the images first, then by H of each hidden layer.
pub fn input_gradients(network: &Network, forward: &Forward, dz: Matrix, engine: &mut Engine) -> Vec<Matrix> {
    let dzs = dz_of_layers(network, forward, dz, engine);
    dzs.iter().zip(&network.layers).map(|(dz, layer)| dz.product_transposed(&layer.weights, engine)).collect()
}

/// dZ of every layer, from that of the last one: the chain rule.
fn dz_of_layers(network: &Network, forward: &Forward, dz: Matrix, engine: &mut Engine) -> Vec<Matrix> {
    let mut dzs = vec![dz];
    for (layer, slope) in network.layers[1..].iter().zip(&forward.slopes).rev() {
        let mut dh = dzs[dzs.len() - 1].product_transposed(&layer.weights, engine);
        dh.data_mut().iter_mut().zip(slope.data()).for_each(|(dh, slope)| *dh *= slope);
        dzs.push(dh);
    }
    dzs.reverse();
    dzs
}

/// A network while it learns: its weights, their moving average, and the moments that the optimiser keeps of each.
#[derive(Clone)]
pub struct Parameters {
    /// w
    pub network: Network,
    /// a, used instead of w where an average is kept.
    pub average: Network,
    /// m
    pub first_moment: Network,
    /// v
    pub second_moment: Network,
}

impl Parameters {
    /// Those of a network that begins to learn.
    pub fn new(network: Network) -> Self {
        let mut zeros = network.clone();
        zeros.layers.iter_mut().for_each(|layer| (0..2).for_each(|part| layer.part_mut(part).fill(0.0)));
        Parameters { average: network.clone(), network, first_moment: zeros.clone(), second_moment: zeros }
    }
}

/// Step `t`, counted from 1, of every weight against its gradient, at the learning rate η. The rules and their
/// sources are in [`super::optimizer`].
pub fn update_parameters(parameters: &mut Parameters, gradients: &[Dense], settings: &Settings, t: u64, rate: f32) {
    // While few steps are done the average holds less of the past, so that it forgets where w began.
    let decay = settings.average.min((1.0 + t as f32) / (10.0 + t as f32));
    for (layer, gradient) in gradients.iter().enumerate() {
        // W, then b: L2 regularisation is for weights, not for biases.
        for (part, l2) in [settings.l2, 0.0].into_iter().enumerate() {
            let settings = Settings { l2, ..*settings };
            let w = parameters.network.layers[layer].part_mut(part);
            let a = parameters.average.layers[layer].part_mut(part);
            let m = parameters.first_moment.layers[layer].part_mut(part);
            let v = parameters.second_moment.layers[layer].part_mut(part);
            for (i, &g) in gradient.parts()[part].iter().enumerate() {
                update(&mut w[i], &mut m[i], &mut v[i], g, &settings, t, rate);
                a[i] = fused(1.0 - decay, w[i] - a[i], a[i]);
            }
        }
    }
}

/// One weight w with its moments m and v, and its gradient g.
fn update(w: &mut f32, m: &mut f32, v: &mut f32, g: f32, settings: &Settings, t: u64, rate: f32) {
    let decoupled = settings.optimizer == Optimizer::AdamW;
    let g = if decoupled { g } else { fused(settings.l2, *w, g) };
    match settings.optimizer {
        Optimizer::Sgd => *w = fused(-rate, g, *w),
        Optimizer::Momentum => {
            *m = flushed(fused(MOMENTUM, *m, g));
            *w = fused(-rate, *m, *w);
        }
        Optimizer::Nesterov => {
            *m = flushed(fused(MOMENTUM, *m, g));
            *w = fused(-rate, fused(MOMENTUM, *m, g), *w);
        }
        Optimizer::Adam | Optimizer::AdamW => {
            *m = flushed(fused((1.0 - BETA_1) as f32, g - *m, *m));
            *v = flushed(fused((1.0 - BETA_2) as f32, fused(g, g, -*v), *v));
            // η m' / (√v' + ε): the correction of m stands in the rate, that of v beside the root.
            let corrected = (f64::from(rate) / (1.0 - power(BETA_1, t))) as f32;
            let root = fused(v.sqrt(), (1.0 / (1.0 - power(BETA_2, t)).sqrt()) as f32, EPSILON);
            let keep = if decoupled { 1.0 - rate * settings.l2 } else { 1.0 };
            *w = keep * *w - corrected * (*m / root);
        }
    }
}

/// The notebook's loop: every epoch is one step over all images `x` (B x I).
pub fn train_model(
    network: Network,
    x: &Matrix,
    labels: &[u16],
    settings: &Settings,
    epochs: u64,
    rate: f32,
    engine: &mut Engine,
) -> Network {
    let mut parameters = Parameters::new(network);
    for epoch in 1..=epochs {
        let forward = forward_propagation(&parameters.network, x.clone(), None, engine);
        let (_, dz) = cross_entropy(&forward.logits, labels, 0.0);
        let gradients = backward_propagation(&parameters.network, &forward, dz, engine);
        update_parameters(&mut parameters, &gradients, settings, epoch, rate);
    }
    parameters.network
}

/// The class of each image: that of its largest logit, the first of equals.
pub fn predict(network: &Network, x: Matrix, engine: &mut Engine) -> Vec<usize> {
    let logits = forward_propagation(network, x, None, engine).logits;
    (0..logits.rows()).map(|image| largest(logits.row(image))).collect()
}

/// The place of the largest, the first of equals.
pub fn largest(row: &[f32]) -> usize {
    (0..row.len()).fold(0, |best, place| if row[place] > row[best] { place } else { best })
}
