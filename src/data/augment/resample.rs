//! One image through one deformation: where the ink of every output pixel comes from, and the bilinear mean there.
//!
//! Positions are whole numbers of 1/256 pixel in an image with a border: the high byte says which pixel, the low byte
//! weighs it against its neighbours. They are found with additions and products of floats, which give the same bits
//! everywhere, and the means are taken in whole numbers.
//!
//! The work is split into four passes over arrays, of which the compiler makes vectors of 16 or 8 pixels where the
//! processor has them: gather each pixel's four neighbours into one word, find the positions, fetch their words (the
//! one pass that goes pixel by pixel, and so the slowest), take the means. Tried at 28 x 28, one thread: microseconds
//! an image.
//!
//! | with bolder and thinner strokes, on a Zen 4 | SSE2 | AVX2 | AVX-512 |
//! | --- | --- | --- | --- |
//! | this code | 2.2 | 1.3 | 1.0 |
//! | positions not written through arrays of their own: in every row it is asked whether slices overlap | 2.3 | 1.6 | 2.4 |
//! | the same, and strokes made bolder row by row, most of a row pixel by pixel | 2.9 | 3.2 | 4.0 |
//!
//! Nothing was gained by asking for the windows of noise ahead, nor by sheets of noise an eighth as large.
//!
//! | without these strokes, on a Zen 5 | SSE2 | AVX2 | AVX-512 |
//! | --- | --- | --- | --- |
//! | the code of then | 1.6 | 0.95 | 0.65 |
//! | fetching one by one, not eight by eight | 1.8 | 1.2 | 0.9 |
//! | all passes block by block, without the arrays: positions leave their vectors one by one | 1.6 | 1.6 | 1.55 |
//! | the same, all in 32-bit whole numbers | 3.4 | 1.2 | 0.75 |

use crate::engine::elementary::cos_sin;

/// Rotation, shear and scale about the image's centre, then a shift, as they are done to the digit.
pub(super) struct Affine {
    /// Radians.
    pub angle: f64,
    /// Of x and of y.
    pub scale: [f64; 2],
    /// x grows by this times y.
    pub shear: f64,
    /// Pixels in x and y.
    pub shift: [f64; 2],
}

/// An elastic displacement: two windows into sheets of noise, turned by an angle.
pub(super) struct Elastic<'a> {
    /// Radians, -pi to pi.
    pub angle: f64,
    /// Displacements in pixels, from the windows' first values on.
    pub windows: [&'a [f32]; 2],
    /// Values from one row of a window to the next.
    pub pitch: usize,
}

/// Where the ink of each output pixel comes from: p = c + M (q - c - t) + d(q), in 1/256 pixel of the bordered image.
pub(super) struct Map<'a> {
    /// p of the first output pixel, without d.
    origin: [f32; 2],
    matrix: [[f32; 2]; 2],
    /// cos and sin of the elastic angle, times 256.
    turn: [f32; 2],
    elastic: Elastic<'a>,
}

/// Positions in a pixel.
const STEPS: f64 = 256.0;

/// A thread's working memory: an image ready to be sampled, and what the passes hand on.
#[derive(Clone, Debug)]
pub struct Scratch {
    pub(super) width: usize,
    pub(super) height: usize,
    /// The image with a border of paper one pixel wide, then paper for the last cell's neighbours.
    bordered: Vec<u8>,
    /// The same, its strokes bolder or thinner.
    thickened: Vec<u8>,
    /// For each pixel of `bordered`, from the lowest byte up: it, and its right, lower, and lower right neighbours.
    cells: Vec<u32>,
    /// Where the ink of each output pixel comes from, its cell's index, and the cell. Rounded up to whole eights.
    x: Vec<u16>,
    y: Vec<u16>,
    index: Vec<u16>,
    cell: Vec<u32>,
}

impl Scratch {
    pub(super) fn new(width: usize, height: usize) -> Self {
        let cells = (width + 2) * (height + 2);
        let pixels = (width * height).next_multiple_of(8);
        Self {
            width,
            height,
            bordered: vec![0; cells + width + 3],
            thickened: vec![0; cells + width + 3],
            cells: vec![0; cells],
            x: vec![0; pixels],
            y: vec![0; pixels],
            index: vec![0; pixels],
            cell: vec![0; pixels],
        }
    }

