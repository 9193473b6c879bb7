//! Rows of digits, as people see them: neighbours beside each other, along the tilt of the paper.

use super::MOST;
use super::parts::Part;

/// Neighbours in a row overlap down by at least this part of the lower one's height.
const BESIDE: f32 = 0.3;
/// Those that show the tilt are no farther apart than this, as a part of the higher one's height.
const NEAR: f32 = 2.0;
/// So much more of spread, as a part of a digit's squared height, would a level row add: two digits alone, one of them
/// a little higher, tell little of the tilt.
const LEVEL: f32 = 2.0;
/// More is no photograph held askew, but a stair.
const STEEPEST: f32 = 0.2;
/// A neighbour that is lower by some pixels is as far as one that is so many times as many pixels to the side.
const DOWN: f32 = 3.0;

/// Rows from the top, each from the left, of digits that are usually so high.
pub fn in_rows(digits: Vec<Part>, height: f32) -> Vec<Vec<Part>> {
    // A page of print has no order that anybody asks for, and many pairs.
    if digits.len() > MOST {
        return vec![digits];
    }
    let slope = slope(&chained(digits.clone(), 0.0, NEAR), height);
    let mut rows = chained(digits, slope, f32::INFINITY);
    let middle = |row: &Vec<Part>| row.iter().map(|part| level(part, slope)).sum::<f32>() / row.len() as f32;
    rows.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    rows.iter_mut().for_each(|row| row.sort_by_key(|part| part.left));
    rows
}

/// Across and down, the middle of a part.
fn centre(part: &Part) -> [f32; 2] {
    [(part.left + part.right) as f32 / 2.0, (part.top + part.bottom) as f32 / 2.0]
}

/// How low a part would be if rows of that slope were level.
fn level(part: &Part, slope: f32) -> f32 {
    let [x, y] = centre(part);
    y - slope * x
}

/// Digits chained to rows of that slope, the nearest neighbours first. Those farther apart than `near` are no
/// neighbours. Two that stand one above the other are never in one row: this keeps rows apart that a digit between them
/// would join.
fn chained(digits: Vec<Part>, slope: f32, near: f32) -> Vec<Vec<Part>> {
    let mut pairs = Vec::new();
    for (b, second) in digits.iter().enumerate() {
        for (a, first) in digits[..b].iter().enumerate() {
            let [low, high] = [first.height().min(second.height()), first.height().max(second.height())];
            let down = (level(first, slope) - level(second, slope)).abs();
            let overlap = ((low + high) as f32 / 2.0 - down).min(low as f32);
            let across = first.gaps(second)[0] as f32;
            if overlap >= BESIDE * low as f32 && across <= near * high as f32 {
                pairs.push((across + DOWN * down, a, b));
            }
        }
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut rows: Vec<Vec<Part>> = digits.into_iter().map(|digit| vec![digit]).collect();
    let mut row_of: Vec<usize> = (0..rows.len()).collect();
    for (_, a, b) in pairs {
        let (to, from) = (row_of[a], row_of[b]);
        let stacked = || rows[to].iter().any(|a| rows[from].iter().any(|b| is_stacked(a, b)));
        if to != from && !stacked() {
            let moved = std::mem::take(&mut rows[from]);
            rows[to].extend(moved);
            row_of.iter_mut().filter(|row| **row == from).for_each(|row| *row = to);
        }
    }
    rows.retain(|row| !row.is_empty());
    rows
}

/// Whether two parts overlap across more than down.
pub(super) fn is_stacked(a: &Part, b: &Part) -> bool {
    let [across, down] = a.overlaps(b);
    2 * across > a.width().min(b.width()) && 2 * down < a.height().min(b.height())
}

/// The slope that fits rows best, by least squares.
fn slope(rows: &[Vec<Part>], height: f32) -> f32 {
    let (mut along, mut spread) = (0.0, LEVEL * height * height);
    for row in rows {
        let mean = |axis: usize| row.iter().map(|part| centre(part)[axis]).sum::<f32>() / row.len() as f32;
        let [x, y] = [mean(0), mean(1)];
        for [dx, dy] in row.iter().map(centre).map(|[px, py]| [px - x, py - y]) {
            (along, spread) = (along + dx * dy, spread + dx * dx);
        }
    }
    (along / spread).clamp(-STEEPEST, STEEPEST)
}
