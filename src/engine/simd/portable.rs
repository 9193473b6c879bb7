//! Plain Rust, and the fused multiply-add for processors that have none.
//!
//! The product of two floats is exact in a double. Their sum with a third is not, and rounding it to double and then to
//! float would round twice. That does harm only where the double lies on a midpoint between two floats, or where the
//! float is below the normal range and has fewer bits. There the double is rounded to odd: where anything was lost, the
//! last bit is set, which keeps the second rounding from seeing a tie that is none. (Boldo and Melquiond, "Emulation of
//! FMA and correctly rounded sums: proved algorithms using rounding to odd", IEEE Transactions on
//! Computers 57(4), 2008, theorem 1.)

use super::{LANES, Simd, Task};

/// Plain Rust, which every processor runs.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

impl Simd for Portable {
    type Vector = [f32; LANES];
    const TILE_VECTORS: usize = 1;
    const TILE_ROWS: [usize; 5] = [0, 4, 0, 0, 0];

    #[inline(always)]
    fn splat(self, value: f32) -> Self::Vector {
        [value; LANES]
    }

    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> Self::Vector {
        // SAFETY: the caller's promise; an array of floats has their alignment.
        unsafe { from.cast::<Self::Vector>().read() }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32, value: Self::Vector) {
        // SAFETY: as in `load`.
        unsafe { to.cast::<Self::Vector>().write(value) }
    }

    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        fused_lanes(a, b, c)
    }

    #[inline(always)]
    fn zip(self, a: Self::Vector, b: Self::Vector) -> [Self::Vector; 2] {
        let half =
            |from| std::array::from_fn(|lane| if lane % 2 == 0 { a[from + lane / 2] } else { b[from + lane / 2] });
        [half(0), half(LANES / 2)]
    }

    #[inline(always)]
    fn fma(self, a: f32, b: f32, c: f32) -> f32 {
        fused(a, b, c)
    }

    #[inline(always)]
    fn run<T: Task>(self, task: T) -> T::Output {
        task.call(self)
    }
}

/// `a * b + c` rounded once, also on a processor that has no such instruction.
#[inline(always)]
pub fn fused(a: f32, b: f32, c: f32) -> f32 {
    if cfg!(any(target_feature = "fma", target_arch = "aarch64")) {
        return a.mul_add(b, c);
    }
    let sum = sum(a, b, c);
    if in_doubt(sum) { rounded_to_odd(a, b, c) as f32 } else { sum as f32 }
}

/// [`fused`] in each lane: all at once, and one by one where a lane is in doubt.
#[inline(always)]
fn fused_lanes(a: [f32; LANES], b: [f32; LANES], c: [f32; LANES]) -> [f32; LANES] {
    let mut result = [0.0; LANES];
    let mut doubt = false;
    for lane in 0..LANES {
        let sum = sum(a[lane], b[lane], c[lane]);
        doubt |= in_doubt(sum);
        result[lane] = sum as f32;
    }
    if doubt { one_by_one(&a, &b, &c) } else { result }
}

/// The rare path, compiled once and out of the way.
#[cold]
#[inline(never)]
fn one_by_one(a: &[f32; LANES], b: &[f32; LANES], c: &[f32; LANES]) -> [f32; LANES] {
    std::array::from_fn(|lane| fused(a[lane], b[lane], c[lane]))
}

/// `a * b + c`, rounded to a double.
#[inline(always)]
fn sum(a: f32, b: f32, c: f32) -> f64 {
    f64::from(a) * f64::from(b) + f64::from(c)
}

/// Whether rounding this to a float may differ from rounding once: it lies on a midpoint between two floats (of the 29
/// bits that a float lacks the first is set and no other), or is about the smallest normal float or less, but not 0.
#[inline(always)]
fn in_doubt(sum: f64) -> bool {
    const HALF: u32 = 1 << 28;
    const SMALLEST_NORMAL: u32 = ((f32::MIN_POSITIVE as f64).to_bits() >> 32) as u32;
    let (low, high) = (sum.to_bits() as u32, (sum.to_bits() >> 32) as u32 & (u32::MAX >> 1));
    // A sum that is not 0 is far within a double's normal range, so its upper half is not 0 either.
    ((low ^ HALF) << 3 == 0) | (high.wrapping_sub(1) < SMALLEST_NORMAL)
}

