//! Sixteen floats at once, whatever the processor calls them.
//!
//! Every kernel of the engine is written once, over [`Simd`], and compiled once for each instruction set: a vector is
//! always sixteen floats (one register of AVX-512, two of AVX2, four of NEON, an array elsewhere), and a multiply-add
//! always rounds once. So the bits of a result do not depend on which of them ran.
//!
//! A value of `Avx2`, `Avx512` or `Neon` can only come from `detect`: it is the proof that the processor has the
//! instructions, and who holds it may call them safely. The proof is why the methods below are safe functions around
//! unsafe intrinsics. They are inlined into [`Simd::run`], the one function that is compiled with the instruction set
//! switched on; called from anywhere else they would be correct, but slow.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;

#[cfg(target_arch = "x86_64")]
pub use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;
#[cfg(target_arch = "aarch64")]
pub use neon::Neon;
pub use portable::{Portable, fused};

/// Floats in a vector.
pub const LANES: usize = 16;

/// Asks for the cache line at `at` ahead of its use. Any address will do: nothing is read.
#[inline(always)]
pub fn prefetch<T>(at: *const T) {
    // SAFETY: every x86-64 has the instruction, and it reads nothing.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        use std::arch::x86_64::*;
        _mm_prefetch::<_MM_HINT_T1>(at.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

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

    /// The most rows of a tile, by the vectors across it (entry 0, and those beyond `TILE_VECTORS`, are unused): as
    /// many as leave registers for a row of B and an element of A. Where the processor has registers enough, that is at
    /// least eight independent chains, which two multiply-adds a cycle of latency four need.
    const TILE_ROWS: [usize; 5];

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
    #[inline(always)]
    unsafe fn load_first(self, from: *const f32, count: usize) -> Self::Vector {
        let mut floats = [0.0; LANES];
        // SAFETY: the caller's promise, and a vector is as long as the array.
        unsafe {
            from.copy_to_nonoverlapping(floats.as_mut_ptr(), count);
            self.load(floats.as_ptr())
        }
    }

    /// Writes the first `count` floats of a vector.
    ///
    /// # Safety
    /// `to` is valid for writes of `count` floats, at most `LANES`; it need not be aligned.
    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, value: Self::Vector, count: usize) {
        let mut floats = [0.0; LANES];
        // SAFETY: as in `load_first`.
        unsafe {
            self.store(floats.as_mut_ptr(), value);
            to.copy_from_nonoverlapping(floats.as_ptr(), count);
        }
    }

    /// `a * b + c` in each lane, rounded once.
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;

    /// `[a0, b0, a1, b1, ...]`: the first half of it, and the second.
    fn zip(self, a: Self::Vector, b: Self::Vector) -> [Self::Vector; 2];

    /// Which lanes are not zero: a bit each, the first lane's the lowest.
    #[inline(always)]
    fn nonzero(self, a: Self::Vector) -> u16 {
        let mut floats = [0.0; LANES];
        // SAFETY: a vector is as long as the array.
        unsafe { self.store(floats.as_mut_ptr(), a) }
        floats.iter().enumerate().fold(0, |bits, (lane, &float)| bits | u16::from(float != 0.0) << lane)
    }

    /// `a * b + c` of single floats, rounded once.
    #[inline(always)]
    fn fma(self, a: f32, b: f32, c: f32) -> f32 {
        a.mul_add(b, c)
    }

    /// Runs `task` compiled for this instruction set.
    fn run<T: Task>(self, task: T) -> T::Output;
}
