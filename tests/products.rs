//! Products equal their definition, one chain of fused multiply-adds an element, to the bit: on every kernel, in every
//! shape and stride, on any number of threads, dense or sparse.

mod kernels;
mod runner;

use kernels::kernels;
use mnist::engine::gemm::multiply;
use mnist::engine::masked;
use mnist::engine::pool::Pool;
use mnist::engine::product::{Start, multiply_panel};
use mnist::engine::simd::{LANES, Simd, Task};
use mnist::engine::sparse::{self, GROUP, Ink, Lists, inked};
use mnist::engine::view::{PANEL, Panel, Rows, Strided, Tiled};
use mnist::engine::{Engine, Kernel};
use mnist::matrix::Matrix;
use runner::{run, tests};
use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};

/// Random 32-bit numbers: the high half of an LCG's state (Knuth, MMIX).
struct Random(u64);

impl Random {
    /// Any 32 bits.
    fn bits(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }
}

/// Between -1 and 1.
fn float(random: &mut Random) -> f32 {
    random.bits() as i32 as f32 / (1u32 << 31) as f32
}

fn floats(count: usize, random: &mut Random) -> Vec<f32> {
    (0..count).map(|_| float(random)).collect()
}

fn bits(floats: &[f32]) -> Vec<u32> {
    floats.iter().map(|float| float.to_bits()).collect()
}

/// The definition: C's chains go on from `c`.
fn naive([m, k, n]: [usize; 3], a: Strided, b: Strided, c: &mut [f32]) {
    for i in 0..m {
        for j in 0..n {
            for k in 0..k {
                let c = &mut c[i * n + j];
                *c = a.data[i * a.row + k * a.column].mul_add(b.data[k * b.row + j * b.column], *c);
            }
        }
    }
}

/// A matrix in memory row by row or, transposed, column by column, with some floats between these.
struct Stored {
    data: Vec<f32>,
    line: usize,
    transposed: bool,
}

impl Stored {
    fn random([rows, columns]: [usize; 2], gap: usize, transposed: bool, random: &mut Random) -> Self {
        let [lines, length] = if transposed { [columns, rows] } else { [rows, columns] };
        let line = length + gap;
        // The last line ends with its last element: whoever reads further is found out.
        let count = (lines * line).saturating_sub(gap);
        Stored { data: floats(count, random), line, transposed }
    }

    fn view(&self) -> Strided<'_> {
        let [row, column] = if self.transposed { [1, self.line] } else { [self.line, 1] };
        Strided { data: &self.data, row, column }
    }
}

/// Pools of one to three threads; of one alone where the command line says so, for an emulator that starts no others.
fn pools() -> Vec<Pool> {
    let one = std::env::args().any(|argument| argument == "--one-thread");
    if one {
        println!("not run: two and three threads");
    }
    (1..=if one { 1 } else { 3 }).map(Pool::new).collect()
}

/// Multiplies on each kernel and pool, and compares with the definition.
fn check([m, k, n]: [usize; 3], gap: usize, transposed: [bool; 2], kernels: &[Kernel], pools: &mut [Pool]) {
    let mut random = Random((m << 40 | k << 20 | n) as u64);
    let a = Stored::random([m, k], gap, transposed[0], &mut random);
    let b = Stored::random([k, n], gap, transposed[1], &mut random);
    let mut expected = vec![0.0; m * n];
    naive([m, k, n], a.view(), b.view(), &mut expected);
    for &kernel in kernels {
        for pool in &mut *pools {
            let case =
                format!("{m}x{k}x{n}, transposed {transposed:?}, {} on {} threads", kernel.name(), pool.threads());
            let mut c = vec![f32::NAN; m * n];
            multiply(kernel, pool, [m, k, n], a.view(), b.view(), &mut c);
            assert!(bits(&c) == bits(&expected), "{case}");
        }
    }
}

const FORMS: [[bool; 2]; 4] = [[false, false], [false, true], [true, false], [true, true]];

fn dense_products_of_none_to_three_tiles_are_their_definition() {
    let kernels = kernels();
    let mut pools = [Pool::new(1)];
    for m in [0, 1, 2, 5, 6, 7, 12, 13, 19, 37] {
        for k in [0, 1, 15, 17, 65] {
            for n in [0, 1, 10, 16, 17, 32, 33, 48, 63, 64, 65, 100, 129, 193] {
                for transposed in FORMS {
                    check([m, k, n], (m + k + n) % 3, transposed, &kernels, &mut pools);
                }
            }
        }
    }
}

