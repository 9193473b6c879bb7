//! Dense products of any size, on all threads.
//!
//! C is cut into panels of columns and those into blocks of rows: a task each. The thread that takes a task packs the
//! panel of B into its own memory. So no thread ever waits for another to pack. The sum over k is cut only where the
//! panel would outgrow the cache, and then goes on in the same chains.
//!
//! In BLIS's terms NR = NC = [`PANEL`] and KC is `KC`; there is no MC. With AVX-512 a tile of 6 x 64 takes 12 cycles
//! for a step of k, and reads 6 floats of A in them: 2 bytes a cycle. The third-level cache yields that, so a block of
//! A kept nearer would gain nothing. What was tried stands in `measurements.md`.

use super::Kernel;
use super::aligned::Aligned;
use super::pack::pack;
use super::pool::{Base, Pool};
use super::product::{Product, Start};
use super::simd::{LANES, Simd, Task};
use super::view::{PANEL, Panel, Strided};
use std::cell::Cell;
use std::ops::Range;

/// Rows of B in a packed panel, at most: 256 KiB, half of a second-level cache of 512 KiB (and the other half for A).
const KC: usize = 1024;

/// Rows of C in a task at most: so many that fetching B once a task costs next to nothing.
const HEIGHT: usize = 1024;

/// A product of fewer multiply-adds than this (some 5 microseconds) is not worth waking a thread for.
const SMALL: usize = 1 << 20;

thread_local! {
    /// What a thread packs into, kept from product to product.
    static BUFFER: Cell<Aligned> = Cell::default();
}

/// `C (M x N) = A (M x K) · B (K x N)`. C lies row by row.
///
/// Each element is one chain of fused multiply-adds, k ascending: its bits depend on no kernel, block or thread.
///
/// # Panics
/// Where A or B does not fit its slice or C is not `m * n` long.
pub fn multiply(kernel: Kernel, pool: &mut Pool, [m, k, n]: [usize; 3], a: Strided, b: Strided, c: &mut [f32]) {
    assert_eq!(Some(c.len()), m.checked_mul(n), "C has another size");
    if c.is_empty() || k == 0 {
        return c.fill(0.0);
    }
    assert!(a.holds([m, k]), "A is too small");
    assert!(b.holds([k, n]), "B is too small");
    let small = c.len().saturating_mul(k) < SMALL;
    let wanted = if small || pool.threads() == 1 { 1 } else { 2 * pool.threads() };
    // Columns are dealt evenly among the panels, in vectors, and rows among the blocks.
    let vectors = n.div_ceil(LANES);
    let across = n.div_ceil(PANEL);
    let down = wanted.div_ceil(across).max(m.div_ceil(HEIGHT)).min(m);
    let c = Base(c.as_mut_ptr());
    let depths = k.div_ceil(KC);
    for depth in (0..depths).map(|index| part(k, depths, index)) {
        let task = |_, index| {
            let columns = part(vectors, across, index / down);
            let columns = columns.start * LANES..n.min(columns.end * LANES);
            let rows = part(m, down, index % down);
            kernel.run(Block {
                sizes: [rows.len(), depth.len(), columns.len()],
                a: a.starting_at(rows.start, depth.start),
                b: b.starting_at(depth.start, columns.start),
                c: c.at(rows.start * n + columns.start),
                c_row: n,
                start: if depth.start == 0 { Start::Zero } else { Start::Continue },
            });
        };
        if small {
            (0..across * down).for_each(|index| task(0, index));
        } else {
            pool.for_each_index(across * down, task);
        }
    }
}

/// The part `index` of `whole` things dealt evenly into `parts`.
fn part(whole: usize, parts: usize, index: usize) -> Range<usize> {
    index * whole / parts..(index + 1) * whole / parts
}

/// The part of a product that is one task. Who makes one promises that A and B hold it and that no other task has this
/// part of C: [`Task::call`] relies on it.
struct Block<'a> {
    sizes: [usize; 3],
    a: Strided<'a>,
    b: Strided<'a>,
    /// The first element of the part of C, which no other task touches.
    c: *mut f32,
    c_row: usize,
    start: Start,
}

impl Task for Block<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Block { sizes, a, b, c, c_row, start } = self;
        let [_, k, n] = sizes;
        let width = n.next_multiple_of(LANES);
        let mut packed = BUFFER.take();
        if packed.len() < k * width {
            packed = Aligned::zeros(k * width);
        }
        pack(simd, [k, n], b, &mut packed);
        let product = Product { sizes, a: a.into(), b: Panel::even(&packed, width), c, c_row, start };
        // SAFETY: `multiply` has asserted that A holds the block; B's rows of whole vectors are packed; C is the
        // task's own.
        unsafe { product.multiply(simd) }
        BUFFER.set(packed);
    }
}
