//! Products beside what the processor could do at most: first those of [`mnist::matrix::Matrix`], as `--reference` runs
//! them, then a hidden layer's forward product, as training runs it.
//!
//! `cargo bench --bench gemm -- [--quick] [KERNEL ...] [MxKxN ...]`: a row a case, for each kernel that this processor
//! has, on one thread and on all. A case is timed only after a sample of its elements has been compared, to the bit,
//! with the chain of multiply-adds that defines them.

use mnist::engine::Kernel;
use mnist::engine::gemm::multiply;
use mnist::engine::masked;
use mnist::engine::pool::Pool;
use mnist::engine::simd::{LANES, Simd, Task};
use mnist::engine::view::{PANEL, Panel, Rows, Strided, Tiled};
use std::hint::black_box;
use std::time::Instant;

/// M, K and N: a layer of narrow networks on all images, then layers on a batch, then squares; then the narrowest.
const SHAPES: [[usize; 3]; 9] = [
    [33600, 784, 64],
    [33600, 64, 32],
    [128, 784, 512],
    [128, 512, 256],
    [256, 784, 1024],
    [1024, 784, 1024],
    [2048, 2048, 2048],
    [33600, 784, 16],
    [33600, 64, 10],
];

/// Timed, and the median and the best of so many reported.
const SAMPLES: usize = 7;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let mut names: Vec<&str> = Kernel::NAMES.to_vec();
    names.retain(|name| arguments.iter().any(|argument| argument == name));
    if names.is_empty() {
        names = Kernel::NAMES.to_vec();
    }
    let mut shapes: Vec<[usize; 3]> = arguments.iter().filter_map(|argument| shape(argument)).collect();
    if shapes.is_empty() {
        shapes = SHAPES.to_vec();
    }

    let all = std::thread::available_parallelism().map_or(1, usize::from);
    let mut pools: Vec<Pool> = if all == 1 { vec![Pool::new(1)] } else { vec![Pool::new(1), Pool::new(all)] };
    let mut kernels = Vec::new();
    for name in names {
        match Kernel::named(name) {
            Some(kernel) => {
                let limits: Vec<f64> = pools.iter_mut().map(|pool| limit(kernel, pool)).collect();
                for (pool, limit) in pools.iter().zip(&limits) {
                    println!("{name:8} {} threads: at most {limit:.0} GFLOP/s", pool.threads());
                }
                kernels.push((kernel, limits));
            }
            None => println!("{name:8} not run: this processor lacks it"),
        }
    }
    println!("{:>16}  kernel  threads  median    best GFLOP/s  best/limit", "M x K x N");
    for &[m, k, n] in &shapes {
        let (a, b) = (floats(m * k), floats(k * n));
        let mut c = vec![f32::NAN; m * n];
        for (kernel, limits) in &kernels {
            let work = 2e-9 * (m * k * n) as f64;
            // What takes the portable kernel a second says no more than what takes it a tenth of one.
            if kernel.name() == "portable" && work > 0.1 {
                continue;
            }
            for (pool, limit) in pools.iter_mut().zip(limits) {
                let a = Strided { data: &a, row: k, column: 1 };
                let b = Strided { data: &b, row: n, column: 1 };
                let mut product = || multiply(*kernel, pool, [m, k, n], a, b, &mut c);
                product();
                let seconds = if quick { 0.002 } else { 0.02 };
                let repeat = (limit * seconds / work).ceil();
                let mut rates: Vec<f64> = (0..SAMPLES)
                    .map(|_| {
                        let began = Instant::now();
                        (0..repeat as usize).for_each(|_| product());
                        repeat * work / began.elapsed().as_secs_f64()
                    })
                    .collect();
                rates.sort_by(f64::total_cmp);
                check([m, k, n], a, b, &c);
                let [median, best] = [rates[SAMPLES / 2], rates[SAMPLES - 1]];
                println!(
                    "{:>16}  {:8} {:5} {median:8.1} {best:8.1} {:18.0}%",
                    format!("{m}x{k}x{n}"),
                    kernel.name(),
                    pool.threads(),
                    100.0 * best / limit
                );
            }
        }
    }
    println!("a hidden layer of {} units on a block of images, forward, one thread:", HIDDEN[2]);
    println!("{:>16}  kernel   zeros  median GFLOP/s of dense work, beside the limit", "M x K x N");
    for (kernel, limits) in &kernels {
        for zeros in [0, 50, 75] {
            hidden(*kernel, limits[0], zeros, quick);
        }
    }
}

/// A block of images, and the units of two hidden layers.
const HIDDEN: [usize; 3] = [64, 512, 256];

