//! Lines that run across the picture, taken away where no stroke crosses them: ruled and squared paper, tables.

use super::grid::{Grid, quantile};
use super::parts::{Mask, Part, label, usual_height};
use std::ops::Range;

/// How much a line falls or rises in a picture that was held a little askew, as a part of its length.
const SLOPE: f32 = 0.2;
/// So many lines are squared paper or a table, whatever the size of what is written on it.
const MANY: usize = 5;
/// Ink this many times as dark as the line that it lies on is a stroke.
const DARKER: f32 = 1.6;
/// Lines that hold more than this part of all ink leave no digit: they are strokes.
const MOST: f32 = 0.9;
/// A line runs over at least this part of the width, and is no thicker than this part of the height.
const ACROSS: f32 = 0.8;
const THICK: f32 = 0.06;
/// Ticks are lower than this, as a part of a digit's usual height.
const LOW: f32 = 0.5;

/// A line of which strokes hold a smaller part than this is none for them.
const HELD: f32 = 0.3;
/// At least this part of a line is free of thick strokes.
const FREE: f32 = 0.3;

/// The strokes without lines that run across most of the picture, either way. One way after the other: where the lines
/// of squared paper cross, nothing stays. Lines of which strokes hold pieces alone are looked for among all pixels that
/// hold any ink, the `faint` ones.
pub fn without_rules(strokes: &Mask, faint: &Mask, ink: &Grid) -> Mask {
    let down = without_horizontal(strokes, faint, ink).transposed();
    without_horizontal(&down, &faint.transposed(), &ink.transposed()).transposed()
}

fn without_horizontal(strokes: &Mask, faint: &Mask, ink: &Grid) -> Mask {
    // In a picture that is too small to show a ruled page, a long line is a stroke.
    if strokes.width < 100 {
        return strokes.clone();
    }
    let once = without_lines(strokes, strokes, ink);
    without_lines(&once, faint, ink)
}

/// The strokes without the lines of which `faint` holds the whole.
fn without_lines(strokes: &Mask, faint: &Mask, ink: &Grid) -> Mask {
    let [width, height] = [strokes.width as f32, strokes.height as f32];
    let Some(lines) = lines(strokes, faint, ink, ACROSS * width, THICK * height) else {
        return strokes.clone();
    };
    let rest = lines.without(strokes);
    let area = |mask: &Mask| mask.data.iter().filter(|&&stroke| stroke).count() as f32;
    // What is left must be much smaller than the line: else the line is a digit's own stroke. No digit has many.
    let parts = label(&rest).1;
    let short = width < 3.0 * usual_height(&parts);
    if lines.count < MANY && (parts.is_empty() || short || area(strokes) - area(&rest) > MOST * area(strokes)) {
        return strokes.clone();
    }
    without_posts(lines.taken_away(strokes), &lines.mask, usual_height(&parts))
}

/// Level lines that were found.
pub(super) struct Lines {
    pub mask: Vec<bool>,
    pub count: usize,
}

impl Lines {
    /// What is not on a line.
    pub fn without(&self, strokes: &Mask) -> Mask {
        let rest = strokes.data.iter().zip(&self.mask).map(|(&stroke, &line)| stroke && !line);
        Mask { data: rest.collect(), ..*strokes }
    }

    /// The strokes without the lines, but for what crosses these: the rest has ink straight above and straight below.
    pub fn taken_away(&self, strokes: &Mask) -> Mask {
        let (width, height) = (strokes.width, strokes.height);
        let rest = self.without(strokes);
        let mut crossed = vec![false; self.mask.len()];
        for x in 0..width {
            let mut y = 0;
            while y < height {
                let begin = y;
                while y < height && self.mask[y * width + x] {
                    y += 1;
                }
                let ink = |y: usize| rest.data[y * width + x];
                if y > begin && begin > 0 && y < height && ink(begin - 1) && ink(y) {
                    for y in begin..y {
                        let around = y * width + x.saturating_sub(1)..=y * width + (x + 1).min(width - 1);
                        around.for_each(|i| crossed[i] = true);
                    }
                }
                y = y.max(begin + 1);
            }
        }
        let kept = |i: usize| rest.data[i] || strokes.data[i] && self.mask[i] && crossed[i];
        Mask { data: (0..self.mask.len()).map(kept).collect(), ..*strokes }
    }
}