/// `a * b + c`, rounded to an odd double where it is none.
fn rounded_to_odd(a: f32, b: f32, c: f32) -> f64 {
    let (product, c) = (f64::from(a) * f64::from(b), f64::from(c));
    let sum = product + c;
    // Knuth's two-sum: `lost` is exactly what rounding took from the sum.
    let back = sum - product;
    let lost = (product - (sum - back)) + (c - back);
    let bits = sum.to_bits();
    if lost == 0.0 || !sum.is_finite() || bits & 1 == 1 {
        return sum;
    }
    // An even sum that lost something moves one step towards what it lost, which is odd.
    f64::from_bits(if (lost > 0.0) == (sum > 0.0) { bits + 1 } else { bits - 1 })
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::{LANES, fused, fused_lanes};

    #[target_feature(enable = "fma")]
    fn instruction(a: f32, b: f32, c: f32) -> f32 {
        a.mul_add(b, c)
    }

    /// Random 64-bit numbers (Marsaglia, xorshift).
    struct Random(u64);

    impl Random {
        fn next(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }

        /// A float of few or many bits, from zero and the subnormal to infinity and NaN.
        fn float(&mut self) -> f32 {
            let (bits, choice) = (self.next() as u32, self.next());
            let mantissa = bits & 0x007f_ffff & (u32::MAX << (choice % 24));
            let exponent = match (choice >> 8) % 16 {
                0 => 0,
                1 => 1,
                2 => 254,
                3 => 255,
                4..8 => bits >> 9 & 0xff,
                _ => 120 + (bits >> 9) % 16,
            };
            f32::from_bits(bits & 1 << 31 | (exponent << 23 & 0x7f80_0000) | mantissa)
        }

        /// A triple whose sum is hard to round: any floats; or a third that nearly cancels the product, lies at a
        /// midpoint of it, or is as small as the subnormals.
        fn triple(&mut self) -> [f32; 3] {
            let (a, b, any) = (self.float(), self.float(), self.float());
            let (choice, steps) = (self.next() % 6, self.next() % 64);
            let product = a * b;
            let c = match choice {
                0 => any,
                // A few steps from where all cancels.
                1 => f32::from_bits((-product).to_bits().wrapping_add(steps as u32).wrapping_sub(32)),
                // Where the product is about half a step of the third, or a thousandth of that.
                2 => f32::from_bits(product.to_bits().wrapping_add(24 << 23)),
                3 => f32::from_bits(product.to_bits().wrapping_add((steps as u32) << 23)),
                4 => f32::from_bits((-product).to_bits().wrapping_add((steps as u32) << 23)),
                _ => f32::from_bits(any.to_bits() & 0x80ff_ffff),
            };
            [a, b, c]
        }
    }

    fn has_instruction() -> bool {
        let has = is_x86_feature_detected!("fma");
        if !has {
            println!("not run: this processor has no fused multiply-add to compare with");
        }
        has
    }

    /// Compares a vector of triples with the instruction, whose results it returns.
    fn compare(triples: [[f32; 3]; LANES]) -> [f32; LANES] {
        let [a, b, c] = std::array::from_fn(|i| triples.map(|triple| triple[i]));
        let lanes = fused_lanes(a, b, c);
        std::array::from_fn(|lane| {
            let [a, b, c] = triples[lane];
            // SAFETY: the callers ask whether the processor has it.
            let expected = unsafe { instruction(a, b, c) };
            for found in [lanes[lane], fused(a, b, c)] {
                let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
                assert!(same, "{a:e} * {b:e} + {c:e}: expected {expected:e}, found {found:e}");
            }
            expected
        })
    }

    /// Compares so many vectors of random triples, many of which are no plain ones.
    fn compare_random(vectors: usize) {
        if !has_instruction() {
            return;
        }
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let (mut ties, mut subnormal, mut special) = (0, 0, 0);
        for _ in 0..vectors {
            let triples: [[f32; 3]; LANES] = std::array::from_fn(|_| random.triple());
            for ([a, b, c], expected) in triples.into_iter().zip(compare(triples)) {
                let sum = f64::from(a) * f64::from(b) + f64::from(c);
                ties += usize::from(sum.to_bits() << 35 == 1 << 63);
                subnormal += usize::from(expected.is_subnormal());
                special += usize::from(!expected.is_finite());
            }
        }
        let hard = [ties, subnormal, special];
        assert!(hard.iter().all(|&count| count > vectors / 10), "too few hard triples: {hard:?}");
    }

    #[test]
    fn the_emulation_rounds_as_the_instruction_does() {
        compare_random(100_000);
    }

    #[test]
    #[rustfmt::skip]
    fn the_emulation_knows_zeros_subnormals_infinities_and_nan() {
        let positive = [
            0.0, 1e-45, 3e-45, 1.1754942e-38, f32::MIN_POSITIVE, 1e-20, 1e-19, 0.5, 1.0 - f32::EPSILON / 2.0, 1.0,
            1.0 + f32::EPSILON, 1.5, 3.0, 16_777_215.0, 16_777_216.0, 1e19, 1.8446744e19, 1.7014118e38, f32::MAX,
            f32::INFINITY, f32::NAN,
        ];
        let all = positive.map(|x| [x, -x]).concat();
        if has_instruction() {
            for (&a, &b) in all.iter().flat_map(|a| all.iter().map(move |b| (a, b))) {
                all.iter().for_each(|&c| _ = compare([[a, b, c]; LANES]));
            }
        }
    }

    /// A hundred million triples.
    #[test]
    #[ignore = "takes a minute"]
    fn the_emulation_rounds_as_the_instruction_does_a_hundred_million_times() {
        compare_random(100_000_000 / LANES + 1);
    }
}
