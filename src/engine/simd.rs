//! Sixteen floats at once, whatever the processor calls them.
//!
//! Every kernel of the engine is written once, over [`Simd`], and compiled once for each instruction set: a vector is
//! always sixteen floats (one register of AVX-512, two of AVX2, an array elsewhere), and a multiply-add always rounds
//! once. So the bits of a result do not depend on which of the three ran.
//!
//! A value of [`Avx2`] or [`Avx512`] can only come from `detect`: it is the proof that the processor has the
//! instructions, and who holds it may call them safely. The proof is why the methods below are safe functions around
//! unsafe intrinsics. They are inlined into [`Simd::run`], the one function that is compiled with the instruction set
//! switched on; called from anywhere else they would be correct, but slow.

/// Floats in a vector.
pub const LANES: usize = 16;

/// Work that [`Simd::run`] compiles for an instruction set. `call` and all that it calls must be `#[inline(always)]`,
/// or it is compiled without.
pub trait Task {
    /// What the work results in.
    type Output;
    /// Does the work.
    fn call<S: Simd>(self, simd: S) -> Self::Output;
}

/// An instruction set, and the proof that the processor has it.
pub trait Simd: Copy + Send + Sync {
    /// [`LANES`] floats.
    type Vector: Copy;

    /// The most vectors across a tile of a product.
    const TILE_VECTORS: usize;

    /// The most rows of a tile of so many vectors: as many as leave registers for a row of B and an element of A, and
    /// at least eight independent chains, which two multiply-adds a cycle of latency four need.
    const TILE_ROWS: [usize; 5];

    /// Asks for the cache line at `at` ahead of its use. Any address will do: nothing is read.
    fn prefetch<T>(self, at: *const T);

    /// `[value; LANES]`
    fn splat(self, value: f32) -> Self::Vector;

    /// Reads `LANES` floats.
    ///
    /// # Safety
    /// `from` is valid for reads of `LANES` floats; it need not be aligned.
    unsafe fn load(self, from: *const f32) -> Self::Vector;

    /// Writes `LANES` floats.
    ///
    /// # Safety
    /// `to` is valid for writes of `LANES` floats; it need not be aligned.
    unsafe fn store(self, to: *mut f32, value: Self::Vector);

    /// Reads the first `count` floats of a vector; the other lanes are 0.
    ///
    /// # Safety
    /// `from` is valid for reads of `count` floats, at most `LANES`; it need not be aligned.
    unsafe fn load_first(self, from: *const f32, count: usize) -> Self::Vector;

    /// Writes the first `count` floats of a vector.
    ///
    /// # Safety
    /// `to` is valid for writes of `count` floats, at most `LANES`; it need not be aligned.
    unsafe fn store_first(self, to: *mut f32, value: Self::Vector, count: usize);

    /// `a * b + c` in each lane, rounded once.
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;

    /// `[a0, b0, a1, b1, ...]`: the first half of it, and the second.
    fn zip(self, a: Self::Vector, b: Self::Vector) -> [Self::Vector; 2];

    /// Which lanes are not zero: a bit each, the first lane's the lowest.
    fn nonzero(self, a: Self::Vector) -> u16;

    /// `a * b + c` of single floats, rounded once.
    fn fma(self, a: f32, b: f32, c: f32) -> f32;

    /// Runs `task` compiled for this instruction set.
    fn run<T: Task>(self, task: T) -> T::Output;
}

/// Plain Rust, which every processor runs.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

impl Simd for Portable {
    type Vector = [f32; LANES];
    const TILE_VECTORS: usize = 1;
    const TILE_ROWS: [usize; 5] = [0, 4, 0, 0, 0];

