//! AVX-512.

use super::{Avx2, LANES, Simd, Task};
use std::arch::x86_64::*;

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

// SAFETY of every intrinsic below: `self` exists, so the processor has the instruction.
impl Simd for Avx512 {
    type Vector = __m512;
    const TILE_VECTORS: usize = 4;
    const TILE_ROWS: [usize; 5] = [0, 12, 12, 8, 6];

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
        let zip = |lanes: &[i32; LANES]| unsafe { _mm512_permutex2var_ps(a, _mm512_loadu_epi32(lanes.as_ptr()), b) };
        [zip(&FIRST), zip(&SECOND)]
    }

    #[inline(always)]
    fn nonzero(self, a: Self::Vector) -> u16 {
        unsafe { _mm512_cmp_ps_mask::<_CMP_NEQ_UQ>(a, _mm512_setzero_ps()) }
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

/// A mask of the first `count` lanes.
#[inline(always)]
fn first(count: usize) -> __mmask16 {
    ((1u32 << count) - 1) as __mmask16
}
