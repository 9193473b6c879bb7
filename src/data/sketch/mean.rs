//! The mean of images, and how other images lie beside it.

use super::spread;

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

#[cfg(test)]
mod tests;