/// The strokes without the upright sides of boxes, from line to line, and the ticks of combs, which stand on a line and
/// are lower than digits. They are about as thin as the lines.
pub(super) fn without_posts(mut strokes: Mask, line: &[bool], height: f32) -> Mask {
    let width = strokes.width;
    let (labels, parts) = label(&strokes);
    let is_post = |part: &&Part| {
        let thick = |rows: Range<usize>| {
            let column = |x: usize| rows.clone().filter(|y| line[y * width + x]).count();
            (part.left..part.right).map(column).filter(|&count| count > 0).min().unwrap_or(0)
        };
        let reach = 4 + part.height() / 4;
        let above = thick(part.top.saturating_sub(reach)..part.top);
        let below = thick(part.bottom..(part.bottom + reach).min(strokes.height));
        let close = |rows: Range<usize>| thick(rows) > 0;
        let ends =
            [close(part.top.saturating_sub(3)..part.top), close(part.bottom..(part.bottom + 3).min(strokes.height))];
        let thin = part.area as f32 <= (1.5 * above.max(below) as f32 + 1.0) * part.height() as f32;
        let upright = part.width() as f32 <= SLOPE * part.height() as f32 + 4.0;
        thin && upright && (ends == [true; 2] || ends != [false; 2] && (part.height() as f32) < LOW * height)
    };
    let mut posts = vec![false; parts.len() + 1];
    parts.iter().filter(is_post).for_each(|part| posts[part.labels[0] as usize] = true);
    strokes.data.iter_mut().zip(&labels).for_each(|(stroke, &label)| *stroke &= !posts[label as usize]);
    strokes
}

/// Thin horizontal lines, at least so long and at most so thick in pixels, of which `faint` holds the whole and the
/// strokes a part. The picture may have been held askew: its columns are moved up and down until the lines are level,
/// and what is found is moved back. What leaves at the bottom comes in at the top, so nothing is lost.
pub(super) fn lines(strokes: &Mask, faint: &Mask, ink: &Grid, least: f32, thickest: f32) -> Option<Lines> {
    let (width, height) = (faint.width, faint.height);
    let (slope, _) = slope(&(0..width * height).filter(|&i| faint.data[i]).collect::<Vec<usize>>(), width, height);
    let rises = |slope: f32| (0..width).map(|x| rise(slope, x, width).rem_euclid(height as isize) as usize).collect();
    let (up, down): (Vec<usize>, Vec<usize>) = (rises(slope), rises(-slope));
    let level = |mask: &Mask| Mask { data: moved(&mask.data, &up), ..*mask };
    let Lines { mask, count } =
        level_lines(&level(strokes), &level(faint), &Grid { data: moved(&ink.data, &up), ..*ink }, least, thickest)?;
    Some(Lines { mask: moved(&mask, &down), count })
}

/// Columns moved up by so many pixels each, fewer than there are rows.
fn moved<T: Copy>(data: &[T], rises: &[usize]) -> Vec<T> {
    let (width, height) = (rises.len(), data.len() / rises.len());
    let row = |y: usize| rises.iter().enumerate().map(move |(x, rise)| (x, y + rise));
    let wrapped = |(x, y): (usize, usize)| data[if y < height { y } else { y - height } * width + x];
    (0..height).flat_map(row).map(wrapped).collect()
}

/// How far a line of that slope has fallen at a column, from the picture's middle on.
fn rise(slope: f32, x: usize, width: usize) -> isize {
    (slope * (x as f32 - width as f32 / 2.0)).round() as isize
}

