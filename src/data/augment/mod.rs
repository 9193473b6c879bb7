//! Augmentation: every image is deformed a little, afresh in every epoch, so that the network never sees one twice.
//!
//! Ink for the output pixel at q is taken from the image at
//!
//! ```text
//! p = c + M (q - c - t) + d(q)          M = (rotation * shear * scale)^-1
//! ```
//!
//! about the image's centre c: the digit is scaled on each axis, sheared, rotated and shifted by t (affine), and its
//! ink displaced by the smooth random field d (elastic). Both in one bilinear resampling, so the ink is blurred once.
//!
//! Before that, strokes are made bolder or thinner: with a share s, drawn from -thickness to +thickness, each pixel
//! moves by |s| of the way towards the largest (s > 0) or the smallest (s < 0) of itself and its four neighbours.
//!
//! A field of its own for every image would cost far more than the resampling. Each epoch draws two large sheets A and
//! B of smooth noise instead, and an image cuts a window from each, at random places u and v, and turns the pair by a
//! random angle phi:
//!
//! ```text
//! dx(q) =  cos(phi) A(q + u) + sin(phi) B(q + v)
//! dy(q) = -sin(phi) A(q + u) + cos(phi) B(q + v)
//! ```
//!
//! A and B are independent and have the same normal distribution. A rotation turns such a pair into another pair that
//! is independent and has that distribution. So dx and dy have the strength of a sheet, at every pixel.
//!
//! All of it comes from (seed, epoch, image index) by additions, products and square roots: the same bytes on every
//! machine, whatever the order of work.
//!
//! Simard, Steinkraus, Platt: Best Practices for Convolutional Neural Networks Applied to Visual Document Analysis,
//! ICDAR 2003, section 2. Ciresan, Meier, Gambardella, Schmidhuber: Deep Big Simple Neural Nets Excel on Handwritten
//! Digit Recognition, Neural Computation 22, 2010, which deforms every image afresh in every epoch.

mod noise;
mod resample;

use crate::random::{Purpose, Stream};
pub use resample::Scratch;
use resample::{Affine, Elastic, Map};
use std::f64::consts::PI;
use std::fmt;
use std::ops::RangeInclusive;

/// The largest width and height of an image: with the border, positions in 1/256 pixel and cell indices fit 16 bits.
const MAX_SIDE: usize = 254;

/// How much wider and higher than an image a sheet of noise is: an image has its window in one of 229 x 229 places.
const SPREAD: usize = 228;

/// How strongly images are deformed. Each image draws its own deformation, uniformly from -strength to +strength where
/// nothing else is said. Pixels are those of the image that is deformed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strength {
    /// The largest angle of rotation in degrees, 0 to 180.
    pub rotation_degrees: f32,
    /// The largest change of size, as a fraction, for each axis alone, 0 to 0.5: 0.12 draws factors of 0.88 to 1.12.
    pub scale: f32,
    /// The largest shear, 0 to 1: columns of ink lean by this many pixels a pixel of height.
    pub shear: f32,
    /// The largest shift on each axis in pixels, 0 to 256.
    pub shift_pixels: f32,
    /// The largest share of the way that a pixel moves towards its darkest or lightest neighbour, 0 to 1: strokes
    /// become bolder or thinner by up to twice this many pixels.
    pub thickness: f32,
    /// The root mean square of the elastic displacement in pixels, on each axis, 0 to 16. The literature's alpha is
    /// sqrt(3) 2 sqrt(pi) sigma = 6.14 sigma times this.
    pub elastic_pixels: f32,
    /// The standard deviation, in pixels, of the Gaussian that smooths the displacements, 0.5 to 64: ink nearer than
    /// this moves together.
    pub elastic_sigma: f32,
}

impl Strength {
    /// Affine and elastic deformation for digits of 28 x 28 pixels. The elastic part is Ciresan's: sigma 5, alpha 34.
    pub const ELASTIC: Self = Self {
        rotation_degrees: 12.0,
        scale: 0.12,
        shear: 0.15,
        shift_pixels: 1.5,
        thickness: 0.0,
        elastic_pixels: 1.1,
        elastic_sigma: 5.0,
    };

    /// The same without the elastic part.
    pub const AFFINE: Self = Self { elastic_pixels: 0.0, ..Self::ELASTIC };

    /// The strength for images of another size that does to them what `self` does to 28 x 28: what is measured in
    /// pixels is multiplied by the shorter side / 28, and angles and factors stay.
    pub fn for_size(self, width: usize, height: usize) -> Self {
        let ratio = width.min(height) as f32 / 28.0;
        Self {
            shift_pixels: self.shift_pixels * ratio,
            thickness: (self.thickness * ratio).min(1.0),
            elastic_pixels: self.elastic_pixels * ratio,
            elastic_sigma: (self.elastic_sigma * ratio).max(0.5),
            ..self
        }
    }