fn dense_products_are_their_definition_on_any_number_of_threads_and_past_every_block() {
    let kernels = kernels();
    let mut pools = pools();
    // Several panels; several blocks of rows; several of k, the portable kernel's and the pages' too.
    for sizes in [[131, 80, 200], [2100, 33, 20], [20, 2100, 40]] {
        for transposed in FORMS {
            check(sizes, 1, transposed, &kernels, &mut pools);
        }
    }
    // A's steps of k are a page apart and more.
    check([1100, 20, 50], 3, [true, false], &kernels, &mut pools);
}

fn matrices_multiply_and_say_which_shapes_do_not_fit() {
    let mut random = Random(1);
    let mut matrix = |rows, columns| Matrix::from_fn(rows, columns, |_, _| float(&mut random));
    let (a, b) = (matrix(9, 20), matrix(20, 70));
    let mut expected = vec![0.0; 9 * 70];
    let [a_view, b_view] = [&a, &b].map(|x| Strided { data: x.data(), row: x.columns(), column: 1 });
    naive([9, 20, 70], a_view, b_view, &mut expected);
    let engine = &mut Engine::new(Kernel::best(), 1);
    let products = [
        a.product(&b, engine),
        a.transpose().transposed_product(&b, engine),
        a.product_transposed(&b.transpose(), engine),
    ];
    for product in products {
        assert_eq!((product.rows(), product.columns()), (9, 70));
        assert_eq!(bits(product.data()), bits(&expected));
    }
    type Product = fn(&Matrix, &Matrix, &mut Engine) -> Matrix;
    for (product, [a, b], message) in [
        (Matrix::product as Product, [&b, &a], "A·B: a 20 x 70 matrix does not fit a 9 x 20 matrix"),
        (Matrix::transposed_product, [&a, &b], "Aᵀ·B: a 9 x 20 matrix does not fit a 20 x 70 matrix"),
        (Matrix::product_transposed, [&a, &b], "A·Bᵀ: a 9 x 20 matrix does not fit a 20 x 70 matrix"),
    ] {
        let panic = quietly(|| product(a, b, engine)).unwrap_err();
        let said = panic.downcast_ref::<String>().unwrap();
        assert!(said.contains(message), "{said}");
    }
}

/// What `work` comes to, or the panic that it was to end with: no trace is printed.
fn quietly<T>(work: impl FnOnce() -> T) -> std::thread::Result<T> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(hook);
    result
}

/// A in tiles and B in segments, as a network's activations and weights lie.
struct Pieces<'a> {
    sizes: [usize; 3],
    a: Tiled<'a>,
    b: Panel<'a>,
    c: Rows<'a>,
    /// Walks past A's zeros, where that pays.
    masked: bool,
}

impl Task for Pieces<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        let Pieces { sizes, a, b, c, masked } = self;
        if masked {
            masked::multiply(simd, sizes, a, b, c);
        } else {
            multiply_panel(simd, sizes, a, b, c, Start::Zero);
        }
    }
}

