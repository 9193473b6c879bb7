//! The terminal behind a standard stream: how wide it is, and whether it takes escape sequences. The standard library
//! tells neither.

/// The columns of the terminal behind a standard stream (1 is standard output, 2 standard error), or `None` where there
/// is no terminal or no way to ask.
pub fn columns(stream: i32) -> Option<usize> {
    system::columns(stream)
}

/// Whether the terminal behind a standard stream takes escape sequences. An old console of Windows takes none unless it
/// is told to, so it is told to.
pub fn takes_escapes(stream: i32) -> bool {
    system::takes_escapes(stream)
}

#[cfg(all(unix, not(unknown_system)))]
mod system {
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

    // Linux numbers its requests by hand on most processors; the BSDs, macOS and the rest build the number from the
    // direction, the size of the struct and the letter.
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

    pub fn columns(stream: i32) -> Option<usize> {
        let mut size = WindowSize::default();
        // SAFETY: TIOCGWINSZ writes one `struct winsize` to its argument, which points to one that lives and is ours
        // alone until the call returns; on any descriptor that is no terminal, closed ones included, the call fails and
        // writes nothing.
        let failed = unsafe { ioctl(stream, TIOCGWINSZ, &raw mut size) } != 0;
        (!failed && size.columns > 0).then_some(usize::from(size.columns))
    }

    pub fn takes_escapes(_stream: i32) -> bool {
        true
    }
}

#[cfg(all(windows, not(unknown_system)))]
mod system {
    use std::ffi::c_void;
    use std::io;
    use std::os::windows::io::AsRawHandle;

    /// `COORD` of <wincontypes.h>.
    #[repr(C)]
    #[derive(Default)]
    struct Coord {
        x: i16,
        y: i16,
    }

    /// `CONSOLE_SCREEN_BUFFER_INFO` of <wincontypes.h>.
    #[repr(C)]
    #[derive(Default)]
    struct ScreenBuffer {
        size: Coord,
        cursor: Coord,
        attributes: u16,
        /// The window's first and last columns and rows: left, top, right, bottom.
        window: [i16; 4],
        largest: Coord,
    }

    const ENABLE_VIRTUAL_TERMINAL_PROCESSING: u32 = 4;

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetConsoleScreenBufferInfo(console: *mut c_void, info: *mut ScreenBuffer) -> i32;
        fn GetConsoleMode(console: *mut c_void, mode: *mut u32) -> i32;
        fn SetConsoleMode(console: *mut c_void, mode: u32) -> i32;
    }

    fn handle(stream: i32) -> Option<*mut c_void> {
        match stream {
            1 => Some(io::stdout().as_raw_handle()),
            2 => Some(io::stderr().as_raw_handle()),
            _ => None,
        }
    }

    pub fn columns(stream: i32) -> Option<usize> {
        let mut info = ScreenBuffer::default();
        // SAFETY: the call writes one such struct, which is ours alone; on a handle of no console it fails and writes
        // nothing.
        let known = unsafe { GetConsoleScreenBufferInfo(handle(stream)?, &raw mut info) } != 0;
        let [left, _, right, _] = info.window.map(i32::from);
        usize::try_from(right - left + 1).ok().filter(|&columns| known && columns > 0)
    }

    pub fn takes_escapes(stream: i32) -> bool {
        let Some(console) = handle(stream) else {
            return false;
        };
        let mut mode = 0;
        // SAFETY: as above; the second call changes how this console shows what is written to it, and nothing else. A
        // terminal that is no console, as Git brings one, takes escapes.
        unsafe {
            GetConsoleMode(console, &raw mut mode) == 0
                || SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0
        }
    }
}

#[cfg(any(not(any(unix, windows)), unknown_system))]
mod system {
    pub fn columns(_stream: i32) -> Option<usize> {
        None
    }

    pub fn takes_escapes(_stream: i32) -> bool {
        true
    }
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