    /// Takes an image in, height rows of width pixels, and makes its strokes bolder: `thickness` is a share of the way,
    /// -1 to 1, from each pixel to the largest of itself and its four neighbours, or the smallest where it is negative.
    #[inline(always)]
    pub(super) fn load(&mut self, image: &[u8], thickness: f32) {
        assert_eq!(image.len(), self.width * self.height, "the image is not of the augmenter's size");
        let pitch = self.width + 2;
        let inner = self.bordered[pitch + 1..].chunks_exact_mut(pitch);
        for (bordered, row) in inner.zip(image.chunks_exact(self.width)) {
            bordered[..self.width].copy_from_slice(row);
        }
        let cells = self.cells.len();
        let (image, thickened) = (&self.bordered[..cells + pitch], &mut self.thickened[..cells + pitch]);
        // In 256ths: a whole number, so that the means are exact.
        let share = nearest(256.0 * thickness.abs());
        if thickness > 0.0 {
            thicken(image, thickened, pitch, share, u8::max);
        } else {
            thicken(image, thickened, pitch, share, u8::min);
        }
        let [here, right] = [0, 1].map(|at| &self.thickened[at..][..cells]);
        let [below, below_right] = [0, 1].map(|at| &self.thickened[at + pitch..][..cells]);
        for (i, cell) in self.cells.iter_mut().enumerate() {
            *cell = u32::from_le_bytes([here[i], right[i], below[i], below_right[i]]);
        }
    }
}

impl<'a> Map<'a> {
    pub(super) fn new(width: usize, height: usize, affine: &Affine, elastic: Elastic<'a>) -> Self {
        let matrix = affine.inverse();
        let centre = [width, height].map(|side| (side as f64 - 1.0) / 2.0);
        let [x, y] = [0, 1].map(|axis| -centre[axis] - affine.shift[axis]);
        let origin = [0, 1].map(|axis| {
            let border = 1.0;
            border + centre[axis] + (matrix[axis][0] * x + matrix[axis][1] * y)
        });
        let (cos, sin) = cos_sin(elastic.angle);
        let in_steps = |value: f64| (STEPS * value) as f32;
        Self {
            origin: origin.map(in_steps),
            matrix: matrix.map(|row| row.map(in_steps)),
            turn: [cos, sin].map(in_steps),
            elastic,
        }
    }

    /// Draws the image in `scratch` deformed.
    #[inline(always)]
    pub(super) fn resample(&self, scratch: &mut Scratch, out: &mut [u8]) {
        let pixels = scratch.width * scratch.height;
        assert_eq!(out.len(), pixels, "the output is not of the augmenter's size");
        match scratch.width {
            16.. => self.positions::<16>(scratch),
            8.. => self.positions::<8>(scratch),
            _ => self.positions::<1>(scratch),
        }
        let Scratch { x, y, index, cell, cells, .. } = scratch;
        let eights = cell.as_chunks_mut::<8>().0.iter_mut().zip(index.as_chunks::<8>().0);
        for (cell, index) in eights {
            *cell = index.map(|index| cells[usize::from(index)]);
        }
        let positions = x.iter().zip(y.iter());
        for ((out, &cell), (&x, &y)) in out.iter_mut().zip(cell.iter()).zip(positions) {
            let [upper, lower] = [cell as u16, (cell >> 16) as u16].map(|pair| between(pair & 255, pair >> 8, x & 255));
            *out = between(upper, lower, y & 255) as u8;
        }
    }

    /// Finds the positions and indices, in blocks of N pixels of a row, of which the last overlaps the one before
    /// where N does not divide the width.
    #[inline(always)]
    fn positions<const N: usize>(&self, scratch: &mut Scratch) {
        let Scratch { width, height, ref mut x, ref mut y, ref mut index, .. } = *scratch;
        let [[xx, xy], [yx, yy]] = self.matrix;
        let [cos, sin] = self.turn;
        let Elastic { windows, pitch, .. } = self.elastic;
        // The border is paper: what lies further out may as well be there.
        let [right, bottom] = [width, height].map(|side| ((side + 1) * 256) as f32);
        let cells_pitch = width as u16 + 2;

        for first in (0..width).step_by(N).map(|column| column.min(width - N)) {
            let (mut top_x, mut top_y) = ([0.0; N], [0.0; N]);
            for i in 0..N {
                let column = (first + i) as f32;
                top_x[i] = self.origin[0] + xx * column;
                top_y[i] = self.origin[1] + yx * column;
            }
            for row in 0..height {
                let [a, b] = windows.map(|window| window[row * pitch + first..].first_chunk::<N>().expect("a row"));
                let start = row * width + first;
                let row = row as f32;
                let (mut from_x, mut from_y, mut cells) = ([0; N], [0; N], [0; N]);
                for i in 0..N {
                    let dx = cos * a[i] + sin * b[i];
                    let dy = cos * b[i] - sin * a[i];
                    from_x[i] = nearest((top_x[i] + xy * row + dx).clamp(0.0, right));
                    from_y[i] = nearest((top_y[i] + yy * row + dy).clamp(0.0, bottom));
                    cells[i] = (from_y[i] >> 8) * cells_pitch + (from_x[i] >> 8);
                }
                x[start..][..N].copy_from_slice(&from_x);
                y[start..][..N].copy_from_slice(&from_y);
                index[start..][..N].copy_from_slice(&cells);
            }
        }
    }
}

