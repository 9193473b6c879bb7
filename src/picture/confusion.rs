//! Which classes are taken for which.

use super::canvas::{Align, Colour, text_width};
use super::font::CAPITAL;
use super::image::Image;
use super::page::{
    BODY, INK, LINE, NOTE, PAPER, RULE, SMALL, TITLE, blues, gradient, page, percent, vermilions, with_note,
};
use crate::names::thousands;

/// The heat map of the counts of C `classes`: `counts` is C x C, row-major, a row for each true class, a column for
/// each predicted one. Blue shows the share of a class that was read right, vermilion what it was taken for; the
/// numbers are the counts, left out where there is no room for them. `note` is what else the caption says, if anything.
pub fn confusion(classes: &[&str], counts: &[usize], note: &str) -> Image {
    assert_eq!(counts.len(), classes.len() * classes.len(), "a count for each pair of classes");
    let matrix = Counts { size: classes.len(), counts };
    let layout = Layout::new(classes, counts);
    let (right, all) = matrix.right_of_all();
    let accuracy = percent(right as f32 / all as f32);
    let caption =
        format!("{} wrong of {}: accuracy {accuracy}", thousands((all - right) as u64), thousands(all as u64));
    let worst = matrix.worst();
    let mut key: Vec<(Ramp, String)> = vec![(blues, "read right: 0% to 100% of the true class".to_string())];
    if worst > 0.0 {
        let meaning = format!("taken for another: 0% to {} of the true class", percent(worst));
        key.push((misread, meaning));
    }

    let meanings = key.iter().map(|(_, meaning)| KEY + text_width(meaning, BODY));
    let side = layout.cell * matrix.size as i32;
    let width = meanings.fold(layout.left + side, i32::max);
    let below = 28 + LINE * key.len() as i32;
    let (mut image, x, y) = page("Confusion", &with_note(caption, note), width, layout.above + side + below);
    let (left, top) = (x + layout.left, y + layout.above);
    image.text(left + side / 2, y, Align::Centre, NOTE, "predicted");
    layout.labels(&mut image, left, top, classes);
    layout.cells(&mut image, left, top, &matrix, worst);
    for (line, (colour, meaning)) in key.iter().enumerate() {
        let y = top + side + 28 + LINE * line as i32;
        gradient(&mut image, (x, y), (KEY - 16, CAPITAL * BODY), colour);
        image.text(x + KEY, y, Align::Left, NOTE, meaning);
    }
    image
}

/// Shares from 0 to 1 -> colours.
type Ramp = fn(f32) -> Colour;

/// The counts, `size` x `size`.
struct Counts<'a> {
    size: usize,
    counts: &'a [usize],
}

impl Counts<'_> {
    fn get(&self, truth: usize, predicted: usize) -> usize {
        self.counts[truth * self.size + predicted]
    }

    /// What part of the true class each class was predicted for, a row of them for each true class.
    fn shares(&self) -> impl Iterator<Item = (usize, Vec<f32>)> {
        (0..self.size).map(|truth| {
            let row = || (0..self.size).map(|predicted| self.get(truth, predicted));
            let total = row().sum::<usize>().max(1) as f32;
            (truth, row().map(|count| count as f32 / total).collect())
        })
    }

    /// The largest share of a class that was taken for one other.
    fn worst(&self) -> f32 {
        let wrong = self.shares().flat_map(|(truth, mut shares)| {
            shares.remove(truth);
            shares
        });
        wrong.fold(0.0, f32::max)
    }

    fn right_of_all(&self) -> (usize, usize) {
        let right = (0..self.size).map(|class| self.get(class, class)).sum();
        (right, self.counts.iter().sum())
    }
}

/// Sizes in pixels, and scales of the lettering.
struct Layout {
    /// The scale of the counts; 0 where there is no room for them.
    counts: i32,
    labels: i32,
    cell: i32,
    /// The widest label.
    widest: i32,
    /// What the labels take beside and above the cells.
    left: i32,
    above: i32,
}

/// From the labels to the cells.
const GAP: i32 = 12;

