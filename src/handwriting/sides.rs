//! The sides of boxes, and underlines, that digits touch, taken away.

use super::grid::Grid;
use super::parts::{Mask, Part, label, usual_height};
use super::rules::{lines, without_posts};

/// A box is at least this many pixels wide and high.
const SMALLEST: usize = 30;
/// A side runs over at least this part of what hangs together, and its thickness is at most this part of its length; an
/// underline is thinner.
const ACROSS: f32 = 0.8;
const THICK: f32 = 0.08;
const THIN: f32 = 0.033;
/// What is left has this part of a box's height, and more: the bar of an 8 is lower.
const TALL: f32 = 0.25;
/// An underline is at least so many times as long as a digit is high.
const LONG: f32 = 1.5;

/// The strokes without straight lines that a digit holds on to, and that are none of its strokes: two level and two
/// upright sides of boxes, or a long level line on which several digits stand.
pub fn without_sides(mut strokes: Mask, ink: &Grid) -> Mask {
    let (labels, parts) = label(&strokes);
    let mut gone = vec![false; labels.len()];
    for part in parts.iter().filter(|part| part.width().min(part.height()) >= SMALLEST) {
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
    let level = lines(own, own, ink, ACROSS * width, THICK * width)?;
    let down = level.taken_away(own).transposed();
    let upright = lines(&down, &down, &ink.transposed(), ACROSS * height, THICK * height);
    if let Some(upright) = upright.filter(|upright| level.count >= 2 && upright.count >= 2) {
        let left = upright.taken_away(&down).transposed();
        let cell = height / (level.count - 1) as f32;
        return label(&left).1.iter().any(|digit| digit.height() as f32 >= TALL * cell).then_some(left);
    }
    let line = lines(own, own, ink, ACROSS * width, THIN * width)?;
    let lowest = line.mask.iter().rposition(|&line| line)? / own.width;
    let left = line.taken_away(own);
    let stands = |digit: &&Part| digit.bottom <= lowest + digit.height() / 5 && 2 * digit.height() > part.height();
    let long = width >= LONG * label(&left).1.iter().map(Part::height).max()? as f32;
    (long && label(&left).1.iter().filter(stands).count() > 1).then_some(left)
}
