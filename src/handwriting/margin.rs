//! A plain margin around a photograph, as screens and documents put it there, found.
//!
//! Beside it the shades of the photograph's paper would look like ink.

use super::grid::Grid;

/// Differences that a plain margin may have, of 255 grey levels: JPEG leaves some.
const PLAIN: f32 = 3.0;
/// A photograph has no more pixels of the margin's colour than this, as a part of all. A sheet with digits has.
const ALIKE: f32 = 0.2;
/// A photograph is no smaller than this, in pixels; a thick stroke is.
const SMALLEST: usize = 100;

/// Left, top, right and bottom of what the margin is around; of the whole picture where there is no photograph in a margin.
pub fn inside(planes: &[Grid]) -> [usize; 4] {
    let (width, height) = (planes[0].width, planes[0].height);
    let margin = |i: usize| planes.iter().all(|plane| (plane.data[i] - plane.data[0]).abs() <= PLAIN);
    let [mut left, mut top, mut right, mut bottom] = [width, height, 0, 0];
    let mut alike = 0;
    for i in 0..width * height {
        if margin(i) {
            alike += 1;
            continue;
        }
        let (x, y) = (i % width, i / width);
        (left, top, right, bottom) = (left.min(x), top.min(y), right.max(x + 1), bottom.max(y + 1));
    }
    let (across, down) = (right.saturating_sub(left), bottom.saturating_sub(top));
    let outside = width * height - across * down;
    let photograph = across.min(down) >= SMALLEST && (alike - outside) as f32 <= ALIKE * (across * down) as f32;
    if photograph { [left, top, right, bottom] } else { [0, 0, width, height] }
}
