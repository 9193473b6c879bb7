//! The kernels of this processor, and numbers to try them with.

use mnist::engine::Kernel;

/// Every kernel that this processor has; says which it has not.
pub fn kernels() -> Vec<Kernel> {
    let found = |name: &&str| {
        let kernel = Kernel::named(name);
        if kernel.is_none() {
            println!("{name}: not run, this processor lacks it");
        }
        kernel
    };
    Kernel::NAMES.iter().filter_map(found).collect()
}

/// Random 32-bit numbers: the high half of an LCG's state (Knuth, MMIX).
pub struct Random(pub u64);

impl Random {
    /// Any 32 bits.
    pub fn bits(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }
}
