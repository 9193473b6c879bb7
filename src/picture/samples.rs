//! Random digits with what the network read.

use super::grid::{Cell, Fit, grid};
use super::image::Image;
use super::page::probability;
use crate::names::counted;

/// A digit that the network has read.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// `width` x `height` bytes, row-major, 255 for ink.
    pub pixels: &'a [u8],
    /// The true label, where it is known.
    pub truth: Option<&'a str>,
    /// The label of the most probable class.
    pub predicted: &'a str,
    /// The probability of that class, from 0 to 1.
    pub confidence: f32,
    /// Which image of its file it is, from 1.
    pub row: usize,
}

/// The longer side of a digit on the page, in pixels.
pub(super) const DIGIT: usize = 140;

/// As many columns as rows, and five at least.
pub(super) fn columns(cells: usize) -> usize {
    let side = cells.isqrt();
    (if side * side < cells { side + 1 } else { side }).max(5)
}

/// A grid of digits, width and height of which are `size`, with predicted and true label and the confidence. Those read
/// wrongly have a thick frame and a cross. The picture grows with the digits: about 30,000 pixels for each.
pub fn samples(size: (usize, usize), samples: &[Sample]) -> Image {
    let labelled = samples.iter().filter(|sample| sample.truth.is_some()).count();
    let wrong = |sample: &Sample| sample.truth.is_some_and(|truth| truth != sample.predicted);
    let wrongs = samples.iter().filter(|sample| wrong(sample)).count();
    let caption = match (labelled, wrongs) {
        (0, _) => "the predicted label, and how sure the network is".to_string(),
        (_, 0) => format!("{labelled} of {labelled} read right"),
        _ => format!("{} of {labelled} read right; a frame and a cross mark the others", labelled - wrongs),
    };
    let cells: Vec<Cell> = samples
        .iter()
        .map(|sample| {
            let mut lines = vec![("pred", sample.predicted, probability(sample.confidence))];
            lines.extend(sample.truth.map(|truth| ("true", truth, String::new())));
            lines.push(("row", "", sample.row.to_string()));
            Cell { pixels: sample.pixels, lines, crossed: wrong(sample) }
        })
        .collect();
    grid(&counted(samples.len(), "digit"), &caption, &Fit::new(size, DIGIT), &cells, columns(cells.len()))
}

/// What augmentation makes of digits of width and height `size`: `columns` images of each, the original first.
pub fn augmented(size: (usize, usize), images: &[Vec<u8>], columns: usize) -> Image {
    let cell = |pixels| Cell { pixels, lines: Vec::new(), crossed: false };
    let cells: Vec<Cell> = images.iter().map(|image| cell(image)).collect();
    let title = format!("{}, augmented", counted(images.len() / columns, "digit"));
    let caption = "the original is on the left, what the network sees of it on the right";
    grid(&title, caption, &Fit::new(size, DIGIT), &cells, columns)
}
