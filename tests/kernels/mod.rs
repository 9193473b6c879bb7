//! The kernels of this processor.

use mnist::engine::Kernel;
use std::sync::Once;

/// Every kernel that this processor has; says once which it lacks.
pub fn kernels() -> Vec<Kernel> {
    static SAID: Once = Once::new();
    let (has, lacks): (Vec<&str>, Vec<&str>) = Kernel::NAMES.iter().partition(|name| Kernel::named(name).is_some());
    SAID.call_once(|| println!("kernels: {}; this processor lacks: {}", has.join(", "), lacks.join(", ")));
    has.into_iter().filter_map(Kernel::named).collect()
}
