//! Where the network was sure and wrong.

use super::canvas::Align;
use super::grid::{Cell, Fit, grid};
use super::image::Image;
use super::page::{BLUE, PAPER, PLAIN, page, probability, with_note};
use super::samples::{DIGIT, columns};
use crate::names::{counted, thousands};

/// A digit that the network has read wrongly.
#[derive(Clone, Copy, Debug)]
pub struct Mistake<'a> {
    /// `width` x `height` bytes, row-major, 255 for ink.
    pub pixels: &'a [u8],
    /// The true label.
    pub truth: &'a str,
    /// The label of the most probable class.
    pub predicted: &'a str,
    /// The probability that the network gave to the true class, from 0 to 1.
    pub truth_probability: f32,
    /// The probability that it gave to the predicted class.
    pub predicted_probability: f32,
    /// Which image of its file it is, from 1.
    pub row: usize,
}

/// A grid of mistakes in the order given, most confident first, with both labels and both probabilities; width and
/// height of the digits are `size`. `wrong` is the number of all mistakes in `digits` digits: the caption tells it.
/// Without a mistake the picture says so. `note` is what else the caption says, if anything.
pub fn mistakes(size: (usize, usize), mistakes: &[Mistake], (wrong, digits): (usize, usize), note: &str) -> Image {
    let of_all = format!("{} wrong in {}", thousands(wrong as u64), counted(digits, "digit"));
    if mistakes.is_empty() {
        return no_mistakes(&with_note(of_all, note));
    }
    let caption = match mistakes.len() {
        1 => format!("the most confident of {of_all}"),
        shown => format!("the {shown} most confident of {of_all}"),
    };
    let cells: Vec<Cell> = mistakes
        .iter()
        .map(|mistake| Cell {
            pixels: mistake.pixels,
            lines: vec![
                ("pred", mistake.predicted, probability(mistake.predicted_probability)),
                ("true", mistake.truth, probability(mistake.truth_probability)),
                ("row", "", mistake.row.to_string()),
            ],
            crossed: false,
        })
        .collect();
    grid("Mistakes", &with_note(caption, note), &Fit::new(size, DIGIT), &cells, columns(cells.len()))
}

/// A tick and a sentence.
fn no_mistakes(caption: &str) -> Image {
    let (mut image, x, y) = page("Mistakes", caption, 560, 96);
    let at = |dx: f32, dy: f32| (x as f32 + dx, y as f32 + dy);
    image.disc(at(48.0, 48.0), 96.0, BLUE);
    image.line(&[at(27.0, 50.0), at(42.0, 65.0), at(70.0, 35.0)], 9.0, PAPER);
    image.text(x + 120, y + 41, Align::Left, PLAIN, "There are none: every digit was read right.");
    image
}