    fn check(&self) -> Result<(), Error> {
        let limits: [(&str, f32, RangeInclusive<f32>); 7] = [
            ("rotation in degrees", self.rotation_degrees, 0.0..=180.0),
            ("scale", self.scale, 0.0..=0.5),
            ("shear", self.shear, 0.0..=1.0),
            ("shift in pixels", self.shift_pixels, 0.0..=256.0),
            ("thickness", self.thickness, 0.0..=1.0),
            ("elastic displacement in pixels", self.elastic_pixels, 0.0..=16.0),
            ("elastic sigma in pixels", self.elastic_sigma, 0.5..=64.0),
        ];
        match limits.iter().find(|(_, value, limit)| !limit.contains(value)) {
            Some((what, value, limit)) => Err(Error(format!(
                "augmentation: {what}: expected {} to {}, found {value}",
                limit.start(),
                limit.end()
            ))),
            None => Ok(()),
        }
    }
}

/// Why images cannot be augmented: a size or a strength out of its limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Deforms images of one size with one strength.
#[derive(Clone, Copy, Debug)]
pub struct Augmenter {
    width: usize,
    height: usize,
    strength: Strength,
}

/// The deformations of one epoch, one for each image index. Threads share it.
pub struct Deformations {
    augmenter: Augmenter,
    seed: u64,
    epoch: u64,
    /// Two sheets of noise, `height + SPREAD` rows of `width + SPREAD`.
    sheets: [Vec<f32>; 2],
}

impl Augmenter {
    /// For images of `width` x `height` pixels, each 1 to 254.
    ///
    /// # Errors
    /// Where a side or a strength is outside its limits.
    pub fn new(width: usize, height: usize, strength: Strength) -> Result<Self, Error> {
        let sides = 1..=MAX_SIDE;
        if !sides.contains(&width) || !sides.contains(&height) {
            return Err(Error(format!(
                "augmentation: image size: expected 1x1 to {MAX_SIDE}x{MAX_SIDE} pixels, found {width}x{height}"
            )));
        }
        strength.check()?;
        Ok(Self { width, height, strength })
    }

    /// Draws the noise for an epoch's deformations, from (seed, epoch) alone: a millisecond or two.
    pub fn epoch(&self, seed: u64, epoch: u64) -> Deformations {
        let sheets = [0, 1].map(|index| {
            let mut stream = Stream::new(seed, Purpose::ElasticNoise, epoch, index);
            let Self { width, height, strength } = self;
            noise::smooth(width + SPREAD, height + SPREAD, strength.elastic_pixels, strength.elastic_sigma, &mut stream)
        });
        Deformations { augmenter: *self, seed, epoch, sheets }
    }

    /// The working memory of [`Deformations::draw`], one for each thread.
    pub fn scratch(&self) -> Scratch {
        Scratch::new(self.width, self.height)
    }
}

impl Deformations {
    /// Draws image number `index` deformed: `image` and `out` are height rows of width pixels, 0 = paper, 255 = ink.
    /// What lies outside the image is paper. The result depends on the image and (seed, epoch, index) alone.
    ///
    /// # Panics
    /// If `image`, `out` or `scratch` are not of the augmenter's size.
    #[inline(always)]
    pub fn draw(&self, image: &[u8], index: u64, scratch: &mut Scratch, out: &mut [u8]) {
        let Augmenter { width, height, .. } = self.augmenter;
        assert_eq!((scratch.width, scratch.height), (width, height), "the scratch is another augmenter's");
        let (thickness, map) = self.deformation(index);
        scratch.load(image, thickness);
        map.resample(scratch, out);
    }

    /// Draws the deformation of image number `index`: how much bolder its strokes become, and where its ink goes.
    fn deformation(&self, index: u64) -> (f32, Map<'_>) {
        let Augmenter { width, height, strength } = self.augmenter;
        let mut stream = Stream::new(self.seed, Purpose::Deformation, self.epoch, index);
        let mut within = |limit: f32| f64::from(limit * stream.symmetric());

        let affine = Affine {
            angle: within(strength.rotation_degrees) * (PI / 180.0),
            scale: [1.0 + within(strength.scale), 1.0 + within(strength.scale)],
            shear: within(strength.shear),
            shift: [within(strength.shift_pixels), within(strength.shift_pixels)],
        };
        let angle = within(1.0) * PI;
        let pitch = width + SPREAD;
        let windows = [0, 1].map(|sheet: usize| {
            let [x, y] = [0, 1].map(|_| stream.below(SPREAD as u32 + 1) as usize);
            &self.sheets[sheet][y * pitch + x..]
        });
        let elastic = Elastic { angle, windows, pitch };
        let thickness = strength.thickness * stream.symmetric();
        (thickness, Map::new(width, height, &affine, elastic))
    }
}
