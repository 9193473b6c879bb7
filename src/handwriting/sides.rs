//! Boxes, tables, combs and underlines that digits touch, taken away.

use super::grid::{Grid, quantile};
use super::parts::{Mask, Part, label, usual_height};
use super::rules::{Lines, lines, slope, without_posts};

/// A box is at least this many pixels wide and high.
const SMALLEST: usize = 30;
/// A side runs over at least this part of what hangs together. Its thickness is at most this part of the lesser of
/// width and height, and some pixels for soft edges. When it is level, this part of it is in one row, and more.
const ACROSS: f32 = 0.8;
const THICK: f32 = 0.1;
const SOFT: f32 = 3.0;
const ONE_ROW: f32 = 0.3;
/// What is left has this part of a box's height, and more: the bar of an 8 is lower.
const TALL: f32 = 0.25;
/// An underline is at least so many times as long as a digit is high, and goes on beyond the first and the last of them
/// by this part of that height. The bar that two 4s share, and the foot on which 2s are joined, do not.
const LONG: f32 = 1.5;
const BEYOND: f32 = 0.05;
/// A line is paler where its ink is less than this part of that of the digits.
const PALER: f32 = 0.7;

/// The strokes without straight lines that a digit holds on to, and that are none of its strokes: two level and two
/// upright sides of boxes, or a long level line on which several digits stand. Looked for twice: without its other
/// lines, what is left of a table is a plain one.
pub fn without_sides(strokes: Mask, ink: &Grid) -> Mask {
    let before = strokes.data.clone();
    let once = once_without_sides(strokes, ink);
    if once.data == before { once } else { once_without_sides(once, ink) }
}

fn once_without_sides(mut strokes: Mask, ink: &Grid) -> Mask {
    let (labels, parts) = label(&strokes);
    let mut gone = vec![false; labels.len()];
    let mut pixels = vec![Vec::new(); parts.len() + 1];
    labels.iter().enumerate().filter(|(_, label)| **label > 0).for_each(|(i, &label)| pixels[label as usize].push(i));
    // Before anything is copied: many long strokes would take long.
    let may_have_line = |part: &&Part| {
        part.width().min(part.height()) >= SMALLEST && {
            let (_, fullest) = slope(&pixels[part.labels[0] as usize], strokes.width, strokes.height);
            fullest as f32 >= ONE_ROW * part.width() as f32
        }
    };
    for part in parts.iter().filter(may_have_line) {
        // A line that is not level needs room above and below it.
        let room = part.width().max(part.height()) / 8;
        let [left, top] = [part.left, part.top].map(|first| first as isize - room as isize);
        let inside = |x: usize, y: usize| {
            let (x, y) = (left + x as isize, top + y as isize);
            ((0..strokes.width as isize).contains(&x) && (0..strokes.height as isize).contains(&y))
                .then(|| y as usize * strokes.width + x as usize)
        };
        let (width, height) = (part.width() + 2 * room, part.height() + 2 * room);
        let own = Mask::from_fn(width, height, |x, y| inside(x, y).is_some_and(|i| labels[i] == part.labels[0]));
        let around = Grid::from_fn(width, height, |x, y| inside(x, y).map_or(0.0, |i| ink.data[i]));
        if let Some(left) = without_own_sides(&own, &around, part) {
            let sides = (0..left.data.len()).filter(|&i| own.data[i] && !left.data[i]);
            sides.filter_map(|i| inside(i % width, i / width)).for_each(|i| gone[i] = true);
        }
    }
    strokes.data.iter_mut().zip(&gone).for_each(|(stroke, gone)| *stroke &= !gone);
    let height = usual_height(&label(&strokes).1);
    without_posts(strokes, &gone, height)
}

/// The same for a part, where it has such lines.
fn without_own_sides(own: &Mask, ink: &Grid, part: &Part) -> Option<Mask> {
    let [width, height] = [part.width(), part.height()].map(|side| side as f32);
    let thickest = THICK * width.min(height) + SOFT;
    let level = lines(own, own, ink, ACROSS * width, thickest)?;
    let left = level.taken_away(own);
    let down = left.transposed();
    let upright = lines(&down, &down, &ink.transposed(), ACROSS * height, thickest);
    if let Some(upright) = upright.filter(|upright| level.count >= 2 && upright.count >= 2) {
        let left = upright.taken_away(&down).transposed();
        let cell = height / (level.count - 1) as f32;
        return label(&left).1.iter().any(|digit| digit.height() as f32 >= TALL * cell).then_some(left);
    }
    let digits: Vec<Part> = label(&left).1.into_iter().filter(|digit| 2 * digit.height() > part.height()).collect();
    let tallest = digits.iter().map(Part::height).max()? as f32;
    let columns = level.mask.iter().enumerate().filter(|(_, line)| **line).map(|(i, _)| i % own.width);
    let [first, last] = [columns.clone().min()?, columns.max()?].map(|column| column as f32);
    let inside = |digit: &Part| {
        let beyond = BEYOND * tallest;
        first + beyond < digit.left as f32 && digit.right as f32 + beyond < last
    };
    let lowest = level.mask.iter().rposition(|&line| line)? / own.width;
    let standing = digits.iter().filter(|digit| digit.bottom <= lowest + digit.height() / 5).count();
    // Two lines are the sides of boxes held askew.
    let apart = level.count > 1 || digits.iter().all(inside);
    let is_none_of_theirs = standing > 1 && apart || is_paler(&level, own, ink);
    (width >= LONG * tallest && is_none_of_theirs).then_some(left)
}

/// Whether lines are plainly paler than the other strokes: they are printed, and no digit's own.
fn is_paler(lines: &Lines, strokes: &Mask, ink: &Grid) -> bool {
    let usual = |line: bool| {
        let own = (0..ink.data.len()).filter(|&i| strokes.data[i] && lines.mask[i] == line);
        quantile(own.map(|i| ink.data[i]).collect(), 0.5)
    };
    usual(true) < PALER * usual(false)
}
