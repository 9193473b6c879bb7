//! One image through one deformation: for every output pixel, where its ink comes from, and the bilinear mean there.
//!
//! Three short loops over a block of pixels, each free of branches and bounds, so that the compiler makes vectors of the
//! first and the last: positions, the fetch of four neighbours at once, and their mean.

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
    /// Sheets from the windows' first values on, in 1/256 pixel.
    pub windows: [&'a [i16]; 2],
    /// Values from one row of a window to the next.
    pub pitch: usize,
}

/// Where the ink of each output pixel comes from, in fixed point: ONE is a pixel.
pub(super) struct Map<'a> {
    matrix: [[i32; 2]; 2],
    origin: [i32; 2],
    /// cos and sin of the elastic angle in units of 2^-14.
    turn: [i32; 2],
    elastic: Elastic<'a>,
}

const FRACTION_BITS: u32 = 16;
const ONE: i32 = 1 << FRACTION_BITS;
/// From (1/256) (1/2^14), the unit of noise times cosine, to that of positions.
const TURN_BITS: u32 = 14;
const NOISE_SHIFT: u32 = 8 + TURN_BITS - FRACTION_BITS;
/// The mean weighs neighbours in 1/256: this rounds positions to that.
const HALF_WEIGHT: i32 = ONE >> 9;

/// An image ready to be sampled, with a border of paper one pixel wide.
#[derive(Clone, Debug)]
pub struct Scratch {
    width: usize,
    height: usize,
    /// The image with its border, and a pixel and a row of paper more, for the last cells.
    padded: Vec<u8>,
    /// The pixel of `padded` at the same place, its right, lower, and lower right neighbour, from the lowest byte up.
    cells: Vec<u32>,
}

impl Scratch {
    pub(super) fn new(width: usize, height: usize) -> Self {
        let cells = (width + 2) * (height + 2);
        Self {
            width,
            height,
            padded: vec![0; cells + width + 3],
            cells: vec![0; cells],
        }
    }

    /// Takes an image in: height rows of width pixels.
    #[inline(always)]
    pub(super) fn load(&mut self, image: &[u8]) {
        assert_eq!(
            image.len(),
            self.width * self.height,
            "the image is not of the augmenter's size"
        );
        let pitch = self.width + 2;
        let inner = self.padded[pitch + 1..].chunks_exact_mut(pitch);
        for (padded, row) in inner.zip(image.chunks_exact(self.width)) {
            padded[..self.width].copy_from_slice(row);
        }
        let cells = self.cells.len();
        let [here, right] = [0, 1].map(|at| &self.padded[at..][..cells]);
        let [below, below_right] = [pitch, pitch + 1].map(|at| &self.padded[at..][..cells]);
        for (i, cell) in self.cells.iter_mut().enumerate() {
            *cell = u32::from_le_bytes([here[i], right[i], below[i], below_right[i]]);
        }
    }
}

impl<'a> Map<'a> {
    pub(super) fn new(width: usize, height: usize, affine: &Affine, elastic: Elastic<'a>) -> Self {
        let matrix = affine.inverse();
        let centre = [(width as f64 - 1.0) / 2.0, (height as f64 - 1.0) / 2.0];
        // p = c + M (q - c - t) at q = 0, and the border's pixel.
        let [x, y] = [0, 1].map(|axis| -centre[axis] - affine.shift[axis]);
        let origin =
            [0, 1].map(|axis| 1.0 + centre[axis] + matrix[axis][0] * x + matrix[axis][1] * y);
        let fixed = |value: f64| (value * f64::from(ONE)) as i32;
        let (cos, sin) = cos_sin(elastic.angle);
        Self {
            matrix: matrix.map(|row| row.map(fixed)),
            origin: origin.map(|value| fixed(value) + HALF_WEIGHT),
            turn: [cos, sin].map(|value| (value * f64::from(1 << TURN_BITS)) as i32),
            elastic,
        }
    }

