//! The system's allocator, counting.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Requests for memory, of all threads.
pub static REQUESTS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Bytes that this thread holds, and the most that it held. Below 0 where it frees what another asked for.
    static HELD: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

struct Counting;

// SAFETY: every call is handed on to the system's allocator as it came. Without a `realloc` of its own a block that
// grows is counted twice while it is copied, which is the worst that any allocator does.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        hold(layout);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    // Pages of zeros are not touched before they are needed.
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        hold(layout);
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        let (held, most) = HELD.get();
        HELD.set((held - layout.size() as isize, most));
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(memory, layout) }
    }
}

fn hold(layout: Layout) {
    REQUESTS.fetch_add(1, Ordering::Relaxed);
    let (held, most) = HELD.get();
    let held = held + layout.size() as isize;
    HELD.set((held, most.max(held)));
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What `work` returns, and how many bytes this thread held meanwhile at most, beside those before.
pub fn measured<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let (before, _) = HELD.get();
    HELD.set((before, before));
    let result = work();
    (result, (HELD.get().1 - before) as usize)
}