/// Times the hidden layer where so many of a hundred activations are 0.
fn hidden(kernel: Kernel, limit: f64, zeros: usize, quick: bool) {
    let [m, k, n] = HIDDEN;
    let mut a = floats(m * k);
    a.iter_mut().enumerate().filter(|(at, _)| at * 61 % 100 < zeros).for_each(|(_, value)| *value = 0.0);
    let mut layer = Layer { a: &a, b: &floats(k * n), c: vec![f32::NAN; m * n] };
    kernel.run(&mut layer);
    for at in (0..m * n).step_by(97) {
        let (i, j) = (at / n, at % n);
        let b = &layer.b[j / PANEL * k * PANEL + j % PANEL..];
        let x = |k: usize| a[k / PANEL * m * PANEL + i * PANEL + k % PANEL];
        let expected = (0..k).fold(0.0f32, |sum, k| x(k).mul_add(b[k * PANEL], sum));
        assert_eq!(expected.to_bits(), layer.c[at].to_bits(), "element ({i}, {j})");
    }
    let work = 2e-9 * (m * k * n) as f64;
    let repeat = (limit * if quick { 0.002 } else { 0.02 } / work).ceil();
    let mut rates: Vec<f64> = (0..SAMPLES)
        .map(|_| {
            let began = Instant::now();
            (0..repeat as usize).for_each(|_| kernel.run(&mut layer));
            repeat * work / began.elapsed().as_secs_f64()
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    let median = rates[SAMPLES / 2];
    let shape = format!("{m}x{k}x{n}");
    println!("{shape:>16}  {:8} {zeros:4}% {median:8.1} {:14.0}%", kernel.name(), 100.0 * median / limit);
}

/// The hidden layer: A in tiles of 64 columns, as activations lie, B panel by panel, as weights do.
struct Layer<'a> {
    a: &'a [f32],
    b: &'a [f32],
    c: Vec<f32>,
}

impl Task for &mut Layer<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let [m, k, n] = HIDDEN;
        let first = Strided { data: self.a, row: PANEL, column: 1 };
        let a = Tiled { first, columns: PANEL, segment: m * PANEL };
        for (panel, b) in self.b.chunks_exact(k * PANEL).enumerate() {
            let c = Rows { data: &mut self.c[panel * PANEL..], row: n };
            masked::multiply(simd, [m, k, PANEL], a, Panel::even(b, PANEL), c);
        }
    }
}

/// A shape of an argument.
fn shape(argument: &str) -> Option<[usize; 3]> {
    let sizes: Option<Vec<usize>> = argument.split('x').map(|size| size.parse().ok()).collect();
    sizes?.try_into().ok()
}

/// Floats between -1 and 1.
fn floats(count: usize) -> Vec<f32> {
    let float = |at: usize| (at as u32).wrapping_mul(2_654_435_769) as i32 as f32 / (1u32 << 31) as f32;
    (1..=count).map(float).collect()
}

/// Compares a sample of C's elements with their definition.
fn check([m, k, n]: [usize; 3], a: Strided, b: Strided, c: &[f32]) {
    for sample in 0..64 {
        let (i, j) = (sample * 7919 % m, sample * 104_729 % n);
        let expected = (0..k)
            .fold(0.0f32, |sum, k| a.data[i * a.row + k * a.column].mul_add(b.data[k * b.row + j * b.column], sum));
        assert_eq!(expected.to_bits(), c[i * n + j].to_bits(), "element ({i}, {j}) of {m}x{k}x{n}");
    }
}

/// Multiply-adds of registers alone, in GFLOP/s on all threads: the limit of every product.
fn limit(kernel: Kernel, pool: &mut Pool) -> f64 {
    let mut rates = vec![0.0; pool.threads()];
    let samples = (0..SAMPLES).map(|_| {
        pool.for_each(&mut rates, 1, |_, _, rate| rate[0] = kernel.run(Chains));
        rates.iter().sum()
    });
    samples.fold(0.0, f64::max)
}

/// At least as many independent chains as a tile has rows, which hides the latency of each.
struct Chains;

impl Task for Chains {
    type Output = f64;

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) -> f64 {
        match S::TILE_ROWS[1] {
            4 => chains::<S, 8>(simd, 10_000),
            6 => chains::<S, 6>(simd, 500_000),
            _ => chains::<S, 12>(simd, 500_000),
        }
    }
}

/// The rate of `N` chains.
#[inline(always)]
fn chains<S: Simd, const N: usize>(simd: S, steps: usize) -> f64 {
    let (scale, add) = (simd.splat(black_box(0.999_999)), simd.splat(black_box(1e-6)));
    let mut sums = [simd.splat(black_box(1.0)); N];
    let began = Instant::now();
    for _ in 0..steps {
        for sum in &mut sums {
            *sum = simd.mul_add(*sum, scale, add);
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    black_box(sums);
    2e-9 * (steps * N * LANES) as f64 / seconds
}