/// The slope at which the rows of some pixels are most unequal, as those of ruled paper are when its lines are level;
/// and how many of the pixels are in the fullest row then.
pub(super) fn slope(pixels: &[usize], width: usize, height: usize) -> (f32, u64) {
    let places: Vec<(isize, usize)> = pixels.iter().map(|i| ((i / width) as isize, i % width)).collect();
    let counts = |slope: f32| {
        let rises: Vec<isize> = (0..width).map(|x| rise(slope, x, width)).collect();
        // Rows above and below the picture are counted apart, then with those that they come in at.
        let above = rises.iter().max().map_or(0, |&most| most.max(0));
        let mut all = vec![0u64; height + 2 * above as usize + 1];
        places.iter().for_each(|&(y, x)| all[(y - rises[x] + above) as usize] += 1);
        let mut counts = vec![0u64; height];
        (-above..).zip(all).for_each(|(y, count)| counts[y.rem_euclid(height as isize) as usize] += count);
        counts
    };
    // From level on outwards: of equals, the smallest slope.
    let slopes = (0..=(100.0 * SLOPE) as i32).flat_map(|percent| [percent, -percent]);
    let measured = slopes.map(|percent| percent as f32 / 100.0).map(|slope| {
        let counts = counts(slope);
        let unequal = counts.iter().map(|count| count * count).sum::<u64>();
        (unequal, slope, counts.into_iter().max().unwrap_or(0))
    });
    let best = measured.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map_or((0.0, 0), |(_, slope, fullest)| (slope, fullest))
}

/// Such lines where they are level already. What is much darker than the rest of a line is a stroke that runs along it.
fn level_lines(strokes: &Mask, faint: &Mask, ink: &Grid, least: f32, thickest: f32) -> Option<Lines> {
    let width = faint.width;
    // A line may be a little slanted: made thicker, it still has long runs.
    let thick = faint.transposed().to_grid().extreme_across(3, f32::max);
    let thick = Mask::from_grid(&thick, |value| value > 0.0).transposed().to_grid();
    let runs = thick.extreme_across(width / 8, f32::min).extreme_across(width / 8, f32::max);
    let (labels, parts) = label(&Mask::from_grid(&runs, |value| value > 0.0));
    let (mut mask, mut count) = (vec![false; labels.len()], 0);
    for part in parts.into_iter().filter(|part| part.width() as f32 >= least) {
        let rows = |x: usize| {
            let of_part = |y: &usize| labels[y * width + x] == part.labels[0];
            let first = (part.top..part.bottom).find(of_part).unwrap_or(part.top);
            first..(first..part.bottom).rfind(of_part).map_or(first, |last| last + 1)
        };
        let rows: Vec<Range<usize>> = (part.left..part.right).map(rows).collect();
        let thin: Vec<usize> = (0..rows.len()).filter(|&x| rows[x].len() as f32 <= thickest).collect();
        let tops = thin.iter().map(|&x| rows[x].start);
        let Some((top, bottom)) = tops.min().zip(thin.iter().map(|&x| rows[x].end).max()) else { continue };
        let level = (bottom - top) as f32 <= SLOPE * part.width() as f32;
        let own = |&i: &usize| labels[i] == part.labels[0] && faint.data[i];
        // Under a thick stroke, the line goes on where it was before.
        let column = |x: usize| {
            let before = thin[thin.partition_point(|&thin| thin <= x).saturating_sub(1)];
            rows[before].clone().map(move |y| y * width + part.left + x).filter(own)
        };
        let held = (0..rows.len()).filter(|&x| column(x).any(|i| strokes.data[i])).count();
        let is_held = held as f32 >= HELD * rows.len() as f32;
        if thin.len() as f32 >= FREE * rows.len() as f32 && level && is_held {
            count += 1;
            let dark = |x: usize| column(x).map(|i| ink.data[i]).fold(0.0, f32::max);
            // A stroke may run along much of a line, but not along most.
            let darkest = DARKER * quantile((0..rows.len()).map(dark).collect(), 0.25);
            let all = (0..rows.len()).flat_map(column);
            all.filter(|&i| ink.data[i] <= darkest).for_each(|i| mask[i] = true);
        }
    }
    (count > 0).then_some(Lines { mask, count })
}
