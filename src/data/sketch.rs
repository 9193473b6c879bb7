//! What a weights file remembers of its training images: enough to notice images of another kind, and images that the
//! network learned from.

use crate::random::hashed;

/// Hashes that are kept of all rows: the smallest. Of 20 rows out of 42,000, some are nearly always among them.
const KEPT: usize = 8192;
/// The same, of files that were written before.
const KEPT_BEFORE: usize = 512;
/// The bits that are kept of a hash. Of 10,000 new rows, one in a thousand times one is taken for one of 42,000.
const BITS: u32 = 40;

/// The smallest hashes of a set of images and labels, whatever file and order they came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// Ascending.
    hashes: Vec<u64>,
    /// Up to here, all hashes of the set were kept.
    limit: u64,
}

/// Rows that are compared with a sketch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// All of them.
    pub rows: usize,
    /// Those that the sketch would hold if they were of its set.
    pub decided: usize,
    /// Those of them that it holds.
    pub common: usize,
}

impl Sketch {
    /// Of images with their labels.
    pub fn new<'a>(rows: impl Iterator<Item = (&'a [u8], i32)>) -> Self {
        let mut hashes: Vec<u64> = rows.map(|(pixels, label)| hash(pixels, label)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(KEPT);
        Self::kept(hashes, KEPT)
    }

    /// Of hashes of which at most so many were kept.
    fn kept(hashes: Vec<u64>, most: usize) -> Self {
        // A set of fewer rows was kept whole.
        let limit = hashes.last().copied().filter(|_| hashes.len() >= most).unwrap_or(u64::MAX);
        Sketch { hashes, limit }
    }

    /// Each hash less the one before, in hexadecimal.
    pub fn to_text(&self) -> String {
        let before = [0].iter().chain(&self.hashes);
        let gaps = self.hashes.iter().zip(before).map(|(hash, before)| format!("{:x}", hash - before));
        gaps.collect::<Vec<_>>().join(" ")
    }

    /// The sketch of that text, if it is one.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut sum = 0_u64;
        let mut add = |word| {
            sum = sum.checked_add(u64::from_str_radix(word, 16).ok()?)?;
            Some(sum)
        };
        Some(Self::kept(text.split_whitespace().map(&mut add).collect::<Option<_>>()?, KEPT))
    }

    /// The same of a file written before: whole hashes of 64 bits.
    pub fn from_whole(text: &str) -> Option<Self> {
        let hash = |word| Some(u64::from_str_radix(word, 16).ok()? >> (64 - BITS));
        let hashes: Vec<u64> = text.split_whitespace().map(hash).collect::<Option<_>>()?;
        hashes.is_sorted().then(|| Self::kept(hashes, KEPT_BEFORE))
    }

    /// How many of these rows belong to the set, as far as it can be told: of those whose hash is so
    /// small that it would have been kept.
    pub fn memory_of<'a>(&self, rows: impl Iterator<Item = (&'a [u8], i32)>) -> Memory {
        let mut memory = Memory::default();
        for (pixels, label) in rows {
            let hash = hash(pixels, label);
            memory.rows += 1;
            memory.decided += usize::from(hash <= self.limit);
            memory.common += usize::from(self.hashes.binary_search(&hash).is_ok());
        }
        memory
    }
}

/// A hash of a row: two different rows hardly ever have the same.
pub fn hash(pixels: &[u8], label: i32) -> u64 {
    let (words, rest) = pixels.as_chunks::<8>();
    let hash = words.iter().fold(label as u64, |hash, word| hashed(hash, u64::from_le_bytes(*word)));
    let hash = rest.iter().fold(hash, |hash, &byte| hashed(hash, u64::from(byte)));
    hashed(hashed(hash, pixels.len() as u64), 1) >> (64 - BITS)
}

/// A thousand images or so, spread over all of them.
fn spread(pixels: &[u8], size: usize) -> impl ExactSizeIterator<Item = &[u8]> {
    pixels.chunks_exact(size).step_by((pixels.len() / size).div_ceil(1000).max(1))
}

/// The mean of images, coarsely: enough to tell their orientation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mean(
    /// Row by row, `CELLS` x `CELLS` or as many as there are pixels.
    pub Vec<u8>,
);

/// The most cells of a mean image, across and down.
const CELLS: usize = 14;

impl Mean {
    /// Of images of `width` x `height` bytes: of a thousand or so, spread over all of them.
    pub fn of(pixels: &[u8], width: usize, height: usize) -> Self {
        let cells = cells(width, height);
        let mut sums = vec![(0, 0); width.min(CELLS) * height.min(CELLS)];
        for image in spread(pixels, width * height) {
            for (&byte, &cell) in image.iter().zip(&cells) {
                let (sum, count) = sums[cell];
                sums[cell] = (sum + u64::from(byte), count + 1);
            }
        }
        Mean(sums.into_iter().map(|(sum, count)| ((sum + count / 2) / count.max(1)) as u8).collect())
    }

