//! Digits in a grid, each with lines of text below it.

use super::canvas::{Align, Colour, mix, text_width};
use super::font::CAPITAL;
use super::image::Image;
use super::page::{BODY, INK, LINE, NOTE, PAPER, PLAIN, RULE, VERMILION, page};

/// A size of images and how they are drawn: a pixel as `up` x `up`, or `down` x `down` pixels averaged into one.
pub(super) struct Fit {
    columns: usize,
    rows: usize,
    up: usize,
    down: usize,
}

impl Fit {
    /// The whole-number fit that brings the longer side of images of this width and height nearest to `target` pixels.
    pub(super) fn new((columns, rows): (usize, usize), target: usize) -> Self {
        let side = columns.max(rows);
        Self { columns, rows, up: ((2 * target + side) / (2 * side)).max(1), down: (side / (2 * target)).max(1) }
    }

    pub(super) fn width(&self) -> i32 {
        (self.columns * self.up).div_ceil(self.down) as i32
    }

    pub(super) fn height(&self) -> i32 {
        (self.rows * self.up).div_ceil(self.down) as i32
    }

    /// Draws one image with its top left at (x, y): `value` of every pixel (row-major), averaged, as a `colour`.
    pub(super) fn draw(
        &self,
        image: &mut Image,
        (x, y): (i32, i32),
        value: impl Fn(usize) -> f32,
        colour: impl Fn(f32) -> Colour,
    ) {
        for top in (0..self.rows).step_by(self.down) {
            for left in (0..self.columns).step_by(self.down) {
                let (bottom, right) = ((top + self.down).min(self.rows), (left + self.down).min(self.columns));
                let block = (top..bottom).flat_map(|row| (left..right).map(move |column| (row, column)));
                let sum: f32 = block.map(|(row, column)| value(row * self.columns + column)).sum();
                let mean = sum / ((bottom - top) * (right - left)) as f32;
                let at = |cell: usize| (cell * self.up / self.down) as i32;
                image.fill(x + at(left), y + at(top), self.up as i32, self.up as i32, colour(mean));
            }
        }
    }
}

/// One digit of a grid.
pub(super) struct Cell<'a> {
    /// Row-major, 255 for ink.
    pub(super) pixels: &'a [u8],
    /// A key, a label and a note, such as "true", "7", "98.1%".
    pub(super) lines: Vec<(&'static str, &'a str, String)>,
    /// A thick frame and a cross: this one is wrong.
    pub(super) crossed: bool,
}

/// Between two cells.
const GAP: i32 = 22;
/// Between key, label and note.
const SPACE: i32 = 8;
const CROSS: i32 = 21;

/// Draws the cells, `columns` to a row, in the order given.
pub(super) fn grid(title: &str, caption: &str, fit: &Fit, cells: &[Cell], columns: usize) -> Image {
    let lines = || cells.iter().flat_map(|cell| &cell.lines);
    let widest = |pick: fn(&(&str, &str, String)) -> i32| lines().map(pick).max().unwrap_or(0);
    let key = widest(|line| text_width(line.0, BODY));
    let label = widest(|line| text_width(line.1, BODY));
    let note = widest(|line| text_width(&line.2, BODY));
    let text = key + SPACE + label + if note > 0 { 2 * SPACE + note } else { 0 };
    let width = fit.width().max(text);
    let deepest = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0) as i32;
    let height = fit.height() + LINE * deepest;
    let columns = columns.min(cells.len());
    let rows = cells.len().div_ceil(columns) as i32;
    let across = columns as i32 * (width + GAP) - GAP;
    let (mut image, left, top) = page(title, caption, across, rows * (height + GAP) - GAP);
    for (place, cell) in cells.iter().enumerate() {
        let x = left + (place % columns) as i32 * (width + GAP);
        let y = top + (place / columns) as i32 * (height + GAP);
        let inset = (width - fit.width()) / 2;
        draw_cell(&mut image, (x + inset, y), fit, cell);
        for (line, (name, value, share)) in cell.lines.iter().enumerate() {
            let y = y + fit.height() + LINE * (line as i32 + 1) - CAPITAL * BODY;
            image.text(x, y, Align::Left, NOTE, name);
            image.text(x + key + SPACE, y, Align::Left, PLAIN, value);
            image.text(x + width, y, Align::Right, NOTE, share);
        }
    }
    image
}

/// The digit itself, dark on white, in its frame.
fn draw_cell(image: &mut Image, (x, y): (i32, i32), fit: &Fit, cell: &Cell) {
    let ink = |pixel: usize| f32::from(cell.pixels[pixel]);
    fit.draw(image, (x, y), ink, |ink| mix(PAPER, INK, ink / 255.0));
    if !cell.crossed {
        image.frame(x, y, fit.width(), fit.height(), 1, RULE);
        return;
    }
    image.frame(x, y, fit.width(), fit.height(), 4, VERMILION);
    let (left, top) = (x + fit.width() + 4 - CROSS, y - 4);
    image.fill(left, top, CROSS, CROSS, VERMILION);
    let (a, b) = (6.5, CROSS as f32 - 6.5);
    let at = |dx: f32, dy: f32| (left as f32 + dx, top as f32 + dy);
    image.stroke(&[[at(a, a), at(b, b)], [at(a, b), at(b, a)]], 3.0, PAPER);
}
