//! The reference's update against its papers' equations, by hand over three steps, and against PyTorch over a hundred.
//! That the engine's is the same to the bit is seen in `training.rs`.

use mnist::matrix::Matrix;
use mnist::nn::activation::Activation;
use mnist::nn::network::{Dense, Network};
use mnist::nn::optimizer::{Optimizer, Settings};
use mnist::nn::reference::{Parameters, update_parameters};

/// The values of a network of one layer: its weights row by row, then its bias.
fn values(network: &Network) -> Vec<f32> {
    network.layers[0].parts().concat()
}

/// Makes `steps` steps with a layer of `inputs` x `outputs` that begins as `first`; `gradient(i, t, w)` is that of
/// value `i` (the weights row by row, then the bias) in step `t` (from 1). Calls `after(t, parameters)` after each.
fn descend(
    settings: Settings,
    rate: f32,
    [inputs, outputs, steps]: [usize; 3],
    first: impl Fn(usize) -> f32,
    gradient: impl Fn(usize, usize, f32) -> f32,
    mut after: impl FnMut(usize, &Parameters),
) {
    let layer = |value: &dyn Fn(usize) -> f32| Dense {
        weights: Matrix::from_fn(inputs, outputs, |i, o| value(i * outputs + o)),
        bias: Matrix::from_fn(1, outputs, |_, o| value(inputs * outputs + o)),
    };
    let mut parameters = Parameters::new(Network { activation: Activation::Relu, layers: vec![layer(&first)] });
    for t in 1..=steps {
        let w = values(&parameters.network);
        update_parameters(&mut parameters, &[layer(&|i| gradient(i, t, w[i]))], &settings, t as u64, rate);
        after(t, &parameters);
    }
}

fn assert_close(expected: f64, found: f32, tolerance: f64, what: &str) {
    assert!((f64::from(found) - expected).abs() <= tolerance, "{what}: expected {expected}, found {found}");
}

/// A weight and a bias that begin at 1, gradients 1/2, -1, 1/4, η = 0.1, λ = 0.1 on the weight alone. By hand:
///
/// ```text
/// sgd       weight  g = 0.5 + 0.1      = 0.6       w = 1 - 0.06           = 0.94
///                   g = -1 + 0.094     = -0.906    w = 0.94 + 0.0906      = 1.0306
///                   g = 0.25 + 0.10306 = 0.35306   w = 1.0306 - 0.035306  = 0.995294
/// momentum  weight  m = 0.6                        w = 1 - 0.06           = 0.94
///                   m = 0.54 - 0.906   = -0.366    w = 0.94 + 0.0366      = 0.9766
///                   m = -0.3294 + 0.34766          w = 0.9766 - 0.001826  = 0.974774
///           bias    m = 0.5, -0.55, -0.245         w = 0.95, 1.005, 1.0295
/// nesterov  bias    m = 0.5            g + 0.9 m = 0.95       w = 0.905
///                   m = -0.55          g + 0.9 m = -1.495     w = 1.0545
///                   m = -0.245         g + 0.9 m = 0.0295     w = 1.05155
/// adam      bias    m = 0.05           v = 0.00025        m' = 0.5          v' = 0.25          w = 1 - 0.1 * 1
///                   m = -0.055         v = 0.00124975     m' = -0.05500/0.19   v' = v/0.001999    w = 0.9 + 0.03661035
///                   m = -0.0245        v = 0.00131100     m' = -0.0245/0.271   v' = v/0.002997001 w = ... + 0.01366907
/// adamw     weight  the same m and v, and w -= 0.1 * 0.1 w before each
/// ```
#[test]
fn three_steps_are_those_computed_by_hand() {
    let gradients = [0.5, -1.0, 0.25];
    let cases = [
        (Optimizer::Sgd, [0.94, 1.0306, 0.995294], [0.95, 1.05, 1.025]),
        (Optimizer::Momentum, [0.94, 0.9766, 0.974774], [0.95, 1.005, 1.0295]),
        (Optimizer::Nesterov, [0.886, 1.010566, 0.973948646], [0.905, 1.0545, 1.05155]),
        (Optimizer::Adam, [0.9, 0.92526352, 0.92473057], [0.9, 0.93661035, 0.95027942]),
        (Optimizer::AdamW, [0.89, 0.91771035, 0.92220232], [0.9, 0.93661035, 0.95027942]),
    ];
    for (optimizer, weight, bias) in cases {
        let settings = Settings { optimizer, l2: 0.1, average: 0.0 };
        let gradient = |_, t: usize, _| gradients[t - 1];
        descend(
            settings,
            0.1,
            [3, 1, 3],
            |_| 1.0,
            gradient,
            |t, at| {
                let values = values(&at.network);
                for &w in &values[..3] {
                    assert_close(weight[t - 1], w, 5e-7, &format!("{optimizer:?}, step {t}, weight"));
                }
                assert_close(bias[t - 1], values[3], 5e-7, &format!("{optimizer:?}, step {t}, bias"));
            },
        );
    }
}