/// A product whose A lies in tiles of so many columns and is silent in so many of a hundred places, and whose B lies in
/// segments of so many rows.
fn check_pieces([m, k, n]: [usize; 3], columns: usize, rows: usize, silent: u32) {
    let mut random = Random((k << 30 | columns << 20 | rows << 10) as u64 | u64::from(silent));
    let (a_row, b_row) = (columns + 3, n.next_multiple_of(LANES) + 3);
    let (a_segment, b_segment) = (m * a_row + 7, rows * b_row + 5);
    let mut a = floats(k.div_ceil(columns) * a_segment, &mut random);
    for a in &mut a {
        if random.bits() % 100 < silent {
            *a = 0.0;
        }
    }
    let b = floats(k.div_ceil(rows) * b_segment, &mut random);
    let a_at = |i: usize, k: usize| a[k / columns * a_segment + i * a_row + k % columns];
    let a_together: Vec<f32> = (0..m).flat_map(|i| (0..k).map(move |k| a_at(i, k))).collect();
    let b_together: Vec<f32> =
        (0..k).flat_map(|k| &b[k / rows * b_segment + k % rows * b_row..][..n]).copied().collect();
    let whole = |data, row| Strided { data, row, column: 1 };
    let mut expected = vec![0.0; m * n];
    naive([m, k, n], whole(&a_together, k), whole(&b_together, n), &mut expected);
    for kernel in kernels() {
        for masked in [false, true] {
            let mut c = vec![f32::NAN; m * PANEL];
            kernel.run(Pieces {
                sizes: [m, k, n],
                a: Tiled { first: whole(&a, a_row), columns, segment: a_segment },
                b: Panel { data: &b, row: b_row, rows, segment: b_segment },
                c: Rows { data: &mut c, row: PANEL },
                masked,
            });
            let c: Vec<f32> = c.chunks(PANEL).flat_map(|row| &row[..n]).copied().collect();
            assert!(
                bits(&c) == bits(&expected),
                "{m} x {k} x {n}, tiles of {columns}, segments of {rows}, {silent}% silent, masked {masked}, {}",
                kernel.name()
            );
        }
    }
}

fn matrices_in_pieces_are_multiplied_like_any_others() {
    for k in [1, 15, 16, 17, 63, 64, 65, 200, 300] {
        for columns in [16, 32, 64] {
            for rows in [16, 64, 256] {
                for silent in [0, 40, 70, 100] {
                    check_pieces([29, k, 50], columns, rows, silent);
                }
            }
        }
    }
    // As few rows as there may be, and outputs that the walk past zeros leaves to the dense product.
    for [m, n] in [[0, 64], [1, 64], [3, 49], [29, 48], [29, 1]] {
        for silent in [0, 70] {
            check_pieces([m, 130, n], 64, 64, silent);
        }
    }
}

fn tiles_that_reach_past_their_slice_are_refused() {
    let floats = vec![1.0; 4 * 64];
    let run = |columns, segment| {
        let first = Strided { data: &floats[..], row: 16, column: 1 };
        let mut c = vec![0.0; 4 * PANEL];
        let pieces = Pieces {
            sizes: [4, 48, 16],
            a: Tiled { first, columns, segment },
            b: Panel::even(&[0.5; 48 * 16], 16),
            c: Rows { data: &mut c, row: PANEL },
            masked: false,
        };
        let kernel = Kernel::named("portable").unwrap();
        quietly(|| kernel.run(pieces)).is_ok()
    };
    assert!(run(16, 64));
    assert!(!run(16, 128), "the last tile is outside");
    assert!(!run(16, usize::MAX), "no such place");
    assert!(!run(24, 64), "no whole vectors");
}

fn panels_that_reach_past_their_slice_are_refused() {
    let (a, b) = (vec![1.0; 4 * 80], vec![0.5; 80 * 16]);
    let run = |rows, row, segment, k| {
        let mut c = vec![0.0; 4 * PANEL];
        let pieces = Pieces {
            sizes: [4, k, 16],
            a: Strided { data: &a[..], row: 80, column: 1 }.into(),
            b: Panel { data: &b, row, rows, segment },
            c: Rows { data: &mut c, row: PANEL },
            masked: false,
        };
        let kernel = Kernel::named("portable").unwrap();
        quietly(|| kernel.run(pieces)).is_ok()
    };
    assert!(run(64, 16, 1024, 80));
    assert!(run(16, 16, 256, 80));
    assert!(!run(64, 16, 1025, 80), "the last row is outside");
    assert!(!run(64, 17, 1088, 80), "the rows are too far apart");
    assert!(!run(64, 16, usize::MAX, 80), "no such place");
    assert!(!run(64, usize::MAX, 1024, 80), "no such row");
    assert!(!run(16, 16, 0, 80), "the segments overlap");
    assert!(!run(24, 16, 384, 48), "no whole vectors of rows");

    let sums = |panel: Panel, n, z_row| {
        let mut lists = Lists::new(2, 20, [1.0; 256]);
        (0..2).for_each(|_| lists.push(inked(&[7; 20])));
        let mut z = vec![0.0; 2 * PANEL];
        let forward = Forward { x: &lists, w: panel, n, z: Rows { data: &mut z, row: z_row } };
        let kernel = Kernel::named("portable").unwrap();
        quietly(|| kernel.run(forward)).is_ok()
    };
    assert!(sums(Panel::even(&b, 16), 16, PANEL));
    assert!(!sums(Panel::even(&b[..19 * 16], 16), 16, PANEL), "W is a row short");
    assert!(!sums(Panel { data: &b[..16 * 16], row: 16, rows: 16, segment: 0 }, 16, PANEL), "the segments overlap");
    assert!(!sums(Panel::even(&b, 16), 16, usize::MAX), "no such row of Z");
}