    /// Where the ink of output pixel (x, y) comes from, where the windows have the values `noise`. In pixels of the padded
    /// image. Nothing overflows: the limits of size and strength keep each term below 2^28.
    #[inline(always)]
    fn source(&self, x: i32, y: i32, noise: [i16; 2]) -> [i32; 2] {
        let [[xx, xy], [yx, yy]] = self.matrix;
        let [cos, sin] = self.turn;
        let [a, b] = noise.map(i32::from);
        let dx = (cos * a + sin * b) >> NOISE_SHIFT;
        let dy = (cos * b - sin * a) >> NOISE_SHIFT;
        [
            self.origin[0] + xx * x + xy * y + dx,
            self.origin[1] + yx * x + yy * y + dy,
        ]
    }

    /// Draws the image in `scratch` deformed.
    #[inline(always)]
    pub(super) fn resample(&self, scratch: &Scratch, out: &mut [u8]) {
        assert_eq!(
            out.len(),
            scratch.width * scratch.height,
            "the output is not of the augmenter's size"
        );
        match scratch.width {
            16.. => self.resample_blocks::<16>(scratch, out),
            8.. => self.resample_blocks::<8>(scratch, out),
            _ => self.resample_blocks::<1>(scratch, out),
        }
    }

    /// In blocks of N pixels of a row, of which the last overlaps the one before where N does not divide the width.
    #[inline(always)]
    fn resample_blocks<const N: usize>(&self, scratch: &Scratch, out: &mut [u8]) {
        let &Scratch {
            width,
            height,
            ref cells,
            ..
        } = scratch;
        // On the border everything is paper: a position further out may as well be there.
        let last = [width, height].map(|side| (side as i32 + 1) * ONE);
        let pitch = width as i32 + 2;
        for first in (0..width).step_by(N).map(|x| x.min(width - N)) {
            for (y, row) in out.chunks_exact_mut(width).enumerate() {
                let noise = self
                    .elastic
                    .windows
                    .map(|window| &window[y * self.elastic.pitch + first..][..N]);
                let (mut at, mut weight) = ([0; N], [[0; 2]; N]);
                for i in 0..N {
                    let [px, py] =
                        self.source((first + i) as i32, y as i32, [noise[0][i], noise[1][i]]);
                    let [px, py] = [px.clamp(0, last[0]), py.clamp(0, last[1])];
                    at[i] = (py >> FRACTION_BITS) * pitch + (px >> FRACTION_BITS);
                    weight[i] = [px, py].map(|p| (p as u32 >> (FRACTION_BITS - 8)) & 255);
                }
                let cell = at.map(|at| cells[at as usize]);
                let row = &mut row[first..][..N];
                for i in 0..N {
                    row[i] = bilinear(cell[i], weight[i]);
                }
            }
        }
    }
}

/// The mean of a cell's four pixels at (wx, wy)/256 from the first to the last.
#[inline(always)]
fn bilinear(cell: u32, [wx, wy]: [u32; 2]) -> u8 {
    // Two 16-bit numbers in one: the upper pair of pixels in the low half, the lower pair in the high half.
    let (left, right) = (cell & 0x00ff_00ff, (cell >> 8) & 0x00ff_00ff);
    let pairs = left * (256 - wx) + right * wx;
    let (upper, lower) = (pairs & 0xffff, pairs >> 16);
    ((upper * (256 - wy) + lower * wy + (1 << 15)) >> 16) as u8
}

impl Affine {
    /// M = scale^-1 shear^-1 rotation^-1.
    fn inverse(&self) -> [[f64; 2]; 2] {
        let (cos, sin) = cos_sin(self.angle);
        let &Self { scale, shear, .. } = self;
        [
            [
                (cos + shear * sin) / scale[0],
                (sin - shear * cos) / scale[0],
            ],
            [-sin / scale[1], cos / scale[1]],
        ]
    }
}

/// cos x and sin x by their power series to x^18 and x^19, nested: to 4e-9 for -pi <= x <= pi.
fn cos_sin(x: f64) -> (f64, f64) {
    let (mut cos, mut sin) = (1.0, 1.0);
    for n in (1..10).rev() {
        let n = f64::from(2 * n);
        cos = 1.0 - cos * x * x * (1.0 / (n * (n - 1.0)));
        sin = 1.0 - sin * x * x * (1.0 / (n * (n + 1.0)));
    }
    (cos, sin * x)
}
