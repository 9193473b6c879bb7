//! AVX2.

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
    fn run<T: Task>(self, task: T) -> T::Output {
        #[target_feature(enable = "avx2,fma,bmi1,popcnt")]
        fn compiled<T: Task>(simd: Avx2, task: T) -> T::Output {
            task.call(simd)
        }
        unsafe { compiled(self, task) }
    }
}
