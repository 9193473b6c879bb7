//! exp, ln and the functions that are built on them, written here.
//!
//! A system's libm may round differently on the next machine; these are sequences of additions, multiplications,
//! divisions and fused multiply-adds, which IEEE 754 rounds alike everywhere. They have no branches, so a loop over
//! them becomes vector code. Method: argument reduction and a polynomial (Muller, "Elementary Functions", 3rd
//! edition, 2016, chapters 3 and 11).

use super::simd::Simd;
use std::f64::consts::PI;

/// ln 2 in two parts: the first has so few bits that the exponent of a float times it is exact.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// The polynomial of x with these coefficients, that of the highest power first (Horner's scheme).
#[inline(always)]
fn polynomial<S: Simd, const N: usize>(simd: S, x: f32, coefficients: [f32; N]) -> f32 {
    let mut sum = coefficients[0];
    for &coefficient in &coefficients[1..] {
        sum = simd.fma(sum, x, coefficient);
    }
    sum
}

/// e^x, within 2 ulp; 0 below e^-60, infinity above the floats, NaN of NaN.
///
/// No use here can tell e^-60 from 0, and what is multiplied with it might become subnormal: see [`flushed`].
///
/// `x = n ln 2 + r` with `|r| <= ln 2 / 2`, so `e^x = 2^n e^r`.
#[inline(always)]
pub fn exp<S: Simd>(simd: S, x: f32) -> f32 {
    /// 1.5 x 2^23: adding it rounds a float below 2^22 to an integer, which then stands in the low bits.
    const ROUND: f32 = 12_582_912.0;
    const LEAST: f32 = -60.0;
    // Beyond these the result is infinity or 0; comparisons let NaN pass.
    let x = if x > 90.0 { 90.0 } else { x };
    let none = x < LEAST;
    let x = if none { LEAST } else { x };
    let shifted = simd.fma(x, std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = simd.fma(n, -LN_2_LOW, simd.fma(n, -LN_2_HIGH, x));
    // Taylor: the first term left out, r^8 / 8!, is below 2^-27 of the result.
    let p = polynomial(simd, r, [1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0]);
    // 2^n in two factors, since n may be past the exponents of a float where the result is infinite.
    let n = shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i32;
    let half = n >> 1;
    let power = |n: i32| f32::from_bits((n.wrapping_add(127) as u32) << 23);
    if none { 0.0 } else { p * power(half) * power(n.wrapping_sub(half)) }
}

/// x, or 0 where it is below 1e-30 in size.
///
/// Floats below 1.2e-38, the subnormal ones, take an Intel processor a hundred times as long as others. A moment of the
/// optimiser that no gradient renews shrinks towards them step by step, and would stay among them to the end.
#[inline(always)]
pub fn flushed(x: f32) -> f32 {
    if x.abs() < 1e-30 { 0.0 } else { x }
}

/// The natural logarithm of a positive float, within 2 ulp, subnormals included.
///
/// `x = 2^k (1 + f)` with `1 + f` around 1, and with `s = f / (2 + f)`
/// `ln (1 + f) = 2 artanh s = f - f^2/2 + s (f^2/2 + 2 s^2/3 + 2 s^4/5 + ...)`,
/// where the leading `f` is exact.
#[inline(always)]
pub fn ln<S: Simd>(simd: S, x: f32) -> f32 {
    const SQRT_HALF: u32 = 0x3f35_04f3;
    const ONE: u32 = 0x3f80_0000;
    // A subnormal is scaled into the normal range first.
    let subnormal = x < f32::MIN_POSITIVE;
    let (x, shift) = if subnormal { (x * 8_388_608.0, 23.0) } else { (x, 0.0) };
    let bits = x.to_bits().wrapping_add(ONE - SQRT_HALF);
    let k = ((bits >> 23) as i32 - 127) as f32 - shift;
    let f = f32::from_bits((bits & 0x007f_ffff) + SQRT_HALF) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let series = polynomial(simd, z, [2.0 / 9.0, 2.0 / 7.0, 2.0 / 5.0, 2.0 / 3.0]);
    let half_square = 0.5 * f * f;
    let tail = simd.fma(s, simd.fma(series, z, half_square), k * LN_2_LOW);
    simd.fma(k, LN_2_HIGH, f - (half_square - tail))
}

/// The hyperbolic tangent, within 4 ulp.
#[inline(always)]
pub fn tanh<S: Simd>(simd: S, x: f32) -> f32 {
    let magnitude = x.abs();
    let e = exp(simd, -2.0 * magnitude);
    let far = (1.0 - e) / (1.0 + e);
    // Near 0 the difference 1 - e would lose what matters: Taylor's series instead, to x^13.
    let z = x * x;
    let coefficients =
        [21844.0 / 6_081_075.0, -1382.0 / 155_925.0, 62.0 / 2835.0, -17.0 / 315.0, 2.0 / 15.0, -1.0 / 3.0];
    let series = polynomial(simd, z, coefficients);
    let near = simd.fma(magnitude * z, series, magnitude);
    let value = if magnitude < 0.4 { near } else { far };
    value.copysign(x)
}

/// The logistic function 1 / (1 + e^-x), within 4 ulp.
#[inline(always)]
pub fn sigmoid<S: Simd>(simd: S, x: f32) -> f32 {
    // By e^-|x|, which is never infinite.
    let e = exp(simd, -x.abs());
    (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
}

/// The standard normal distribution function and density at `x`, within 3e-7.
///
/// `P(x) = 1 - Z(x) (b1 t + ... + b5 t^5)`, `t = 1 / (1 + p x)` for x >= 0 (Abramowitz and Stegun, "Handbook of
/// Mathematical Functions", 1964, 26.2.17).
#[inline(always)]
pub fn normal<S: Simd>(simd: S, x: f32) -> (f32, f32) {
    const INVERSE_SQRT_TAU: f32 = 0.398_942_3;
    let density = INVERSE_SQRT_TAU * exp(simd, -0.5 * x * x);
    let t = 1.0 / simd.fma(0.231_641_9, x.abs(), 1.0);
    let series = polynomial(simd, t, [1.330_274_4, -1.821_256, 1.781_478, -0.356_563_78, 0.319_381_53]);
    let tail = density * series * t;
    (if x < 0.0 { tail } else { 1.0 - tail }, density)
}

/// `base^exponent` by squaring: the standard library's may differ between machines.
pub fn power(mut base: f64, mut exponent: u64) -> f64 {
    let mut result = 1.0;
    while exponent > 0 {
        if exponent % 2 == 1 {
            result *= base;
        }
        base *= base;
        exponent /= 2;
    }
    result
}

/// Half a cosine from 1 down to 0 as `t` goes from 0 to 1: `(1 + cos πt) / 2`.
pub fn fall(t: f64) -> f64 {
    // cos πt = -sin π(t - 1/2), and within ±π/2 Taylor's series to x^21 is exact to the last bits of a double.
    let x = PI * (t - 0.5);
    let mut term = x;
    let mut sine = x;
    for k in 1..=10 {
        term *= -x * x / f64::from(2 * k * (2 * k + 1));
        sine += term;
    }
    (1.0 - sine) / 2.0
}

/// cos x and sin x by their power series to x^18 and x^19, nested: to 4e-9 for -pi <= x <= pi.
pub fn cos_sin(x: f64) -> (f64, f64) {
    let (mut cos, mut sin) = (1.0, 1.0);
    for n in (1..10).rev() {
        let n = f64::from(2 * n);
        cos = 1.0 - cos * x * x * (1.0 / (n * (n - 1.0)));
        sin = 1.0 - sin * x * x * (1.0 / (n * (n + 1.0)));
    }
    (cos, sin * x)
}

/// exp(-x) by its power series, to 1e-13 for 0 <= x <= 2.
pub fn exp_negative(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for n in 1..=22 {
        term *= -x / f64::from(n);
        sum += term;
    }
    sum
}
