//! How wide the terminal is: one call to the operating system, which std does not offer.

/// The columns of the terminal behind an open file descriptor (1 is standard output, 2 standard
/// error), or `None` where there is no terminal or no way to ask.
#[cfg(unix)]
pub fn columns(descriptor: i32) -> Option<usize> {
    use std::ffi::{c_int, c_ulong};

    /// `struct winsize` of <sys/ioctl.h>.
    #[repr(C)]
    #[derive(Default)]
    struct WindowSize {
        rows: u16,
        columns: u16,
        width: u16,
        height: u16,
    }

    // Linux numbers its requests by hand on most processors; the BSDs, macOS and the rest build the
    // number from the direction, the size of the struct and the letter.
    const TIOCGWINSZ: c_ulong = if cfg!(all(
        any(target_os = "linux", target_os = "android"),
        not(any(target_arch = "mips", target_arch = "mips64", target_arch = "powerpc", target_arch = "powerpc64"))
    )) {
        0x5413
    } else {
        0x4008_7468
    };

    unsafe extern "C" {
        fn ioctl(descriptor: c_int, request: c_ulong, ...) -> c_int;
    }

    let mut size = WindowSize::default();
    // SAFETY: TIOCGWINSZ writes one `struct winsize` to its argument, which points to one that
    // lives and is ours alone until the call returns; on any descriptor that is no terminal, closed
    // ones included, the call fails and writes nothing.
    let failed = unsafe { ioctl(descriptor, TIOCGWINSZ, &raw mut size) } != 0;
    (!failed && size.columns > 0).then_some(usize::from(size.columns))
}

/// The columns of the terminal: unknown on this system.
#[cfg(not(unix))]
pub fn columns(_descriptor: i32) -> Option<usize> {
    None
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn what_is_no_terminal_has_no_width() {
        assert_eq!(columns(-1), None);
        #[cfg(unix)]
        {
            use std::os::fd::AsRawFd;
            let null = std::fs::File::open("/dev/null").unwrap();
            assert_eq!(columns(null.as_raw_fd()), None);
        }
    }
}
