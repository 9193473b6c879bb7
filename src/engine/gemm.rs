//! Dense products of any size.

use super::Kernel;
use super::pool::{Base, Pool};
use super::product::{PANEL, Panel, Start, Strided, multiply_tiles};
use super::simd::{LANES, Simd, Task};
use std::cell::Cell;

fn tune(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

thread_local! {
    /// What a thread packs into.
    static PACKED: Cell<Vec<f32>> = const { Cell::new(Vec::new()) };
}

/// `C (M x N) = or += A (M x K) · B (K x N)`; C lies row by row.
pub fn multiply(
    kernel: Kernel,
    pool: &mut Pool,
    [m, k, n]: [usize; 3],
    a: Strided,
    b: Strided,
    c: &mut [f32],
    start: Start,
) {
    assert_eq!(c.len(), m * n, "C has another size");
    if m == 0 || n == 0 {
        return;
    }
    if k == 0 {
        if start == Start::Zero {
            c.fill(0.0);
        }
        return;
    }
    assert!((m - 1) * a.row + (k - 1) * a.column < a.data.len(), "A is too small");
    assert!((k - 1) * b.row + (n - 1) * b.column < b.data.len(), "B is too small");
    let kc = tune("KC", 1024);
    let mc = tune("MC", 1024);
    let order = tune("ORDER", 0);
    let vectors = n.div_ceil(LANES);
    let across = n.div_ceil(PANEL);
    let threads = pool.threads();
    let down = m.div_ceil(mc).max(if threads > 1 { (2 * threads).div_ceil(across) } else { 1 });
    let rows = m.div_ceil(down);
    let down = m.div_ceil(rows);
    let c = Base(c.as_mut_ptr());
    let mut k0 = 0;
    let blocks = k.div_ceil(kc);
    for block in 0..blocks {
        let depth = (k - k0).div_ceil(blocks - block);
        let start = if k0 == 0 { start } else { Start::Continue };
        pool.for_each_index(across * down, |_, index| {
            let (panel, block) = if order == 0 { (index / down, index % down) } else { (index % across, index / across) };
            let first = panel * vectors / across * LANES;
            let last = ((panel + 1) * vectors / across * LANES).min(n);
            let row = block * rows;
            kernel.run(Part {
                sizes: [rows.min(m - row), depth, last - first],
                a: Strided { data: &a.data[row * a.row + k0 * a.column..], ..a },
                b: Strided { data: &b.data[k0 * b.row + first * b.column..], ..b },
                c: c.at(row * n + first),
                c_row: n,
                start,
            });
        });
        k0 += depth;
    }
}

struct Part<'a> {
    sizes: [usize; 3],
    a: Strided<'a>,
    b: Strided<'a>,
    c: *mut f32,
    c_row: usize,
    start: Start,
}

impl Task for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let [_, k, n] = self.sizes;
        let mut buffer = PACKED.take();
        let width = n.next_multiple_of(LANES);
        buffer.resize(buffer.len().max(k * width + LANES), 0.0);
        let aligned = buffer.as_ptr().align_offset(64);
        let packed = &mut buffer[aligned..][..k * width];
        copy(simd, [k, n], self.b, packed, width);
        let b = Panel::even(packed, width);
        unsafe { multiply_tiles(simd, self.sizes, self.a, b, self.c, self.c_row, self.start) }
        PACKED.set(buffer);
    }
}

/// Row-major copy; columns padded with zeros to whole vectors.
#[inline(always)]
fn copy<S: Simd>(simd: S, [rows, columns]: [usize; 2], from: Strided, to: &mut [f32], to_row: usize) {
    let width = columns.next_multiple_of(LANES);
    if from.column == 1 {
        for (i, to) in to.chunks_exact_mut(to_row).enumerate().take(rows) {
            let from = &from.data[i * from.row..][..columns];
            let (to, padding) = to.split_at_mut(columns);
            padding[..width - columns].fill(0.0);
            let (to, to_rest) = to.as_chunks_mut::<LANES>();
            let (from, from_rest) = from.as_chunks::<LANES>();
            for (to, from) in to.iter_mut().zip(from) {
                *to = *from;
            }
            to_rest.copy_from_slice(from_rest);
        }
        return;
    }
    let whole = if from.row == 1 { [rows / LANES * LANES, columns / LANES * LANES] } else { [0, 0] };
    for column in (0..whole[1]).step_by(LANES) {
        for row in (0..whole[0]).step_by(LANES) {
            unsafe {
                let mut block: [S::Vector; LANES] =
                    std::array::from_fn(|j| simd.load(from.data.as_ptr().add((column + j) * from.column + row)));
                for _ in 0..4 {
                    let mut shuffled = block;
                    for i in 0..LANES / 2 {
                        let [low, high] = simd.interleave(block[i], block[i + LANES / 2]);
                        shuffled[2 * i] = low;
                        shuffled[2 * i + 1] = high;
                    }
                    block = shuffled;
                }
                for (i, &vector) in block.iter().enumerate() {
                    simd.store(to.as_mut_ptr().add((row + i) * to_row + column), vector);
                }
            }
        }
    }
    for (i, to) in to.chunks_exact_mut(to_row).enumerate().take(rows) {
        let done = if i < whole[0] { whole[1] } else { 0 };
        for (j, to) in to.iter_mut().enumerate().take(columns).skip(done) {
            *to = from.data[i * from.row + j * from.column];
        }
        to[columns..width].fill(0.0);
    }
}
