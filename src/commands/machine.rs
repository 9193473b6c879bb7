//! What the work runs on.

use super::error::{Error, Result};
use crate::cli::{Arguments, options};
use crate::engine::{Engine, Kernel};
use crate::names::counted;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, thread};

/// The variable that forces a kernel.
const KERNEL: &str = "MNIST_KERNEL";

/// The threads that were asked for, or one a core; no more than cores, since they would only wait for each other.
pub fn threads(arguments: &Arguments) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    arguments.get(options::THREADS).map_or(cores, |asked| asked.min(cores))
}

/// The kernel that was asked for, or the fastest, and the threads.
pub fn engine(arguments: &Arguments) -> Result<Engine> {
    let (kernel, asked) = (kernel()?, threads(arguments));
    let told = arguments.get(options::THREADS).unwrap_or(asked);
    // A command that learns first makes two engines.
    static SAID: AtomicBool = AtomicBool::new(false);
    let silent = SAID.swap(true, Ordering::Relaxed) || arguments.flag(options::QUIET);
    let note = |line: String| {
        if !silent {
            // There is nobody to tell if it cannot be told.
            let _ = writeln!(io::stderr(), "{line}");
        }
    };
    if told > asked {
        let cores = if asked == 1 { "1 core is" } else { &format!("{asked} cores are") };
        note(format!("--threads {told}: {cores} to be had: going on with {}", counted(asked, "thread")));
    }
    let engine = Engine::new(kernel, asked);
    let given = engine.pool.threads();
    if given < asked {
        note(format!("the system gives {given} of {asked} threads: going on with {given}"));
    }
    Ok(engine)
}

/// The kernel that the environment names, or the fastest.
pub fn kernel() -> Result<Kernel> {
    let Some(name) = env::var_os(KERNEL).filter(|name| !name.is_empty()) else {
        return Ok(Kernel::best());
    };
    let name = name.to_string_lossy();
    Kernel::named(&name).ok_or_else(|| {
        let available = Kernel::NAMES.into_iter().filter(|name| Kernel::named(name).is_some());
        let available = available.collect::<Vec<_>>().join(", ");
        Error::new(format!("{KERNEL}: expected a kernel that this processor has ({available}), found {name:?}"))
    })
}
