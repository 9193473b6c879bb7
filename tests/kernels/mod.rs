//! The kernels of this processor, numbers to try them with, and a runner of such tests.
//!
//! They run one after the other on the main thread, where the test library would start threads: so they run under an
//! emulator that has none, too.

use mnist::engine::Kernel;

/// A test and its name.
pub type Test = (&'static str, fn());

/// Each test with its name.
macro_rules! tests {
    ($($name:ident),* $(,)?) => { [$((stringify!($name), $name as fn())),*] };
}
pub(crate) use tests;

/// Runs the tests whose names hold what the command line names, or all. The first that fails ends the program.
pub fn run(tests: &[Test]) {
    let has = Kernel::NAMES.map(|name| (name, Kernel::named(name).is_some()));
    let list = |found| {
        let names: Vec<&str> = has.iter().filter(|kernel| kernel.1 == found).map(|kernel| kernel.0).collect();
        names.join(", ")
    };
    println!("kernels: {}; this processor lacks: {}", list(true), list(false));
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let named = |name: &str| wanted.as_ref().is_none_or(|wanted| name.contains(wanted.as_str()));
    for (name, test) in tests.iter().filter(|(name, _)| named(name)) {
        print!("test {name} ... ");
        let _ = std::io::Write::flush(&mut std::io::stdout());
        test();
        println!("ok");
    }
}

/// Every kernel that this processor has.
pub fn kernels() -> Vec<Kernel> {
    Kernel::NAMES.iter().filter_map(|name| Kernel::named(name)).collect()
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