    #[inline(always)]
    fn prefetch<T>(self, _: *const T) {}

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
    unsafe fn load_first(self, from: *const f32, count: usize) -> Self::Vector {
        // SAFETY: the caller's promise.
        std::array::from_fn(|lane| if lane < count { unsafe { *from.add(lane) } } else { 0.0 })
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, value: Self::Vector, count: usize) {
        for (lane, value) in value.into_iter().enumerate().take(count) {
            // SAFETY: the caller's promise.
            unsafe { *to.add(lane) = value }
        }
    }

    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        std::array::from_fn(|lane| fused(a[lane], b[lane], c[lane]))
    }

    #[inline(always)]
    fn zip(self, a: Self::Vector, b: Self::Vector) -> [Self::Vector; 2] {
        let half =
            |from| std::array::from_fn(|lane| if lane % 2 == 0 { a[from + lane / 2] } else { b[from + lane / 2] });
        [half(0), half(LANES / 2)]
    }

    #[inline(always)]
    fn nonzero(self, a: Self::Vector) -> u16 {
        let bits = a.into_iter().enumerate();
        bits.fold(0, |bits, (lane, a)| bits | u16::from(a != 0.0) << lane)
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
///
/// The product of two floats is exact in a double. Their sum with `c` is not, and rounding it to double and then to
/// float would round twice. So the double is rounded to odd: where anything was lost, the last bit is set, which keeps
/// the second rounding from seeing a tie that is none. (Boldo and Melquiond, "Emulation of FMA and correctly rounded
/// sums: proved algorithms using rounding to odd", IEEE Transactions on Computers 57(4), 2008, theorem 1.)
#[inline(always)]
pub fn fused(a: f32, b: f32, c: f32) -> f32 {
    if cfg!(any(target_feature = "fma", target_arch = "aarch64")) {
        return a.mul_add(b, c);
    }
    let (product, c) = (f64::from(a) * f64::from(b), f64::from(c));
    let sum = product + c;
    // Knuth's two-sum: `lost` is exactly what rounding took from the sum.
    let back = sum - product;
    let lost = (product - (sum - back)) + (c - back);
    let bits = sum.to_bits();
    // An even sum that lost something moves one step towards what it lost, which is odd; NaN and infinity stay.
    let inexact = u64::from(lost != 0.0) & u64::from(sum.is_finite());
    let even = !bits & 1;
    let towards_zero = u64::from((lost > 0.0) != (sum > 0.0));
    let odd = bits.wrapping_add((inexact & even).wrapping_mul(1u64.wrapping_sub(2 * towards_zero)));
    f64::from_bits(odd) as f32
}

#[cfg(target_arch = "x86_64")]
pub use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{LANES, Simd, Task};
    use std::arch::x86_64::*;

    /// AVX2 with FMA, and what finds and counts bits: two registers of eight floats.
    #[derive(Clone, Copy, Debug)]
    pub struct Avx2(());

    impl Avx2 {
        /// The proof, where the processor has it.
        pub fn detect() -> Option<Self> {
            let found = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("popcnt");
            found.then_some(Avx2(()))
        }
    }

    // SAFETY of every intrinsic below: `self` exists, so the processor has the instruction.
    impl Simd for Avx2 {
        type Vector = [__m256; 2];
        const TILE_VECTORS: usize = 1;
        const TILE_ROWS: [usize; 5] = [0, 6, 0, 0, 0];

        #[inline(always)]
        fn prefetch<T>(self, at: *const T) {
            unsafe { _mm_prefetch::<_MM_HINT_T1>(at.cast()) }
        }

        #[inline(always)]
        fn splat(self, value: f32) -> Self::Vector {
            unsafe { [_mm256_set1_ps(value); 2] }
        }

        #[inline(always)]
        unsafe fn load(self, from: *const f32) -> Self::Vector {
            unsafe { [_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(LANES / 2))] }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut f32, value: Self::Vector) {
            unsafe {
                _mm256_storeu_ps(to, value[0]);
                _mm256_storeu_ps(to.add(LANES / 2), value[1]);
            }
        }

        #[inline(always)]
        unsafe fn load_first(self, from: *const f32, count: usize) -> Self::Vector {
            let [low, high] = halves(count);
            unsafe {
                let high_from = from.wrapping_add(LANES / 2);
                [_mm256_maskload_ps(from, low), _mm256_maskload_ps(high_from, high)]
            }
        }

        #[inline(always)]
        unsafe fn store_first(self, to: *mut f32, value: Self::Vector, count: usize) {
            let [low, high] = halves(count);
            unsafe {
                _mm256_maskstore_ps(to, low, value[0]);
                _mm256_maskstore_ps(to.wrapping_add(LANES / 2), high, value[1]);
            }
        }

        #[inline(always)]
        fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
            unsafe { [_mm256_fmadd_ps(a[0], b[0], c[0]), _mm256_fmadd_ps(a[1], b[1], c[1])] }
        }

        #[inline(always)]
        fn zip(self, a: Self::Vector, b: Self::Vector) -> [Self::Vector; 2] {
            let zip = |a, b| unsafe {
                // Each 128-bit half is zipped by itself, and the halves are then put in order.
                let (low, high) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
                [_mm256_permute2f128_ps::<0x20>(low, high), _mm256_permute2f128_ps::<0x31>(low, high)]
            };
            [zip(a[0], b[0]), zip(a[1], b[1])]
        }

        #[inline(always)]
        fn nonzero(self, a: Self::Vector) -> u16 {
            let half = |a| unsafe { _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_NEQ_UQ>(a, _mm256_setzero_ps())) as u16 };
            half(a[0]) | half(a[1]) << (LANES / 2)
        }

        #[inline(always)]
        fn fma(self, a: f32, b: f32, c: f32) -> f32 {
            a.mul_add(b, c)
        }

        #[inline(always)]
        fn run<T: Task>(self, task: T) -> T::Output {
            #[target_feature(enable = "avx2,fma,bmi1,popcnt")]
            fn compiled<T: Task>(simd: Avx2, task: T) -> T::Output {
                task.call(simd)
            }
            unsafe { compiled(self, task) }
        }
    }

    /// Masks of the first `count` lanes.
    #[inline(always)]
    fn halves(count: usize) -> [__m256i; 2] {
        let mask: [i32; LANES] = std::array::from_fn(|lane| -i32::from(lane < count));
        unsafe {
            let from = mask.as_ptr().cast::<__m256i>();
            [_mm256_loadu_si256(from), _mm256_loadu_si256(from.add(1))]
        }
    }

    /// A mask of the first `count` lanes.
    #[inline(always)]
    fn first(count: usize) -> __mmask16 {
        ((1u32 << count) - 1) as __mmask16
    }

    /// AVX-512: one register of sixteen floats, and thirty-two of them.
    #[derive(Clone, Copy, Debug)]
    pub struct Avx512(());

    impl Avx512 {
        /// The proof, where the processor has it.
        pub fn detect() -> Option<Self> {
            let found = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && Avx2::detect().is_some();
            found.then_some(Avx512(()))
        }
    }

    impl Simd for Avx512 {
        type Vector = __m512;
        const TILE_VECTORS: usize = 4;
        const TILE_ROWS: [usize; 5] = [0, 12, 12, 8, 6];

        #[inline(always)]
        fn prefetch<T>(self, at: *const T) {
            unsafe { _mm_prefetch::<_MM_HINT_T1>(at.cast()) }
        }

        #[inline(always)]
        fn splat(self, value: f32) -> Self::Vector {
            unsafe { _mm512_set1_ps(value) }
        }

        #[inline(always)]
        unsafe fn load(self, from: *const f32) -> Self::Vector {
            unsafe { _mm512_loadu_ps(from) }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut f32, value: Self::Vector) {
            unsafe { _mm512_storeu_ps(to, value) }
        }

        #[inline(always)]
        unsafe fn load_first(self, from: *const f32, count: usize) -> Self::Vector {
            unsafe { _mm512_maskz_loadu_ps(first(count), from) }
        }

        #[inline(always)]
        unsafe fn store_first(self, to: *mut f32, value: Self::Vector, count: usize) {
            unsafe { _mm512_mask_storeu_ps(to, first(count), value) }
        }

        #[inline(always)]
        fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
            unsafe { _mm512_fmadd_ps(a, b, c) }
        }

        #[inline(always)]
        fn zip(self, a: Self::Vector, b: Self::Vector) -> [Self::Vector; 2] {
            // Lanes of the result, by their place in a (0 to 15) or b (16 to 31).
            const FIRST: [i32; LANES] = [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23];
            const SECOND: [i32; LANES] = [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31];
            let zip =
                |lanes: &[i32; LANES]| unsafe { _mm512_permutex2var_ps(a, _mm512_loadu_epi32(lanes.as_ptr()), b) };
            [zip(&FIRST), zip(&SECOND)]
        }

        #[inline(always)]
        fn nonzero(self, a: Self::Vector) -> u16 {
            unsafe { _mm512_cmp_ps_mask::<_CMP_NEQ_UQ>(a, _mm512_setzero_ps()) }
        }

        #[inline(always)]
        fn fma(self, a: f32, b: f32, c: f32) -> f32 {
            a.mul_add(b, c)
        }

        #[inline(always)]
        fn run<T: Task>(self, task: T) -> T::Output {
            #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi1,popcnt")]
            fn compiled<T: Task>(simd: Avx512, task: T) -> T::Output {
                task.call(simd)
            }
            unsafe { compiled(self, task) }
        }
    }
}
