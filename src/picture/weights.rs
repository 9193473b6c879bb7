//! What the first layer's neurons look for.

use super::canvas::{Align, Colour};
use super::font::CAPITAL;
use super::grid::Fit;
use super::image::Image;
use super::page::{BODY, LINE, NOTE, PLAIN, RULE, blues, gradient, page, vermilions};
use super::samples::columns;
use crate::names::{counted, thousands};

/// The longer side of the whole grid, in pixels, that small neurons are enlarged towards.
const SIDE: usize = 1100;
/// Between two neurons.
const GAP: usize = 6;
const SCALE_WIDTH: i32 = 480;
const SCALE_HEIGHT: i32 = 18;

/// The weights of the first layer, `width` x `height` row-major of each neuron, as a signed image: blue where
/// ink speaks for the neuron, vermilion where ink speaks against it, white for 0. One scale, given below,
/// holds for all. Of more than `most` neurons the first are drawn, and the caption says so. `labels` stand
/// below the neurons that have one.
pub fn weights((width, height): (usize, usize), weights: &[f32], most: usize, labels: &[String]) -> Image {
    let inputs = width * height;
    assert!(weights.len().is_multiple_of(inputs), "a weight a pixel");
    let neurons = weights.len() / inputs;
    let shown = neurons.min(most);
    let columns = columns(shown).min(shown);
    let side = (SIDE / columns).saturating_sub(GAP).clamp(1, 112);
    let fit = Fit::new((width, height), side);
    let limit = limit(&weights[..shown * inputs]);
    let title = "What the first layer looks for";
    let drawn = if shown < neurons {
        format!("the first {} of {}", thousands(shown as u64), counted(neurons, "neuron"))
    } else {
        counted(neurons, "neuron")
    };
    let caption = format!("{drawn}, {width} x {height} weights each: what ink at a place adds");
    let below = if labels.is_empty() { 0 } else { LINE };
    let (across, down) = (fit.width() + GAP as i32, fit.height() + below + GAP as i32);
    let rows = shown.div_ceil(columns) as i32;
    let grid = (columns as i32 * across - GAP as i32).max(SCALE_WIDTH);
    let (mut image, left, top) = page(title, &caption, grid, rows * down + 70);
    for (neuron, weights) in weights.chunks_exact(inputs).take(shown).enumerate() {
        let (x, y) = (left + (neuron % columns) as i32 * across, top + (neuron / columns) as i32 * down);
        let colour = |weight| signed(weight / limit);
        fit.draw(&mut image, (x, y), |pixel| weights[pixel], colour);
        image.frame(x, y, fit.width(), fit.height(), 1, RULE);
        if let Some(label) = labels.get(neuron) {
            image.text(x + fit.width() / 2, y + fit.height() + LINE - CAPITAL * BODY, Align::Centre, PLAIN, label);
        }
    }
    scale(&mut image, left, top + rows * down + 22, limit);
    image
}

/// The end of the scale: what 999 of 1,000 weights do not exceed, so that an outlier leaves the others their colour.
pub(super) fn limit(weights: &[f32]) -> f32 {
    let mut sizes: Vec<f32> = weights.iter().map(|weight| weight.abs()).collect();
    let place = sizes.len() * 999 / 1000;
    let size = *sizes.select_nth_unstable_by(place, f32::total_cmp).1;
    if size > 0.0 { size } else { 1.0 }
}

/// -1 to 1: vermilion, white, blue.
pub(super) fn signed(share: f32) -> Colour {
    if share < 0.0 { vermilions(-share) } else { blues(share) }
}

/// The colours of the weights from -limit to limit.
fn scale(image: &mut Image, x: i32, y: i32, limit: f32) {
    gradient(image, (x, y), (SCALE_WIDTH, SCALE_HEIGHT), |share| signed(2.0 * share - 1.0));
    let below = y + SCALE_HEIGHT + 10;
    let decimals = if limit < 0.1 { 4 } else { 2 };
    image.text(x, below, Align::Left, NOTE, &format!("-{limit:.decimals$}"));
    image.text(x + SCALE_WIDTH / 2, below, Align::Centre, NOTE, "0");
    image.text(x + SCALE_WIDTH, below, Align::Right, NOTE, &format!("{limit:.decimals$}"));
}
