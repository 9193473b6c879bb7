//! Ctrl-C and its like: what the system would end the process for, as a value that can be asked for.
//!
//! The standard library knows no signals, so one function of C is declared here. Nothing but storing a number and
//! calling that function is done while a signal is handled, and both are among the few things that POSIX allows there
//! (IEEE Std 1003.1, "Signal Concepts", async-signal-safe functions). Windows calls a function of ours on a thread of
//! its own instead. On any other system nothing is installed, and Ctrl-C ends the process as it always does.

use std::sync::atomic::{AtomicI32, Ordering};

/// The signal that asked to stop; 0 before that.
static REQUESTED: AtomicI32 = AtomicI32::new(0);

/// The number of the signal that has asked the process to stop since [`catch_stop`]: 2 for Ctrl-C (SIGINT), 15 for
/// SIGTERM, which a console of Windows that is closed counts as. Shells expect a process that ends for it to
/// have the exit code 128 + number.
pub fn stop_requested() -> Option<i32> {
    match REQUESTED.load(Ordering::Relaxed) {
        0 => None,
        signal => Some(signal),
    }
}

/// From now on the first SIGINT, SIGTERM or SIGHUP is only noted, for [`stop_requested`]. The next one ends the process
/// at once, as it would have without this call. What whoever started the process has it ignore (`nohup` SIGHUP, a
/// script's `&` SIGINT) stays ignored.
pub fn catch_stop() {
    system::catch_stop();
}

/// Ends the process by that signal, as if it had not been caught: a shell that runs it in a loop then stops. Where that
/// cannot be (process 1 of a container ignores signals) it returns the exit code that says the same, 128 + number.
pub fn die_by(number: i32) -> u8 {
    system::raise_uncaught(number);
    (128 + number) as u8
}

/// From now on a file that grows over the limit of `ulimit -f` is an error of writing like a full disk. Without this
/// call it ends the process in the middle of the file.
pub fn report_file_size_limit() {
    system::report_file_size_limit();
}

#[cfg(all(unix, not(unknown_system)))]
mod system {
    use std::ffi::c_int;
    use std::sync::atomic::{AtomicU32, Ordering};

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

    /// The signals that were caught, a bit each.
    static CAUGHT: AtomicU32 = AtomicU32::new(0);

    unsafe extern "C" {
        /// Sets what a signal does: one of the two constants, or the address of a function that takes its number.
        /// Returns what it did before.
        fn signal(number: c_int, handler: usize) -> usize;
        /// Sends a signal to this process.
        fn raise(number: c_int) -> c_int;
    }

    pub fn catch_stop() {
        let handler: extern "C" fn(c_int) = on_stop;
        for number in STOPPING {
            // SAFETY: `on_stop` has the signature that a handler must have, lives as long as the program, and does only
            // what a handler may do; the declaration is C's, with the function pointer as an integer of its size.
            unsafe {
                // To ignore it first would forget one that is on its way.
                if signal(number, handler as usize) == SIG_IGN {
                    signal(number, SIG_IGN);
                } else {
                    CAUGHT.fetch_or(1 << number, Ordering::Relaxed);
                }
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
        let caught = CAUGHT.load(Ordering::Relaxed);
        for number in STOPPING.into_iter().filter(|number| caught & 1 << number != 0) {
            // SAFETY: as above; `signal` may be called in a handler.
            unsafe {
                signal(number, SIG_DFL);
            }
        }
    }
}

#[cfg(all(windows, not(unknown_system)))]
mod system {
    use std::sync::atomic::Ordering;
    use std::thread;
    use std::time::Duration;

    use super::REQUESTED;

    const CTRL_C: u32 = 0;
    const CTRL_BREAK: u32 = 1;

    #[link(name = "kernel32")]
    unsafe extern "system" {
        /// Adds a function to those that are asked, last added first, what to do when the console stops its processes.
        fn SetConsoleCtrlHandler(handler: Option<extern "system" fn(u32) -> i32>, add: i32) -> i32;
    }

    pub fn catch_stop() {
        // SAFETY: `on_stop` has the signature that a handler must have and lives as long as the program.
        unsafe {
            SetConsoleCtrlHandler(Some(on_stop), 1);
        }
    }

    /// Windows has no signals to die by: the exit code says it.
    pub fn raise_uncaught(_number: i32) {}

    /// Windows has no such limit.
    pub fn report_file_size_limit() {}

    /// Takes the note and says that all is done; the second time that nothing is, and then the process ends.
    extern "system" fn on_stop(event: u32) -> i32 {
        let closing = !matches!(event, CTRL_C | CTRL_BREAK);
        let signal = if closing { 15 } else { 2 };
        let first = REQUESTED.swap(signal, Ordering::Relaxed) == 0;
        if first && closing {
            // The process ends when this returns: the seconds that the system grants are for its last work.
            thread::sleep(Duration::from_secs(60));
        }
        i32::from(first)
    }
}

#[cfg(any(not(any(unix, windows)), unknown_system))]
mod system {
    pub fn catch_stop() {}

    pub fn raise_uncaught(_number: i32) {}

    pub fn report_file_size_limit() {}
}
