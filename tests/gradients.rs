//! The reference's gradients against central differences of a network of doubles, and the engine's against the
//! reference's to the bit. The gradients come out of a real step of training: the first step of momentum leaves the
//! gradient in the momentum's plane, to the bit.

mod kernels;

use kernels::kernels;
use mnist::data::dataset::Digits;
use mnist::engine::{Engine, Kernel};
use mnist::matrix::Matrix;
use mnist::nn::activation::Activation;
use mnist::nn::dropout::Dropout;
use mnist::nn::network::{Dense, Network};
use mnist::nn::optimizer::{self, Optimizer};
use mnist::nn::schedule::Schedule;
use mnist::random::{Purpose, Stream};
use mnist::train::{Event, Settings, Trainer};
use std::f64::consts::PI;
use std::fmt;
use std::ops::ControlFlow;

/// Of the largest element of a gradient.
const TOLERANCE: f64 = 1e-5;

/// What a step depends on.
#[derive(Clone, Copy)]
struct Case {
    sizes: &'static [usize],
    activation: Activation,
    batch: usize,
    /// The share of pixels that are not blank: all of them where it is 1.
    ink: f32,
    smoothing: f32,
    dropout: f32,
    l2: f32,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Case { sizes, activation, batch, ink, smoothing, dropout, l2 } = self;
        write!(
            f,
            "{sizes:?}, {activation:?}, batch {batch}, ink {ink}, smoothing {smoothing}, dropout {dropout}, L2 {l2}"
        )
    }
}

/// The images, classes and weights of a case.
struct Problem {
    case: Case,
    digits: Digits,
    network: Network,
}

const SEED: u64 = 3;

impl Problem {
    fn new(case: Case) -> Self {
        let (inputs, classes) = (case.sizes[0], case.sizes[case.sizes.len() - 1]);
        let mut random = Stream::new(SEED, Purpose::Deformation, inputs as u64, classes as u64);
        let mut pixel = || {
            let inked = random.uniform() < case.ink;
            if inked { 1 + random.below(255) as u8 } else { 0 }
        };
        let pixels = (0..case.batch * inputs).map(|_| pixel()).collect();
        let labels: Vec<i32> = (0..case.batch).map(|_| random.below(classes as u32) as i32).collect();
        let known: Vec<i32> = (0..classes as i32).collect();
        let digits = Digits::with_classes(inputs, 1, pixels, &labels, &known).unwrap();
        let layer = |pair: &[usize]| {
            let scale = 2.0 / (pair[0] as f32).sqrt();
            Dense {
                weights: Matrix::from_fn(pair[0], pair[1], |_, _| scale * random.symmetric()),
                bias: Matrix::from_fn(1, pair[1], |_, _| 0.5 * random.symmetric()),
            }
        };
        let network = Network { activation: case.activation, layers: case.sizes.windows(2).map(layer).collect() };
        Problem { case, digits, network }
    }

    /// The loss and the gradients of a step of training: the reference's, or the engine's.
    fn trained(&self, reference: bool, kernel: Kernel, threads: usize) -> (f64, Vec<Dense>) {
        let settings = Settings {
            optimizer: optimizer::Settings { optimizer: Optimizer::Momentum, l2: self.case.l2, average: 0.0 },
            rate: 0.1,
            schedule: Schedule::Constant,
            batch: self.case.batch,
            epochs: 1,
            dropout: self.case.dropout,
            smoothing: self.case.smoothing,
            augmenter: None,
            patience: None,
            report_every: 1,
            seed: SEED,
            reference,
        };
        let all = (0..self.case.batch as u32).collect();
        let mut trainer =
            Trainer::new(&self.digits, (all, vec![]), &self.network, settings, Engine::new(kernel, threads));
        let mut loss = f64::NAN;
        let outcome = trainer.run(|_, event| {
            if let Event::Epoch(report) = event {
                loss = report.loss;
            }
            ControlFlow::Continue(())
        });
        outcome.unwrap();
        let (_, momentum) = trainer.planes().last().unwrap();
        (loss, momentum.layers)
    }

    /// The same network in doubles.
    fn doubles(&self) -> Doubles {
        let doubles = |matrix: &Matrix| matrix.data().iter().map(|&x| f64::from(x)).collect();
        let tensors = |layer: &Dense| [doubles(&layer.weights), doubles(&layer.bias)];
        let images = 0..self.case.batch;
        Doubles {
            case: self.case,
            images: images
                .clone()
                .map(|image| {
                    let pixels = self.digits.image(image).iter();
                    pixels.map(|&byte| f64::from(byte) / 255.0).collect()
                })
                .collect(),
            classes: images.clone().map(|image| usize::from(self.digits.class(image))).collect(),
            masks: images.map(|image| masks(self.case.sizes, self.case.dropout, image)).collect(),
            tensors: self.network.layers.iter().flat_map(tensors).collect(),
        }
    }
}

