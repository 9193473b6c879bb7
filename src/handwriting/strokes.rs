//! Which pixels belong to a stroke.

use super::grid::{Grid, quantile};
use super::ink::{Ink, otsu};
use super::parts::{Mask, label};

/// Ink of this many standard deviations of the noise is more than noise; of a part that is longer than so many times as
/// much as was smoothed together, less is enough: such noise is shorter.
const CLEAR: f32 = 2.5;
const LONG: usize = 5;
const CLEAR_IF_LONG: f32 = 1.9;

/// The pixels that hold ink, by two thresholds (hysteresis): those above the upper one, and those above the lower one
/// that hang together with them. So faint upstrokes stay, and specks do not. What smoothing made of noise is no stroke:
/// it is as long as was smoothed together, and before that, it was no darker than noise on average.
pub fn strokes(Ink { ink, noise, reach, plain }: &Ink) -> Mask {
    let upper = threshold(ink, *noise);
    let lower = (0.5 * upper).max(upper.min(3.0 * noise));
    let mut mask = Mask::from_grid(ink, |value| value > lower);
    let (labels, parts) = label(&mask);
    let mut strong = vec![(0.0, 0.0); parts.len() + 1];
    for ((&label, &value), &plain) in labels.iter().zip(&ink.data).zip(&plain.data) {
        if label > 0 && value > upper {
            let (sum, weight) = &mut strong[label as usize];
            (*sum, *weight) = (*sum + value * value * plain, *weight + value * value);
        }
    }
    let clear = |label: u32| {
        let Some(part) = (label as usize).checked_sub(1).map(|number| &parts[number]) else { return false };
        let (sum, weight) = strong[label as usize];
        let length = part.width().max(part.height());
        let clear = if length > LONG * reach { CLEAR_IF_LONG } else { CLEAR };
        sum > clear * weight && length > 2 * reach
    };
    mask.data.iter_mut().zip(&labels).for_each(|(pixel, &label)| *pixel &= clear(label));
    mask
}

/// The pixels that hold any ink. Of a ruled line as dark as the lower threshold above, strokes hold pieces alone.
pub fn faint(Ink { ink, noise, .. }: &Ink) -> Mask {
    let threshold = (0.25 * threshold(ink, *noise)).max(3.0 * noise);
    Mask::from_grid(ink, |value| value > threshold)
}

fn threshold(ink: &Grid, noise: f32) -> f32 {
    let parted = otsu(ink);
    // Some strokes may be much fainter than the others.
    let strong: Vec<f32> = ink.data.iter().copied().filter(|&value| value > parted).collect();
    let parted = if strong.is_empty() { parted } else { parted.min(0.5 * quantile(strong, 0.5)) };
    parted.max(4.0 * noise).clamp(0.12, 0.6)
}