    /// How images lie that agree with this mean clearly better when they are turned back: taken column by column (or,
    /// where they were `transposed`, row by row), mirrored, or rotated. `negative` images have ink for paper. Of fewer
    /// than ten nothing is said.
    ///
    /// Of all ways to lie it is the one under which the mean e is nearest to that of the images. With t what e looks
    /// like then, each image x has a place <x, e - t> / <e, e - t>: on the average it is 1 for images like e, and -1
    /// for images like t. Digits of a single class may lie anywhere between.
    pub fn turn_of(
        &self,
        pixels: &[u8],
        (width, height): (usize, usize),
        transposed: bool,
        negative: bool,
    ) -> Option<Turn> {
        const FEW: usize = 10;
        let count = spread(pixels, width * height).len();
        if self.0.len() != width.min(CELLS) * height.min(CELLS) || count < FEW {
            return None;
        }
        let cells = cells(width, height);
        let pixel_by_pixel = |mean: &Mean| -> Vec<f64> { cells.iter().map(|&cell| f64::from(mean.0[cell])).collect() };
        let mean = pixel_by_pixel(self);
        let mut of_images = pixel_by_pixel(&Mean::of(pixels, width, height));
        if negative {
            of_images.iter_mut().for_each(|value| *value = 255.0 - *value);
        }
        let likeness = |turned: &[f64]| turned.iter().zip(&of_images).map(|(a, b)| a * b).sum::<f64>();
        let turned = |turn: Turn| -> Vec<f64> {
            (0..mean.len()).map(|pixel| mean[turn.place(pixel, (width, height), transposed)]).collect()
        };
        let (turn, t) = Turn::ALL
            .into_iter()
            .filter(|turn| width == height || turn.keeps_the_shape())
            .map(|turn| (turn, turned(turn)))
            .max_by(|(_, a), (_, b)| likeness(a).total_cmp(&likeness(b)))?;

        let difference: Vec<f64> = mean.iter().zip(&t).map(|(mean, t)| mean - t).collect();
        let scale: f64 = mean.iter().zip(&difference).map(|(mean, difference)| mean * difference).sum();
        // The negative of a picture has the negative product: the differences sum up to 0.
        let scale = if negative { -scale } else { scale };
        let place = |image: &[u8]| {
            image.iter().zip(&difference).map(|(&byte, difference)| f64::from(byte) * difference).sum::<f64>() / scale
        };
        let places: Vec<f64> = spread(pixels, mean.len()).map(place).collect();
        let count = count as f64;
        let average = places.iter().sum::<f64>() / count;
        let deviation = (places.iter().map(|place| (place - average).powi(2)).sum::<f64>() / count).sqrt();
        // That of MNIST's images is 0.8. Where e and t are alike but for chance, images lie far apart.
        let is_clear = scale != 0.0 && deviation < 2.0 && average < -0.5 && average < -2.5 * deviation / count.sqrt();
        // The mean of a single class is sharper, and may be like anything: a 6 is a 9 rotated.
        let square = |mean: &[f64]| mean.iter().map(|value| value * value).sum::<f64>();
        let is_mixed = square(&of_images) < 1.15 * square(&mean);
        (is_clear && (is_mixed || turn == Turn::Transposed)).then_some(turn)
    }
}

/// How an image may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Its rows were taken for columns, or its columns for rows.
    Transposed,
    /// Left is right.
    Mirrored,
    /// Above is below.
    UpsideDown,
    /// Both: rotated by 180 degrees.
    HalfTurn,
    /// Rotated by 90 degrees to the left.
    Left,
    /// Rotated by 90 degrees to the right.
    Right,
}

impl Turn {
    const ALL: [Turn; 6] =
        [Turn::Transposed, Turn::Mirrored, Turn::UpsideDown, Turn::HalfTurn, Turn::Left, Turn::Right];

    /// Whether width stays width. A transposition says by itself what it is taken for.
    fn keeps_the_shape(self) -> bool {
        !matches!(self, Turn::Left | Turn::Right)
    }

    /// Which pixel of an upright image stands where this one is.
    fn place(self, pixel: usize, (width, height): (usize, usize), transposed: bool) -> usize {
        let (x, y) = (pixel % width, pixel / width);
        let (left, up) = (width - 1 - x, height - 1 - y);
        let (across, down) = if transposed { (height, width) } else { (width, height) };
        match self {
            Turn::Transposed => pixel % down * across + pixel / down,
            Turn::Mirrored => y * width + left,
            Turn::UpsideDown => up * width + x,
            Turn::HalfTurn => up * width + left,
            Turn::Left => x * width + up,
            Turn::Right => left * width + y,
        }
    }
}

/// The cell of each pixel.
fn cells(width: usize, height: usize) -> Vec<usize> {
    let (across, down) = (width.min(CELLS), height.min(CELLS));
    (0..width * height).map(|i| i / width * down / height * across + i % width * across / width).collect()
}

/// How much ink images have, as shares of the most that they could: in their outermost fourteenth, and in all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// At the border.
    pub border: f32,
    /// In all.
    pub all: f32,
}

impl Ink {
    /// Of images of `width` x `height` bytes: of a thousand or so, spread over all of them.
    pub fn of(pixels: &[u8], width: usize, height: usize) -> Self {
        let (thick, size) = ((width.min(height) / 14).max(1), width * height);
        let at_border = |&i: &usize| {
            let (x, y) = (i % width, i / width);
            x < thick || y < thick || x + thick >= width || y + thick >= height
        };
        let border: Vec<usize> = (0..size).filter(at_border).collect();
        let chosen = || spread(pixels, size);
        let share =
            |sum: u64, places: usize| (sum as f64 / (255.0 * (chosen().len().max(1) * places.max(1)) as f64)) as f32;
        let at_borders = chosen().flat_map(|image| border.iter().map(|&i| u64::from(image[i]))).sum();
        let all = chosen().flatten().map(|&byte| u64::from(byte)).sum();
        Ink { border: share(at_borders, border.len()), all: share(all, size) }
    }

    /// Whether images with this ink are the negatives of such as have the `other`: what is paper in one is ink in the
    /// other, at the border first of all, where digits have none. Merely heavier or lighter ones are not.
    pub fn is_negative_of(&self, other: Ink) -> bool {
        let nearer = ((1.0 - self.all) - other.all).abs() < (self.all - other.all).abs();
        nearer && (self.border - other.border).abs() > 0.4
    }
}

#[cfg(test)]
mod tests;