impl Layout {
    /// The largest lettering that makes a picture of reasonable size.
    fn new(classes: &[&str], counts: &[usize]) -> Self {
        let size = classes.len() as i32;
        let most = thousands(counts.iter().max().copied().unwrap_or(0) as u64);
        let widest = |scale| classes.iter().map(|class| text_width(class, scale)).max().unwrap_or(0);
        let sizes = [(TITLE, TITLE, 28, 1000), (BODY, BODY, 16, 1300), (SMALL, BODY, 8, 1700), (SMALL, SMALL, 8, 1700)];
        let fits = sizes.into_iter().find_map(|(counts, labels, air, side)| {
            let text = text_width(&most, counts).max(widest(labels)).max(CAPITAL * counts);
            let cell = (text + air).max((480 / size).min(140));
            (cell * size <= side).then_some((counts, labels, cell))
        });
        let (counts, labels, cell) = fits.unwrap_or((0, SMALL, 1200 / size));
        let widest = widest(labels);
        let left = text_width("true", BODY).max(widest) + GAP;
        Self { counts, labels, cell, widest, left, above: CAPITAL * (BODY + labels) + 2 * GAP }
    }

    /// The labels of the rows and columns.
    fn labels(&self, image: &mut Image, left: i32, top: i32, classes: &[&str]) {
        let (height, lettering) = (CAPITAL * self.labels, (self.labels, INK));
        image.text(left - GAP, top - GAP - CAPITAL * BODY, Align::Right, NOTE, "true");
        for class in (0..classes.len()).step_by(self.every(height)) {
            let y = top + class as i32 * self.cell + (self.cell - height) / 2;
            image.text(left - GAP, y, Align::Right, lettering, classes[class]);
        }
        for class in (0..classes.len()).step_by(self.every(self.widest)) {
            let x = left + class as i32 * self.cell + self.cell / 2;
            image.text(x, top - GAP - height, Align::Centre, lettering, classes[class]);
        }
    }

    /// Which classes have a label: each, every second, fifth, tenth, ... so that none touches the next.
    fn every(&self, label: i32) -> usize {
        let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500];
        steps.into_iter().find(|&step| step as i32 * self.cell >= label + 6).unwrap_or(1000)
    }

    /// The cells with their lines and counts.
    fn cells(&self, image: &mut Image, left: i32, top: i32, matrix: &Counts, worst: f32) {
        let line = i32::from(self.cell >= 12);
        let (inner, side) = (self.cell - line, self.cell * matrix.size as i32 - line);
        image.frame(left, top, side, side, 1, RULE);
        for place in (1..matrix.size).map(|class| class as i32 * self.cell - line) {
            image.fill(left + place, top, line, side, RULE);
            image.fill(left, top + place, side, line, RULE);
        }
        for (truth, shares) in matrix.shares() {
            let y = top + truth as i32 * self.cell;
            for (predicted, share) in shares.into_iter().enumerate().filter(|&(_, share)| share > 0.0) {
                let x = left + predicted as i32 * self.cell;
                let colour = if truth == predicted { blues(share) } else { misread(share / worst) };
                image.fill(x, y, inner, inner, colour);
                if self.counts > 0 {
                    let lettering = (self.counts, if dark(colour) { PAPER } else { INK });
                    let (x, y) = (x + inner / 2, y + (inner - CAPITAL * self.counts) / 2);
                    let count = thousands(matrix.get(truth, predicted) as u64);
                    image.text(x, y, Align::Centre, lettering, &count);
                }
            }
        }
    }
}

/// Width of a bar of colours and of the space up to its meaning.
const KEY: i32 = 136;

/// Even a single mistake is tinted enough to be seen.
fn misread(strength: f32) -> Colour {
    vermilions(0.1 + 0.8 * strength)
}

/// Whether white is easier to read on this colour than ink is.
fn dark([red, green, blue]: Colour) -> bool {
    30 * u32::from(red) + 59 * u32::from(green) + 11 * u32::from(blue) < 100 * 128
}
