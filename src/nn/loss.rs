//! Softmax and cross-entropy.
//!
//! With logits z and targets q, `p_c = e^(z_c - m) / s`, `s = sum_k e^(z_k - m)`, where m is the largest logit: no
//! power overflows, and at least one is 1. The loss is `-sum_c q_c ln p_c` and its derivative by the logits is `p - q`.
//! The targets are 1 for the label and 0 elsewhere, smoothed by ε to `(1 - ε) q + ε / C` (C. Szegedy et al.,
//! "Rethinking the Inception Architecture", CVPR 2016, section 7).

use crate::engine::elementary::{exp, ln};
use crate::engine::simd::{LANES, Simd};

/// Turns a row of `classes` logits into probabilities, in place; returns `(m, s)`. The padding of the row to
/// whole vectors becomes 0.
#[inline(always)]
pub fn softmax<S: Simd>(simd: S, row: &mut [f32], classes: usize) -> (f32, f32) {
    let row = &mut row[..classes.next_multiple_of(LANES)];
    row[classes..].fill(f32::NEG_INFINITY);
    let largest = row.iter().fold(f32::NEG_INFINITY, |m, &z| if z > m { z } else { m });
    row.iter_mut().for_each(|z| *z = exp(simd, *z - largest));
    let sum = row[..classes].iter().fold(0.0, |sum, &power| sum + power);
    row.iter_mut().for_each(|power| *power /= sum);
    (largest, sum)
}

/// What the loss is the mean of.
#[derive(Clone, Copy, Debug)]
pub struct MeanLoss {
    /// B, the images of the whole batch.
    pub images: usize,
    /// ε of the targets.
    pub smoothing: f32,
}