/// Moves each pixel by `share`/256 of the way to the `extreme` of it and its four neighbours. `image` has a row more of
/// paper below its border. Ink of the last row may grow into the border there; the border's other sides stay paper.
///
/// All rows are taken as one, with the sides of the border between them, which then become paper again: a row of 28
/// pixels alone would not fill a vector of 32.
#[inline(always)]
fn thicken(image: &[u8], to: &mut [u8], pitch: usize, share: u16, extreme: impl Fn(u8, u8) -> u8) {
    let pixels = image.len() - 2 * pitch;
    let [above, left, here, right, below] =
        [0, pitch - 1, pitch, pitch + 1, 2 * pitch].map(|at| &image[at..][..pixels]);
    for (i, to) in to[pitch..][..pixels].iter_mut().enumerate() {
        let vertical = extreme(above[i], below[i]);
        let horizontal = extreme(left[i], right[i]);
        let towards = extreme(here[i], extreme(vertical, horizontal));
        *to = between(here[i].into(), towards.into(), share) as u8;
    }
    for row in to.chunks_exact_mut(pitch) {
        (row[0], row[pitch - 1]) = (0, 0);
    }
}

/// The number at w/256 of the way from a to b, rounded; a, b <= 255.
#[inline(always)]
fn between(a: u16, b: u16, w: u16) -> u16 {
    (a * (256 - w) + b * w + 128) >> 8
}

/// The whole number nearest to x, for 0 <= x < 2^16: in the sum, the last bit of the float's mantissa stands for 1. (A
/// conversion would also have to think of NaN and of numbers too large.)
#[inline(always)]
fn nearest(x: f32) -> u16 {
    const TWO_TO_23: f32 = 8_388_608.0;
    (x + TWO_TO_23).to_bits() as u16
}

