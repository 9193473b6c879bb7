//! exp, ln and their kin: as accurate as they say, and the same bits on every kernel.

mod kernels;
mod runner;

use kernels::kernels;
use mnist::engine::elementary::{exp, ln, normal, sigmoid, tanh};
use mnist::engine::simd::{Simd, Task};
use runner::{run, tests};

/// All functions of each number: exp, ln, tanh, sigmoid, the normal distribution and its density.
struct All<'a>(&'a [f32]);

impl Task for All<'_> {
    type Output = Vec<[f32; 6]>;

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) -> Self::Output {
        let mut results = Vec::with_capacity(self.0.len());
        for &x in self.0 {
            let (distribution, density) = normal(simd, x);
            results.push([exp(simd, x), ln(simd, x), tanh(simd, x), sigmoid(simd, x), distribution, density]);
        }
        results
    }
}

/// Floats of every exponent and sign, some thousand bit patterns apart, and all that are special.
fn range() -> Vec<f32> {
    let mut range: Vec<f32> = (0..=u32::MAX).step_by(3989).map(f32::from_bits).collect();
    let special = [0.0, 1e-45, f32::MIN_POSITIVE, 1.0, 0.4, f32::MAX, f32::INFINITY, f32::NAN];
    range.extend(special.iter().flat_map(|&x| [x, -x]));
    // Where exp becomes 0 or infinite; where ln passes 0; where tanh changes its method.
    for edge in [-60.0f32, 88.73, 90.0, 0.99, 0.7072, 1.4143, 0.4] {
        let bits = edge.to_bits();
        range.extend((bits - 3000..bits + 3000).map(f32::from_bits));
    }
    range
}

/// How many units in the last place a result is from the exact value.
fn ulps(result: f32, exact: f64) -> f64 {
    let exponent = ((exact.abs().to_bits() >> 52) as i32 - 1023).max(-126);
    let ulp = f64::from_bits(((exponent - 23 + 1023) as u64) << 52);
    if exact.is_nan() && result.is_nan() || f64::from(result) == exact {
        return 0.0;
    }
    // What would round past the largest float is infinite.
    if result.is_infinite() && exact.abs() > f64::from(f32::MAX) * (1.0 - 1e-7) && (exact > 0.0) == (result > 0.0) {
        return 0.0;
    }
    (f64::from(result) - exact).abs() / ulp
}

/// The normal distribution function: `1/2 + density (x + x^3/3 + x^5/15 + ...)`, whose terms have one sign.
fn distribution(x: f64) -> f64 {
    if x.abs() > 9.0 {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut term, mut sum) = (x, x);
    for odd in (3..400).step_by(2) {
        term *= x * x / f64::from(odd);
        sum += term;
    }
    0.5 + sum * density(x)
}

fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()
}

/// e^x, and 0 below e^-60.
fn power_of_e(x: f64) -> f64 {
    if x < -60.0 { 0.0 } else { x.exp() }
}

/// Fails at the number where a function is furthest from the exact value, if that is further than `most` units.
fn check_accuracy(name: &str, most: f64, range: &[f32], result: impl Fn(usize) -> f32, exact: impl Fn(f64) -> f64) {
    let errors = range.iter().enumerate().map(|(at, &x)| (ulps(result(at), exact(f64::from(x))), at));
    let (error, at) =
        errors.fold((0.0, 0), |worst, error| if error.0 > worst.0 || error.0.is_nan() { error } else { worst });
    println!("{name}: {error:.3} ulp at {:e}", range[at]);
    assert!(error <= most, "{name}({:e}) = {:e}: {error} ulp", range[at], result(at));
}

fn functions_are_as_accurate_as_they_say() {
    let range = range();
    for kernel in kernels() {
        let results = kernel.run(All(&range));
        check_accuracy("exp", 2.0, &range, |at| results[at][0], power_of_e);
        check_accuracy("tanh", 4.0, &range, |at| results[at][2], f64::tanh);
        check_accuracy(
            "sigmoid",
            4.0,
            &range,
            |at| results[at][3],
            |x| {
                let e = power_of_e(-x.abs());
                (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
            },
        );
        let positive: Vec<f32> = range.iter().copied().filter(|&x| x > 0.0 && x < f32::INFINITY).collect();
        let logarithms = kernel.run(All(&positive));
        check_accuracy("ln", 2.0, &positive, |at| logarithms[at][1], f64::ln);
        let mut furthest = [0.0; 2];
        for (&x, result) in range.iter().zip(&results).step_by(16) {
            let exact = [distribution, density].map(|function| function(f64::from(x)));
            for ((&result, exact), furthest) in result[4..].iter().zip(exact).zip(&mut furthest) {
                assert_eq!(result.is_nan(), x.is_nan(), "normal({x:e})");
                *furthest = (f64::from(result) - exact).abs().max(*furthest);
            }
        }
        println!("normal: distribution within {:e}, density within {:e}", furthest[0], furthest[1]);
        assert!(furthest[0] < 3e-7 && furthest[1] < 3e-7, "normal: {furthest:?}");
    }
}

fn functions_have_the_same_bits_on_every_kernel() {
    let range = range();
    let bits = |results: Vec<[f32; 6]>| -> Vec<[u32; 6]> {
        // One NaN is as good as another.
        let bits = |x: f32| if x.is_nan() { u32::MAX } else { x.to_bits() };
        results.into_iter().map(|row| row.map(bits)).collect()
    };
    let kernels = kernels();
    let expected = bits(kernels[0].run(All(&range)));
    for kernel in &kernels[1..] {
        let results = bits(kernel.run(All(&range)));
        let different = (0..range.len()).find(|&at| results[at] != expected[at]);
        assert_eq!(different.map(|at| range[at]), None, "{} and {}", kernels[0].name(), kernel.name());
    }
}

fn main() {
    run(&tests![functions_are_as_accurate_as_they_say, functions_have_the_same_bits_on_every_kernel,]);
}