/// `Z = X·W` by lists.
struct Forward<'a> {
    x: &'a Lists,
    w: Panel<'a>,
    n: usize,
    z: Rows<'a>,
}

impl Task for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        sparse::forward(simd, self.x, self.w, self.n, self.z);
    }
}

/// `dW = or += Xᵀ·dZ` by lists.
struct Gradient<'a> {
    x: &'a Lists,
    pixels: Range<usize>,
    dz: Strided<'a>,
    n: usize,
    dw: Rows<'a>,
    start: Start,
}

impl Task for Gradient<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        sparse::gradient(simd, self.x, self.pixels, self.n, self.dz, self.dw, self.start);
    }
}

/// The sparse products of some images, and the dense ones.
fn check_sparse(images: usize, pixels: usize, n: usize, blank: u32) {
    let mut random = Random((images << 40 | pixels << 20 | n) as u64);
    let width = pixels.next_multiple_of(GROUP);
    let mut bytes = vec![0; images * width];
    for row in bytes.chunks_mut(width) {
        for byte in &mut row[..pixels] {
            if random.bits() % 100 >= blank {
                *byte = 1 + (random.bits() % 255) as u8;
            }
        }
    }
    let values = std::array::from_fn(|byte| byte as f32 * (1.0 / 255.0));
    let x: Vec<f32> = bytes.iter().map(|&byte| values[usize::from(byte)]).collect();
    let mut lists = Lists::new(images, width, values);
    // What was listed before must be gone.
    for rows in [&bytes[..width], &bytes[..]] {
        lists.open();
        let mut ink = Ink::default();
        rows.chunks(width).for_each(|row| ink.push(inked(row)));
        (0..rows.len() / width).for_each(|image| lists.push(ink.image(image).iter().copied()));
    }
    let case = format!("{images} images of {pixels} pixels, {blank}% blank, {n} outputs");

    let w_row = n.next_multiple_of(LANES);
    let w = floats(width * w_row, &mut random);
    let mut expected = vec![0.0; images * n];
    let x_view = Strided { data: &x, row: width, column: 1 };
    naive([images, width, n], x_view, Strided { data: &w, row: w_row, column: 1 }, &mut expected);
    let z_row = w_row + LANES;
    let dz = floats(images * z_row, &mut random);
    let begun = floats(width * PANEL, &mut random);
    let part = |dw: &[f32]| -> Vec<f32> {
        let rows = dw.chunks(PANEL).flat_map(|row| &row[..n]);
        rows.copied().collect()
    };
    let transposed = Strided { data: &x, row: 1, column: width };
    let dz_view = Strided { data: &dz, row: z_row, column: 1 };
    let expected_dw = [Start::Zero, Start::Continue].map(|start| {
        let mut dw = match start {
            Start::Zero => vec![0.0; width * n],
            Start::Continue => part(&begun),
        };
        naive([width, images, n], transposed, dz_view, &mut dw);
        (start, dw)
    });
    for compact in [false, true] {
        if compact {
            lists.compact();
            // What is compact already stays.
            lists.compact();
        }
        for kernel in kernels() {
            let case = format!("{case}, compact {compact}, {}", kernel.name());
            let mut z = vec![f32::NAN; images * z_row];
            kernel.run(Forward { x: &lists, w: Panel::even(&w, w_row), n, z: Rows { data: &mut z, row: z_row } });
            let z: Vec<f32> = z.chunks(z_row).flat_map(|row| &row[..n]).copied().collect();
            assert!(bits(&z) == bits(&expected), "forward: {case}");

            for (start, expected) in &expected_dw {
                let mut dw = match start {
                    Start::Zero => vec![f32::NAN; begun.len()],
                    Start::Continue => begun.clone(),
                };
                // In two stretches of pixels, as cells take them.
                let middle = (width / 2).next_multiple_of(GROUP);
                for pixels in [0..middle, middle..width] {
                    let dw = Rows { data: &mut dw[pixels.start * PANEL..], row: PANEL };
                    kernel.run(Gradient { x: &lists, pixels, dz: dz_view, n, dw, start: *start });
                }
                assert!(bits(&part(&dw)) == bits(expected), "gradient: {case}");
            }
        }
    }
}

