//! Dense products at the shapes of the comparison with other libraries.

use mnist::engine::Kernel;
use mnist::engine::gemm::multiply;
use mnist::engine::pool::Pool;
use mnist::engine::product::{Start, Strided};
use mnist::engine::simd::{Simd, Task};
use std::hint::black_box;
use std::time::Instant;

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

struct Limit {
    steps: usize,
}

impl Task for Limit {
    type Output = f64;

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) -> f64 {
        match S::TILE_ROWS[1] {
            16 => chains::<S, 16>(simd, self.steps),
            6 => chains::<S, 6>(simd, self.steps),
            _ => chains::<S, 4>(simd, self.steps),
        }
    }
}

#[inline(always)]
fn chains<S: Simd, const N: usize>(simd: S, steps: usize) -> f64 {
    let scale = simd.splat(black_box(0.999_999));
    let add = simd.splat(black_box(1e-6));
    let mut c = [simd.splat(black_box(1.0)); N];
    let began = Instant::now();
    for _ in 0..steps {
        for c in &mut c {
            *c = simd.mul_add(*c, scale, add);
        }
    }
    let time = began.elapsed().as_secs_f64();
    black_box(c);
    (steps * N * 16 * 2) as f64 / time / 1e9
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let quick = arguments.iter().any(|a| a == "--quick");
    let threads_list: Vec<usize> = std::env::var("T").map_or(vec![1, 2], |t| vec![t.parse().unwrap()]);
    let only: Option<usize> = std::env::var("S").ok().map(|s| s.parse().unwrap());
    for name in Kernel::NAMES {
        if name == "portable" { continue; }
        if std::env::var("MNIST_KERNEL").is_ok_and(|k| k != name) { continue; }
        let Some(kernel) = Kernel::named(name) else { continue };
        for &threads in &threads_list {
            let mut pool = Pool::new(threads);
            let mut limits = vec![0.0; threads];
            let mut limit: f64 = 0.0;
            for _ in 0..3 {
                pool.for_each(&mut limits, 1, |_, _, l| l[0] = kernel.run(Limit { steps: 2_000_000 }));
                limit = limit.max(limits.iter().sum());
            }
            println!("{name}, {threads} threads: limit {limit:.0}");
            for (i, &[m, k, n]) in SHAPES.iter().enumerate() {
                if only.is_some_and(|o| o != i) { continue; }
                for form in 0..3 {
                if form > 0 && std::env::var("FORMS").is_err() { continue; }
                let mut state = 1u32;
                let mut random = || { state = state.wrapping_mul(1664525).wrapping_add(1013904223); (state >> 8) as f32 / (1 << 24) as f32 - 0.5 };
                let a: Vec<f32> = (0..m * k).map(|_| random()).collect();
                let b: Vec<f32> = (0..k * n).map(|_| random()).collect();
                let mut c = vec![f32::NAN; m * n];
                let a = if form == 1 { Strided { data: &a, row: 1, column: m } } else { Strided { data: &a, row: k, column: 1 } };
                let b = if form == 2 { Strided { data: &b, row: 1, column: k } } else { Strided { data: &b, row: n, column: 1 } };
                multiply(kernel, &mut pool, [m, k, n], a, b, &mut c, Start::Zero);
                for s in 0..200 {
                    let (i, j) = ((s * 7919) % m, (s * 104729) % n);
                    let e = (0..k).fold(0f32, |s, k| a.data[i * a.row + k * a.column].mul_add(b.data[k * b.row + j * b.column], s));
                    assert_eq!(e.to_bits(), c[i * n + j].to_bits());
                }
                let repeat = (if quick { 5e8 } else { 2e9 } / (m * k * n) as f64) as usize + 1;
                let mut times: Vec<f64> = (0..7).map(|_| {
                    let began = Instant::now();
                    for _ in 0..repeat {
                        multiply(kernel, &mut pool, [m, k, n], a, b, &mut c, Start::Zero);
                    }
                    began.elapsed().as_secs_f64() / repeat as f64
                }).collect();
                times.sort_by(f64::total_cmp);
                let work = 2e-9 * (m * k * n) as f64;
                println!("{name} {m}x{k}x{n} {} {threads}: best {:.1} median {:.1} ({:.0}%)", ["AB", "AtB", "ABt"][form], work / times[0], work / times[3], 100.0 * work / times[0] / limit);
                }
            }
        }
    }
}
