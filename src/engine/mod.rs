//! The arithmetic: slices in, slices out. It imports no matrix and no network.
//!
//! ```text
//! simd        sixteen floats at once, on each instruction set
//! aligned     floats that begin at a cache line
//! elementary  exp, ln, ... with the same bits everywhere
//! view        matrices where they lie
//! product     dense products              \  one chain of fused multiply-adds
//! sparse      the first layer's products   |  per element of the result
//! masked      products past values of 0   /
//! pack        parts copied, so that a product reads them contiguously
//! gemm        dense products of any size, on all threads
//! pool        the threads
//! ```
//!
//! What was tried, with figures, stands in `measurements.md` beside this file.

// The kernels: lengths are asserted before anything is read or written without a check.
#![allow(unsafe_code)]

pub mod aligned;
pub mod elementary;
pub mod gemm;
pub mod masked;
pub mod pack;
pub mod pool;
pub mod product;
pub mod simd;
pub mod sparse;
pub mod view;

use pool::Pool;
#[cfg(target_arch = "aarch64")]
use simd::Neon;
#[cfg(target_arch = "x86_64")]
use simd::{Avx2, Avx512};
use simd::{Portable, Simd, Task};

/// What products run on.
pub struct Engine {
    /// The instruction set.
    pub kernel: Kernel,
    /// The threads.
    pub pool: Pool,
}

impl Engine {
    /// So many threads, or as many as the system gives.
    pub fn new(kernel: Kernel, threads: usize) -> Self {
        Engine { kernel, pool: Pool::new(threads) }
    }
}

/// One of the instruction sets that this processor has.
#[derive(Clone, Copy, Debug)]
pub enum Kernel {
    /// AVX-512.
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    /// AVX2 with FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    /// NEON.
    #[cfg(target_arch = "aarch64")]
    Neon(Neon),
    /// Whatever the compiler's baseline is.
    Portable(Portable),
}

impl Kernel {
    /// The names of all kernels, whether this processor has them or not, fastest first.
    pub const NAMES: [&str; 4] = ["avx512", "avx2", "neon", "portable"];

    /// The kernel of that name, where this processor has it.
    pub fn named(name: &str) -> Option<Kernel> {
        match name {
            #[cfg(target_arch = "x86_64")]
            "avx512" => Avx512::detect().map(Kernel::Avx512),
            #[cfg(target_arch = "x86_64")]
            "avx2" => Avx2::detect().map(Kernel::Avx2),
            #[cfg(target_arch = "aarch64")]
            "neon" => Neon::detect().map(Kernel::Neon),
            "portable" => Some(Kernel::Portable(Portable)),
            _ => None,
        }
    }

    /// The fastest kernel that this processor has.
    pub fn best() -> Kernel {
        let found = Kernel::NAMES.iter().find_map(|name| Kernel::named(name));
        found.unwrap_or(Kernel::Portable(Portable))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512(_) => "avx512",
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2(_) => "avx2",
            #[cfg(target_arch = "aarch64")]
            Kernel::Neon(_) => "neon",
            Kernel::Portable(_) => "portable",
        }
    }

    /// Runs `task` compiled for this instruction set.
    pub fn run<T: Task>(self, task: T) -> T::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx512(simd) => simd.run(task),
            #[cfg(target_arch = "x86_64")]
            Kernel::Avx2(simd) => simd.run(task),
            #[cfg(target_arch = "aarch64")]
            Kernel::Neon(simd) => simd.run(task),
            Kernel::Portable(simd) => simd.run(task),
        }
    }
}