fn sparse_products_are_the_dense_ones() {
    for images in [1, 2, 3, 7, 64, 130] {
        for pixels in [1, 4, 5, 15, 63, 150] {
            check_sparse(images, pixels, 64, 80);
        }
    }
    for n in [1, 10, 16, 17, 40, 63] {
        check_sparse(33, 101, n, 80);
    }
    // Nothing but paper, nothing but ink.
    check_sparse(20, 50, 40, 100);
    check_sparse(20, 50, 40, 0);
}

/// `dW = or += Xᵀ·dZ` past silent units.
struct Masked<'a> {
    sizes: [usize; 3],
    x: Strided<'a>,
    dz: Strided<'a>,
    dw: Rows<'a>,
    start: Start,
}

impl Task for Masked<'_> {
    type Output = ();

    #[inline(always)]
    fn call<S: Simd>(self, simd: S) {
        masked::gradient(simd, self.sizes, self.x, self.dz, self.dw, self.start);
    }
}

fn gradients_past_silent_units_are_the_dense_ones() {
    let shapes: [[usize; 3]; 9] = [
        [64, 64, 64],
        [64, 64, 49],
        [1, 1, 64],
        [33, 17, 60],
        [63, 64, 50],
        [64, 5, 64],
        // Shapes that it leaves to the dense product.
        [64, 64, 48],
        [65, 64, 64],
        [64, 100, 64],
    ];
    for [images, inputs, n] in shapes {
        for silent in [0usize, 30, 55, 80, 100] {
            let mut random = Random((images << 20 | inputs << 10 | (n + silent)) as u64);
            let (x_row, row) = (inputs + 3, n.next_multiple_of(LANES));
            let mut unit = |_| {
                let heard = random.bits() % 100 >= silent as u32;
                if heard { float(&mut random) } else { 0.0 }
            };
            let x: Vec<f32> = (0..images * x_row).map(&mut unit).collect();
            let dz = floats(images * row, &mut random);
            let begun = floats(inputs * row, &mut random);
            let part = |floats: &[f32]| -> Vec<f32> {
                let rows = floats.chunks(row).flat_map(|row| &row[..n]);
                rows.copied().collect()
            };
            let x = Strided { data: &x, row: x_row, column: 1 };
            let transposed = Strided { row: 1, column: x_row, ..x };
            let b = Strided { data: &dz, row, column: 1 };
            for start in [Start::Zero, Start::Continue] {
                let begun = match start {
                    Start::Zero => vec![f32::NAN; begun.len()],
                    Start::Continue => begun.clone(),
                };
                let mut expected = match start {
                    Start::Zero => vec![0.0; inputs * n],
                    Start::Continue => part(&begun),
                };
                naive([inputs, images, n], transposed, b, &mut expected);
                for kernel in kernels() {
                    let mut dw = begun.clone();
                    kernel.run(Masked { sizes: [images, inputs, n], x, dz: b, dw: Rows { data: &mut dw, row }, start });
                    assert!(
                        bits(&part(&dw)) == bits(&expected),
                        "{images} images, {inputs} inputs, {n} outputs, {silent}% silent, {}",
                        kernel.name()
                    );
                }
            }
        }
    }
}

fn main() {
    run(&tests![
        dense_products_of_none_to_three_tiles_are_their_definition,
        dense_products_are_their_definition_on_any_number_of_threads_and_past_every_block,
        matrices_multiply_and_say_which_shapes_do_not_fit,
        matrices_in_pieces_are_multiplied_like_any_others,
        tiles_that_reach_past_their_slice_are_refused,
        panels_that_reach_past_their_slice_are_refused,
        sparse_products_are_the_dense_ones,
        gradients_past_silent_units_are_the_dense_ones,
    ]);
}