/// The bias of gradient descent above goes 1, 0.95, 1.05, 1.025, and its average, of decay 0.26 at most, by hand:
///
/// ```text
/// t = 1   d = 2/11          a = 1 - 9/11 * 0.05                        = 0.95909091
/// t = 2   d = 3/12          a = 0.95909091 + 3/4 (1.05 - 0.95909091)   = 1.02727273
/// t = 3   d = 0.26 < 4/13   a = 1.02727273 + 0.74 (1.025 - 1.02727273) = 1.02559091
/// ```
#[test]
fn the_average_warms_up_and_follows_the_weights() {
    let (gradients, averages) = ([0.5, -1.0, 0.25], [0.95909091, 1.02727273, 1.02559091]);
    for optimizer in [Optimizer::Sgd, Optimizer::AdamW] {
        let settings = Settings { optimizer, l2: 0.0, average: 0.26 };
        let mut average = 1.0;
        let gradient = |_, t: usize, _| gradients[t - 1];
        descend(
            settings,
            0.1,
            [2, 2, 3],
            |_| 1.0,
            gradient,
            |t, at| {
                let decay: f64 = [2.0 / 11.0, 0.25, 0.26][t - 1];
                let w = values(&at.network);
                average += (1.0 - decay) * (f64::from(w[0]) - average);
                for (&a, &w) in values(&at.average).iter().zip(&w) {
                    assert_close(average, a, 5e-7, &format!("{optimizer:?}, step {t}, w {w}"));
                    if optimizer == Optimizer::Sgd {
                        assert_close(averages[t - 1], a, 5e-7, &format!("step {t}"));
                    }
                }
            },
        );
    }
}

/// What torch 2.15 (torch.optim.SGD, Adam, AdamW; float32, lr 0.05, the bias in a group without weight_decay, 0.1 for
/// the weights) came to after 10 and 100 steps with `first` and `gradient` below: 3 x 2 weights, then 2 biases.
const TORCH: [(Optimizer, [[f64; 8]; 2]); 5] = [
    (
        Optimizer::Sgd,
        [
            [-1.36813, -0.1895558, -0.3231165, -0.4378946, 0.6149504, 0.4964662, 0.3970311, 0.2611824],
            [-2.790809, -1.977297, -1.177521, -0.456214, 0.4076583, 1.254818, 2.328944, 3.136911],
        ],
    ),
    (
        Optimizer::Momentum,
        [
            [-3.062159, -2.09216, -1.025344, -0.2440231, 0.3313821, 1.16359, 1.917099, 2.9057],
            [-2.893909, -2.031618, -1.221564, -0.4683352, 0.3600887, 1.250072, 2.58729, 3.543048],
        ],
    ),
    (
        Optimizer::Nesterov,
        [
            [-3.087915, -2.095456, -1.093221, -0.2633008, 0.28995, 1.162522, 2.093475, 3.108077],
            [-2.863127, -2.049265, -1.214804, -0.5043876, 0.3423455, 1.307126, 2.623038, 3.496407],
        ],
    ),
    (
        Optimizer::Adam,
        [
            [-1.195445, 0.06022898, -0.2814944, -0.3433907, 0.5957237, 0.5355019, 0.1735511, -0.2709493],
            [-2.868765, -1.958509, -1.249637, -0.4231154, 0.408705, 1.253641, 2.307547, 2.664355],
        ],
    ),
    (
        Optimizer::AdamW,
        [
            [-1.154607, 0.04739002, -0.2780485, -0.3843263, 0.5984675, 0.5273587, 0.1735511, -0.2709493],
            [-2.732881, -1.872818, -1.265298, -0.4373355, 0.424307, 1.27658, 2.307547, 2.664355],
        ],
    ),
];

#[test]
fn a_hundred_steps_are_pytorchs() {
    let first = |i: usize| ((5 * i % 7) as f32 - 3.0) / 4.0;
    let gradient =
        |i: usize, t: usize, w: f32| (w - (i as f32 - 3.5)) / 2.0 + (((3 * i + 7 * t) % 11) as f32 - 5.0) / 4.0;
    for (optimizer, [after_10, after_100]) in TORCH {
        let settings = Settings { optimizer, l2: 0.1, average: 0.0 };
        descend(settings, 0.05, [3, 2, 100], first, gradient, |t, at| {
            let expected = match t {
                10 => after_10,
                100 => after_100,
                _ => return,
            };
            for (i, (expected, found)) in expected.into_iter().zip(values(&at.network)).enumerate() {
                let what = format!("{optimizer:?}, step {t}, value {i}");
                assert_close(expected, found, 1e-5 * expected.abs(), &what);
            }
        });
    }
}

/// What is left of a gradient long ago would otherwise stay among the subnormal numbers, which some processors are slow
/// with.
#[test]
fn a_moment_that_no_gradient_renews_ends_at_0() {
    for optimizer in [Optimizer::Momentum, Optimizer::Nesterov, Optimizer::Adam, Optimizer::AdamW] {
        let settings = Settings { optimizer, l2: 0.0, average: 0.0 };
        // Weights with an odd number get next to nothing, whose square is subnormal.
        let gradient = |i: usize, t, _| if t > 1 { 0.0 } else { [0.5, 1e-20][i % 2] };
        descend(
            settings,
            0.1,
            [2, 2, 700],
            |_| 1.0,
            gradient,
            |t, at| {
                let [m, v] = [&at.first_moment, &at.second_moment].map(values);
                let normal = |x: &f32| *x == 0.0 || x.is_normal();
                assert!(m.iter().chain(&v).all(normal), "{optimizer:?}, step {t}: {m:?} {v:?}");
                // 0.5 * 0.9^650 is below 1e-30.
                assert!(t < 655 || m.iter().all(|&m| m == 0.0), "{optimizer:?}, step {t}: {m:?}");
            },
        );
    }
}
