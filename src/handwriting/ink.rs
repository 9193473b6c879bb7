//! How much ink each pixel holds.
//!
//! Ink is what differs from the paper around it, along one direction in the space of colours: dark on light, light on
//! dark, or one colour on another.

use super::grid::{Grid, quantile};
use super::paper::from_paper;

/// Noise on paper, as a part of the strokes' ink, from which on the picture is smoothed a little.
const GRAINY: f32 = 0.08;
/// The same after that, from which on it is smoothed more.
const NOISY: f32 = 0.15;
/// Noise in grey levels where less is measured: levels are rounded, and JPEG rounds more.
const LEAST: f32 = 2.0;
/// Smoothed by squares whose side is at most this part of the picture's.
const SMOOTH: usize = 30;

/// Where the ink is, and how sure that is.
pub struct Ink {
    /// Of each pixel, 0 to 1; smoothed where the paper is noisy.
    pub ink: Grid,
    /// The standard deviation of the noise on paper, in the same measure.
    pub noise: f32,
    /// How many pixels in a row were smoothed together; 0 for none.
    pub reach: usize,
    /// The ink before it was smoothed, in standard deviations of its noise.
    pub plain: Grid,
}

/// The ink of a picture of at least one pixel, from a plane of light for each colour: of strokes that are known to be
/// `thin`, or of any.
pub fn ink(planes: &[Grid], thin: bool) -> Ink {
    let differences = from_paper(planes, thin);
    let direction = direction(&differences);
    let along = |pixel: usize| differences.iter().zip(&direction).map(|(plane, part)| plane.data[pixel] * part).sum();
    let mut data: Vec<f32> = (0..planes[0].data.len()).map(along).collect();
    // Ink is the long tail of the differences, paper what most of them are.
    if data.iter().map(|value| f64::from(*value).powi(3)).sum::<f64>() < 0.0 {
        data.iter_mut().for_each(|value| *value = -*value);
    }
    let sharp = Grid { data, ..planes[0] };
    let (mut ink, full) = in_proportion(&sharp);
    let mut noise = noise_apart(&ink).max(grain(&sharp) / full);
    let deviation = (noise * full).max(LEAST);
    let mean = sharp.data.iter().sum::<f32>() / sharp.data.len() as f32;
    let (mut side, mut limit, mut reach) = (3, GRAINY, 0);
    while noise > limit && side <= (sharp.width.min(sharp.height) / SMOOTH).max(3) {
        for (smooth, over) in [(sharp.blurred(side), side), (sharp.along(2 * side - 1), 2 * side - 1)] {
            let (smooth, _) = in_proportion(&above_paper(smooth));
            let left = self::noise(&smooth);
            if left < noise {
                (ink, noise, reach) = (smooth, left, over);
            }
        }
        (side, limit) = (2 * side - 1, NOISY);
    }
    Ink {
        ink: Grid { data: ink.data.iter().map(|value| value.clamp(0.0, 1.0)).collect(), ..ink },
        noise,
        reach,
        plain: Grid { data: sharp.data.iter().map(|value| (value - mean) / deviation).collect(), ..sharp },
    }
}

/// Differences from the median, which is paper: smoothing moves it where light is cut off at 255, or the largest is
/// taken.
fn above_paper(mut differences: Grid) -> Grid {
    let paper = differences.quantile(0.5);
    differences.data.iter_mut().for_each(|value| *value -= paper);
    differences
}

/// Ink in proportion to the darkest strokes, which are 1; and the difference that is 1.
fn in_proportion(differences: &Grid) -> (Grid, f32) {
    let most = differences.data.iter().fold(0.0f32, |most, &value| most.max(value));
    // Less than a grey level is no ink: averages are rounded.
    let full = differences.quantile(0.998).max(0.5 * most).max(1.0);
    (Grid { data: differences.data.iter().map(|value| value / full).collect(), ..*differences }, full)
}

/// The standard deviation on paper, of what is below the threshold: soft edges of strokes and shadows among it.
fn noise(ink: &Grid) -> f32 {
    let threshold = otsu(ink);
    deviation(ink.data.iter().copied().filter(|&value| value < threshold).collect())
}

