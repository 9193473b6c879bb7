//! Softmax and cross-entropy.
//!
//! With logits z and targets q, `p_c = e^(z_c - m) / s`, `s = sum_k e^(z_k - m)`, where m is the largest logit: no power
//! overflows, and at least one is 1. The loss is `-sum_c q_c ln p_c` and its derivative by the logits is `p - q`.
//! The targets are 1 for the label and 0 elsewhere, smoothed by ε to `(1 - ε) 1 + ε / C` (C. Szegedy et al., "Rethinking
//! the Inception Architecture", CVPR 2016, section 7).

use crate::engine::elementary::{exp, ln};
use crate::engine::simd::{LANES, Simd};

/// Turns a row of `classes` logits into probabilities, in place; returns `(m, s)`. What pads the row to whole vectors
/// becomes 0.
#[inline(always)]
pub fn softmax<S: Simd>(simd: S, row: &mut [f32], classes: usize) -> (f32, f32) {
    let row = &mut row[..classes.next_multiple_of(LANES)];
    row[classes..].fill(f32::NEG_INFINITY);
    let largest = row
        .iter()
        .fold(f32::NEG_INFINITY, |m, &z| if z > m { z } else { m });
    row.iter_mut().for_each(|z| *z = exp(simd, *z - largest));
    let sum = row[..classes].iter().fold(0.0, |sum, &power| sum + power);
    row.iter_mut().for_each(|power| *power /= sum);
    (largest, sum)
}

/// Turns a row of logits into probabilities and writes the derivative of the mean loss over `batch` images beside them;
/// returns the image's own loss, and whether its label's logit is the largest, or the first of the largest.
#[inline(always)]
pub fn cross_entropy<S: Simd>(
    simd: S,
    logits: &mut [f32],
    derivative: &mut [f32],
    label: usize,
    [classes, batch]: [usize; 2],
    smoothing: f32,
) -> (f32, bool) {
    let of_label = logits[label];
    let earlier = logits[..label]
        .iter()
        .fold(f32::NEG_INFINITY, |m, &z| if z > m { z } else { m });
    let of_all = logits[..classes].iter().fold(0.0, |sum, &z| sum + z);
    let (largest, sum) = softmax(simd, logits, classes);
    // -ln p_c = ln s + m - z_c
    let log = ln(simd, sum) + largest;
    let elsewhere = smoothing / classes as f32;
    let scale = 1.0 / batch as f32;
    for (d, &p) in derivative
        .iter_mut()
        .zip(&logits[..classes.next_multiple_of(LANES)])
    {
        *d = (p - elsewhere) * scale;
    }
    derivative[classes..classes.next_multiple_of(LANES)].fill(0.0);
    derivative[label] = (logits[label] - elsewhere - (1.0 - smoothing)) * scale;
    let loss = (1.0 - smoothing) * (log - of_label) + smoothing * (log - of_all / classes as f32);
    (loss, of_label == largest && earlier < largest)
}

/// The class of the largest probability of a row; the first of equals.
pub fn predicted(probabilities: &[f32]) -> usize {
    let larger = |best, class| {
        if probabilities[class] > probabilities[best] {
            class
        } else {
            best
        }
    };
    (0..probabilities.len()).fold(0, larger)
}
