//! A picture of handwriting with each digit framed, and beside it what the network saw.

use super::canvas::{Align, mix, text_width};
use super::font::CAPITAL;
use super::grid::Fit;
use super::image::Image;
use super::page::{BLUE, BODY, INK, LINE, PAPER, RULE, VERMILION, page, probability};
use crate::names::counted;

/// A digit that was found and read.
#[derive(Clone, Copy, Debug)]
pub struct ReadDigit<'a> {
    /// Where it is, in pixels of the picture as it is drawn: left, top, width and height.
    pub place: [usize; 4],
    /// `width` x `height` bytes, row-major, 255 for ink: what the network saw.
    pub pixels: &'a [u8],
    /// The label of the most probable class.
    pub label: &'a str,
    /// Its probability, from 0 to 1.
    pub probability: f32,
    /// Whether that is too little to be sure.
    pub doubtful: bool,
}

/// The longer side of what the network saw.
const SEEN: usize = 84;
const GAP: i32 = 24;
/// More columns would be wide for a talk.
const COLUMNS: usize = 10;

/// The picture (width, height and the colour of each pixel) with a frame around each digit and its label above, and on
/// the right what the network saw of each, images of width and height `size`. Blue is sure, vermilion doubtful.
pub fn reading(
    (across, down, colours): (usize, usize, &[[u8; 3]]),
    size: (usize, usize),
    digits: &[ReadDigit],
) -> Image {
    let fit = Fit::new(size, SEEN);
    let text = |digit: &ReadDigit| format!("{}{} {}", digit.label, mark(digit), probability(digit.probability));
    let widest = digits.iter().map(|digit| text_width(&text(digit), BODY)).max().unwrap_or(0);
    let (cell_width, cell_height) = (fit.width().max(widest) + GAP, fit.height() + LINE + GAP);
    let rows = ((down as i32 + GAP) / cell_height).max(1) as usize;
    let width_of = |columns: usize| across as i32 + 2 * GAP + columns as i32 * cell_width;
    let height_of = |columns: usize| digits.len().div_ceil(columns) as i32 * cell_height;
    // Beside the picture; many digits go on below it, in a square.
    let mut columns = digits.len().div_ceil(rows).clamp(3.min(digits.len()), COLUMNS);
    while height_of(columns) > width_of(columns).max(down as i32 + GAP) {
        columns += 1;
    }
    let doubtful = digits.iter().filter(|digit| digit.doubtful).count();
    let caption = match doubtful {
        0 => "as the network saw them on the right".to_owned(),
        _ => format!("as the network saw them on the right; {doubtful} doubtful, with a question mark"),
    };
    let height = height_of(columns).max(down as i32);
    let (mut image, left, top) = page(&counted(digits.len(), "digit"), &caption, width_of(columns), height);
    for (i, &colour) in colours.iter().enumerate() {
        image.fill(left + (i % across) as i32, top + (i / across) as i32, 1, 1, colour);
    }
    image.frame(left, top, across as i32, down as i32, 1, RULE);
    for (number, digit) in digits.iter().enumerate() {
        let colour = if digit.doubtful { VERMILION } else { BLUE };
        let [x, y, width, height] = digit.place.map(|length| length as i32);
        let (x, y) = (left + x, top + y);
        image.frame(x - 2, y - 2, width + 4, height + 4, 2, colour);
        let name = format!("{}{}", digit.label, mark(digit));
        let flag = (text_width(&name, BODY) + 8, CAPITAL * BODY + 8);
        // Above the frame, or within it where the picture ends there.
        let flag_y = (y - 4 - flag.1).max(top);
        image.fill(x - 4, flag_y, flag.0, flag.1, colour);
        image.text(x, flag_y + 4, Align::Left, (BODY, PAPER), &name);

        let x = left + across as i32 + 2 * GAP + (number % columns) as i32 * cell_width;
        let y = top + (number / columns) as i32 * cell_height;
        let ink = |pixel: usize| f32::from(digit.pixels[pixel]);
        fit.draw(&mut image, (x, y), ink, |ink| mix(PAPER, INK, ink / 255.0));
        image.frame(x, y, fit.width(), fit.height(), 1, colour);
        let below = y + fit.height() + LINE - CAPITAL * BODY;
        image.text(x, below, Align::Left, (BODY, colour), &text(digit));
    }
    image
}

fn mark(digit: &ReadDigit) -> &'static str {
    if digit.doubtful { "?" } else { "" }
}