/// What each hidden unit is multiplied by for an image in the first epoch: a stream for a layer.
fn masks(sizes: &[usize], p: f32, image: usize) -> Vec<Vec<f64>> {
    let hidden = &sizes[1..sizes.len() - 1];
    let mask = |(layer, &units): (usize, &usize)| {
        let mut mask = vec![1.0; units];
        if p > 0.0 {
            let index = layer << 32 | image;
            let random = Stream::new(SEED, Purpose::Dropout, 0, index as u64);
            Dropout::new(p).apply(random, 0, &mut mask, &mut vec![1.0; units]);
        }
        mask.into_iter().map(f64::from).collect()
    };
    hidden.iter().enumerate().map(mask).collect()
}

/// A network of doubles. Its tensors are the weights (I x O, row by row) and the bias of each layer in turn.
#[derive(Clone)]
struct Doubles {
    case: Case,
    images: Vec<Vec<f64>>,
    classes: Vec<usize>,
    masks: Vec<Vec<Vec<f64>>>,
    tensors: Vec<Vec<f64>>,
}

/// f(z).
fn activate(activation: Activation, z: f64) -> f64 {
    match activation {
        Activation::Relu => z.max(0.0),
        Activation::LeakyRelu if z > 0.0 => z,
        Activation::LeakyRelu => 0.01 * z,
        Activation::Tanh => z.tanh(),
        Activation::Sigmoid => 1.0 / (1.0 + (-z).exp()),
        Activation::Gelu => {
            // P(z) = 1/2 + Z(z) (z + z^3 / 3 + z^5 / (3 5) + ...): Abramowitz and Stegun 26.2.11.
            let density = (-0.5 * z * z).exp() / (2.0 * PI).sqrt();
            let (mut term, mut series) = (z, z);
            for k in 1..200 {
                term *= z * z / f64::from(2 * k + 1);
                series += term;
            }
            z * (0.5 + density * series)
        }
    }
}

impl Doubles {
    /// The logits of an image.
    fn logits(&self, image: usize) -> Vec<f64> {
        let mut x = self.images[image].clone();
        let layers = self.tensors.len() / 2;
        for (layer, tensors) in self.tensors.chunks_exact(2).enumerate() {
            let (weights, mut z) = (&tensors[0], tensors[1].clone());
            for (x, weights) in x.iter().zip(weights.chunks_exact(z.len())) {
                z.iter_mut().zip(weights).for_each(|(z, w)| *z += x * w);
            }
            if layer + 1 < layers {
                let masks = &self.masks[image][layer];
                z.iter_mut().zip(masks).for_each(|(z, mask)| *z = activate(self.case.activation, *z) * mask);
            }
            x = z;
        }
        x
    }

    /// Of each class: 1 for the label and 0 elsewhere, smoothed.
    fn target(&self, image: usize, class: usize, classes: usize) -> f64 {
        let smoothing = f64::from(self.case.smoothing);
        let label = f64::from(u8::from(class == self.classes[image]));
        (1.0 - smoothing) * label + smoothing / classes as f64
    }

    /// The mean cross-entropy, without the penalty on the weights.
    fn cross_entropy(&self) -> f64 {
        let loss = |image: usize| {
            let logits = self.logits(image);
            let sum: f64 = logits.iter().map(|z| z.exp()).sum();
            let terms = logits.iter().enumerate();
            -terms.map(|(class, z)| self.target(image, class, logits.len()) * (z - sum.ln())).sum::<f64>()
        };
        let images = self.images.len();
        (0..images).map(loss).sum::<f64>() / images as f64
    }

    /// λ / 2 times the sum of the squares of the weights; biases are spared.
    fn penalty(&self) -> f64 {
        let weights = self.tensors.iter().step_by(2).flatten();
        0.5 * f64::from(self.case.l2) * weights.map(|w| w * w).sum::<f64>()
    }

    /// The gradient by moving each parameter a little up and down.
    fn central_differences(&self) -> Vec<Vec<f64>> {
        const STEP: f64 = 1e-6;
        let mut moved = self.clone();
        let mut differences = vec![];
        for (tensor, values) in self.tensors.iter().enumerate() {
            let mut difference = |(at, &value): (usize, &f64)| {
                let mut loss = |value: f64| {
                    moved.tensors[tensor][at] = value;
                    moved.cross_entropy() + moved.penalty()
                };
                let difference = loss(value + STEP) - loss(value - STEP);
                moved.tensors[tensor][at] = value;
                difference / (2.0 * STEP)
            };
            differences.push(values.iter().enumerate().map(&mut difference).collect());
        }
        differences
    }
}

/// The tensor's name, as in a weights file.
fn name(tensor: usize) -> String {
    let kind = if tensor.is_multiple_of(2) { "weight" } else { "bias" };
    format!("{}.{kind}", tensor / 2 * 2)
}

