//! Which pixels belong to a stroke.

use super::grid::{Grid, quantile};
use super::ink::otsu;
use super::parts::{Mask, label};

/// The pixels that hold ink, by two thresholds (hysteresis): those above the upper one, and those above the lower one that
/// hang together with them. So faint upstrokes stay, and specks do not.
pub fn strokes(ink: &Grid, noise: f32) -> Mask {
    let upper = threshold(ink, noise);
    let lower = (0.5 * upper).max(upper.min(3.0 * noise));
    let mut mask = Mask::from_grid(ink, |value| value > lower);
    let (labels, parts) = label(&mask);
    let mut strong = vec![false; parts.len() + 1];
    for (&label, &value) in labels.iter().zip(&ink.data) {
        strong[label as usize] |= label > 0 && value > upper;
    }
    mask.data.iter_mut().zip(&labels).for_each(|(pixel, &label)| *pixel &= strong[label as usize]);
    mask
}

fn threshold(ink: &Grid, noise: f32) -> f32 {
    let parted = otsu(ink);
    // Some strokes may be much fainter than the others.
    let strong: Vec<f32> = ink.data.iter().copied().filter(|&value| value > parted).collect();
    let parted = if strong.is_empty() { parted } else { parted.min(0.5 * quantile(strong, 0.5)) };
    parted.max(4.0 * noise).clamp(0.12, 0.6)
}
