//! How much ink each pixel holds.
//!
//! Ink is what differs from the paper around it, along one direction in the space of colours: dark on light, light on dark,
//! or one colour on another.

use super::grid::{Grid, quantile};
use super::paper::from_paper;

/// Noise on paper, as a part of the strokes' ink, from which on the picture is smoothed.
const NOISY: f32 = 0.15;
/// Smoothed by squares whose side is at most this part of the picture's.
const SMOOTH: usize = 30;

/// The ink of each pixel, 0 to 1, from a plane of light for each colour; and the standard deviation of the noise on paper.
pub fn ink(planes: &[Grid]) -> (Grid, f32) {
    let Some(first) = planes.first() else {
        return (Grid::from_fn(1, 1, |_, _| 0.0), 0.0);
    };
    let differences = from_paper(planes);
    let direction = direction(&differences);
    let along = |pixel: usize| differences.iter().zip(&direction).map(|(plane, part)| plane.data[pixel] * part).sum();
    let mut data: Vec<f32> = (0..first.data.len()).map(along).collect();
    // Ink is the long tail of the differences, paper what most of them are.
    if data.iter().map(|value| f64::from(*value).powi(3)).sum::<f64>() < 0.0 {
        data.iter_mut().for_each(|value| *value = -*value);
    }
    let sharp = Grid { data, ..*first };
    let (mut ink, mut noise) = in_proportion(&sharp);
    let mut side = 3;
    while noise > NOISY && side <= (first.width.min(first.height) / SMOOTH).max(3) {
        (ink, noise) = in_proportion(&sharp.blurred(side));
        side = 2 * side - 1;
    }
    (ink, noise)
}

/// Ink from 0 to 1, the darkest strokes 1; and the noise on paper in the same measure.
fn in_proportion(differences: &Grid) -> (Grid, f32) {
    let most = differences.data.iter().fold(0.0f32, |most, &value| most.max(value));
    // Less than a grey level is no ink: averages are rounded.
    let full = differences.quantile(0.998).max(0.5 * most).max(1.0);
    let data: Vec<f32> = differences.data.iter().map(|value| value / full).collect();
    let ink = Grid { data: data.iter().map(|value| value.clamp(0.0, 1.0)).collect(), ..*differences };
    let noise = noise(&Grid { data, ..*differences }, otsu(&ink));
    (ink, noise)
}

/// The standard deviation on paper: of what is below the threshold, and not beside what is above.
///
/// It is measured on both sides of the median, and the smaller side is taken: soft shadows are on one side. White paper is
/// cut off at 255: then there is but one.
fn noise(ink: &Grid, threshold: f32) -> f32 {
    let around = ink.extreme(3, f32::max);
    let below = |of: &Grid| {
        let below = ink.data.iter().zip(&of.data).filter(|(_, of)| **of < threshold);
        below.map(|(value, _)| *value).collect::<Vec<f32>>()
    };
    let (apart, paper) = (below(&around), below(ink));
    // A tight crop, or noise above the threshold everywhere.
    let paper = if 10 * apart.len() > paper.len() { apart } else { paper };
    let [below, middle, above] = [0.1587, 0.5, 0.8413].map(|share| quantile(paper.clone(), share));
    if middle > below { (middle - below).min(above - middle) } else { above - middle }
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
/// Threshold Selection Method from Gray-Level Histograms", IEEE Transactions on Systems, Man, and Cybernetics 9(1), 1979).
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