/// Asserts that each tensor is as expected to `tolerance` of its own largest element; returns the largest deviation.
fn assert_close(expected: &[Vec<f64>], found: &[Vec<f64>], tolerance: f64, what: &dyn fmt::Display) -> f64 {
    assert_eq!(expected.len(), found.len(), "{what}: tensors");
    let mut worst: f64 = 0.0;
    for (tensor, (expected, found)) in expected.iter().zip(found).enumerate() {
        let name = name(tensor);
        assert_eq!(expected.len(), found.len(), "{what}: size of {name}");
        let largest = expected.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
        for (at, (e, f)) in expected.iter().zip(found).enumerate() {
            let close = (e - f).abs() <= tolerance * largest;
            assert!(close, "{what}: gradient of {name}[{at}]: expected {e:e}, found {f:e}, the largest is {largest:e}");
            worst = worst.max((e - f).abs() / largest.max(f64::MIN_POSITIVE));
        }
    }
    worst
}

/// A network's tensors in doubles.
fn tensors(layers: &[Dense]) -> Vec<Vec<f64>> {
    let doubles = |matrix: &Matrix| matrix.data().iter().map(|&x| f64::from(x)).collect();
    layers.iter().flat_map(|layer| [doubles(&layer.weights), doubles(&layer.bias)]).collect()
}

/// Asserts that the engine's gradients and loss are the reference's to the bit, for every kernel; returns those.
fn check(problem: &Problem, threads: usize) -> (f64, Vec<Dense>) {
    let expected = problem.trained(true, Kernel::best(), 1);
    for kernel in kernels() {
        let found = problem.trained(false, kernel, threads);
        assert!(found == expected, "{}, kernel {}, {threads} threads", problem.case, kernel.name());
    }
    expected
}

/// Each activation and each regularisation, by itself and together, in networks small enough to move every parameter.
#[test]
fn gradients_are_central_differences() {
    let shapes: [&'static [usize]; 4] = [&[25, 10], &[25, 7, 2], &[25, 7, 9, 10], &[9, 7, 5, 6, 3]];
    let mut worst: f64 = 0.0;
    for sizes in shapes {
        for (_, activation) in Activation::NAMES {
            for (smoothing, dropout, l2, ink) in [
                (0.0, 0.0, 0.0, 1.0),
                (0.1, 0.0, 0.0, 0.3),
                (0.0, 0.3, 0.0, 0.3),
                (0.0, 0.0, 0.02, 0.3),
                (0.1, 0.3, 0.02, 1.0),
            ] {
                let case = Case { sizes, activation, batch: 5, ink, smoothing, dropout, l2 };
                let problem = Problem::new(case);
                let (loss, gradients) = check(&problem, 1);
                let doubles = problem.doubles();
                let expected = doubles.cross_entropy();
                let close = (loss - expected).abs() <= TOLERANCE * expected;
                assert!(close, "{case}: expected a loss of {expected}, found {loss}");
                let differences = doubles.central_differences();
                worst = worst.max(assert_close(&differences, &tensors(&gradients), TOLERANCE, &case));
            }
        }
    }
    println!("largest deviation: {worst:.1e} of the largest element");
}

/// Sizes that end within a group of pixels, a vector, a panel or a block, and just beyond one.
#[test]
fn gradients_are_the_references_at_every_size() {
    let shapes: [&'static [usize]; 12] = [
        &[25, 2],
        &[65, 47],
        &[784, 10],
        &[25, 7, 2],
        &[64, 64, 10],
        &[65, 100, 47],
        &[784, 130, 10],
        &[62, 64, 7, 10],
        &[65, 130, 100, 47],
        &[784, 100, 64, 10],
        &[25, 7, 64, 100, 2],
        &[784, 130, 63, 7, 47],
    ];
    let batches = [200, 1, 65, 5, 64];
    let mut cases = vec![];
    for (s, sizes) in shapes.into_iter().enumerate() {
        for (a, (_, activation)) in Activation::NAMES.into_iter().enumerate() {
            let turn = cases.len();
            cases.push(Case {
                sizes,
                activation,
                batch: batches[(s + a) % batches.len()],
                ink: [0.2, 1.0][turn % 2],
                smoothing: [0.0, 0.1][turn / 2 % 2],
                dropout: [0.0, 0.25, 0.5][turn % 3],
                l2: [0.0, 0.01][turn / 3 % 2],
            });
        }
    }
    // So many blocks that a thread takes several cells at a time.
    for sizes in [shapes[1], shapes[5], shapes[7]] {
        cases.push(Case { sizes, batch: 600, ..cases[cases.len() - 1] });
    }
    for (turn, case) in cases.into_iter().enumerate() {
        check(&Problem::new(case), 1 + turn % 3);
    }
}