/// The same on paper that is not beside strokes. Where noise is above the threshold, it tells too little of it: what is
/// not beside noise is smooth.
fn noise_apart(ink: &Grid) -> f32 {
    let (threshold, around) = (otsu(ink), ink.extreme(3, f32::max));
    let apart = ink.data.iter().zip(&around.data).filter(|(_, around)| **around < threshold);
    let apart: Vec<f32> = apart.map(|(value, _)| *value).collect();
    // A tight crop, or noise above the threshold everywhere.
    if 10 * apart.len() > ink.data.len() { deviation(apart) } else { noise(ink) }
}

/// The standard deviation by quantiles, on both sides of the median. The smaller side is taken: soft shadows are on one
/// side. White paper is cut off at 255: then there is but one.
fn deviation(paper: Vec<f32>) -> f32 {
    let [below, middle, above] = [0.1587, 0.5, 0.8413].map(|share| quantile(paper.clone(), share));
    if middle > below { (middle - below).min(above - middle) } else { above - middle }
}

/// The standard deviation of noise that is another in each pixel, by what is left of most pixels where planes are taken
/// away (J. Immerkaer, "Fast Noise Variance Estimation", Computer Vision and Image Understanding 64(2), 1996; the
/// median is deaf to strokes).
fn grain(plane: &Grid) -> f32 {
    const KERNEL: [f32; 3] = [1.0, -2.0, 1.0];
    if plane.width < 3 || plane.height < 3 {
        return 0.0;
    }
    let left = Grid::from_fn(plane.width - 2, plane.height - 2, |x, y| {
        let row = |dy: usize| (0..3).map(|dx| KERNEL[dx] * plane.at(x + dx, y + dy)).sum::<f32>();
        (0..3).map(|dy| KERNEL[dy] * row(dy)).sum::<f32>().abs()
    });
    // The kernel multiplies the deviation by 6; half of the normal distribution is within 0.6745.
    left.quantile(0.5) / (6.0 * 0.6745)
}

/// The direction in which the differences are largest: the first eigenvector of their covariance, by power iteration.
fn direction(differences: &[Grid]) -> Vec<f32> {
    let planes = differences.len();
    let size = |pixel: usize| differences.iter().fold(0.0f32, |most, plane| most.max(plane.data[pixel].abs()));
    let pixels = 0..differences[0].data.len();
    let limit = 0.3 * pixels.clone().map(size).fold(0.0, f32::max);
    let mut covariance = vec![vec![0.0f64; planes]; planes];
    for pixel in pixels.filter(|&pixel| size(pixel) > limit) {
        for (a, row) in covariance.iter_mut().enumerate() {
            for (b, sum) in row.iter_mut().enumerate() {
                *sum += f64::from(differences[a].data[pixel]) * f64::from(differences[b].data[pixel]);
            }
        }
    }
    // The row of the largest variance is not at right angles to it.
    let largest = (0..planes).max_by(|&a, &b| covariance[a][a].total_cmp(&covariance[b][b])).unwrap_or(0);
    let mut vector = covariance[largest].clone();
    for _ in 0..50 {
        let length = vector.iter().map(|part| part * part).sum::<f64>().sqrt();
        if length == 0.0 {
            break;
        }
        vector.iter_mut().for_each(|part| *part /= length);
        vector = covariance.iter().map(|row| row.iter().zip(&vector).map(|(a, b)| a * b).sum()).collect();
    }
    let length = vector.iter().map(|part| part * part).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
    vector.into_iter().map(|part| (part / length) as f32).collect()
}

/// The threshold that parts values from 0 to 1 into two classes of the largest variance between them (N. Otsu, "A
/// Threshold Selection Method from Gray-Level Histograms", IEEE Transactions on Systems, Man, and Cybernetics 9(1),
/// 1979).
pub fn otsu(values: &Grid) -> f32 {
    const BINS: usize = 256;
    let mut counts = [0.0f64; BINS];
    values.data.iter().for_each(|value| counts[((value * BINS as f32) as usize).min(BINS - 1)] += 1.0);
    let centre = |bin: usize| (bin as f64 + 0.5) / BINS as f64;
    let all: f64 = values.data.len() as f64;
    let mean = (0..BINS).map(|bin| counts[bin] * centre(bin)).sum::<f64>() / all;
    let (mut below, mut moment, mut best) = (0.0, 0.0, (0.0, 0));
    for (bin, count) in counts.into_iter().enumerate() {
        below += count / all;
        moment += count * centre(bin) / all;
        let variance = (mean * below - moment).powi(2) / (below * (1.0 - below)).max(1e-12);
        if variance > best.0 {
            best = (variance, bin);
        }
    }
    centre(best.1) as f32
}
