//! NEON, which every 64-bit ARM has.

// Where the compiler's baseline has NEON, most intrinsics are safe; older compilers call them unsafe.
#![allow(unused_unsafe)]

use super::{Simd, Task};
use std::arch::aarch64::*;
use std::arch::is_aarch64_feature_detected;

/// Floats in a register.
const FLOATS: usize = 4;

/// NEON: four registers of four floats, and thirty-two of them.
#[derive(Clone, Copy, Debug)]
pub struct Neon(());

impl Neon {
    /// The proof, where the processor has it.
    pub fn detect() -> Option<Self> {
        is_aarch64_feature_detected!("neon").then_some(Neon(()))
    }
}

// SAFETY of every intrinsic below: `self` exists, so the processor has the instruction.
impl Simd for Neon {
    type Vector = [float32x4_t; 4];
    const TILE_VECTORS: usize = 1;
    const TILE_ROWS: [usize; 5] = [0, 6, 0, 0, 0];

    #[inline(always)]
    fn splat(self, value: f32) -> Self::Vector {
        unsafe { [vdupq_n_f32(value); 4] }
    }

    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> Self::Vector {
        unsafe {
            [
                vld1q_f32(from),
                vld1q_f32(from.add(FLOATS)),
                vld1q_f32(from.add(2 * FLOATS)),
                vld1q_f32(from.add(3 * FLOATS)),
            ]
        }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32, value: Self::Vector) {
        unsafe {
            vst1q_f32(to, value[0]);
            vst1q_f32(to.add(FLOATS), value[1]);
            vst1q_f32(to.add(2 * FLOATS), value[2]);
            vst1q_f32(to.add(3 * FLOATS), value[3]);
        }
    }

    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        unsafe {
            [
                vfmaq_f32(c[0], a[0], b[0]),
                vfmaq_f32(c[1], a[1], b[1]),
                vfmaq_f32(c[2], a[2], b[2]),
                vfmaq_f32(c[3], a[3], b[3]),
            ]
        }
    }

    #[inline(always)]
    fn zip(self, a: Self::Vector, b: Self::Vector) -> [Self::Vector; 2] {
        let zip = |from: usize| unsafe {
            [
                vzip1q_f32(a[from], b[from]),
                vzip2q_f32(a[from], b[from]),
                vzip1q_f32(a[from + 1], b[from + 1]),
                vzip2q_f32(a[from + 1], b[from + 1]),
            ]
        };
        [zip(0), zip(2)]
    }

    #[inline(always)]
    fn run<T: Task>(self, task: T) -> T::Output {
        #[target_feature(enable = "neon")]
        fn compiled<T: Task>(simd: Neon, task: T) -> T::Output {
            task.call(simd)
        }
        unsafe { compiled(self, task) }
    }
}