impl Affine {
    /// M = scale^-1 shear^-1 rotation^-1.
    fn inverse(&self) -> [[f64; 2]; 2] {
        let (cos, sin) = cos_sin(self.angle);
        let &Self { scale, shear, .. } = self;
        [[(cos + shear * sin) / scale[0], (sin - shear * cos) / scale[0]], [-sin / scale[1], cos / scale[1]]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};
    use std::f64::consts::{FRAC_PI_2, PI};

    const NOTHING: Affine = Affine { angle: 0.0, scale: [1.0; 2], shear: 0.0, shift: [0.0; 2] };

    fn random(seed: u64) -> Stream {
        Stream::new(seed, Purpose::Deformation, 0, 0)
    }

    fn noise(width: usize, height: usize, stream: &mut Stream) -> Vec<u8> {
        (0..width * height).map(|_| stream.below(256) as u8).collect()
    }

    fn draw(width: usize, height: usize, image: &[u8], affine: &Affine, elastic: Elastic) -> Vec<u8> {
        let mut scratch = Scratch::new(width, height);
        let mut out = vec![77; width * height];
        scratch.load(image, 0.0);
        Map::new(width, height, affine, elastic).resample(&mut scratch, &mut out);
        out
    }

    fn draw_affine(width: usize, height: usize, image: &[u8], affine: &Affine) -> Vec<u8> {
        let still = vec![0.0; width * height];
        let elastic = Elastic { angle: 0.0, windows: [&still, &still], pitch: width };
        draw(width, height, image, affine, elastic)
    }

    #[test]
    fn a_shift_by_whole_pixels_moves_the_image_exactly() {
        for (width, height) in [(28, 28), (8, 8), (19, 11), (5, 40), (1, 1), (254, 254)] {
            let image = noise(width, height, &mut random(0));
            for (right, down) in [(0, 0), (1, 0), (0, 1), (-3, 2), (4, -7), (1000, 0), (0, -1000)] {
                let shift = [f64::from(right), f64::from(down)];
                let out = draw_affine(width, height, &image, &Affine { shift, ..NOTHING });
                for y in 0..height as i32 {
                    for x in 0..width as i32 {
                        let (from_x, from_y) = (x - right, y - down);
                        let inside = (0..width as i32).contains(&from_x) && (0..height as i32).contains(&from_y);
                        let expected = if inside { image[from_y as usize * width + from_x as usize] } else { 0 };
                        let found = out[y as usize * width + x as usize];
                        assert_eq!(found, expected, "{width}x{height} by {right}, {down}: at {x}, {y}");
                    }
                }
            }
        }
    }

    #[test]
    fn quarter_and_half_turns_and_a_whole_shear_are_exact() {
        let side = 21;
        let image = noise(side, side, &mut random(1));
        let pixel = |x: i32, y: i32| {
            let inside = (0..side as i32).contains(&x) && (0..side as i32).contains(&y);
            if inside { image[y as usize * side + x as usize] } else { 0 }
        };
        let last = side as i32 - 1;
        let check = |affine: Affine, expected: &dyn Fn(i32, i32) -> u8| {
            let out = draw_affine(side, side, &image, &affine);
            for (i, &found) in out.iter().enumerate() {
                let (x, y) = ((i % side) as i32, (i / side) as i32);
                assert_eq!(found, expected(x, y), "angle {}, at {x}, {y}", affine.angle);
            }
        };
        // Positive angles turn x towards y: clockwise as seen, since y points down.
        check(Affine { angle: FRAC_PI_2, ..NOTHING }, &|x, y| pixel(y, last - x));
        check(Affine { angle: PI, ..NOTHING }, &|x, y| pixel(last - x, last - y));
        check(Affine { shear: 1.0, ..NOTHING }, &|x, y| pixel(x - (y - last / 2), y));
    }

    #[test]
    fn bolder_strokes_end_at_the_sides_of_the_image() {
        let (width, height) = (9, 4);
        let mut scratch = Scratch::new(width, height);
        scratch.load(&vec![255; width * height], 1.0);
        let rows = scratch.thickened.chunks_exact(width + 2);
        assert!(rows.map(|row| [row[0], row[width + 1]]).all(|sides| sides == [0, 0]));
    }

    #[test]
    fn agrees_with_the_formula_in_double_precision() {
        let mut stream = random(2);
        for (width, height) in [(28, 28), (8, 8), (33, 17), (3, 64), (64, 64)] {
            // Smooth images, so that a position 1/512 pixel off makes little difference: at most 2 of 255 grey levels.
            let image: Vec<u8> =
                (0..width * height).map(|i| ((i % width) * 9 % 100 + (i / width) * 7 % 120) as u8).collect();
            let mut within = |limit: f64| limit * f64::from(stream.symmetric());
            for _ in 0..50 {
                let affine = Affine {
                    angle: within(0.5),
                    scale: [1.0 + within(0.3), 1.0 + within(0.3)],
                    shear: within(0.4),
                    shift: [within(3.0), within(3.0)],
                };
                let pitch = width + 5;
                let sheets = [0, 1].map(|_| (0..pitch * height).map(|_| within(2.0) as f32).collect::<Vec<_>>());
                let angle = within(PI);
                let elastic = Elastic { angle, windows: [&sheets[0], &sheets[1]], pitch };
                let out = draw(width, height, &image, &affine, elastic);
                for (i, &found) in out.iter().enumerate() {
                    let at = i / width * pitch + i % width;
                    let [a, b] = [0, 1].map(|sheet| f64::from(sheets[sheet][at]));
                    let d = [angle.cos() * a + angle.sin() * b, angle.cos() * b - angle.sin() * a];
                    let expected = oracle(width, height, &image, &affine, i % width, i / width, d);
                    let difference = (f64::from(found) - expected).abs();
                    assert!(difference < 2.0, "{width}x{height}, {i}: {found}, expected {expected}");
                }
            }
        }
    }

    /// The formula at the head of `augment`, with the platform's cosine, undoing one step after the other.
    fn oracle(width: usize, height: usize, image: &[u8], affine: &Affine, x: usize, y: usize, d: [f64; 2]) -> f64 {
        let centre = [(width as f64 - 1.0) / 2.0, (height as f64 - 1.0) / 2.0];
        let shifted = [x as f64 - centre[0] - affine.shift[0], y as f64 - centre[1] - affine.shift[1]];
        let (sin, cos) = affine.angle.sin_cos();
        let turned = [cos * shifted[0] + sin * shifted[1], cos * shifted[1] - sin * shifted[0]];
        let sheared = [turned[0] - affine.shear * turned[1], turned[1]];
        let p = [0, 1].map(|axis| centre[axis] + sheared[axis] / affine.scale[axis] + d[axis]);
        let pixel = |x: f64, y: f64| {
            let inside = x >= 0.0 && y >= 0.0 && x < width as f64 && y < height as f64;
            if inside { f64::from(image[y as usize * width + x as usize]) } else { 0.0 }
        };
        let (left, top) = (p[0].floor(), p[1].floor());
        let (wx, wy) = (p[0] - left, p[1] - top);
        (1.0 - wy) * ((1.0 - wx) * pixel(left, top) + wx * pixel(left + 1.0, top))
            + wy * ((1.0 - wx) * pixel(left, top + 1.0) + wx * pixel(left + 1.0, top + 1.0))
    }

    #[test]
    fn cosine_and_sine_are_theirs() {
        for i in -1000..=1000 {
            let x = f64::from(i) / 1000.0 * PI;
            let (cos, sin) = cos_sin(x);
            assert!((cos - x.cos()).abs() < 4e-9 && (sin - x.sin()).abs() < 4e-9, "{x}: {cos}, {sin}");
        }
    }
}