/// Turns a row of logits into probabilities and writes the derivative of the mean loss beside them; returns the image's
/// own loss, and whether its label's logit is the largest, or the first of the largest.
#[inline(always)]
pub fn cross_entropy<S: Simd>(
    simd: S,
    logits: &mut [f32],
    derivative: &mut [f32],
    label: usize,
    classes: usize,
    MeanLoss { images, smoothing }: MeanLoss,
) -> (f32, bool) {
    let of_label = logits[label];
    let earlier = logits[..label].iter().fold(f32::NEG_INFINITY, |m, &z| if z > m { z } else { m });
    let of_all = logits[..classes].iter().fold(0.0, |sum, &z| sum + z);
    let (largest, sum) = softmax(simd, logits, classes);
    // -ln p_c = ln s + m - z_c
    let log = ln(simd, sum) + largest;
    let elsewhere = smoothing / classes as f32;
    let scale = 1.0 / images as f32;
    for (d, &p) in derivative.iter_mut().zip(&logits[..classes.next_multiple_of(LANES)]) {
        *d = (p - elsewhere) * scale;
    }
    derivative[classes..classes.next_multiple_of(LANES)].fill(0.0);
    derivative[label] = (logits[label] - elsewhere - (1.0 - smoothing)) * scale;
    let loss = (1.0 - smoothing) * (log - of_label) + smoothing * (log - of_all / classes as f32);
    (loss, of_label == largest && earlier < largest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::simd::Portable;
    use crate::nn::reference::largest;

    /// Room for a row of logits, filled beyond them with what would be noticed.
    fn padded(logits: &[f32]) -> Vec<f32> {
        let mut row = logits.to_vec();
        row.resize(logits.len().next_multiple_of(LANES), 77.0);
        row
    }

    /// The probabilities of a row of logits.
    fn probabilities(logits: &[f32]) -> Vec<f32> {
        let mut row = padded(logits);
        softmax(Portable, &mut row, logits.len());
        row.truncate(logits.len());
        row
    }

    /// The loss of an image of a batch of one, and its derivatives.
    fn loss(logits: &[f32], label: usize, smoothing: f32) -> (f32, Vec<f32>) {
        let (mut row, mut derivative) = (padded(logits), padded(logits));
        let mean = MeanLoss { images: 1, smoothing };
        let (loss, correct) = cross_entropy(Portable, &mut row, &mut derivative, label, logits.len(), mean);
        if logits.iter().all(|z| z.is_finite()) {
            assert_eq!(correct, largest(logits) == label, "{logits:?}, label {label}");
        }
        assert!(derivative[logits.len()..].iter().all(|&d| d == 0.0), "padding");
        derivative.truncate(logits.len());
        (loss, derivative)
    }

    #[test]
    fn probabilities_are_the_definitions_and_sum_to_1() {
        for classes in [2, 10, 16, 47, 64, 130] {
            let logits: Vec<f32> = (0..classes).map(|c| (c * 7 % 11) as f32 * 0.7 - 3.0).collect();
            let mut row = padded(&logits);
            softmax(Portable, &mut row, classes);
            let (found, padding) = row.split_at(classes);
            assert!(padding.iter().all(|&p| p == 0.0), "padding {padding:?}");
            let sum: f64 = logits.iter().map(|&z| f64::from(z).exp()).sum();
            for (&z, &p) in logits.iter().zip(found) {
                let expected = f64::from(z).exp() / sum;
                assert!((f64::from(p) - expected).abs() < 1e-6 * expected, "{p} for {expected}");
            }
            let sum: f64 = found.iter().map(|&p| f64::from(p)).sum();
            assert!((sum - 1.0).abs() < 1e-6, "{classes} classes: {sum}");
        }
    }

    #[test]
    fn logits_of_any_size_are_stable() {
        assert_eq!(probabilities(&[1e4, -1e4, 0.0]), [1.0, 0.0, 0.0]);
        assert_eq!(probabilities(&[-1e4, -1e4]), [0.5, 0.5]);
        assert_eq!(probabilities(&[1e4; 4]), [0.25; 4]);
        // A certain and wrong network loses the whole distance, a certain and right one nothing.
        assert_eq!(loss(&[1e4, -1e4, 0.0], 1, 0.0), (2e4, vec![1.0, -1.0, 0.0]));
        assert_eq!(loss(&[1e4, -1e4, 0.0], 0, 0.0), (0.0, vec![0.0, 0.0, 0.0]));
        // 0.9 * 0 + 0.1 * (the mean distance from the largest).
        let (smoothed, _) = loss(&[1e4, -1e4, 0.0], 0, 0.1);
        assert!((smoothed - 0.1 * 1e4).abs() < 0.01, "{smoothed}");
    }

    #[test]
    fn adding_to_all_logits_changes_nothing() {
        let logits = [0.5, -1.25, 3.0, 0.0];
        let moved = logits.map(|z| z + 1024.0);
        assert_eq!(probabilities(&logits), probabilities(&moved));
    }

    #[test]
    fn what_is_no_number_stays_none() {
        for logits in [
            [f32::NAN, 1.0, 2.0],
            [1.0, f32::NAN, 2.0],
            [f32::INFINITY, 1.0, 2.0],
            [1.0, f32::INFINITY, 2.0],
            [f32::NAN; 3],
            [f32::INFINITY; 3],
            [f32::NEG_INFINITY; 3],
        ] {
            for label in 0..3 {
                for smoothing in [0.0, 0.1] {
                    let (loss, _) = loss(&logits, label, smoothing);
                    assert!(!loss.is_finite(), "{logits:?}, label {label}: {loss}");
                }
            }
            let found = probabilities(&logits);
            assert!(found.iter().any(|p| p.is_nan()), "{logits:?}: {found:?}");
        }
    }

    #[test]
    fn a_label_that_is_the_first_of_the_most_probable_is_correct() {
        // `loss` compares what counts as correct with `largest`.
        for logits in [[0.0; 3], [1.0, 2.0, 2.0], [2.0, 1.0, 2.0], [-3.0, -2.0, -1.0]] {
            (0..3).for_each(|label| drop(loss(&logits, label, 0.1)));
        }
    }
}
