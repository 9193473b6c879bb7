//! Ctrl-C and its like: what the system would end the process for, as a value that can be asked for.
//!
//! The standard library knows no signals, so one function of C is declared here. Nothing but storing a number and
//! calling that function is done while a signal is handled, and both are among the few things that POSIX allows there
//! (IEEE Std 1003.1, "Signal Concepts", async-signal-safe functions). On systems other than Unix nothing is installed,
//! and Ctrl-C ends the process as it always does.
use std::sync::atomic::{AtomicI32, Ordering};

/// The signal that asked to stop; 0 before that.
static REQUESTED: AtomicI32 = AtomicI32::new(0);

/// The number of the signal that has asked the process to stop since [`catch_stop`]: 2 for Ctrl-C (SIGINT), 15 for
/// SIGTERM. Shells expect a process that ends for it to have the exit code 128 + number.
pub fn stop_requested() -> Option<i32> {
    match REQUESTED.load(Ordering::Relaxed) {
        0 => None,
        signal => Some(signal),
    }
}

/// From now on the first SIGINT, SIGTERM or SIGHUP is only noted, for [`stop_requested`]. The next one ends the process at
/// once, as it would have without this call.
pub fn catch_stop() {
    #[cfg(unix)]
    unix::catch_stop();
}

/// Ends the process by that signal, as if it had not been caught: a shell that runs it in a loop then stops. Where that
/// cannot be (process 1 of a container ignores signals) it returns the exit code that says the same, 128 + number.
pub fn die_by(number: i32) -> u8 {
    #[cfg(unix)]
    unix::raise_uncaught(number);
    (128 + number) as u8
}

/// From now on a file that grows over the limit of `ulimit -f` is an error of writing like a full disk. Without this
/// call it ends the process in the middle of the file.
pub fn report_file_size_limit() {
    #[cfg(unix)]
    unix::report_file_size_limit();
}

#[cfg(unix)]
mod unix {
    use std::ffi::c_int;
    use std::sync::atomic::Ordering;

    use super::REQUESTED;

    const SIGHUP: c_int = 1;
    const SIGINT: c_int = 2;
    const SIGTERM: c_int = 15;
    const SIGXFSZ: c_int = 25;
    /// What asks a process to stop.
    const STOPPING: [c_int; 3] = [SIGHUP, SIGINT, SIGTERM];
    /// The handler that stands for "do what the system does".
    const SIG_DFL: usize = 0;
    /// The handler that stands for "do nothing".
    const SIG_IGN: usize = 1;

    unsafe extern "C" {
        /// Sets what a signal does: one of the two constants, or the address of a function that takes its number.
        fn signal(number: c_int, handler: usize) -> usize;
        /// Sends a signal to this process.
        fn raise(number: c_int) -> c_int;
    }

    pub fn catch_stop() {
        let handler: extern "C" fn(c_int) = on_stop;
        // SAFETY: the declaration is C's, with the function pointer as an integer of its size; `on_stop` has the
        // signature that a handler must have, lives as long as the program, and does only what a handler may do.
        unsafe {
            for number in STOPPING {
                signal(number, handler as usize);
            }
        }
    }

    pub fn raise_uncaught(number: c_int) {
        // SAFETY: as above; the signal is given back to the system before it is raised.
        unsafe {
            signal(number, SIG_DFL);
            raise(number);
        }
    }

    pub fn report_file_size_limit() {
        // SAFETY: as above; no function is given that could be called.
        unsafe {
            signal(SIGXFSZ, SIG_IGN);
        }
    }

    /// Takes the note, and gives the signals back to the system.
    extern "C" fn on_stop(number: c_int) {
        REQUESTED.store(number, Ordering::Relaxed);
        // SAFETY: as above; `signal` may be called in a handler.
        unsafe {
            for number in STOPPING {
                signal(number, SIG_DFL);
            }
        }
    }
}
