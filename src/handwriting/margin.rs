//! A plain margin around a photograph, as screens and documents put it there, found.
//!
//! Beside it the shades of the photograph's paper would look like ink.

use super::grid::Grid;

/// Differences that a plain margin may have, of 255 grey levels: JPEG leaves some.
const PLAIN: f32 = 3.0;
/// A photograph has no more pixels of the margin's colour than this, as a part of all. A sheet with digits has.
const ALIKE: f32 = 0.2;
/// At least this part of each edge of a photograph is unlike the margin. A stroke touches the edges of its box at some
/// places.
const EDGE: f32 = 0.5;
/// A photograph is no smaller than this, in pixels; a thick stroke is.
const SMALLEST: usize = 100;

/// Left, top, right and bottom of what the margin is around; of the whole picture where there is no photograph in a
/// margin.
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
    let unlike = |pixels: &mut dyn Iterator<Item = usize>, length: usize| {
        pixels.filter(|&i| !margin(i)).count() as f32 >= EDGE * length as f32
    };
    let photograph = across.min(down) >= SMALLEST
        && (alike - outside) as f32 <= ALIKE * (across * down) as f32
        && [top, bottom - 1].iter().all(|y| unlike(&mut (left..right).map(|x| y * width + x), across))
        && [left, right - 1].iter().all(|x| unlike(&mut (top..bottom).map(|y| y * width + x), down));
    if photograph { [left, top, right, bottom] } else { [0, 0, width, height] }
}
