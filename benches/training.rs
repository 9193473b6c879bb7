//! Training, and the first layer by itself, on the digits in the binary.
//!
//! `cargo bench --bench training -- [--quick]`. The first layer's products at 128 x 784 x 512, lists included, beside
//! the dense product: as many GFLOP/s as a dense one would need to be as fast. Then epochs of Adam and of gradient
//! descent: images a second, as `--history` reports them. Each is checked before it is timed: the sparse products
//! against the dense ones to the bit, training by its loss.

use mnist::data::builtin;
use mnist::data::dataset::{Digits, Draw, generator};
use mnist::engine::product::{Start, multiply_panel};
use mnist::engine::simd::{Simd, Task};
use mnist::engine::sparse::{self, Lists, inked};
use mnist::engine::view::{PANEL, Panel, Rows, Strided};
use mnist::engine::{Engine, Kernel};
use mnist::nn::activation::Activation;
use mnist::nn::optimizer::{self, Optimizer};
use mnist::nn::reference::initialize_parameters;
use mnist::nn::schedule::Schedule;
use mnist::train::{Event, Settings, Trainer};
use std::ops::ControlFlow;
use std::time::Instant;

/// B, I and O of the first layer.
const IMAGES: usize = 128;
const PIXELS: usize = 784;
const OUTPUTS: usize = 512;

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let digits = builtin::digits();
    first_layer(&digits, if quick { 20 } else { 400 });
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{:>22}  batch  optimizer  threads  images/s", "network");
    for (hidden, batch, optimizer) in [
        (&[64, 32, 16][..], 128, Optimizer::Adam),
        (&[512, 256], 128, Optimizer::Adam),
        (&[1024, 512], 128, Optimizer::Adam),
        (&[64, 32, 16], usize::MAX, Optimizer::Sgd),
    ] {
        for threads in if all == 1 { vec![1] } else { vec![1, all] } {
            epochs(&digits, hidden, batch, optimizer, threads, if quick { 2 } else { 7 });
        }
    }
}

/// Trains and prints the median epoch.
fn epochs(digits: &Digits, hidden: &[usize], batch: usize, optimizer: Optimizer, threads: usize, epochs: u64) {
    let sizes = [&[PIXELS], hidden, &[10]].concat();
    let mut random = generator(1, Draw::Weights);
    let network = initialize_parameters(&sizes, Activation::Relu, &mut random);
    let settings = Settings {
        optimizer: optimizer::Settings { optimizer, l2: 0.0, average: 0.0 },
        rate: if optimizer == Optimizer::Adam { 1e-3 } else { 0.1 },
        schedule: Schedule::Constant,
        batch,
        epochs,
        dropout: 0.0,
        smoothing: 0.0,
        augmenter: None,
        patience: None,
        report_every: epochs,
        seed: 1,
        reference: false,
    };
    let split = digits.split(0.0, 1).expect("there is an image of each class");
    let mut trainer = Trainer::new(digits, split, &network, settings, Engine::new(Kernel::best(), threads));
    let mut reports = Vec::new();
    let run = trainer.run(|_, event| {
        if let Event::Epoch(report) = event {
            reports.push(report);
        }
        ControlFlow::Continue(())
    });
    run.expect("these settings do not diverge");
    assert!(reports[reports.len() - 1].loss < reports[0].loss, "it learns nothing");
    let mut rates: Vec<f64> = reports.iter().map(|report| digits.len() as f64 / report.seconds).collect();
    rates.sort_by(f64::total_cmp);
    let name: Vec<String> = sizes.iter().map(usize::to_string).collect();
    let batch = if batch > digits.len() { "full".to_string() } else { batch.to_string() };
    let optimizer = format!("{optimizer:?}").to_lowercase();
    println!("{:>22}  {batch:>5}  {optimizer:>9}  {threads:7}  {:8.0}", name.join("-"), rates[rates.len() / 2]);
}

/// Times the first layer's products.
fn first_layer(digits: &Digits, repeat: usize) {
    let images: Vec<u8> = (0..IMAGES).flat_map(|number| digits.image(number * 77).to_vec()).collect();
    let weights: Vec<f32> = (0..PIXELS * OUTPUTS).map(|at| (at % 1013) as f32 / 1013.0 - 0.5).collect();
    let mut layer = Layer {
        lists: Lists::new(IMAGES, PIXELS, std::array::from_fn(|byte| byte as f32 / 255.0)),
        images: &images,
        dense: images.iter().map(|&byte| f32::from(byte) / 255.0).collect(),
        weights: &weights,
        outputs: vec![0.0; IMAGES * STRIDE],
        gradient: vec![0.0; PIXELS * OUTPUTS],
        sparse: true,
    };
    let kernel = Kernel::best();
    let mut rate = |sparse| {
        layer.sparse = sparse;
        let mut seconds: Vec<f64> = (0..repeat)
            .map(|_| {
                let began = Instant::now();
                kernel.run(&mut layer);
                began.elapsed().as_secs_f64()
            })
            .collect();
        seconds.sort_by(f64::total_cmp);
        let results = (layer.outputs.clone(), layer.gradient.clone());
        (4e-9 * (IMAGES * PIXELS * OUTPUTS) as f64 / seconds[repeat / 2], results)
    };
    let (dense, expected) = rate(false);
    let (sparse, found) = rate(true);
    assert!(expected == found, "the sparse products differ from the dense ones");
    println!(
        "first layer {IMAGES}x{PIXELS}x{OUTPUTS}, forward and gradient, {}, one thread: sparse {sparse:.0}, dense \
         {dense:.0} GFLOP/s of dense work",
        kernel.name()
    );
}

/// Floats from one row of outputs to the next.
const STRIDE: usize = OUTPUTS + 16;

/// The first layer, panel by panel.
struct Layer<'a> {
    images: &'a [u8],
    lists: Lists,
    dense: Vec<f32>,
    /// Panel after panel, each I x 64.
    weights: &'a [f32],
    outputs: Vec<f32>,
    gradient: Vec<f32>,
    sparse: bool,
}

impl Task for &mut Layer<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        if self.sparse {
            self.lists.open();
            let images = self.images.chunks_exact(PIXELS);
            for image in images {
                self.lists.push(inked(image));
            }
        }
        let panels = self.weights.chunks_exact(PIXELS * PANEL);
        let gradients = self.gradient.chunks_exact_mut(PIXELS * PANEL);
        for (panel, (weights, gradient)) in panels.zip(gradients).enumerate() {
            let (w, z) = (Panel::even(weights, PANEL), &mut self.outputs[panel * PANEL..]);
            let dw = Rows { data: gradient, row: PANEL };
            let x = Strided { data: &self.dense, row: PIXELS, column: 1 };
            if self.sparse {
                sparse::forward(simd, &self.lists, w, PANEL, Rows { data: z, row: STRIDE });
                let dz = Strided { data: z, row: STRIDE, column: 1 };
                sparse::gradient(simd, &self.lists, 0..PIXELS, PANEL, dz, dw, Start::Zero);
            } else {
                let sizes = [IMAGES, PIXELS, PANEL];
                multiply_panel(simd, sizes, x.into(), w, Rows { data: z, row: STRIDE }, Start::Zero);
                let x = Strided { data: &self.dense, row: 1, column: PIXELS };
                let sizes = [PIXELS, IMAGES, PANEL];
                multiply_panel(simd, sizes, x.into(), Panel::even(z, STRIDE), dw, Start::Zero);
            }
        }
    }
}
